/*
 * tls: takes connections, and goes on with each over TLS, or without it: so the
 * scripts of tests/peer, which know nothing of TLS, reach a server that speaks
 * nothing else, and a client that does finds a script for its server.
 *
 * tls client PORT HOW                  plain here, TLS to PORT of 127.0.0.1
 * tls server PORT HOW CERTIFICATE KEY  TLS here, plain to PORT of 127.0.0.1
 *
 * The end of a stream is a close_notify on the other side, and the other way
 * round. A plain connection that was reset is cut: TLS ends without a
 * close_notify: by another reset where HOW is rst, by a FIN where it is fin.
 * What TLS cuts is reset. Where HOW is deaf, nothing of TLS is read but the
 * handshake, and it is closed when the plain side has said all.
 *
 * There is one thread, so no SSL object has two.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_PAIRS 400
#define BUFFER_SIZE 16384 /* a record of TLS has no more */

/* A way in one direction: what was read and is not written yet. */
struct way {
    char bytes[BUFFER_SIZE];
    size_t start, end;
    bool ended; /* nothing more comes */
    bool told;  /* the other side knows */
};

struct pair {
    int plain; /* -1 until there is one */
    int wire;
    SSL *ssl;
    bool met;        /* the handshake is over */
    short wants;     /* of wire, by the last call */
    struct way up;   /* from plain to wire */
    struct way down; /* from wire to plain */
};

static struct pair *pairs[MAX_PAIRS];
static size_t count;

static bool is_client, cuts_by_reset, is_deaf;
static unsigned short target;
static SSL_CTX *context;

static void trouble(const char *what)
{
    fprintf(stderr, "tls: This is trouble: %s: %s\n", what, strerror(errno));
    ERR_print_errors_fp(stderr);
    exit(2);
}

/*
 * Leaves little room on the way, so that a test need not fill much. Segments of
 * the loopback have 64 KiB: where the room is less than one, a sender waits for
 * a timer.
 */
static void make_narrow(int fd)
{
    int size = 65536, segment = 1400;
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &segment, sizeof segment);
}

static void prepare(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
        trouble("fcntl");
}

/* Returns a connection to the target, or -1. */
static int connected(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(target)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd == -1)
        trouble("socket");
    make_narrow(fd);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == -1) {
        close(fd);
        return -1;
    }
    prepare(fd);
    return fd;
}

static void close_with(int fd, bool reset)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    if (fd == -1)
        return;
    if (reset)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(fd);
}

/* Whether the last call is to be made again; notes what it waits for. */
static bool waits(struct pair *pair, int result)
{
    int error = SSL_get_error(pair->ssl, result);
    if (error == SSL_ERROR_WANT_READ)
        pair->wants |= POLLIN;
    if (error == SSL_ERROR_WANT_WRITE)
        pair->wants |= POLLOUT;
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE;
}

/* Each of these returns false when the pair is at its end. */

static bool meet(struct pair *pair)
{
    if (pair->met)
        return true;
    int result = SSL_do_handshake(pair->ssl);
    if (result != 1 && waits(pair, result))
        return true;
    pair->met = result == 1;
    if (!pair->met) {
        const char *reason = ERR_reason_error_string(ERR_peek_error());
        printf("No TLS: %s\n", reason != NULL ? reason : "it has gone");
        return false;
    }
    if (pair->plain == -1)
        pair->plain = connected();
    return pair->plain != -1;
}

/* Whether there is nothing to write, so that more may be read. */
static bool is_empty(struct way *way)
{
    if (way->start < way->end)
        return false;
    way->start = way->end = 0;
    return true;
}

static bool read_plain(struct pair *pair)
{
    struct way *up = &pair->up;
    if (up->ended || !is_empty(up))
        return true;
    ssize_t len = recv(pair->plain, up->bytes, sizeof up->bytes, 0);
    if (len == -1)
        return errno == EAGAIN || errno == EINTR;
    up->ended = len == 0;
    up->end = (size_t)len;
    return true;
}

static bool write_wire(struct pair *pair)
{
    struct way *up = &pair->up;
    int result = 1;
    if (!is_empty(up)) {
        result = SSL_write(pair->ssl, up->bytes, (int)up->end);
        if (result > 0)
            up->start = up->end;
    } else if (up->ended && !up->told) {
        result = SSL_shutdown(pair->ssl);
        up->told = result >= 0;
        if (up->told)
            shutdown(pair->wire, SHUT_WR);
        result = up->told ? 1 : result;
    }
    return result > 0 || waits(pair, result);
}

static bool read_wire(struct pair *pair)
{
    struct way *down = &pair->down;
    if (is_deaf || down->ended || !is_empty(down))
        return true;
    int len = SSL_read(pair->ssl, down->bytes, sizeof down->bytes);
    if (len > 0) {
        down->end = (size_t)len;
        return true;
    }
    down->ended = SSL_get_error(pair->ssl, len) == SSL_ERROR_ZERO_RETURN;
    return down->ended || waits(pair, len);
}

static bool write_plain(struct pair *pair)
{
    struct way *down = &pair->down;
    if (is_empty(down)) {
        if (down->ended && !down->told)
            shutdown(pair->plain, SHUT_WR);
        down->told = down->ended;
        return true;
    }
    ssize_t len = send(pair->plain, down->bytes + down->start,
                       down->end - down->start, 0);
    if (len == -1)
        return errno == EAGAIN || errno == EINTR;
    down->start += (size_t)len;
    return true;
}

