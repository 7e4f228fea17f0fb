/* text.c - text that is safe to print, and names; see net.h. */
#include "net.h"

#include <string.h>
#include <wctype.h>

/*
 * Reads the UTF-8 character at text, which has len bytes: returns its size and
 * sets its number, the one of U+0041; or returns 0 if there is none. RFC 3629
 */
static size_t read_character(const char *text, size_t len, wint_t *number)
{
    static const wint_t least[] = {0, 0, 0x80, 0x800, 0x10000}; /* by size */
    unsigned char first = (unsigned char)text[0];
    size_t size = 1;
    if (first >= 0xC0)
        size = 2;
    if (first >= 0xE0)
        size = 3;
    if (first >= 0xF0)
        size = 4;
    if (size > len || first > 0xF7 || (first >= 0x80 && size == 1))
        return 0;

    *number = size == 1 ? first : first & (0x7FU >> size);
    for (size_t i = 1; i < size; i++) {
        unsigned char next = (unsigned char)text[i];
        if ((next & 0xC0) != 0x80)
            return 0;
        *number = *number << 6 | (next & 0x3FU);
    }
    bool surrogate = *number >= 0xD800 && *number <= 0xDFFF;
    bool exists = *number >= least[size] && *number <= 0x10FFFF && !surrogate;
    return exists ? size : 0;
}

/* Whether printing this does more than show it: ends a line, turns text. */
static bool is_unsafe(wint_t number)
{
    static const struct {
        wint_t first, last;
    } unsafe[] = {{0x00, 0x1F},     {0x7F, 0x9F},     {0x61C, 0x61C},
                  {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069}};
    for (size_t i = 0; i < sizeof unsafe / sizeof unsafe[0]; i++)
        if (number >= unsafe[i].first && number <= unsafe[i].last)
            return true;
    return false;
}

size_t clean_text(char *text, size_t len)
{
    size_t kept = 0;
    size_t at = 0;
    while (at < len) {
        wint_t number = 0;
        size_t size = read_character(text + at, len - at, &number);
        if (size == 0) {
            text[kept++] = '?';
            at++;
        } else if (number == '\t') {
            text[kept++] = ' ';
            at++;
        } else if (is_unsafe(number)) {
            at += size;
        } else {
            for (size_t i = 0; i < size; i++)
                text[kept++] = text[at++];
        }
    }
    text[kept] = '\0';
    return kept;
}

/* Takes the next character off *text and returns its number, 0 at the end. */
static wint_t next_character(const char **text)
{
    wint_t number = 0;
    size_t size = read_character(*text, strlen(*text) + 1, &number);
    *text += size == 0 ? 1 : size;
    return size == 0 ? (wint_t)'?' : number;
}

/*
 * Whether number may stand in a name. Letters of Hangul that stand for one
 * that is missing may not: nobody sees them.
 */
static bool is_visible_letter(wint_t number)
{
    if (number == 0x115F || number == 0x1160 || number == 0x3164 ||
        number == 0xFFA0)
        return false;
    return iswalnum(number) != 0 || number == '-' || number == '_';
}

size_t name_length(const char *name)
{
    size_t length = 0;
    wint_t number;
    while ((number = next_character(&name)) != 0) {
        if (!is_visible_letter(number))
            return 0;
        length++;
    }
    return length;
}

bool same_name(const char *one, const char *other)
{
    wint_t number;
    do {
        number = next_character(&one);
        if (towlower(number) != towlower(next_character(&other)))
            return false;
    } while (number != 0);
    return true;
}
