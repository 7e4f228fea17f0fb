#!/usr/bin/env bats
# What the site makes of the texts; and how real readers meet it: on a phone, on a
# desktop, from a folder, from a web server, with a keyboard alone, without scripts,
# on paper. test/ looks, and has a sentence for each thing that is wrong.
load ../../tests/lib/helpers

PATIENCE=$((PATIENCE * 12)) # a browser is not quick to start

browser() { command -v "${CHROME_PATH:-chromium}" || command -v chromium-browser || command -v google-chrome; }

# missing: prints what the site cannot be built without here; nothing if all is there.
missing() {
    if ! command -v npm >/dev/null || ! browser >/dev/null; then
        echo 'node or chromium is not installed'
    elif [ -z "${CI:-}" ] && [ ! -d tools/site/node_modules ]; then
        echo 'what builds the site is not here yet: make site'
    fi
}

# missing_to_look: the same, of what looks at it.
missing_to_look() {
    [ -n "${CI:-}" ] || [ -d tools/site/test/node_modules/ws ] ||
        echo 'what tests the site is not here yet: (cd tools/site/test && npm ci)'
}

# A copy of the kit, with its site, in KIT.
setup_file() {
    export KIT=$BATS_FILE_TMPDIR/kit
    [ -z "$(missing)" ] || return 0
    bash tools/site/build >"$BATS_FILE_TMPDIR/build.log" 2>&1 || return 0
    mkdir -p "$KIT/build"
    cp -Rp [^b]* .gitattributes .devcontainer .github "$KIT/"
    cp -Rp build/site build/site.cache build/slides "$KIT/build/"
    [ -n "$(missing_to_look)" ] || begin look
}

# look: at a copy whose path has a blank and an accent in it.
look() {
    (cd tools/site/test && flock package.json sh -c '[ -d node_modules/ws ] || npm ci --no-audit --no-fund --silent') # chat.bats may, too
    mkdir "$BATS_FILE_TMPDIR/uma cópia"
    cp -R build/site "$BATS_FILE_TMPDIR/uma cópia/site"
    node tools/site/test/run.mjs "$BATS_FILE_TMPDIR/uma cópia/site" "$(browser)" "$BATS_FILE_TMPDIR/found"
}

# there FILE: it is, or never will be.
there() { [ -e "$1" ] || begun_ended "$BATS_FILE_TMPDIR/look"; }

# nothing_wrong TOPIC: it was looked at to its end, and nothing was found.
nothing_wrong() {
    [ -z "$(missing_to_look)" ] || skip "$(missing_to_look)"
    local found=$BATS_FILE_TMPDIR/found/$1
    PATIENCE=$((PATIENCE * 10)) wait_until there "$found" # so many pages take their time
    if [ ! -e "$found" ]; then
        echo 'This was not looked at to its end:'
        cat "$BATS_FILE_TMPDIR/look/said"
        return 1
    fi
    head -n 40 "$found"
    [ ! -s "$found" ]
}

setup() {
    [ -z "$(missing)" ] || { [ -z "${CI:-}" ] && skip "$(missing)"; missing; return 1; }
    [ -d "$KIT/build/site" ] || { cat "$BATS_FILE_TMPDIR/build.log"; return 1; }
    text=$KIT/steps/02-udp/README.md
    page=$KIT/build/site/steps/02-udp/index.html
    cp "$text" "$BATS_TEST_TMPDIR/text"
}

teardown() {
    jobs -p | xargs -r kill 2>/dev/null || true
    [ ! -e "$BATS_TEST_TMPDIR/text" ] || cp "$BATS_TEST_TMPDIR/text" "$text"
}

# makes_site: of the copy; its decks and PDF stay as they are.
makes_site() {
    DRAFT=1 ERRAND=site run timeout -k 5 "$PATIENCE" node "$KIT/tools/site/build.mjs" "$(browser)"
    echo "$output"
}

# adds LINE...: at the end of the text of step 02.
adds() { printf '%s\n' '' "$@" >>"$text"; }

@test "site: a second run writes nothing" {
    makes_site
    makes_site
    [ "$status" = 0 ]
    [[ $output == *' pages, 0 of '*' files new' ]]
}

@test "site: a link that leads nowhere ends it with file and line, and the last site stays" {
    makes_site
    cp "$page" "$BATS_TEST_TMPDIR/page"
    adds 'This is [a way](nowhere.c).'
    makes_site
    [ "$status" = 1 ]
    [[ $output == *"steps/02-udp/README.md:$(wc -l <"$text"): the link to nowhere.c leads nowhere"* ]]
    cmp "$page" "$BATS_TEST_TMPDIR/page"
}

