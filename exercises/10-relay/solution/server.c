/*
 * server.c: one chat over several servers: a Redis relays what is said.
 * Run it: RELAY=HOST:PORT server [PORT [ADDRESS]], or alone without RELAY.
 *
 * New: two connections to the relay, its protocol (RESP2), and what becomes of
 * the room while it is gone. Still wrong, as in step 07: one client that does
 * not read freezes all.
 */
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* What a client's thread is given: it owns this, and frees it. */
struct client {
    int fd;
    char name[NAME_SIZE];
    struct client *next;
};

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
    if (send_all(client->fd, text, strlen(text)) == -1)
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

/* ---- relay ---- */

enum { ID_LEN = 16, POST_SIZE = ID_LEN + 1 + MESSAGE_SIZE };
enum { BULK_MAX = 512 * 1024 * 1024, WAITING_MAX = 1024 * 1024 };
enum { FIRST_PAUSE = 100, LAST_PAUSE = 1600 }; /* ms */

static const char *relay_host, *relay_port; /* NULL: this server is alone */
static char own_id[ID_LEN + 1];

/*
 * The connections to the relay: its thread alone opens and closes them. Others
 * use them while the relay is there, or are threads for which it waits.
 */
static int publisher, subscriber;

/* room_lock guards these, too. */
static bool relay_there;  /* it has confirmed the subscription */
static bool relay_missed; /* people were told that it is gone */
static bool session_ends;
static char waiting[WAITING_MAX]; /* to be published */
static size_t waiting_len;
static pthread_cond_t waiting_changed = PTHREAD_COND_INITIALIZER;

/* Ends both connections, so that the threads that use them end. */
static void lose_relay(void)
{
    shutdown(publisher, SHUT_RDWR);
    shutdown(subscriber, SHUT_RDWR);
}

/* Has the line in text published if the relay is there; room_lock is held. */
static void publish(const char *text)
{
    if (!relay_there)
        return;
    char post[POST_SIZE], request[POST_SIZE + 64];
    int post_len = snprintf(post, sizeof post, "%s %.*s", own_id,
                            (int)strcspn(text, "\n"), text);
    size_t len = (size_t)snprintf(
        request, sizeof request,
        "*3\r\n$7\r\nPUBLISH\r\n$4\r\nchat\r\n$%d\r\n%s\r\n", post_len, post);
    if (waiting_len + len > WAITING_MAX) {
        lose_relay(); /* it stands still */
        return;
    }
    memcpy(waiting + waiting_len, request, len);
    waiting_len += len;
    pthread_cond_signal(&waiting_changed);
}

/* Moves what waits into bytes, once something does; 0: the session ends. */
static size_t take_waiting(char bytes[WAITING_MAX])
{
    pthread_mutex_lock(&room_lock);
    while (waiting_len == 0 && !session_ends)
        pthread_cond_wait(&waiting_changed, &room_lock);
    size_t len = session_ends ? 0 : waiting_len;
    memcpy(bytes, waiting, len);
    waiting_len = 0;
    pthread_mutex_unlock(&room_lock);
    return len;
}

/* A thread that sends what is to be published: it alone waits for a Redis. */
static void *send_thread(void *unused)
{
    static char bytes[WAITING_MAX];
    size_t len;
    while ((len = take_waiting(bytes)) > 0)
        if (send_all(publisher, bytes, len) == -1)
            break;
    lose_relay();
    return unused;
}

/* ---- RESP ---- */

/* What comes from the relay, whatever way it is cut. */
struct stream {
    int fd;
    size_t start, end; /* bytes[start] to bytes[end - 1] are still unread */
    char bytes[16 * 1024];
};

/* A bulk string: of a long one the beginning alone is kept. */
struct bulk {
    size_t len;
    char text[POST_SIZE];
};

/* A whole reply: an array of so many elements, or 0 for what is none. */
struct reply {
    size_t count;
    struct bulk first[3];
};

/* Returns the next byte, or -1: there are no more. */
static int next_byte(struct stream *stream)
{
    if (stream->start == stream->end) {
        ssize_t len;
        do
            len = recv(stream->fd, stream->bytes, sizeof stream->bytes, 0);
        while (len == -1 && errno == EINTR);
        if (len <= 0)
            return -1;
        stream->start = 0;
        stream->end = (size_t)len;
    }
    return (unsigned char)stream->bytes[stream->start++];
}

static bool is_next(struct stream *stream, char byte)
{
    return next_byte(stream) == byte;
}

/* Each of these reads a part of a reply; false: the relay counts as gone. */

/* The rest of a simple string or of an integer. */
static bool skip_simple(struct stream *stream)
{
    int byte;
    do
        byte = next_byte(stream);
    while (byte != '\r' && byte != '\n' && byte != -1);
    return byte == '\r' && is_next(stream, '\n');
}

