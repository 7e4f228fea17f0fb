/*
 * lines: read_line and line_waiting on each stream of up to so many bytes: a
 * letter, a CR, a LF, either half of an é. In all segmentations; for lines of 1
 * to 8 bytes; with the end of the stream or an error behind it; without EINTR
 * and with it before each read, short streams with it before any of them, too.
 *
 * Usage: lines LENGTH, from 3 to 9; streams up to LENGTH - 2 are short.
 */
#include "lines.h"
#include "shares.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Bytes behind a line, which must stay; a sanitizer wants none to be there. */
#ifndef GUARD
#define GUARD 4
#endif
enum { LETTERS = 5, LONGEST = 9, SIZES = 8, SHARES = 64, UNTOUCHED = 0x7E };

/* A stream, and how it comes. */
struct feed {
    char bytes[LONGEST];
    size_t len;
    unsigned cuts;        /* bit i: a segment begins with bytes[i] */
    unsigned interrupted; /* bit i: read i fails with EINTR first, twice */
    int error;            /* that comes behind it, or 0 */
    size_t size;          /* of a line */
};

/* What read_line should say of a line. */
struct expected {
    enum line_status status;
    size_t needs; /* so many bytes of the stream: it reads no more */
    char line[SIZES];
};

/* What is tried now, by this thread. */
static _Thread_local struct feed feed;
static _Thread_local struct expected lines[LONGEST + 1];
static _Thread_local size_t line_count; /* so many lines were right */
static _Thread_local size_t given;      /* of the stream, in bytes */
static _Thread_local unsigned reads, interruptions;
static _Thread_local bool told; /* of the end */
static size_t length;

static void print_status(enum line_status status, const char *line)
{
    static const char *const names[] = {
        [LINE_END] = "LINE_END",
        [LINE_READ] = "LINE_READ",
        [LINE_TOO_LONG] = "LINE_TOO_LONG",
    };
    fputs(names[status], stdout);
    if (status != LINE_END)
        print_hex(line, strlen(line));
    putchar('\n');
}

/* Says what went wrong with which line of which stream, and ends. */
static _Noreturn void report(const char *what, const char *came,
                             enum line_status status)
{
    const struct expected *line = &lines[line_count];
    begin_report();
    printf("lines: of");
    for (size_t i = 0; i < feed.len; i++) {
        if ((feed.cuts >> i & 1) != 0)
            fputs(" |", stdout);
        print_hex(&feed.bytes[i], 1);
    }
    printf(", then %s; lines of %zu bytes\n",
           feed.error != 0 ? strerror(feed.error) : "the end", feed.size);
    for (unsigned i = 0; i <= feed.len; i++)
        if ((feed.interrupted >> i & 1) != 0)
            printf("  EINTR before read %u\n", i + 1);
    printf("  line %zu: %s\n  expected: ", line_count + 1, what);
    print_status(line->status, line->line);
    if (came != NULL) {
        fputs("  came: ", stdout);
        print_status(status, came);
    }
    exit(1);
}

/* Reads the next segment. */
static ssize_t fed_read(int fd, void *bytes, size_t room)
{
    (void)fd;
    if (told || given >= lines[line_count].needs)
        report("it reads on, though it has all", NULL, LINE_END);
    if (room > READ_SIZE)
        report("it reads more than it has room for", NULL, LINE_END);
    if ((feed.interrupted >> reads & 1) != 0 && interruptions < 2) {
        interruptions++;
        errno = EINTR;
        return -1;
    }
    interruptions = 0;
    reads++;

    size_t len = 0;
    while (given + len < feed.len && len < room &&
           (len == 0 || (feed.cuts >> (given + len) & 1) == 0))
        len++;
    memcpy(bytes, feed.bytes + given, len);
    memset((char *)bytes + len, '\n',
           LONGEST); /* what is not to be looked at */
    given += len;
    told = len == 0;
    if (told && feed.error != 0) {
        errno = feed.error;
        return -1;
    }
    return (ssize_t)len;
}

#define read fed_read
#include "../../../common/lines.c"
#undef read

