/*
 * client.c: sends lines over TLS and prints what comes back.
 * Run it: [TRUST=FILE] client [HOST [PORT]]
 *
 * New: it talks to nobody who cannot prove to be HOST, and notices when the
 * connection is cut.
 */
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE_MS 5000 /* for a handshake */
#define FOR_EVER (-1)    /* a time that never comes */

/* The one connection, of two threads. */
struct server {
    int fd; /* does not block: whoever has ssl_lock never waits */
    SSL *ssl;
    pthread_mutex_t ssl_lock; /* guards ssl once the receiver runs */
    bool cut;                 /* it ended without a close_notify */
    size_t start, end;        /* bytes[start] to bytes[end - 1] are unread */
    char bytes[READ_SIZE];
};

static atomic_bool typed_all; /* then it is for the server to close */

/* ---- TLS ---- */

/* Returns why the last call failed, in OpenSSL's words or the system's. */
static const char *reason(void)
{
    unsigned long error = ERR_peek_error();
    if (ERR_SYSTEM_ERROR(error))
        return strerror(ERR_GET_REASON(error));
    const char *words = ERR_reason_error_string(error);
    return words != NULL ? words : "it has gone, or says nothing";
}

/* Returns a context that trusts this file alone, or says why not and exits. */
static SSL_CTX *make_context(void)
{
    const char *named = getenv("TRUST");
    const char *trust = named != NULL ? named : "build/authority.pem";
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (context == NULL ||
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_load_verify_file(context, trust) != 1) {
        fprintf(stderr,
                "client: certificate %s: %s\n"
                "Make it with make certificate, or name another with "
                "TRUST=FILE.\n",
                trust, reason());
        SSL_CTX_free(context);
        exit(1);
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return context;
}

/*
 * Waits for events at fd. Returns false if there are none by that time. Dies
 * when nobody takes the output any more.
 */
static bool wait_for(int fd, short events, int64_t time)
{
    struct pollfd both[] = {{.fd = fd, .events = events},
                            {.fd = STDOUT_FILENO}}; /* errors come unasked */
    int ready;
    do {
        int64_t left = time == FOR_EVER ? -1 : time - now_ms();
        if (time != FOR_EVER && left < 0)
            left = 0;
        ready = poll(both, 2, (int)left);
    } while (ready == -1 && errno == EINTR);
    if (ready > 0 && (both[1].revents & (POLLERR | POLLHUP)) != 0) {
        errno = EPIPE;
        die("write", "stdout");
    }
    return ready > 0;
}

/*
 * Returns what a call that returned result has to wait for, or 0: it is done,
 * or has failed. Caller holds ssl_lock. SSL_get_error(3)
 */
static short awaited(const SSL *ssl, int result)
{
    switch (SSL_get_error(ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return POLLIN;
    case SSL_ERROR_WANT_WRITE:
        return POLLOUT;
    default:
        return 0;
    }
}

/* Has server prove that it is host. Returns whether it did. SSL_connect(3) */
static bool shake_hands(struct server *server)
{
    int64_t time = now_ms() + PATIENCE_MS;
    short events;
    int result;
    do {
        ERR_clear_error();
        result = SSL_connect(server->ssl);
        events = awaited(server->ssl, result);
    } while (events != 0 && wait_for(server->fd, events, time));
    return result == 1;
}

/* Fills bytes anew. Returns false when there are no more. SSL_read(3) */
static bool refill(struct server *server)
{
    short events;
    int len;
    do {
        pthread_mutex_lock(&server->ssl_lock);
        ERR_clear_error(); /* one that is left would be taken for this call's */
        len = SSL_read(server->ssl, server->bytes, READ_SIZE);
        events = awaited(server->ssl, len);
        server->cut = len <= 0 &&
                      SSL_get_error(server->ssl, len) != SSL_ERROR_ZERO_RETURN;
        pthread_mutex_unlock(&server->ssl_lock);
    } while (events != 0 && wait_for(server->fd, events, FOR_EVER));
    server->start = 0;
    server->end = len > 0 ? (size_t)len : 0;
    return len > 0;
}

/* Sends line and a newline. Returns false if that fails. SSL_write(3) */
static bool say(struct server *server, const char *line)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s\n", line);
    short events;
    int len;
    do {
        pthread_mutex_lock(&server->ssl_lock);
        ERR_clear_error();
        len = SSL_write(server->ssl, text, (int)strlen(text));
        events = awaited(server->ssl, len);
        pthread_mutex_unlock(&server->ssl_lock);
    } while (events != 0 && wait_for(server->fd, events, FOR_EVER));
    return len > 0;
}

/* Says that nothing more comes, in a way that nobody forges. SSL_shutdown(3) */
static void send_close_notify(struct server *server)
{
    short events;
    do {
        pthread_mutex_lock(&server->ssl_lock);
        ERR_clear_error();
        int result = SSL_shutdown(server->ssl);
        events = 0;
        if (result < 0)
            events = awaited(server->ssl, result);
        pthread_mutex_unlock(&server->ssl_lock);
    } while (events == POLLOUT && wait_for(server->fd, events, FOR_EVER));
}

/* Cuts what server sends into lines, as read_line() does. */
static enum line_status next_line(struct server *server, char *line,
                                  size_t size)
{
    size_t len = 0; /* of the whole line; only its first size bytes are kept */
    bool whole = false;
    while (!whole && (server->start < server->end || refill(server))) {
        char byte = server->bytes[server->start++];
        whole = byte == '\n';
        if (!whole && len < size)
            line[len] = byte;
        len += whole ? 0 : 1;
    }
    if (!whole && (len == 0 || server->cut))
        return LINE_END;

    if (len > 0 && len <= size && line[len - 1] == '\r')
        len--;
    bool fits = len < size;
    clean_text(line, fits ? len : size - 1);
    return fits ? LINE_READ : LINE_TOO_LONG;
}

/* ---- talking ---- */

/* Says why there is no TLS with host, and ends the program. */
static _Noreturn void refuse(const SSL *ssl, const char *host)
{
    long verdict = SSL_get_verify_result(ssl);
    if (verdict != X509_V_OK)
        fprintf(stderr, "client: %s is not to be trusted: %s\n", host,
                X509_verify_cert_error_string(verdict));
    else
        fprintf(stderr, "client: no TLS with %s: %s\n", host, reason());
    exit(1);
}

/* Begins to speak TLS over fd, with host and nobody else, or exits. */
static void meet(struct server *server, SSL_CTX *context, int fd,
                 const char *host)
{
    server->fd = fd;
    server->ssl = SSL_new(context);
    if (server->ssl == NULL || SSL_set_fd(server->ssl, fd) != 1 ||
        SSL_set1_host(server->ssl, host) != 1 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) == -1 || !shake_hands(server))
        refuse(server->ssl, host);
}

