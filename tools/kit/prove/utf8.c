/*
 * utf8: what clean_text leaves of each text of 1 to 4 bytes, against the
 * grammar of RFC 3629 and a list of what is not safe to print.
 *
 * Usage: utf8 all|some|corners, which says which texts of 4 bytes are tried:
 *   corners  those made of corners: bytes with which a range of the two tables
 *            below begins or ends, and those next to them
 *   some     these, and whatever adds up to a multiple of 64: any three bytes
 *            with four fourths, one from each quarter of all bytes
 */
#include "net.h"
#include "shares.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes after the text, which must stay; a sanitizer wants none to be there. */
#ifndef GUARD
#define GUARD 3
#endif
enum { LONGEST = 4, TAIL = 0x80, SHARES = 64 };

/* One byte after another, each from first to last. */
struct pattern {
    size_t size;
    struct {
        unsigned char first, last;
    } bytes[LONGEST];
};

/* UTF8-1 to UTF8-4: RFC 3629, section 4. */
static const struct pattern characters[] = {
    {1, {{0x00, 0x7F}}},
    {2, {{0xC2, 0xDF}, {0x80, 0xBF}}},
    {3, {{0xE0, 0xE0}, {0xA0, 0xBF}, {0x80, 0xBF}}},
    {3, {{0xE1, 0xEC}, {0x80, 0xBF}, {0x80, 0xBF}}},
    {3, {{0xED, 0xED}, {0x80, 0x9F}, {0x80, 0xBF}}},
    {3, {{0xEE, 0xEF}, {0x80, 0xBF}, {0x80, 0xBF}}},
    {4, {{0xF0, 0xF0}, {0x90, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
    {4, {{0xF1, 0xF3}, {0x80, 0xBF}, {0x80, 0xBF}, {0x80, 0xBF}}},
    {4, {{0xF4, 0xF4}, {0x80, 0x8F}, {0x80, 0xBF}, {0x80, 0xBF}}},
    {0},
};

/* What is taken out. A tab is not: it becomes a space. */
static const struct pattern unsafe[] = {
    {1, {{0x00, 0x08}}},                             /* control characters */
    {1, {{0x0A, 0x1F}}},                             /* and what follows tab */
    {1, {{0x7F, 0x7F}}},                             /* DEL */
    {2, {{0xC2, 0xC2}, {0x80, 0x9F}}},               /* U+0080 to U+009F */
    {2, {{0xD8, 0xD8}, {0x9C, 0x9C}}},               /* U+061C */
    {3, {{0xE2, 0xE2}, {0x80, 0x80}, {0x8E, 0x8F}}}, /* U+200E, U+200F */
    {3, {{0xE2, 0xE2}, {0x80, 0x80}, {0xA8, 0xAE}}}, /* U+2028 to U+202E */
    {3, {{0xE2, 0xE2}, {0x81, 0x81}, {0xA6, 0xA9}}}, /* U+2066 to U+2069 */
    {0},
};

/* Returns the size of what text begins with in this table, or 0. */
static size_t find(const struct pattern *table, const unsigned char *text,
                   size_t len)
{
    for (; table->size > 0; table++) {
        size_t i = 0;
        while (i < table->size && i < len && text[i] >= table->bytes[i].first &&
               text[i] <= table->bytes[i].last)
            i++;
        if (i == table->size)
            return i;
    }
    return 0;
}

struct cleaned {
    unsigned char len;
    unsigned char bytes[LONGEST];
};

/* What is to be left of all shorter texts, by their length and number. */
static struct cleaned *wanted[LONGEST];
static size_t length; /* of the texts that are tried now */

/*
 * What is to be left of a text: of its first character, and of all that
 * follows. Its number is that of its bytes, the first of which counts most.
 */
static struct cleaned clean(const unsigned char *text, uint32_t number)
{
    struct cleaned left = {0};
    size_t size = find(characters, text, length);
    if (size == 0)
        left.bytes[left.len++] = '?';
    else if (text[0] == '\t')
        left.bytes[left.len++] = ' ';
    else if (find(unsafe, text, length) == 0)
        for (size_t i = 0; i < size; i++)
            left.bytes[left.len++] = text[i];

    size_t rest = length - (size > 0 ? size : 1);
    const struct cleaned *after =
        &wanted[rest][number & ((1U << rest * 8) - 1)];
    for (size_t i = 0; i < after->len; i++)
        left.bytes[left.len++] = after->bytes[i];
    return left;
}

static _Noreturn void report(const unsigned char *text,
                             const struct cleaned *left, const char *bytes,
                             size_t kept)
{
    begin_report();
    printf("utf8: of");
    print_hex((const char *)text, length);
    printf("\n  expected:");
    print_hex((const char *)left->bytes, left->len);
    printf(", %d bytes\n  came:", left->len);
    print_hex(bytes, length + 1 + GUARD);
    printf(", %zu bytes; behind the text stood %d times %02X\n", kept,
           1 + GUARD, TAIL);
    exit(1);
}

/*
 * Tries the text with this number in bytes, which have room for it and for one
 * more. What stands behind it could go on in UTF-8.
 */
static void try(char *bytes, uint32_t number)
{
    unsigned char text[LONGEST];
    for (size_t i = 0; i < length; i++)
        text[i] = (unsigned char)(number >> 8 * (length - 1 - i));
    struct cleaned left = clean(text, number);
    if (length < LONGEST)
        wanted[length][number] = left;

    memcpy(bytes, text, length);
    memset(bytes + length, TAIL, 1 + GUARD);
    size_t kept = clean_text(bytes, length);
    bool right = kept == left.len && memcmp(bytes, left.bytes, kept) == 0 &&
                 bytes[kept] == '\0';
    for (size_t i = length + 1; i < length + 1 + GUARD; i++)
        right = right && (unsigned char)bytes[i] == TAIL;
    if (!right)
        report(text, &left, bytes, kept);
}

/* Which of the texts of 4 bytes are tried. */
enum choice { CORNERS, SOME, ALL };
static enum choice which;
static bool is_corner[256];

/*
 * Tries the texts that have these bytes before their last one, as far as they
 * are to be tried. Returns how many.
 */
static uint64_t try_stem(char *bytes, uint32_t stem)
{
    unsigned sum = 0;
    bool corner = true;
    for (size_t i = 1; i < length; i++) {
        unsigned byte = stem >> 8 * (i - 1) & 255;
        sum += byte;
        corner = corner && is_corner[byte];
    }
    bool all = length < LONGEST || which == ALL;
    if (which == CORNERS && !all && !corner)
        return 0;

    bool by_sum = !all && !corner;
    uint64_t tried = 0;
    for (unsigned last = by_sum ? -sum % 64 : 0; last < 256;
         last += by_sum ? 64 : 1) {
        bool fits = which == SOME && (sum + last) % 64 == 0;
        if (!all && !fits && !is_corner[last])
            continue;
        try(bytes, stem << 8 | last);
        tried++;
    }
    return tried;
}

/* Tries what has its share of stems: an equal part. Returns how many. */
static uint64_t try_share(unsigned share)
{
    char *bytes = malloc(length + 1 + GUARD);
    if (bytes == NULL)
        die("malloc", "text");
    uint64_t tried = 0;
    for (uint32_t stem = share; stem < 1U << 8 * (length - 1); stem += SHARES)
        tried += try_stem(bytes, stem);
    free(bytes);
    return tried;
}

/* Marks the corners of a table. */
static void find_corners(const struct pattern *table)
{
    for (; table->size > 0; table++)
        for (size_t i = 0; i < table->size; i++)
            for (int by = -1; by <= 1; by++) {
                is_corner[(table->bytes[i].first + by) & 255] = true;
                is_corner[(table->bytes[i].last + by) & 255] = true;
            }
}

/* Reads which texts of 4 bytes are to be tried, or ends. */
static void read_choice(int argc, char *argv[])
{
    static const char *const names[] = {"corners", "some", "all"};
    for (int i = CORNERS; argc == 2 && i <= ALL; i++)
        if (strcmp(argv[1], names[i]) == 0) {
            which = (enum choice)i;
            return;
        }
    fputs("usage: utf8 all|some|corners\n", stderr);
    exit(2);
}

int main(int argc, char *argv[])
{
    read_choice(argc, argv);
    find_corners(characters);
    find_corners(unsafe);

    int64_t begun = now_ms();
    uint64_t tried = 0;
    for (size_t len = 0; len < LONGEST; len++) {
        wanted[len] = calloc((size_t)1 << 8 * len, sizeof *wanted[len]);
        if (wanted[len] == NULL)
            die("calloc", "texts");
    }
    for (length = 1; length < LONGEST; length++)
        tried += share_out(SHARES, try_share);
    uint64_t of_four = share_out(SHARES, try_share);
    printf("all %" PRIu64 " texts of 1 to 3 bytes and %" PRIu64
           " of 4: clean_text is right, %.1f s\n",
           tried, of_four, (double)(now_ms() - begun) / 1000);
    for (size_t len = 0; len < LONGEST; len++)
        free(wanted[len]);
    return 0;
}
