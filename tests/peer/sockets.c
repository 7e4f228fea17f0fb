/*
 * sockets.c: connections by name, and waiting for them.
 */
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct peer *peers;
static struct addrinfo *address;

int limit_ms(double seconds)
{
    return (int)(1000 * seconds);
}

long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

bool await_any(struct pollfd *entries, size_t count, int limit)
{
    long long deadline = now() + limit;
    for (;;) {
        long long left = deadline - now();
        int ready = poll(entries, (nfds_t)count, left > 0 ? (int)left : 0);
        if (ready != -1)
            return ready > 0;
        if (errno != EINTR && errno != EAGAIN)
            tool_error("poll: %s", strerror(errno));
    }
}

bool await(int fd, short events)
{
    struct pollfd entry = {.fd = fd, .events = events};
    return await_any(&entry, 1, limit_ms(patience));
}

/* Returns where the named peer is linked in, or the NULL link at the end. */
static struct peer **slot_of(const char *name)
{
    struct peer **slot = &peers;
    while (*slot != NULL && strcmp((*slot)->name, name) != 0)
        slot = &(*slot)->next;
    return slot;
}

struct peer *find(const char *name)
{
    struct peer *peer = *slot_of(name);
    if (peer == NULL)
        tool_error("there is no connection named %s", name);
    return peer;
}

/* Makes a socket non-blocking and keeps it from the commands of shell. */
static void set_flags(int fd)
{
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
        tool_error("fcntl: %s", strerror(errno));
}

/* Adds bytes at the end of a buffer, which is never left NULL. */
static void append(struct bytes *buffer, const char *data, size_t length)
{
    char *grown = realloc(buffer->data, buffer->length + length + 1);
    buffer->data = in_memory(grown);
    memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
}

/* Removes bytes from the front of a buffer. */
static void drop(struct bytes *buffer, size_t length)
{
    buffer->length -= length;
    memmove(buffer->data, buffer->data + length, buffer->length);
}

struct peer *add_peer(const char *name, int fd, bool is_datagram)
{
    struct peer **slot = slot_of(name);
    if (*slot != NULL || strlen(name) > MAX_NAME)
        tool_error("the name %s is in use or too long", name);
    struct peer *peer = in_memory(calloc(1, sizeof *peer));
    set_flags(fd);
    strcpy(peer->name, name);
    peer->fd = fd;
    peer->is_datagram = is_datagram;
    append(&peer->in, "", 0);
    append(&peer->taken, "", 0);
    append(&peer->sent, "", 0);
    int on = 1;
    if (is_datagram)
        setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on);
    else
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *slot = peer;
    return peer;
}

void close_peer(struct peer *peer, bool aborting)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    if (aborting)
        setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(peer->fd);
    *slot_of(peer->name) = peer->next;
    free(peer->in.data);
    free(peer->taken.data);
    free(peer->sent.data);
    free(peer);
}

int narrow_window;

/*
 * Leaves little room for what comes, here and at the sender: a kernel gives it
 * room for some segments, and those of the loopback have 64 KiB. Of 4 MB some
 * 150 kB are left so.
 */
static void make_narrow(int fd)
{
    int segment = 512;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &narrow_window, sizeof narrow_window);
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
}