/* A length, and the end of its line. */
static bool read_length(struct stream *stream, size_t *length)
{
    bool digits = false;
    int byte;
    *length = 0;
    while ((byte = next_byte(stream)) >= '0' && byte <= '9') {
        digits = true;
        *length = *length * 10 + (size_t)(byte - '0');
        if (*length > BULK_MAX)
            return false;
    }
    return digits && byte == '\r' && is_next(stream, '\n');
}

/* The rest of what begins with this type and is no array. */
static bool read_element(struct stream *stream, int type, struct bulk *bulk)
{
    *bulk = (struct bulk){.len = 0};
    if (type == '+' || type == ':')
        return skip_simple(stream);
    if (type != '$' || !read_length(stream, &bulk->len))
        return false;
    for (size_t i = 0; i < bulk->len; i++) {
        int byte = next_byte(stream);
        if (byte == -1)
            return false;
        if (i < POST_SIZE - 1)
            bulk->text[i] = (char)byte; /* a NUL follows: all are NUL yet */
    }
    return is_next(stream, '\r') && is_next(stream, '\n');
}

/* All of a reply; of an array's elements the first three are kept. */
static bool read_reply(struct stream *stream, struct reply *reply)
{
    struct bulk dropped;
    reply->count = 0;
    int type = next_byte(stream);
    if (type != '*')
        return read_element(stream, type, &dropped);
    if (!read_length(stream, &reply->count))
        return false;
    for (size_t i = 0; i < reply->count; i++) {
        struct bulk *bulk = i < 3 ? &reply->first[i] : &dropped;
        if (!read_element(stream, next_byte(stream), bulk))
            return false;
    }
    return true;
}

/* ---- sessions ---- */

/* A thread that reads the replies to PUBLISH, or a Redis would stand still. */
static void *reply_thread(void *unused)
{
    struct stream stream = {.fd = publisher};
    struct reply reply;
    while (read_reply(&stream, &reply))
        continue;
    lose_relay();
    return unused;
}

/* Tells everybody what another server's client says: ID NICK: text. */
static void pass_on(struct bulk *post)
{
    if (post->len >= POST_SIZE)
        return;
    clean_text(post->text, post->len);
    char *name = post->text + ID_LEN + 1;
    if (strspn(post->text, "0123456789abcdef") != ID_LEN || name[-1] != ' ' ||
        strncmp(post->text, own_id, ID_LEN) == 0)
        return;

    char *colon = strstr(name, ": ");
    if (colon == NULL)
        return;
    *colon = '\0';
    char *line = colon + 2;
    size_t length = name_length(name);
    if (length < 1 || length > 20 || strlen(line) >= LINE_SIZE)
        return;

    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s: %s\n", name, line);
    pthread_mutex_lock(&room_lock);
    broadcast(NULL, text);
    pthread_mutex_unlock(&room_lock);
}

/* From now on lines are published. */
static void relay_came(void)
{
    log_line("The relay is there");
    pthread_mutex_lock(&room_lock);
    relay_there = true;
    if (relay_missed)
        broadcast(NULL, "* the relay is back\n");
    relay_missed = false;
    pthread_mutex_unlock(&room_lock);
}

/* From now on they are not, and what waits is forgotten. */
static void relay_went(void)
{
    pthread_mutex_lock(&room_lock);
    relay_there = false;
    session_ends = true;
    waiting_len = 0;
    pthread_cond_signal(&waiting_changed);
    if (!relay_missed)
        broadcast(NULL, "* the relay is gone: only people here hear you\n");
    relay_missed = true;
    pthread_mutex_unlock(&room_lock);
}

/* Takes what the relay has to say. Returns whether it took the subscription. */
static bool take_messages(void)
{
    struct stream stream = {.fd = subscriber};
    struct reply reply;
    bool subscribed = false;
    while (read_reply(&stream, &reply)) {
        const char *kind = reply.first[0].text, *channel = reply.first[1].text;
        if (reply.count != 3 || strcmp(channel, "chat") != 0)
            continue;
        if (strcmp(kind, "message") == 0)
            pass_on(&reply.first[2]);
        if (strcmp(kind, "subscribe") == 0) {
            subscribed = true;
            relay_came();
        }
    }
    return subscribed;
}

/* Connects to the relay. Returns the descriptor, or -1. */
static int connect_relay(void)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    if (getaddrinfo(relay_host, relay_port, &hints, &found) != 0)
        return -1;
    int fd = -1;
    for (struct addrinfo *to = found; fd == -1 && to != NULL;
         to = to->ai_next) {
        fd = socket(to->ai_family, to->ai_socktype, to->ai_protocol);
        if (fd != -1 && connect(fd, to->ai_addr, to->ai_addrlen) == -1) {
            close(fd);
            fd = -1;
        }
    }
    freeaddrinfo(found);
    int on = 1; /* a line is not to wait for the reply to the one before */
    if (fd != -1)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

