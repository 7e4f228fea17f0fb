/*
 * server.c: a chat over TLS: nobody on the way can read or change a line.
 * Run it: [CERTIFICATE=FILE] [KEY=FILE] server [PORT [ADDRESS]]
 *
 * New: each connection has an SSL object, which its own thread reads from and
 * all others write to, one at a time.
 * Still wrong, on purpose: one that does not read freezes all. See step 08.
 */
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_MS 5000 /* for a handshake, and for a client to close */
#define FOR_EVER (-1)    /* a time that never comes */

/* What a client's thread is given: it owns this, and frees it. */
struct client {
    int fd; /* does not block: whoever has ssl_lock never waits */
    SSL *ssl;
    pthread_mutex_t ssl_lock; /* guards ssl once the client is in the room */
    bool cut;                 /* it ended without a close_notify */
    size_t start, end;        /* bytes[start] to bytes[end - 1] are unread */
    char bytes[READ_SIZE];
    char name[NAME_SIZE];
    struct client *next;
};

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

/* Returns the name of a file: what the environment says, or else this one. */
static const char *file_of(const char *variable, const char *usual)
{
    const char *named = getenv(variable);
    return named != NULL ? named : usual;
}

/* Returns what all SSL objects are made of, or says why not and exits. */
static SSL_CTX *make_context(void)
{
    const char *certificate = file_of("CERTIFICATE", "build/certificate.pem");
    const char *key = file_of("KEY", "build/key.pem");
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (context == NULL ||
        SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
        SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr,
                "server: certificate %s, key %s: %s\n"
                "Make both with make certificate, or name yours with "
                "CERTIFICATE=FILE and KEY=FILE.\n",
                certificate, key, reason());
        SSL_CTX_free(context);
        exit(1);
    }
    SSL_CTX_set_num_tickets(context, 0); /* nobody resumes a session here */
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    return context;
}

/* Returns the time at which patience ends. */
static int64_t soon(void)
{
    return now_ms() + PATIENCE_MS;
}