/* Connects a new socket; returns it, or -1 and the reason in errno. */
static int try_address(const struct addrinfo *target, int type)
{
    int fd = socket(target->ai_family, type, 0);
    if (fd == -1)
        return -1;
    set_flags(fd); /* before connect(), which must not wait */
    if (narrow_window > 0)
        make_narrow(fd);
    int error = 0;
    socklen_t size = sizeof error;
    if (connect(fd, target->ai_addr, target->ai_addrlen) == -1)
        error = errno;
    if (error == EINPROGRESS || error == EINTR) {
        error = ETIMEDOUT;
        if (await(fd, POLLOUT))
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

struct peer *open_peer(const char *name, int type)
{
    if (address == NULL)
        tool_error("HOST PORT are needed to connect");
    long long deadline = now() + limit_ms(patience);
    for (;;) {
        for (struct addrinfo *at = address; at != NULL; at = at->ai_next) {
            int fd = try_address(at, type);
            if (fd != -1)
                return add_peer(name, fd, type == SOCK_DGRAM);
        }
        if (errno != EADDRNOTAVAIL || now() > deadline)
            break;
        /* All local ports are taken: closed connections free some soon. */
        poll(NULL, 0, 10);
    }
    int error = errno;
    show_command();
    give_up_ended(error);
}

struct peer *open_here(const char *name, int type, uint16_t port)
{
    struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(port)};
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    int fd = socket(AF_INET, type, 0);
    int again = type == SOCK_STREAM; /* just after it was in use */
    if (fd == -1 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again) == -1 ||
        bind(fd, (struct sockaddr *)&place, size) == -1 ||
        (type == SOCK_STREAM && listen(fd, SOMAXCONN) == -1) ||
        getsockname(fd, (struct sockaddr *)&place, &size) == -1)
        tool_error("cannot listen: %s", strerror(errno));
    printf("Listening on 127.0.0.1:%u\n", (unsigned)ntohs(place.sin_port));
    fflush(stdout);
    return add_peer(name, fd, type == SOCK_DGRAM);
}

void set_address(const char *host, const char *port)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    if (address != NULL)
        freeaddrinfo(address);
    int error = getaddrinfo(host, port, &hints, &address);
    if (error != 0)
        tool_error("%s %s: %s", host, port, gai_strerror(error));
}

enum outcome receive(struct peer *peer)
{
    static char chunk[65536];
    struct sockaddr_storage from;
    union {
        struct cmsghdr header; /* for its alignment */
        char bytes[CMSG_SPACE(sizeof(struct timeval))];
    } control;
    struct iovec into = {.iov_base = chunk, .iov_len = sizeof chunk};
    struct msghdr message = {.msg_name = &from,
                             .msg_namelen = sizeof from,
                             .msg_iov = &into,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t got = recvmsg(peer->fd, &message, 0);
    if (got != -1 && peer->is_datagram)
        note_datagram(peer, &message);
    if (got == -1 && (errno == EAGAIN || errno == EINTR))
        return NOT_NOW;
    if (got == -1)
        peer->error = errno;
    if (got == -1 || (got == 0 && !peer->is_datagram))
        return ENDED;
    append(&peer->in, chunk, (size_t)got);
    return GOT_BYTES;
}

bool more(struct peer *peer)
{
    enum outcome outcome = NOT_NOW;
    while (outcome == NOT_NOW) {
        if (!await(peer->fd, POLLIN)) {
            show_streams(peer);
            give_up("Nothing more came within %g s.", patience);
        }
        outcome = receive(peer);
    }
    return outcome == GOT_BYTES;
}

void need(struct peer *peer)
{
    if (!more(peer))
        fail_ended(peer);
}

void take(struct peer *peer, size_t length)
{
    size_t shown = length < 2 * SHOWN ? length : 2 * SHOWN;
    append(&peer->taken, peer->in.data + length - shown, shown);
    if (peer->taken.length > 2 * SHOWN)
        drop(&peer->taken, peer->taken.length - 2 * SHOWN);
    drop(&peer->in, length);
}

/*
 * It depends on timing alone whether a send still succeeds after a reset, so
 * this leaves it to the next read to fail.
 */
void send_bytes(struct peer *peer, const char *data, size_t length, size_t step)
{
    size_t done = 0;
    do {
        size_t size = length - done < step ? length - done : step;
        ssize_t sent = send(peer->fd, data + done, size, 0);
        if (sent != -1) {
            append(&peer->sent, data + done, (size_t)sent);
            done += (size_t)sent;
        } else if (errno == EAGAIN && !await(peer->fd, POLLOUT)) {
            show_streams(peer);
            give_up("The %s took no more bytes within %g s.", other_side,
                    patience);
        } else if (errno != EAGAIN && errno != EINTR) {
            peer->error = errno;
            if (peer->is_datagram)
                fail_ended(peer);
            return;
        }
    } while (done < length);
}