/* Uses both connections until one is lost. Returns whether it subscribed. */
static bool use_relay(void)
{
    static const char request[] = "*2\r\n$9\r\nSUBSCRIBE\r\n$4\r\nchat\r\n";
    static void *(*const run[])(void *) = {reply_thread, send_thread};
    pthread_t helpers[2];
    int started = 0;
    session_ends = false; /* no other thread looks at it yet */
    while (started < 2 &&
           pthread_create(&helpers[started], NULL, run[started], NULL) == 0)
        started++;

    bool subscribed = started == 2 &&
                      send_all(subscriber, request, sizeof request - 1) == 0 &&
                      take_messages();

    relay_went();
    lose_relay();
    while (started > 0)
        pthread_join(helpers[--started], NULL);
    return subscribed;
}

/* Connects to the relay twice, and uses it. Returns whether it subscribed. */
static bool try_relay(void)
{
    bool subscribed = false;
    publisher = connect_relay();
    subscriber = publisher == -1 ? -1 : connect_relay();
    if (subscriber != -1) {
        subscribed = use_relay();
        close(subscriber);
    } else {
        relay_went();
    }
    if (publisher != -1)
        close(publisher);
    return subscribed;
}

/* The relay's thread: tries again and again, with longer and longer pauses. */
static void *relay_thread(void *unused)
{
    long pause = FIRST_PAUSE;
    for (;;) {
        if (try_relay())
            pause = FIRST_PAUSE;
        log_line("The relay is gone: trying again in %ld ms", pause);
        struct timespec time = {.tv_sec = pause / 1000,
                                .tv_nsec = pause % 1000 * 1000 * 1000};
        nanosleep(&time, NULL);
        pause = pause < LAST_PAUSE ? 2 * pause : LAST_PAUSE;
    }
    return unused;
}

/* Sets own_id: no other server is to have the same. */
static void choose_id(void)
{
    uint64_t number;
    int random = open("/dev/urandom", O_RDONLY);
    if (random == -1 || read(random, &number, sizeof number) != sizeof number)
        die("read", "/dev/urandom");
    close(random);
    snprintf(own_id, sizeof own_id, "%016" PRIx64, number);
}

/* Whether text is a whole number from 1 to 65535. */
static bool is_port(const char *text)
{
    size_t digits = strspn(text, "0123456789");
    return digits >= 1 && digits <= 5 && text[digits] == '\0' &&
           atoi(text) >= 1 && atoi(text) <= 65535;
}

/* Splits HOST:PORT at its last colon, or ends the program. NULL: no relay. */
static void set_relay(char *relay)
{
    if (relay == NULL || relay[0] == '\0')
        return;
    char *colon = strrchr(relay, ':');
    const char *port = colon == NULL ? "" : colon + 1;
    if (colon == relay || !is_port(port)) {
        fprintf(stderr, "usage: RELAY=HOST:PORT, PORT 1 to 65535\n");
        exit(2);
    }
    *colon = '\0';
    relay_host = relay;
    relay_port = port;
    choose_id();
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

/* Has everybody hear what client says. Caller holds room_lock. */
static void say(const struct client *client, const char *text)
{
    broadcast(client, text);
    publish(text);
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
        say(client, text);
    return true;
}

/* ---- clients ---- */

/* Takes client's lines until there are no more. */
static void take_lines(struct client *client)
{
    struct line_reader reader = {.fd = client->fd};
    char line[LINE_SIZE];
    enum line_status status;
    bool stays = true;
    while (stays &&
           (status = read_line(&reader, line, LINE_SIZE)) != LINE_END) {
        pthread_mutex_lock(&room_lock);
        stays = handle_line(client, status, line);
        pthread_mutex_unlock(&room_lock);
    }
}

/* Serves client until it has no more lines, then closes its connection. */
static void serve_client(struct client *client)
{
    log_line("Connected by %s", client->name);
    pthread_mutex_lock(&room_lock);
    room_add(client);
    notice(client, "joined", "");
    pthread_mutex_unlock(&room_lock);

    take_lines(client);

    pthread_mutex_lock(&room_lock);
    notice(client, "left", "");
    room_remove(client);
    pthread_mutex_unlock(&room_lock);
    log_line("Closing connection of %s", client->name);
    close(client->fd);
}

/* A client's thread, from beginning to end. */
static void *client_thread(void *argument)
{
    struct client *client = argument;
    pthread_detach(pthread_self()); /* nobody waits for it */
    serve_client(client);
    free(client);
    return NULL;
}

/* Starts a thread that serves fd, or tells the client that there is none. */
static void start_client(int fd, const char *name)
{
    struct client *client = calloc(1, sizeof *client);
    pthread_t thread;
    if (client != NULL) {
        client->fd = fd;
        strcpy(client->name, name);
        if (pthread_create(&thread, NULL, client_thread, client) == 0)
            return;
    }
    log_line("Refused %s", name);
    send_line(fd, "* too many clients: try again later");
    close(fd);
    free(client);
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
    set_relay(getenv("RELAY"));
    int listener = tcp_listen(here);
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */
    raise_descriptor_limit();
    if (relay_host != NULL)
        start_thread(relay_thread);

    for (;;) {
        char name[NAME_SIZE];
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            start_client(client, name);
    }
}