/* Finds out what is right for the stream, whichever way it comes. */
static void find_lines(void)
{
    const char *from = feed.bytes;
    const char *end = feed.bytes + feed.len;
    struct expected *line = lines;
    for (;; line++) {
        line->status =
            plain_line(&from, end, feed.error != 0, line->line, feed.size);
        line->needs = (size_t)(from - feed.bytes);
        if (line->status == LINE_END || from[-1] != '\n')
            line->needs = feed.len + 1; /* the end, too */
        if (line->status == LINE_END)
            break;
    }
}

/* Tries it in one way. The reader is used again, with what is left in it. */
static void try(struct line_reader *reader, char *line)
{
    reader->ended = false;
    reader->error = 0;
    reader->start = reader->end = 0;
    given = reads = interruptions = 0;
    told = false;
    enum line_status status;
    line_count = 0;
    do {
        const struct expected *right = &lines[line_count];
        if (line_waiting(reader) != (given >= right->needs))
            report("line_waiting says otherwise", NULL, LINE_END);
        for (size_t i = feed.size; i < feed.size + GUARD; i++)
            line[i] = UNTOUCHED;
        status = read_line(reader, line, feed.size);
        if (status != right->status ||
            (status != LINE_END && strcmp(line, right->line) != 0))
            report("it is another one", line, status);
        for (size_t i = feed.size; i < feed.size + GUARD; i++)
            if (line[i] != UNTOUCHED)
                report("it is written over its size", line, status);
        line_count++;
    } while (status != LINE_END);

    line_count--;
    if (!reader->ended || reader->error != feed.error)
        report("the reader has another error", NULL, LINE_END);
    if (read_line(reader, line, feed.size) != LINE_END)
        report("it goes on behind the end", NULL, LINE_END);
}

/* Tries it in all segmentations. Returns in how many ways. */
static uint64_t try_ways(struct line_reader *reader, char *line)
{
    uint64_t tried = 0;
    bool is_short = feed.len + 2 <= length;
    find_lines();
    for (feed.cuts = 0; feed.cuts < 1U << feed.len; feed.cuts += 2) {
        unsigned all = 1; /* reads, a bit for each: one brings the end */
        for (size_t i = 0; i < feed.len; i++)
            if (i == 0 || (feed.cuts >> i & 1) != 0)
                all = all << 1 | 1;
        for (feed.interrupted = 0; feed.interrupted <= all;
             feed.interrupted += is_short ? 1 : all) {
            try(reader, line);
            tried++;
        }
    }
    return tried;
}

/* Tries the stream with this number, of feed.len bytes. */
static uint64_t try_stream(struct line_reader *reader, unsigned number)
{
    for (size_t i = 0; i < feed.len; i++) {
        feed.bytes[i] = "a\r\n\xC3\xA9"[number % LETTERS];
        number /= LETTERS;
    }
    uint64_t tried = 0;
    for (feed.size = 1; feed.size <= SIZES; feed.size++) {
        char *line = malloc(feed.size + GUARD);
        if (line == NULL)
            die("malloc", "line");
        feed.error = 0;
        tried += try_ways(reader, line);
        feed.error = ECONNRESET;
        tried += try_ways(reader, line);
        free(line);
    }
    return tried;
}

/* Tries an equal part of all streams of each length. Returns how many ways. */
static uint64_t try_share(unsigned share)
{
    struct line_reader reader = {.fd = -1};
    uint64_t tried = 0;
    unsigned streams = 1;
    for (feed.len = 0; feed.len <= length; feed.len++) {
        for (unsigned i = share; i < streams; i += SHARES)
            tried += try_stream(&reader, i);
        streams *= LETTERS;
    }
    return tried;
}

int main(int argc, char *argv[])
{
    length = argc == 2 && strlen(argv[1]) == 1 ? (size_t)(argv[1][0] - '0') : 0;
    if (length < 3 || length > LONGEST) {
        fprintf(stderr, "usage: lines LENGTH, from 3 to %d\n", LONGEST);
        return 2;
    }
    int64_t begun = now_ms();
    uint64_t tried = share_out(SHARES, try_share);
    printf("all streams of up to %zu bytes, in %" PRIu64
           " ways: read_line is right, %.1f s\n",
           length, tried, (double)(now_ms() - begun) / 1000);
    return 0;
}
