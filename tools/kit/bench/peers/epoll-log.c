/*
 * The chat with epoll and the log of the last steps, in one thread: the
 * fastest that we know how to write. epoll-log [PORT]
 *
 * Each line is stored once, in a ring of bytes. A client has a cursor into it,
 * and what follows that, but for its own lines, leaves in one call. Who has
 * spoken is read in the middle of a round, too: so the rest of the room is sent
 * more at a time. While the log is full nobody is read, and nobody comes in.
 */
#define _GNU_SOURCE /* accept4(2), epoll(7) */
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>
#include <unistd.h>

enum { EVENTS = 256, LOG_SIZE = 1024 * 1024, STRETCHES = 8192 };
enum { READ_MAX = 16 * 1024, LABEL_SIZE = 24, PIECES = 64, SENDS = 16 };
/* What one recv() makes in the log at most: a label before each "\n". */
enum { ADDED_MAX = READ_MAX * LABEL_SIZE + LINE_SIZE };

/* Positions in the log only grow: byte i stands at log_bytes[i % LOG_SIZE]. */
struct client {
    int fd;
    bool gone, ends;      /* it has left; it closes, or fails */
    bool blocked, unread; /* it takes nothing now; it has sent something */
    size_t cursor;        /* it has all that stands before this */
    size_t own, own_last; /* its stretches that the cursor has not passed */
    size_t own_count;
    struct client *next, *next_unread;
    size_t label_len, part_len;
    char *part; /* of a line that has no end yet */
    char label[LABEL_SIZE];
};

/* What one client has said without a break: it is not sent that. */
struct stretch {
    size_t start, end, next; /* the next one of the same client */
};

static struct client *room;
static struct client *unread, **unread_end = &unread; /* a queue */
static int epoll, listener;
static bool knocking; /* somebody wants to come in */
static size_t going;  /* how many have left, and are still in the room */

static char log_bytes[LOG_SIZE + MESSAGE_SIZE];
static size_t log_begin, log_end;
static size_t log_sent; /* everybody who takes anything has all before this */
static struct stretch stretches[STRETCHES];
static size_t stretches_begin, stretches_end;

/* ---- log ---- */

static bool log_is_full(void)
{
    return log_end - log_begin > LOG_SIZE - ADDED_MAX ||
           stretches_end - stretches_begin == STRETCHES;
}

/* Lets go of what everybody has. */
static void log_forget(size_t before)
{
    log_begin = before;
    while (stretches_begin != stretches_end &&
           stretches[stretches_begin % STRETCHES].end <= log_begin)
        stretches_begin++;
}

/* Notes that client, who is not sent it, has said this much. */
static void log_owned(struct client *client, size_t start)
{
    struct stretch *last = &stretches[client->own_last % STRETCHES];
    if (client->own_count > 0 && last->end == start) {
        last->end = log_end;
        return;
    }
    size_t new = stretches_end++;
    stretches[new % STRETCHES] =
        (struct stretch){.start = start, .end = log_end};
    if (client->own_count++ > 0)
        last->next = new;
    else
        client->own = new;
    client->own_last = new;
}

/* Whether a line of ASCII has nothing that clean_text() would change. */
static bool is_plain(const char *text, size_t len)
{
    const uint64_t ones = 0x0101010101010101;
    uint64_t odd = 0;
    for (size_t at = 0; at + sizeof odd <= len; at += sizeof odd) {
        uint64_t eight;
        memcpy(&eight, text + at, sizeof eight);
        odd |= (eight - 0x20 * ones) | eight | (eight + ones);
    }
    for (size_t at = len - len % sizeof odd; at < len; at++)
        odd |= text[at] < ' ' || text[at] == 0x7F ? 0x80 : 0;
    return (odd & 0x80 * ones) == 0;
}

