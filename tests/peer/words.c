/*
 * words.c: a line of the script, and what its words mean.
 */
#include "peer.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Decodes the escape after a backslash and moves *in past it. */
static char unescape(char **in)
{
    char *at = *in;
    const char *known = memchr(escape_letters, *at, ESCAPES);
    if (known != NULL) {
        *in += 1;
        return escape_bytes[known - escape_letters];
    }
    if (*at != 'x' || !isxdigit((unsigned char)at[1]) ||
        !isxdigit((unsigned char)at[2]))
        tool_error("an unknown escape: \\%.3s", at);
    char digits[] = {at[1], at[2], '\0'};
    *in += 3;
    return (char)strtoul(digits, NULL, 16);
}

/* Decodes a quoted word from in to *out; returns where it ends. */
static char *unquote(char *in, char **out)
{
    in++;
    while (*in != '"') {
        if (*in == '\0')
            tool_error("a quote is not closed");
        char byte = *in++;
        if (byte == '\\')
            byte = unescape(&in);
        *(*out)++ = byte;
    }
    return in + 1;
}

size_t split(char *line, struct bytes *words)
{
    size_t count = 0;
    char *in = line;
    for (in += strspn(in, " \t"); *in != '\0'; in += strspn(in, " \t")) {
        if (count == MAX_WORDS)
            tool_error("more than %d words", MAX_WORDS);
        char *start = in;
        char *out = in;
        if (*in == '"')
            in = unquote(in, &out);
        else
            in = out = in + strcspn(in, " \t");
        bool last = *in == '\0';
        if (!last && *in != ' ' && *in != '\t')
            tool_error("a word goes on after its quote");
        *out = '\0';
        words[count++] = (struct bytes){start, (size_t)(out - start)};
        if (!last)
            in++;
    }
    words[count].data = NULL;
    return count;
}

bool is(const struct bytes *word, const char *text)
{
    return strcmp(word->data, text) == 0;
}

size_t number(const struct bytes *word, size_t lowest, size_t highest)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(word->data, &end, 10);
    if (!isdigit((unsigned char)word->data[0]) || *end != '\0' || errno != 0 ||
        value < lowest || value > highest)
        tool_error("%s is not a number from %zu to %zu", word->data, lowest,
                   highest);
    return value;
}

struct bytes repeated(const struct bytes *words)
{
    struct bytes once = words[2];
    bool repeat = words[3].data != NULL;
    size_t times = repeat ? number(&words[3], 1, 100000000) : 1;
    struct bytes all = {NULL, once.length * times};
    all.data = in_memory(malloc(all.length + 1));
    for (size_t i = 0; i < times; i++)
        memcpy(all.data + i * once.length, once.data, once.length);
    return all;
}
