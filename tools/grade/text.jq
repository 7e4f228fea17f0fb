# text.jq: what others wrote, as a text in which it can do nothing.

# In Markdown: no element of HTML; quotes are quotes.
def in_markdown: gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;");

# In a cell of a table in Markdown.
def in_cell: gsub("[|[:cntrl:]]"; " ") | in_markdown;