/* Adds a line, cleaned, with a label before it. */
static void log_add(const char *label, size_t label_len, const char *line,
                    size_t len)
{
    char *to = log_bytes + log_end % LOG_SIZE;
    memcpy(to, label, label_len);
    memcpy(to + label_len, line, len);
    if (len > 0 && line[len - 1] == '\r')
        len--;
    if (!is_plain(to + label_len, len))
        len = clean_text(to + label_len, len);
    to[label_len + len] = '\n';
    log_end += label_len + len + 1;
    char *over = to + label_len + len + 1; /* the ring's end: it goes on here */
    if (over > log_bytes + LOG_SIZE)
        memcpy(log_bytes, log_bytes + LOG_SIZE,
               (size_t)(over - (log_bytes + LOG_SIZE)));
}

static void notice(const struct client *client, const char *what)
{
    char line[64];
    size_t name_len = client->label_len - strlen(": ");
    memcpy(line, client->label, name_len);
    strcpy(line + name_len, what);
    log_add("* ", strlen("* "), line, name_len + strlen(what));
}

/* ---- sending ---- */

/* Adds the bytes of the log from start to end to what is sent in one call. */
static size_t add_pieces(struct iovec *pieces, size_t start, size_t end)
{
    size_t at = start % LOG_SIZE;
    size_t len = end - start;
    size_t first = len < LOG_SIZE - at ? len : LOG_SIZE - at;
    pieces[0] = (struct iovec){.iov_base = log_bytes + at, .iov_len = first};
    pieces[1] = (struct iovec){.iov_base = log_bytes, .iov_len = len - first};
    if (first < len)
        return 2;
    return len > 0 ? 1 : 0;
}

/* Moves client's cursor on by what it has taken, and over what it has said. */
static void move_on(struct client *client, size_t taken)
{
    client->cursor += taken;
    while (client->own_count > 0) {
        const struct stretch *own = &stretches[client->own % STRETCHES];
        if (client->cursor < own->start)
            break;
        client->cursor += own->end - own->start;
        client->own = own->next;
        client->own_count--;
    }
}

/* Notes that client's connection has ended. */
static void set_gone(struct client *client)
{
    going += client->gone ? 0 : 1;
    client->gone = true;
}

/* Sends client what others have said since, in one call. */
static void deliver(struct client *client)
{
    struct iovec pieces[PIECES];
    size_t count = 0, wanted = 0;
    size_t from = client->cursor, own = client->own;
    for (size_t left = client->own_count;; left--) {
        const struct stretch *skip = &stretches[own % STRETCHES];
        count +=
            add_pieces(pieces + count, from, left > 0 ? skip->start : log_end);
        if (left == 0 || count + 2 > PIECES)
            break;
        from = skip->end;
        own = skip->next;
    }
    for (size_t i = 0; i < count; i++)
        wanted += pieces[i].iov_len;
    ssize_t sent = 0;
    if (count == 1)
        sent = send(client->fd, pieces[0].iov_base, wanted, 0);
    else if (count > 1)
        sent = writev(client->fd, pieces, (int)count);
    if (sent == -1 && errno != EAGAIN)
        set_gone(client);
    move_on(client, sent > 0 ? (size_t)sent : 0);
    client->blocked = sent < (ssize_t)wanted;
}

/* ---- hearing ---- */

/* Adds all whole lines of what client has sent to the log. */
static void take(struct client *client, const char *bytes, size_t len)
{
    size_t start = log_end;
    const char *newline;
    while ((newline = memchr(bytes, '\n', len)) != NULL) {
        size_t line_len = (size_t)(newline - bytes);
        const char *line = bytes;
        if (client->part_len > 0) {
            if (client->part_len + line_len < LINE_SIZE)
                memcpy(client->part + client->part_len, bytes, line_len);
            line_len += client->part_len;
            line = client->part;
        }
        if (line_len < LINE_SIZE) /* a longer one is skipped */
            log_add(client->label, client->label_len, line, line_len);
        client->part_len = 0;
        len -= (size_t)(newline + 1 - bytes);
        bytes = newline + 1;
    }
    if (log_end > start)
        log_owned(client, start);
    if (len > 0 && client->part_len + len < LINE_SIZE) {
        if (client->part == NULL && (client->part = malloc(LINE_SIZE)) == NULL)
            abort();
        memcpy(client->part + client->part_len, bytes, len);
    }
    client->part_len += len;
}

