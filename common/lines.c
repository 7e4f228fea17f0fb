/* lines.c - sends all of it, and cuts a stream into lines; see net.h. */
#include "net.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int send_all(int fd, const char *bytes, size_t len)
{
    size_t sent = 0;
    while (sent < len) {
        ssize_t taken = send(fd, bytes + sent, len - sent, 0);
        if (taken == -1 && errno == EINTR)
            continue;
        if (taken == -1)
            return -1;
        sent += (size_t)taken;
    }
    return 0;
}

int send_line(int fd, const char *line)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s\n", line);
    return send_all(fd, text, strlen(text));
}

/* Waits until fd has something to read, or dies: nobody takes the output. */
static void wait_for_bytes(int fd)
{
    struct pollfd both[] = {{.fd = fd, .events = POLLIN},
                            {.fd = STDOUT_FILENO}}; /* errors come unasked */
    while (poll(both, 2, -1) == -1)
        if (errno != EINTR)
            return; /* read() will say what is wrong */
    if ((both[1].revents & (POLLERR | POLLHUP)) != 0) {
        errno = EPIPE;
        die("write", "stdout");
    }
}

/* Receives more bytes; returns false when there are no more. */
static bool refill(struct line_reader *reader)
{
    if (reader->ended)
        return false;

    ssize_t len;
    do {
        if (reader->printed)
            wait_for_bytes(reader->fd);
        len = read(reader->fd, reader->bytes, READ_SIZE);
    } while (len == -1 && errno == EINTR);

    if (len == -1 && reader->fd == STDIN_FILENO)
        die("read", "stdin");
    if (len == -1)
        reader->error = errno;
    reader->ended = len <= 0;
    reader->start = 0;
    reader->end = len > 0 ? (size_t)len : 0;
    return !reader->ended;
}

enum line_status read_line(struct line_reader *reader, char *line, size_t size)
{
    size_t len = 0; /* of the whole line; only its first size bytes are kept */
    char *newline = NULL;
    while (newline == NULL && (reader->start < reader->end || refill(reader))) {
        char *from = reader->bytes + reader->start;
        char *to = reader->bytes + reader->end;
        newline = memchr(from, '\n', (size_t)(to - from));
        if (newline != NULL)
            to = newline;

        for (; from < to; from++) {
            if (len < size)
                line[len] = *from;
            len++;
        }
        reader->start = (size_t)(to - reader->bytes);
        if (newline != NULL)
            reader->start++;
    }
    if (newline == NULL && (len == 0 || reader->error != 0))
        return LINE_END;

    if (len > 0 && len <= size && line[len - 1] == '\r')
        len--;
    bool fits = len < size;
    clean_text(line, fits ? len : size - 1);
    return fits ? LINE_READ : LINE_TOO_LONG;
}

bool line_waiting(const struct line_reader *reader)
{
    size_t here = reader->end - reader->start;
    return memchr(reader->bytes + reader->start, '\n', here) != NULL;
}

bool wait_for_typing(const struct line_reader *keyboard, int server)
{
    if (keyboard->ended || line_waiting(keyboard))
        return true;

    struct pollfd both[] = {{.fd = keyboard->fd, .events = POLLIN},
                            {.fd = server, .events = POLLIN}};
    while (poll(both, 2, -1) == -1)
        if (errno != EINTR)
            return true; /* read() will say what is wrong */
    return both[1].revents == 0;
}