/* Moves what can be moved. Returns false when the pair is at its end. */
static bool move(struct pair *pair)
{
    ERR_clear_error();
    pair->wants = 0;
    if (!meet(pair))
        return false;
    if (!pair->met)
        return true;
    return read_plain(pair) && write_wire(pair) && read_wire(pair) &&
           write_plain(pair);
}

/* Ends a pair: in order if both sides have said so, or else it is cut. */
static void end_pair(struct pair *pair)
{
    bool in_order = pair->up.told && pair->down.told;
    close_with(pair->plain, !in_order);
    close_with(pair->wire, !in_order && cuts_by_reset);
    SSL_free(pair->ssl);
    free(pair);
}

/* Begins with a connection that was taken, if its target can be reached. */
static void add_pair(int fd)
{
    int other = is_client ? connected() : -1;
    struct pair *pair = calloc(1, sizeof *pair);
    SSL *ssl = SSL_new(context);
    if (count == MAX_PAIRS || pair == NULL || ssl == NULL)
        trouble("too many connections");
    prepare(fd);
    pair->plain = is_client ? fd : -1;
    pair->wire = is_client ? other : fd;
    pair->ssl = ssl;
    pairs[count++] = pair;
    SSL_set_fd(ssl, pair->wire);
    if (is_client)
        SSL_set_connect_state(ssl);
    else
        SSL_set_accept_state(ssl);
    if (pair->wire == -1 || !move(pair)) {
        count--;
        end_pair(pair);
    }
}

/* What to wait for at both ends of a pair. */
static void set_events(struct pair *pair, struct pollfd *two)
{
    two[0] = (struct pollfd){.fd = pair->plain};
    two[1] = (struct pollfd){.fd = pair->wire, .events = pair->wants};
    if (!pair->met)
        return;
    if (!pair->up.ended && is_empty(&pair->up))
        two[0].events |= POLLIN;
    if (!is_empty(&pair->down))
        two[0].events |= POLLOUT;
    if (!is_deaf && !pair->down.ended && is_empty(&pair->down))
        two[1].events |= POLLIN;
}

/* Whether one side has gone that is not read any more, which would tell. */
static bool is_broken(const struct pair *pair, const struct pollfd *two)
{
    bool plain_unread = !pair->met || pair->up.ended;
    bool wire_unread = pair->met && (is_deaf || pair->down.ended);
    return ((two[0].revents & POLLERR) != 0 && plain_unread) ||
           ((two[1].revents & POLLERR) != 0 && wire_unread);
}

/* Moves what can be moved in this pair. Returns whether it goes on. */
static bool serve(struct pair *pair, const struct pollfd *two)
{
    return !is_broken(pair, two) && move(pair) &&
           !(pair->up.told && (is_deaf || pair->down.told));
}

static void run(int listener)
{
    static struct pollfd entries[1 + 2 * MAX_PAIRS];
    for (;;) {
        entries[0] = (struct pollfd){.fd = listener, .events = POLLIN};
        for (size_t i = 0; i < count; i++)
            set_events(pairs[i], entries + 1 + 2 * i);
        if (poll(entries, (nfds_t)(1 + 2 * count), -1) == -1)
            continue;
        size_t kept = 0, before = count;
        for (size_t i = 0; i < before; i++) {
            const struct pollfd *two = entries + 1 + 2 * i;
            if ((two[0].revents | two[1].revents) == 0 || serve(pairs[i], two))
                pairs[kept++] = pairs[i];
            else
                end_pair(pairs[i]);
        }
        count = kept;
        int fd = accept(listener, NULL, NULL);
        if (fd != -1)
            add_pair(fd);
    }
}

static int listens(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof here;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    make_narrow(fd); /* and what it accepts */
    if (fd == -1 || bind(fd, (struct sockaddr *)&here, size) == -1 ||
        listen(fd, SOMAXCONN) == -1 ||
        getsockname(fd, (struct sockaddr *)&here, &size) == -1)
        trouble("cannot listen");
    prepare(fd);
    printf("Listening on 127.0.0.1:%u\n", (unsigned)ntohs(here.sin_port));
    return fd;
}

int main(int argc, char *argv[])
{
    is_client = argc == 4 && strcmp(argv[1], "client") == 0;
    if (!is_client && (argc != 6 || strcmp(argv[1], "server") != 0)) {
        fputs("usage: tls client PORT fin|rst|deaf\n"
              "       tls server PORT fin|rst|deaf CERTIFICATE KEY\n",
              stderr);
        return 2;
    }
    target = (unsigned short)atoi(argv[2]);
    cuts_by_reset = strcmp(argv[3], "rst") == 0;
    is_deaf = strcmp(argv[3], "deaf") == 0;
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGPIPE, SIG_IGN);
    context = SSL_CTX_new(TLS_method());
    if (context == NULL)
        trouble("SSL_CTX_new");
    if (!is_client &&
        (SSL_CTX_use_certificate_chain_file(context, argv[4]) != 1 ||
         SSL_CTX_use_PrivateKey_file(context, argv[5], SSL_FILETYPE_PEM) != 1))
        trouble(argv[4]);
    run(listens());
}