/* Notes that client has sent something. */
static void set_unread(struct client *client)
{
    if (client->unread)
        return;
    client->unread = true;
    client->next_unread = NULL;
    *unread_end = client;
    unread_end = &client->next_unread;
}

/* Reads once what client has sent. */
static void hear(struct client *client)
{
    static char bytes[READ_MAX];
    ssize_t got = recv(client->fd, bytes, sizeof bytes, 0);
    if (got > 0)
        take(client, bytes, (size_t)got);
    if (got == 0 || (got == -1 && errno != EAGAIN))
        set_gone(client);
    if (got == sizeof bytes || (got > 0 && client->ends))
        set_unread(client);
}

/* Reads once from each who has sent something, while the log has space. */
static void hear_all(void)
{
    struct client *client = unread, *next;
    unread = NULL;
    unread_end = &unread;
    for (; client != NULL; client = next) {
        next = client->next_unread;
        client->unread = false;
        if (!client->gone && log_is_full())
            set_unread(client);
        else if (!client->gone)
            hear(client);
    }
}

/* ---- clients ---- */

/* Adds a client to the room. */
static void room_add(int fd)
{
    static unsigned guests;
    struct client *client = calloc(1, sizeof *client);
    struct epoll_event event = {.events =
                                    EPOLLIN | EPOLLRDHUP | EPOLLOUT | EPOLLET,
                                .data.ptr = client};
    if (client == NULL || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == -1)
        abort();
    client->fd = fd;
    client->cursor = log_end;
    client->label_len = (size_t)snprintf(client->label, sizeof client->label,
                                         "guest-%u: ", ++guests);
    client->next = room;
    room = client;
    notice(client, " joined");
}

/* Lets in who waits; without descriptors they wait until somebody leaves. */
static void accept_all(void)
{
    while (knocking && !log_is_full()) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
        if (fd != -1)
            room_add(fd);
        else if (errno != ECONNABORTED && errno != EINTR)
            knocking = false;
    }
}

static void room_remove(struct client **link)
{
    struct client *client = *link;
    *link = client->next;
    notice(client, " left");
    close(client->fd);
    going--;
    knocking = true; /* there may have been no descriptor for somebody */
    free(client->part);
    free(client);
}

/* ---- main ---- */

/* Waits for events, so many ms, and does what can be done at once. */
static void take_events(int timeout)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, timeout);
    for (int i = 0; i < count; i++) {
        struct client *client = events[i].data.ptr;
        unsigned what = events[i].events;
        if (client == NULL) {
            knocking = true;
            continue;
        }
        if ((what & EPOLLOUT) != 0 && client->blocked && !client->gone)
            deliver(client);
        client->ends |= (what & ~(unsigned)(EPOLLIN | EPOLLOUT)) != 0;
        if ((what & ~(unsigned)EPOLLOUT) != 0)
            set_unread(client);
    }
    accept_all();
    hear_all();
}

/* Sends everybody what there is, and hears now and then what is new. */
static void make_round(void)
{
    size_t least = log_end, sends = 0;
    log_sent = log_end;
    for (struct client **link = &room; *link != NULL;) {
        struct client *client = *link;
        if (client->gone && !client->unread && !log_is_full()) {
            room_remove(link);
            continue;
        }
        link = &client->next;
        if (client->gone)
            continue;
        if (!client->blocked && client->cursor != log_end) {
            deliver(client);
            if (++sends % SENDS == 0)
                take_events(0);
        }
        if (client->cursor < least)
            least = client->cursor;
        if (client->cursor < log_sent && !client->blocked)
            log_sent = client->cursor;
    }
    log_forget(least);
}

int main(int argc, char *argv[])
{
    struct endpoint at = server_arguments(argc, argv);
    at.host = "127.0.0.1";
    listener = tcp_listen(at);
    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    fcntl(listener, F_SETFL, O_NONBLOCK);
    epoll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        bool more = unread != NULL || knocking || going > 0;
        bool waits = log_sent == log_end && (!more || log_is_full());
        take_events(waits ? -1 : 0);
        make_round();
    }
}