@test "site: so does a link to a heading that is not there" {
    adds 'This is [a way](../01-tcp/README.md#nowhere).'
    makes_site
    [ "$status" = 1 ]
    [[ $output == *"steps/02-udp/README.md:$(wc -l <"$text"): the link to ../01-tcp/README.md#nowhere leads nowhere"* ]]
}

@test "site: a program, a script, a Makefile and a folder that a text links to get pages" {
    adds '[one](../../common/lines.c) [two](../../tools/see/demo) [three](../../Makefile) [four](../../tests/peer)'
    makes_site
    [ "$status" = 0 ]
    local link
    for link in common/lines.c.html tools/see/demo.html Makefile.html tests/peer/index.html; do
        echo "$link"
        grep -q "href=\"../../$link\"" "$page"
        [ -s "$KIT/build/site/$link" ]
    done
    [ "$(grep -c '^<span id="L\|<span id="L[0-9]*"><a' "$KIT/build/site/Makefile.html")" -ge "$(wc -l <"$KIT/Makefile")" ]
    grep -q 'href="talkers.c.html"' "$KIT/build/site/tests/peer/index.html"
}

@test "site: no solution is shown, whoever links to one" {
    adds 'Here is [a solution](../../exercises/01-reply/solution/server.c), you see.'
    makes_site
    [ "$status" = 0 ]
    grep -q 'Here is a solution, you see' "$page"
    [ -z "$(find "$KIT/build/site" -path '*solution*' -o -path '*/wrong/*')" ]
}

@test "site: headings that differ in signs only have ids of their own" {
    adds '## C' '' '## C++' '' 'See [one](#c) and [the other](#c-1).'
    makes_site
    [ "$status" = 0 ]
    grep -q '<h2 id="c">C</h2>' "$page"
    grep -q '<h2 id="c-1">C++</h2>' "$page"
}

# copies: what the last copy button of the page copies, with | for newlines.
copies() { grep -o 'data-copy="[^"]*"' "$page" | tail -n 1 | sed 's/^data-copy="//; s/"$//; s/&#10;/|/g'; }

@test "site: copied are commands, without signs and answers" {
    adds '```console' '# terminal 7' '$ first one' 'an answer' '> a typed line' '$ second' '```'
    makes_site
    [ "$(copies)" = 'first one|second' ]
}

@test "site: copied are typed lines where there is no command, but no keys" {
    adds '```console' '# terminal 7' '> a typed line' 'an answer' '> ^D' '```'
    makes_site
    [ "$(copies)" = 'a typed line' ]
}

@test "site: quoted code says where it stands, and its link is to that line" {
    local line
    line=$(grep -n '^int main(' "$KIT/steps/02-udp/server.c" | cut -d : -f 1)
    adds '```c' "$(sed -n "$line,$((line + 2))p" "$KIT/steps/02-udp/server.c")" '```'
    makes_site
    grep -q "<a href=\"server.c.html#L$line\">server.c, from line $line</a>" "$page"
    grep -q "<span id=\"L$line\"" "$KIT/build/site/steps/02-udp/server.c.html"
}

@test "site: what is new in a program is marked, and nothing else" {
    local new marked
    new=$(diff "$KIT/steps/05-threads/server.c" "$KIT/steps/06-broadcast/server.c" | grep -c '^>')
    marked=$(grep -o '<span id="L[0-9]*" class="new"' "$KIT/build/site/steps/06-broadcast/server.c.html" | wc -l)
    [ "$marked" = "$new" ]
    [ "$(grep -o '<ins>' "$KIT/build/site/steps/06-broadcast/changes.html" | wc -l)" -ge "$new" ]
}

@test "site: a step that is new is there, without a word about it elsewhere" {
    cp -Rp "$KIT/steps/12-chat" "$KIT/steps/13-more"
    sed -i 's/^| \[12\](12-chat\(.*\)$/&\n| [13](13-more\1/' "$KIT"/steps/README.md "$KIT"/steps/README.pt-BR.md
    makes_site
    mv "$KIT/steps/13-more" "$BATS_TEST_TMPDIR/"
    sed -i '/^| \[13\]/d' "$KIT"/steps/README.md "$KIT"/steps/README.pt-BR.md
    [ "$status" = 0 ]
    grep -q 'href="steps/13-more/index.html"' "$KIT/build/site/index.html"
    [ -s "$KIT/build/site/pt-BR/steps/13-more/server.c.html" ]
}

@test "site: what it needs and does not find, it says" {
    CHROME_PATH=/nowhere/chromium run bash tools/site/build
    [ "$status" = 1 ]
    [ "$output" = 'site: CHROME_PATH is /nowhere/chromium: there is no such program. Without it, chromium is looked for.' ]
    mkdir "$BATS_TEST_TMPDIR/bin"
    ln -s "$(command -v bash)" "$(command -v dirname)" "$BATS_TEST_TMPDIR/bin/"
    PATH=$BATS_TEST_TMPDIR/bin run "$(command -v bash)" tools/site/build
    [ "$status" = 1 ]
    [[ $output == 'site: node is missing.'* ]]
}

# awaits TEXT FILE: until it stands there, as long as patience lasts.
awaits() {
    local waited
    for ((waited = 0; waited < PATIENCE * 100; waited++)); do
        grep -qs -- "$1" "$2" && return
        sleep 0.01
    done
    echo "$1 has not come:"
    cat "$2"
    return 1
}

@test "site: an open page is told of what is saved; the rest of the machine is served to nobody" {
    local log=$BATS_TEST_TMPDIR/log told=$BATS_TEST_TMPDIR/told server listener address
    (cd "$KIT" && exec node tools/site/serve.mjs "$(browser)" 0) >"$log" 2>&1 3>&- &
    server=$!
    awaits 'Waiting for the next save' "$log"
    address=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$log")
    curl -sN "$address/.changes" >"$told" 3>&- &
    listener=$!
    awaits ': here' "$told"
    adds 'A line that was not there.'
    awaits '^data:' "$told"
    curl -s "$address/steps/02-udp/" >"$BATS_TEST_TMPDIR/now"
    run curl -s -o /dev/null -w '%{http_code}' --path-as-is "$address/../../Makefile"
    kill "$server" "$listener"
    [ "$output" = 404 ]
    grep -q 'A line that was not there.' "$BATS_TEST_TMPDIR/now"
    grep -q '/.reload.js' "$BATS_TEST_TMPDIR/now"
    [ "$(grep -c '/.reload.js' "$page")" = 0 ]
}

@test "site: every page fits a phone and a desktop, from a folder and from a server, without an error or a request that leaves" {
    nothing_wrong shown
}

@test "site: no link, no anchor and no picture leads nowhere" {
    nothing_wrong links
}

@test "site: all that is there is reached from the front page" {
    nothing_wrong reached
}

@test "site: no page has more than 300 kB before pictures" {
    nothing_wrong sizes
}

@test "site: each page is there in both languages, and the switch leads from one to the other" {
    nothing_wrong translated
}

@test "site: next and previous lead through all steps and exercises" {
    nothing_wrong ladder
}

@test "site: both programs of each step are there, each line with its anchor" {
    nothing_wrong programs
}

@test "site: diagrams are told in words, which say what stands on them" {
    nothing_wrong pictures
}

@test "site: the search finds bind, conexão, conexao and EPIPE in the right language, and leads there" {
    nothing_wrong finds
}

@test "site: the search takes arrow keys and Escape, and says when it finds nothing" {
    nothing_wrong answers
}

@test "site: a copy is what one types, without signs and answers" {
    nothing_wrong copies
}

@test "site: what was copied is pasted, also where a browser gives scripts no clipboard" {
    nothing_wrong pasted
}

@test "site: what is done stays marked, on all pages, until it is unmarked" {
    nothing_wrong marks
}

@test "site: the theme is the system's, or the one that was chosen" {
    nothing_wrong themes
}

@test "site: a browser that keeps nothing shows all the same" {
    nothing_wrong forgetful
}

@test "site: a keyboard alone reaches everything, in order, in sight, and opens what is folded" {
    nothing_wrong reaches
}

@test "site: on a phone a key opens the list of the course, and Escape closes it" {
    nothing_wrong menu
}

@test "site: the pictures that move go forward and back by keys, with the line of code that runs" {
    nothing_wrong pictureMoves
}

@test "site: without scripts all of it can be read" {
    nothing_wrong withoutScripts
}

@test "site: nothing moves for whoever asked for that" {
    nothing_wrong withoutMotion
}

@test "site: axe finds nothing serious, in both languages and themes" {
    nothing_wrong accessible
}

@test "site: each text is in the language that it is said to be in" {
    nothing_wrong spokenLanguage
}

@test "site: the PDFs have bookmarks, contents with the right pages, and each line of code whole" {
    needs pdfinfo pdftotext pdftohtml
    nothing_wrong course
}

@test "site: a page that is printed has its answers, and each line of code whole" {
    needs pdftotext
    nothing_wrong printed
}
