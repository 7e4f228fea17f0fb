/*
 * report.c: what the person reads who has to find out what went wrong. No text
 * is longer than a line or two, and no byte is shown that a terminal obeys.
 */
#include "peer.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LEAD = 40 };

const char escape_letters[] = "nrte0\\\"";
const char escape_bytes[] = "\n\r\t\033\0\\\"";

double scale = 1, patience = 5, halt = 1;
const char *other_side = "client";

static unsigned long line_number;
static char command_text[SHOWN + 64]; /* as reports begin with it */
static char too_long[128];            /* what limit_run has to say */

void begin_line(unsigned long number, const char *text)
{
    size_t end = strlen(text);
    bool cut = end > SHOWN;
    if (cut)
        end = SHOWN;
    while (cut && ((unsigned char)text[end] & 0xC0) == 0x80)
        end--;
    line_number = number;
    snprintf(command_text, sizeof command_text, "script line %lu: %.*s%s\n",
             number, (int)end, text, cut ? "..." : "");
}

_Noreturn void tool_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    fputs("peer: ", stderr);
    if (line_number > 0)
        fprintf(stderr, "script line %lu: ", line_number);
    vfprintf(stderr, format, arguments);
    fputs("\npeer: This is trouble of the test tool or of its script, "
          "not of the program under test.\n",
          stderr);
    va_end(arguments);
    exit(2);
}

_Noreturn void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

void *in_memory(void *memory)
{
    if (memory == NULL)
        tool_error("out of memory");
    return memory;
}

/* Returns what the other side did to end a connection with this error. */
static const char *describe_end(int error)
{
    switch (error) {
    case 0:
        return "closed the connection, though more was to come.";
    case ECONNREFUSED:
        return "is not listening: did it stop?";
    case ECONNRESET:
    case EPIPE:
        return "reset the connection.";
    case ETIMEDOUT:
        return "did not take the connection in time.";
    default:
        tool_error("%s", strerror(error));
    }
}

_Noreturn void give_up_ended(int error)
{
    give_up("The %s %s", other_side, describe_end(error));
}

/* Ends peer and the commands of shell; does what a signal handler may do. */
static _Noreturn void on_alarm(int signal_number)
{
    static const char waiting[] =
        "It waited for the next line of its script.\n";
    (void)signal_number;
    const char *doing = line_number > 0 ? command_text : waiting;
    if (write(STDERR_FILENO, too_long, strlen(too_long)) == -1 ||
        write(STDERR_FILENO, doing, strlen(doing)) == -1)
        _exit(2);
    signal(SIGTERM, SIG_IGN);
    kill(0, SIGTERM);
    _exit(1);
}

void limit_run(double seconds)
{
    /* For kill(0): a group of its own, but where a person's keys go to it. */
    if (isatty(STDIN_FILENO) == 0)
        setpgid(0, 0);
    snprintf(too_long, sizeof too_long,
             "The whole script took longer than %g s. At work then:\n",
             seconds);
    struct sigaction action = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &action, NULL);
    alarm((unsigned)seconds + 1);
}

void show_command(void)
{
    fflush(stdout);
    fputs(command_text, stderr);
}

/* Returns the length of the printable UTF-8 sequence at text, 0 for none. */
static size_t utf8_length(const unsigned char *text, size_t left)
{
    static const unsigned long lowest[] = {0, 0, 0xA0, 0x800, 0x10000};
    if (text[0] < 0xC2 || text[0] > 0xF4)
        return 0;
    size_t length = 2U + (text[0] >= 0xE0) + (text[0] >= 0xF0);
    unsigned long code = text[0] & (0x7FUL >> length);
    for (size_t i = 1; i < length; i++) {
        if (i == left || (text[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3F);
    }
    if (code < lowest[length] || code > 0x10FFFF || code >> 11 == 0x1B)
        return 0;
    return length;
}

/* Shows the character at *at, moves *at past it and returns its width. */
static int show_character(const struct bytes *text, size_t *at)
{
    const unsigned char *next = (const unsigned char *)text->data + *at;
    size_t length = utf8_length(next, text->length - *at);
    if (length > 0) {
        fwrite(next, 1, length, stderr);
        *at += length;
        return 1;
    }
    *at += 1;
    const char *known = memchr(escape_bytes, *next, ESCAPES);
    if (known != NULL && *known != '"')
        return fprintf(stderr, "\\%c", escape_letters[known - escape_bytes]);
    bool plain = *next >= 0x20 && *next < 0x7F;
    return fprintf(stderr, plain ? "%c" : "\\x%02X", *next);
}

int show(const char *label, const struct bytes *text, size_t start,
         size_t focus)
{
    int width = fprintf(stderr, "  %s: %s", label, start > 0 ? "..." : "");
    int mark = width;
    size_t end = text->length - start > SHOWN ? start + SHOWN : text->length;
    for (size_t i = start; i < end;) {
        width += show_character(text, &i);
        if (i <= focus)
            mark = width;
    }
    if (text->length == 0)
        fputs("(nothing)", stderr);
    fputs(end < text->length ? "...\n" : "\n", stderr);
    return mark;
}

void show_tail(const char *label, const struct bytes *text)
{
    show(label, text, text->length > SHOWN ? text->length - SHOWN : 0, 0);
}

/* Shows what a connection received, and how much the script had asked for. */
static void show_received(const struct peer *peer)
{
    if (peer->taken.length > 0)
        show_tail("received so far, all as expected", &peer->taken);
    if (peer->taken.length == 0)
        show_tail("received so far", &peer->in);
    else if (peer->in.length > 0)
        show_tail("and then", &peer->in);
}

void show_streams(const struct peer *peer)
{
    show_command();
    show_received(peer);
    show_tail("sent so far", &peer->sent);
}

_Noreturn void fail_ended(const struct peer *peer)
{
    show_streams(peer);
    give_up_ended(peer->error);
}

void compare(const struct peer *peer, const struct bytes *expected,
             const struct bytes *received)
{
    size_t same = 0;
    while (same < expected->length && same < received->length &&
           expected->data[same] == received->data[same])
        same++;
    if (same == expected->length && same == received->length)
        return;
    size_t start = same > LEAD ? same - LEAD : 0;
    show_command();
    show("expected", expected, start, 0);
    int width = show("received", received, start, same);
    fprintf(stderr, "%*s^ first difference at byte %zu\n", width, "", same + 1);
    show_tail("sent so far", &peer->sent);
    give_up("%s got other bytes than expected.", peer->name);
}
