/*
 * The chat with epoll, in one thread: about as fast as one process can be.
 * epoll [PORT]
 *
 * All that one round of events brings goes into one log. Then each client is
 * sent what the others said, in one call. What it does not take is kept, and
 * while that is more than 1 MB for anybody, nobody is read.
 */
#define _GNU_SOURCE /* accept4(2), epoll(7) */
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <unistd.h>

enum { EVENTS = 256, KEPT_MUCH = 1 << 20, PIECES = 512 };

struct client {
    int fd;
    bool gone, unread; /* it has left; it has sent something */
    char name[24];
    struct client *next;
    size_t len; /* bytes of a line that has no end yet */
    char line[LINE_SIZE];
    char *kept; /* what it has not taken */
    size_t kept_len, kept_size;
};

/* What one client said in this round: a piece of text. */
struct piece {
    const struct client *from;
    size_t at, len;
};

static struct client *room;
static int epoll, waiting; /* how many keep more than KEPT_MUCH */
static char *text;
static size_t text_len, text_size;
static struct piece pieces[PIECES];
static size_t piece_count;

/* Makes a buffer large enough. */
static void grow(char **buffer, size_t *size, size_t wanted)
{
    while (*size < wanted)
        *size = *size == 0 ? 4096 : *size * 2;
    *buffer = realloc(*buffer, *size);
    if (*buffer == NULL)
        abort();
}

/* Keeps for later what a client did not take. */
static void keep(struct client *client, const char *bytes, size_t len)
{
    if (client->kept_len + len > client->kept_size)
        grow(&client->kept, &client->kept_size, client->kept_len + len);
    memcpy(client->kept + client->kept_len, bytes, len);
    waiting +=
        client->kept_len <= KEPT_MUCH && client->kept_len + len > KEPT_MUCH;
    client->kept_len += len;
}

/* Sends what was kept, as far as it is taken. */
static void send_kept(struct client *client)
{
    ssize_t sent = send(client->fd, client->kept, client->kept_len, 0);
    if (sent <= 0) {
        client->gone |= sent == -1 && errno != EAGAIN;
        return;
    }
    size_t left = client->kept_len - (size_t)sent;
    waiting -= client->kept_len > KEPT_MUCH && left <= KEPT_MUCH;
    memmove(client->kept, client->kept + sent, left);
    client->kept_len = left;
}

/* Sends a client this round's pieces, but for its own. */
static void deliver(struct client *client)
{
    struct iovec out[PIECES];
    struct msghdr message = {.msg_iov = out};
    for (size_t i = 0; i < piece_count; i++)
        if (pieces[i].from != client)
            out[message.msg_iovlen++] = (struct iovec){
                .iov_base = text + pieces[i].at, .iov_len = pieces[i].len};
    ssize_t sent = 0;
    if (client->kept_len == 0 && message.msg_iovlen > 0)
        sent = sendmsg(client->fd, &message, 0);
    if (sent == -1 && errno != EAGAIN) {
        client->gone = true;
        return;
    }
    size_t taken = sent > 0 ? (size_t)sent : 0;
    for (size_t i = 0; i < message.msg_iovlen; i++) {
        size_t skip = taken < out[i].iov_len ? taken : out[i].iov_len;
        taken -= skip;
        if (skip < out[i].iov_len)
            keep(client, (char *)out[i].iov_base + skip, out[i].iov_len - skip);
    }
}

/* Sends to all what was said in this round. */
static void deliver_all(void)
{
    for (struct client *each = room; each != NULL; each = each->next)
        if (!each->gone)
            deliver(each);
    piece_count = text_len = 0;
}