/* Waits for events at fd. Returns false if there are none by that time. */
static bool wait_for(int fd, short events, int64_t time)
{
    struct pollfd one = {.fd = fd, .events = events};
    int ready;
    do {
        int64_t left = time == FOR_EVER ? -1 : time - now_ms();
        if (time != FOR_EVER && left < 0)
            left = 0;
        ready = poll(&one, 1, (int)left);
    } while (ready == -1 && errno == EINTR);
    return ready == 1;
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

/*
 * Whether what the client sends first, by that time, is a record of TLS that
 * begins a handshake. No text begins so. RFC 8446, 5.1
 */
static bool speaks_tls(int fd, int64_t time)
{
    char first;
    return wait_for(fd, POLLIN, time) && recv(fd, &first, 1, MSG_PEEK) == 1 &&
           first == SSL3_RT_HANDSHAKE;
}

/* Takes the handshake of a client that nobody else knows yet. SSL_accept(3) */
static bool shake_hands(struct client *client, int64_t time)
{
    short events;
    int result;
    do {
        ERR_clear_error();
        result = SSL_accept(client->ssl);
        events = awaited(client->ssl, result);
    } while (events != 0 && wait_for(client->fd, events, time));
    return result == 1;
}

/* Fills bytes anew. Returns false when there are no more. SSL_read(3) */
static bool refill(struct client *client)
{
    short events;
    int len;
    do {
        pthread_mutex_lock(&client->ssl_lock);
        ERR_clear_error(); /* one that is left would be taken for this call's */
        len = SSL_read(client->ssl, client->bytes, READ_SIZE);
        events = awaited(client->ssl, len);
        client->cut = len <= 0 &&
                      SSL_get_error(client->ssl, len) != SSL_ERROR_ZERO_RETURN;
        pthread_mutex_unlock(&client->ssl_lock);
    } while (events != 0 && wait_for(client->fd, events, FOR_EVER));
    client->start = 0;
    client->end = len > 0 ? (size_t)len : 0;
    return len > 0;
}

/* Sends all of text. Returns false if that fails. SSL_write(3) */
static bool send_text(struct client *client, const char *text)
{
    short events;
    int len;
    do {
        pthread_mutex_lock(&client->ssl_lock);
        ERR_clear_error();
        len = SSL_write(client->ssl, text, (int)strlen(text));
        events = awaited(client->ssl, len);
        pthread_mutex_unlock(&client->ssl_lock);
    } while (events != 0 && wait_for(client->fd, events, FOR_EVER));
    return len > 0;
}

/* Says that nothing more comes, in a way that nobody forges. SSL_shutdown(3) */
static void send_close_notify(struct client *client)
{
    int64_t time = soon();
    short events;
    do {
        ERR_clear_error();
        int result = SSL_shutdown(client->ssl);
        events = 0;
        if (result < 0)
            events = awaited(client->ssl, result);
    } while (events == POLLOUT && wait_for(client->fd, events, time));
}

/*
 * Closes fd when the other side has, but by that time. To close it while
 * something is unread would reset it, and what was sent last might be lost.
 */
static void close_gently(int fd, int64_t time)
{
    char ignored[READ_SIZE];
    shutdown(fd, SHUT_WR);
    while (now_ms() < time && wait_for(fd, POLLIN, time) &&
           recv(fd, ignored, sizeof ignored, 0) > 0)
        ;
    close(fd);
}

/* Cuts what client sends into lines, as read_line() does. */
static enum line_status next_line(struct client *client, char *line,
                                  size_t size)
{
    size_t len = 0; /* of the whole line; only its first size bytes are kept */
    bool whole = false;
    while (!whole && (client->start < client->end || refill(client))) {
        char byte = client->bytes[client->start++];
        whole = byte == '\n';
        if (!whole && len < size)
            line[len] = byte;
        len += whole ? 0 : 1;
    }
    if (!whole && (len == 0 || client->cut))
        return LINE_END;

    if (len > 0 && len <= size && line[len - 1] == '\r')
        len--;
    bool fits = len < size;
    clean_text(line, fits ? len : size - 1);
    return fits ? LINE_READ : LINE_TOO_LONG;
}

/* ---- room ---- */

/* room_lock guards the room: its clients, and what is sent to each. */
static pthread_mutex_t room_lock = PTHREAD_MUTEX_INITIALIZER;
static struct client *room;

/* Whether somebody has this name, or Ana for ana. Caller holds room_lock. */
static bool is_taken(const char *name)
{
    for (const struct client *other = room; other != NULL; other = other->next)
        if (same_name(other->name, name))
            return true;
    return false;
}

/* Adds client to the room, as guest-N. Caller holds room_lock. */
static void room_add(struct client *client)
{
    static unsigned guests;
    do
        snprintf(client->name, NAME_SIZE, "guest-%u", ++guests);
    while (is_taken(client->name));
    client->next = room;
    room = client;
}

/* Takes client out of the room. Caller holds room_lock. */
static void room_remove(const struct client *client)
{
    struct client **link = &room;
    while (*link != client)
        link = &(*link)->next;
    *link = client->next;
}

/* ---- sending ---- */

/* Sends text to client, or gives it up. Caller holds room_lock. */
static void tell(struct client *client, const char *text)
{
    if (!send_text(client, text))
        shutdown(client->fd, SHUT_RDWR); /* so that its own thread ends */
}

/* Sends text to everybody but its sender. Caller holds room_lock. */
static void broadcast(const struct client *sender, const char *text)
{
    for (struct client *other = room; other != NULL; other = other->next)
        if (other != sender)
            tell(other, text);
}

/* Tells everybody what client has done. Caller holds room_lock. */
static void notice(struct client *client, const char *done, const char *what)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "* %s %s%s\n", client->name, done, what);
    broadcast(NULL, text);
}

/* ---- commands ---- */

/*
 * Each command is given what follows its name, and returns whether the client
 * stays. Callers hold room_lock.
 */
static bool change_nick(struct client *client, const char *name)
{
    size_t length = name_length(name);
    if (length < 1 || length > 20) {
        tell(client, "* /nick NAME: 1 to 20 letters, digits, - and _\n");
    } else if (is_taken(name) && !same_name(name, client->name)) {
        tell(client, "* that name is taken: choose another\n");
    } else {
        notice(client, "is now ", name);
        strcpy(client->name, name);
    }
    return true;
}

static bool list_people(struct client *client, const char *unused)
{
    (void)unused;
    char text[MESSAGE_SIZE] = "* here:";
    size_t len = strlen(text);
    unsigned more = 0;
    for (const struct client *each = room; each != NULL; each = each->next) {
        if (len + strlen(each->name) < sizeof text - 32)
            len += (size_t)sprintf(text + len, " %s", each->name);
        else
            more++;
    }
    if (more > 0)
        len += (size_t)sprintf(text + len, " and %u more", more);
    strcpy(text + len, "\n");
    tell(client, text);
    return true;
}

static bool leave(struct client *client, const char *unused)
{
    (void)client;
    (void)unused;
    return false;
}

static const struct {
    const char *name;
    bool (*run)(struct client *client, const char *argument);
} commands[] = {
    {"/nick", change_nick},
    {"/who", list_people},
    {"/quit", leave},
};