/* The receiver's thread: prints what the server sends, to the end. */
static void *print_lines(void *argument)
{
    struct server *server = argument;
    char line[MESSAGE_SIZE - 1];
    while (next_line(server, line, sizeof line) != LINE_END)
        print_line(line);
    if (typed_all && !server->cut)
        return NULL;
    fputs(server->cut ? "The connection was cut: something may be missing.\n"
                      : "The server closed the connection.\n",
          stderr);
    exit(server->cut ? 1 : 0); /* main may be waiting for the person */
}

/* Sends each line typed while the receiver prints. Returns the exit status. */
static int talk(struct server *server)
{
    struct line_reader keyboard = {.fd = STDIN_FILENO};
    char line[MESSAGE_SIZE - 1];
    pthread_t receiver;
    errno = pthread_create(&receiver, NULL, print_lines, server);
    if (errno != 0)
        die("pthread_create", "receiver");
    do
        typed_all = read_line(&keyboard, line, sizeof line) == LINE_END;
    while (!typed_all && say(server, line));
    send_close_notify(server);
    pthread_join(receiver, NULL);
    close(server->fd);
    return 0;
}

int main(int argc, char *argv[])
{
    static struct server server = {.ssl_lock = PTHREAD_MUTEX_INITIALIZER};
    struct endpoint there = client_arguments(argc, argv);
    /* A thread may exit while another is in OpenSSL, which stays as it is. */
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
    SSL_CTX *context = make_context();
    signal(SIGPIPE, SIG_IGN); /* the server may go first: we shall be told */
    meet(&server, context, tcp_connect(there), there.host);
    return talk(&server);
}