/* Adds what a client said, or a notice from nobody, to this round. */
static void post(const struct client *from, const char *name, const char *line,
                 size_t len)
{
    size_t most = strlen(name) + len + 3;
    bool joins = piece_count > 0 && pieces[piece_count - 1].from == from;
    if (!joins && piece_count == PIECES)
        deliver_all();
    if (text_len + most > text_size)
        grow(&text, &text_size, text_len + most);
    if (!joins || piece_count == 0)
        pieces[piece_count++] = (struct piece){from, text_len, 0};
    char *to = text + text_len;
    to = stpcpy(to, name);
    if (from != NULL)
        to = stpcpy(to, ": ");
    memcpy(to, line, len);
    to[len] = '\n';
    size_t added = (size_t)(to - (text + text_len)) + len + 1;
    pieces[piece_count - 1].len += added;
    text_len += added;
}

static void notice(const struct client *client, const char *what)
{
    char line[64];
    int len = snprintf(line, sizeof line, "%s %s", client->name, what);
    post(NULL, "* ", line, (size_t)len);
}

/* Posts all whole lines of what a client sent. */
static void take(struct client *client, char *bytes, size_t len)
{
    char *newline;
    while ((newline = memchr(bytes, '\n', len)) != NULL) {
        size_t part = (size_t)(newline - bytes);
        if (client->len + part < LINE_SIZE) {
            memcpy(client->line + client->len, bytes, part);
            size_t whole = client->len + part;
            if (whole > 0 && client->line[whole - 1] == '\r')
                whole--;
            client->line[whole] = '\0';
            post(client, client->name, client->line,
                 clean_text(client->line, whole));
        }
        client->len = 0;
        len -= part + 1;
        bytes = newline + 1;
    }
    size_t room_left = client->len < LINE_SIZE ? LINE_SIZE - client->len : 0;
    memcpy(client->line + client->len, bytes,
           len < room_left ? len : room_left);
    client->len += len < room_left ? len : room_left;
}

static void accept_all(int listener)
{
    static unsigned guests;
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) != -1) {
        struct client *client = calloc(1, sizeof *client);
        if (client == NULL)
            abort();
        client->fd = fd;
        snprintf(client->name, sizeof client->name, "guest-%u", ++guests);
        client->next = room;
        room = client;
        struct epoll_event event = {EPOLLIN | EPOLLOUT | EPOLLET,
                                    {.ptr = client}};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
        notice(client, "joined");
    }
}

static void remove_gone(void)
{
    for (struct client **link = &room, *client; (client = *link) != NULL;) {
        if (!client->gone) {
            link = &client->next;
            continue;
        }
        *link = client->next;
        waiting -= client->kept_len > KEPT_MUCH;
        notice(client, "left");
        close(client->fd);
        free(client->kept);
        free(client);
    }
}

/* Reads once what a client sent. */
static void hear(struct client *client)
{
    static char bytes[65536];
    ssize_t got = recv(client->fd, bytes, sizeof bytes, 0);
    if (got > 0)
        take(client, bytes, (size_t)got);
    client->gone |= got == 0 || (got == -1 && errno != EAGAIN);
    client->unread = got == sizeof bytes;
}

/* Reads from all who have sent something. Returns whether there is more. */
static bool hear_all(void)
{
    bool more = false;
    for (struct client *each = room; each != NULL && waiting == 0;
         each = each->next) {
        if (each->unread && !each->gone)
            hear(each);
        more |= each->unread && !each->gone;
    }
    return more;
}

int main(int argc, char *argv[])
{
    struct endpoint at = server_arguments(argc, argv);
    at.host = "127.0.0.1";
    int listener = tcp_listen(at);
    signal(SIGPIPE, SIG_IGN);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    epoll = epoll_create1(0);
    struct epoll_event event = {EPOLLIN, {.ptr = NULL}}, events[EVENTS];
    epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
    for (bool more = false;;) {
        int count = epoll_wait(epoll, events, EVENTS, more ? 0 : -1);
        for (int i = 0; i < count; i++) {
            struct client *client = events[i].data.ptr;
            if (client == NULL)
                accept_all(listener);
            else if (client->kept_len > 0)
                send_kept(client);
            if (client != NULL && (events[i].events & ~(unsigned)EPOLLOUT) != 0)
                client->unread = true;
        }
        more = hear_all();
        deliver_all();
        remove_gone();
    }
}