/* Does what a line with a slash says. Returns whether the client stays. */
static bool run_command(struct client *client, char *line)
{
    char *argument = line + strcspn(line, " ");
    if (*argument != '\0')
        *argument++ = '\0';
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(line, commands[i].name) == 0)
            return commands[i].run(client, argument);
    tell(client, "* no such command: there are /nick NAME, /who, /quit\n");
    return true;
}

/* Does what one line of client's asks for. Returns whether client stays. */
static bool handle_line(struct client *client, enum line_status status,
                        char *line)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s: %s\n", client->name, line);
    if (status == LINE_TOO_LONG)
        tell(client, "* too long: at most 1024 bytes a line\n");
    else if (line[0] == '/')
        return run_command(client, line);
    else
        broadcast(client, text);
    return true;
}

/* ---- clients ---- */

/* Takes client's lines until there are no more. */
static void take_lines(struct client *client)
{
    char line[LINE_SIZE];
    enum line_status status;
    bool stays = true;
    while (stays && (status = next_line(client, line, LINE_SIZE)) != LINE_END) {
        pthread_mutex_lock(&room_lock);
        stays = handle_line(client, status, line);
        pthread_mutex_unlock(&room_lock);
    }
}

/* Begins to speak TLS with client, by that time. Returns whether it does. */
static bool meet(struct client *client, int64_t time)
{
    if (!speaks_tls(client->fd, time)) {
        log_line("No TLS with %s", client->name);
        send_line(client->fd, "* this chat speaks TLS: come with the client of "
                              "exercise 12, or openssl s_client");
        return false;
    }
    if (!shake_hands(client, time)) {
        log_line("No TLS with %s: %s", client->name, reason());
        return false;
    }
    return true;
}

/* Has client in the room until it has no more lines. */
static void take_part(struct client *client)
{
    pthread_mutex_lock(&room_lock);
    room_add(client);
    notice(client, "joined", "");
    pthread_mutex_unlock(&room_lock);

    take_lines(client);

    pthread_mutex_lock(&room_lock);
    notice(client, "left", "");
    room_remove(client);
    pthread_mutex_unlock(&room_lock);
    if (!client->cut)
        send_close_notify(client);
}

/* Serves client until it has no more lines, then closes its connection. */
static void serve_client(struct client *client)
{
    log_line("Connected by %s", client->name);
    int64_t time = soon(); /* a byte now and then does not buy more of it */
    if (meet(client, time)) {
        take_part(client);
        time = soon();
    }
    log_line("Closing connection of %s", client->name);
    close_gently(client->fd, time);
}

/* Returns a client, or NULL: there is no memory. */
static struct client *new_client(SSL_CTX *context, int fd, const char *name)
{
    struct client *client = calloc(1, sizeof *client);
    SSL *ssl = SSL_new(context);
    if (client == NULL || ssl == NULL || SSL_set_fd(ssl, fd) != 1 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) == -1) {
        SSL_free(ssl);
        free(client);
        return NULL;
    }
    client->fd = fd;
    client->ssl = ssl;
    pthread_mutex_init(&client->ssl_lock, NULL);
    strcpy(client->name, name);
    return client;
}

/* Frees client, or NULL, but leaves its descriptor. */
static void free_client(struct client *client)
{
    if (client == NULL)
        return;
    SSL_free(client->ssl);
    pthread_mutex_destroy(&client->ssl_lock);
    free(client);
}

/* A client's thread, from beginning to end. */
static void *client_thread(void *argument)
{
    struct client *client = argument;
    pthread_detach(pthread_self()); /* nobody waits for it */
    serve_client(client);
    free_client(client);
    return NULL;
}

/* Starts a thread that serves fd, or closes it if there is none. */
static void start_client(SSL_CTX *context, int fd, const char *name)
{
    struct client *client = new_client(context, fd, name);
    pthread_t thread;
    if (client != NULL &&
        pthread_create(&thread, NULL, client_thread, client) == 0)
        return;
    log_line("Refused %s", name);
    close(fd);
    free_client(client);
}

/* Makes the best of an accept() that failed: the next one may succeed. */
static void accept_failed(int error)
{
    if (error == EINTR || error == ECONNABORTED)
        return; /* a signal, or a client that has gone already */
    struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
    log_line("accept: %s, trying again", strerror(error));
    nanosleep(&pause, NULL); /* out of descriptors: they may come back */
}

/* ---- main ---- */

int main(int argc, char *argv[])
{
    struct endpoint here = server_arguments(argc, argv);
    SSL_CTX *context = make_context();
    int listener = tcp_listen(here);
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */
    raise_descriptor_limit();

    for (;;) {
        char name[NAME_SIZE];
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            start_client(context, client, name);
    }
}
