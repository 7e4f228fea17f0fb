/*
 * server.c: a chat: sends what one client says to all others in its room.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: rooms. Who moves hears the other one from that place in the log on.
 */
#include "net.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define LOG_SIZE (1024 * 1024) /* bytes */
#define POSTS 8192             /* lines */
#define PARTS 32               /* of one message */
#define WATCHED 256            /* late clients, for poll() */
#define GRACE_MS 800           /* how long one may be late */
#define END_MS 2000            /* how long all may take to get home */
#ifndef CLIENTS_MAX
#define CLIENTS_MAX 1000
#endif

/* What a client's thread is given: it owns this, and frees it. */
struct client {
    int fd;
    char name[NAME_SIZE];
    char room[NAME_SIZE];  /* where it speaks, and /who finds it */
    char hears[NAME_SIZE]; /* the room that it hears at its cursor */
    struct client *next;
    bool leaving, dropped;  /* no more lines from it; it was too slow */
    bool gone;              /* the postman has let go of it */
    size_t next_post, sent; /* its cursor: a post, and how much of it it has */
    size_t due;             /* it is not heard until its cursor comes to here */
    size_t late_with;       /* it is late until its cursor comes to here */
    int64_t late_since;     /* in ms, or 0 if it is not */
};

/*
 * A line in the log: for everybody in room, or in all rooms if that is empty,
 * but for `from`; or for `to` alone. Whom it is about hears room from here on.
 */
struct post {
    const struct client *from, *to, *about;
    char room[NAME_SIZE];
    size_t start, len; /* it begins at log_bytes[start % LOG_SIZE] */
};

/* ---- room ---- */

/* room_lock guards the clients of all rooms, and what is sent to each. */
static pthread_mutex_t room_lock = PTHREAD_MUTEX_INITIALIZER;
static struct client *room; /* everybody, in whatever room */
static int64_t stopping;    /* since when, in ms, or 0 */
static atomic_int clients;
static sigset_t endings; /* the signals that ask it to end */
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

/*
 * The log: a ring of bytes, whose last line may stand out over its end, and a
 * ring of posts. Numbers only grow: post i stands at posts[i % POSTS].
 */
static char log_bytes[LOG_SIZE + MESSAGE_SIZE];
static struct post posts[POSTS];
static size_t log_end, posts_begin, posts_end;
static int wake_pipe[2]; /* a byte in it wakes the postman */
static bool awake;       /* he is, or will be */
static bool busy, quiet; /* a round; one speaks at a time, none is late */

/* Whether somebody has this name, or Ana for ana. Caller holds room_lock. */
static bool is_taken(const char *name)
{
    for (const struct client *other = room; other != NULL; other = other->next)
        if (!other->leaving && same_name(other->name, name))
            return true;
    return false;
}

/* Adds client to the lobby, as guest-N. Caller holds room_lock. */
static void room_add(struct client *client)
{
    static unsigned guests;
    do
        snprintf(client->name, NAME_SIZE, "guest-%u", ++guests);
    while (is_taken(client->name));
    strcpy(client->room, "lobby");
    client->next_post = stopping == 0 ? posts_end : posts_end - 1; /* goodbye */
    client->next = room;
    room = client;
}

/* Takes client out of all rooms. Caller holds room_lock. */
static void room_remove(const struct client *client)
{
    struct client **link = &room;
    while (*link != client)
        link = &(*link)->next;
    *link = client->next;
}

/* ---- sending ---- */

/* Returns how many bytes of post are for client, who hears that room there. */
static size_t bytes_for(const struct client *client, const char *hears,
                        const struct post *post)
{
    bool there = post->room[0] == '\0' || strcmp(post->room, hears) == 0;
    bool for_it = there && post->from != client;
    if (post->to != NULL)
        for_it = post->to == client;
    return for_it ? post->len : 0;
}

/* Moves client's cursor to what it is to get. Returns whether there is any. */
static bool has_unsent(struct client *client)
{
    for (; client->next_post != posts_end; client->next_post++) {
        const struct post *post = &posts[client->next_post % POSTS];
        if (post->about == client)
            strcpy(client->hears, post->room);
        size_t len = bytes_for(client, client->hears, post);
        if (client->sent < len)
            return !client->dropped;
        client->sent -= len;
    }
    return false;
}

/* Lets go of posts that nobody is to get any more. Caller holds room_lock. */
static void log_forget(void)
{
    posts_begin = posts_end;
    for (struct client *each = room; each != NULL; each = each->next)
        if (has_unsent(each) && each->next_post < posts_begin)
            posts_begin = each->next_post;
}

/*
 * Whether it lacks space for two lines, which a move takes, and the goodbye.
 * Caller holds room_lock.
 */
static bool log_is_full(void)
{
    size_t count = posts_end - posts_begin;
    size_t start = count > 0 ? posts[posts_begin % POSTS].start : log_end;
    return count >= POSTS - 2 || log_end - start > LOG_SIZE - 3 * MESSAGE_SIZE;
}

/* Waits until the log has space for a move. Caller holds room_lock. */
static void wait_for_space(void)
{
    while (log_is_full() && stopping == 0)
        pthread_cond_wait(&changed, &room_lock);
}

/*
 * Adds text to the log, which has space for it, for the people of a room, or of
 * all rooms: "". Returns the new post. Caller holds room_lock.
 */
static struct post *log_add(const char *where, const char *text)
{
    struct post *post = &posts[posts_end++ % POSTS];
    *post = (struct post){.start = log_end, .len = strlen(text)};
    strcpy(post->room, where);
    memcpy(log_bytes + log_end % LOG_SIZE, text, post->len);
    log_end += post->len;
    return post;
}

/* Sends text to client alone. Caller holds room_lock. */
static void tell(struct client *client, const char *text)
{
    log_add("", text)->to = client;
    client->due = posts_end;
}

/* Sends text to all others in its sender's room. Caller holds room_lock. */
static void broadcast(const struct client *sender, const char *text)
{
    log_add(sender->room, text)->from = sender;
}

/* Tells client's room what client has done. Caller holds room_lock. */
static void notice(struct client *client, const char *done, const char *what)
{
    char text[MESSAGE_SIZE];
    if (stopping != 0)
        return;
    snprintf(text, sizeof text, "* %s %s%s\n", client->name, done, what);
    log_add(client->room, text)->about = client;
    log_line("* %s %s%s", client->name, done, what);
    client->due = posts_end;
}

/* Adds bytes to message: to its last part, where they stand behind it. */
static void add_part(struct msghdr *message, char *bytes, size_t len)
{
    struct iovec *next = message->msg_iov + message->msg_iovlen;
    if (message->msg_iovlen > 0 &&
        (char *)next[-1].iov_base + next[-1].iov_len == bytes)
        next[-1].iov_len += len;
    else if (len > 0)
        message->msg_iov[message->msg_iovlen++] =
            (struct iovec){.iov_base = bytes, .iov_len = len};
}

/* Sends client some bytes; the lock is free then. Caller holds room_lock. */
static bool deliver(struct client *client)
{
    struct iovec parts[PARTS] = {{.iov_len = 0}};
    struct msghdr out = {.msg_iov = parts};
    size_t len = 0;
    size_t skip = client->sent;
    const char *hears = client->hears;
    for (size_t i = client->next_post; i != posts_end && out.msg_iovlen < PARTS;
         i++) {
        const struct post *post = &posts[i % POSTS];
        if (post->about == client)
            hears = post->room;
        char *text = log_bytes + post->start % LOG_SIZE;
        size_t count = bytes_for(client, hears, post) - skip;
        add_part(&out, text + skip, count);
        len += count;
        skip = 0;
    }

    pthread_mutex_unlock(&room_lock);
    ssize_t sent = sendmsg(client->fd, &out, MSG_DONTWAIT);
    if (sent == -1 && errno != EAGAIN && errno != EINTR) {
        shutdown(client->fd, SHUT_RDWR); /* given up: its own thread ends */
        sent = (ssize_t)len;
    }
    pthread_mutex_lock(&room_lock);
    client->sent += sent == -1 ? 0 : (size_t)sent;
    return sent == (ssize_t)len;
}

/* Sends to all. Returns how many to watch. Caller holds room_lock. */
static nfds_t make_round(struct pollfd watched[WATCHED])
{
    nfds_t count = 1;
    busy = true;
    for (struct client *client = room, *next; client != NULL; client = next) {
        while (has_unsent(client) && deliver(client))
            continue;
        next = client->next;
        if (!has_unsent(client) || client->next_post >= client->late_with)
            client->late_since = 0;
        if (client->late_since == 0 && has_unsent(client)) {
            client->late_since = now_ms();
            client->late_with = posts_end;
        }
        bool late = client->late_since != 0 &&
                    now_ms() - client->late_since >= GRACE_MS;
        if (late && log_is_full()) {
            client->dropped = true;
            shutdown(client->fd, SHUT_RD); /* its thread waits for lines */
        }
        bool done = late || client->dropped || client->next_post >= client->due;
        client->gone = client->leaving && done;
        if (stopping != 0 && now_ms() - stopping >= END_MS)
            shutdown(client->fd, SHUT_RDWR);
        else if (stopping != 0 && !has_unsent(client))
            shutdown(client->fd, SHUT_WR); /* it has all, and closes too */
        if (client->gone)
            room_remove(client);
        else if (client->late_since != 0 && count < WATCHED)
            watched[count++] =
                (struct pollfd){.fd = client->fd, .events = POLLOUT};
    }
    log_forget();
    busy = false;
    pthread_cond_broadcast(&changed);
    return count;
}

/* Sends what is posted, or wakes the postman for it. Caller holds room_lock. */
static void send_posted(void)
{
    static struct pollfd unused[WATCHED];
    size_t end = posts_end;
    if (awake) /* he takes it along, or who does his work */
        return;
    awake = true;
    quiet = quiet && make_round(unused) == 1 && posts_end == end;
    awake = !quiet && write(wake_pipe[1], "", 1) == 1;
}

/* The postman's thread: sends to all what is posted, and waits for nobody. */
static void *postman_thread(void *unused)
{
    struct pollfd watched[WATCHED] = {{.fd = wake_pipe[0], .events = POLLIN}};
    size_t before, end = 0;
    for (char byte;;) {
        nfds_t count;
        pthread_mutex_lock(&room_lock);
        while (busy)
            pthread_cond_wait(&changed, &room_lock);
        awake = true;
        do {
            before = end;
            end = posts_end;
            count = make_round(watched);
            pthread_mutex_unlock(&room_lock);
            if (end - before > 1)
                sched_yield(); /* the more they say now, the fewer rounds */
            pthread_mutex_lock(&room_lock);
        } while (posts_end != end);
        quiet = end - before <= 1 && count == 1 && stopping == 0;
        awake = false;
        int timeout = quiet ? -1 : 50; /* ms */
        pthread_mutex_unlock(&room_lock);
        if (poll(watched, count, timeout) == -1)
            poll(watched, 1, 50); /* it may not watch so many */
        if (watched[0].revents != 0 && read(wake_pipe[0], &byte, 1) == -1)
            continue;
    }
    return unused;
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

static bool change_room(struct client *client, const char *name)
{
    char text[MESSAGE_SIZE];
    size_t length = name_length(name);
    if (length < 1 || length > 20) {
        tell(client, "* /join ROOM: 1 to 20 letters, digits, - and _\n");
    } else if (strcmp(name, client->room) == 0) {
        snprintf(text, sizeof text, "* you are in %s already\n", name);
        tell(client, text);
    } else {
        notice(client, "left", "");
        strcpy(client->room, name);
        notice(client, "joined", "");
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
        if (each->leaving || strcmp(each->room, client->room) != 0)
            continue;
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
    {"/join", change_room},
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
    tell(client, "* no such command: there are /nick NAME, /join ROOM, "
                 "/who, /quit\n");
    return true;
}

/* Does what one line of client's asks for. Returns whether client stays. */
static bool handle_line(struct client *client, enum line_status status,
                        char *line)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s: %s\n", client->name, line);
    if (stopping != 0) /* what comes after the goodbye is too late */
        return now_ms() - stopping < END_MS;
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
    struct line_reader reader = {.fd = client->fd};
    char line[LINE_SIZE];
    enum line_status status;
    bool stays = true;
    while (stays &&
           (status = read_line(&reader, line, LINE_SIZE)) != LINE_END) {
        pthread_mutex_lock(&room_lock);
        wait_for_space();
        stays = !client->dropped && handle_line(client, status, line);
        quiet = quiet && !line_waiting(&reader); /* they go out as one */
        send_posted();
        while (stays && !client->dropped && client->next_post < client->due)
            pthread_cond_wait(&changed, &room_lock);
        pthread_mutex_unlock(&room_lock);
    }
}

/* Serves client until it has no more lines, then closes its connection. */
static void serve_client(struct client *client)
{
    log_line("Connected by %s", client->name);
    struct timeval second = {.tv_sec = 1}; /* the longest send() waits */
    setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
    pthread_mutex_lock(&room_lock);
    wait_for_space();
    room_add(client);
    notice(client, "joined", "");
    send_posted();
    pthread_mutex_unlock(&room_lock);

    take_lines(client);

    pthread_mutex_lock(&room_lock);
    wait_for_space();
    notice(client, "left", client->dropped ? ": too slow" : "");
    client->leaving = true;
    client->due = posts_end;
    send_posted();
    while (!client->gone)
        pthread_cond_wait(&changed, &room_lock);
    pthread_mutex_unlock(&room_lock);
    if (client->dropped)
        send_line(client->fd, "\n* too slow: disconnected");
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
    clients--;
    return NULL;
}

/* Has the kernel watch whether the machine at the other end is still there. */
static void watch_peer(int fd)
{
    int yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    int minute = 60; /* of silence, then the kernel asks */
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &minute, sizeof minute);
    int dead = 120 * 1000; /* ms that what is sent may stay unacknowledged */
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof dead);
}

/* Starts a thread that serves fd, or tells the client that there is none. */
static void start_client(int fd, const char *name)
{
    struct client *client = calloc(1, sizeof *client);
    pthread_t thread;
    watch_peer(fd);
    if (client != NULL && clients < CLIENTS_MAX) {
        client->fd = fd;
        strcpy(client->name, name);
        clients++;
        if (pthread_create(&thread, NULL, client_thread, client) == 0)
            return;
        clients--;
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

/* The end's thread: waits for a signal, then sends everybody home. */
static void *end_thread(void *unused)
{
    (void)unused;
    int number;
    sigwait(&endings, &number);
    sigdelset(&endings, SIGHUP); /* a terminal that closes may send two */
    pthread_sigmask(SIG_UNBLOCK, &endings, NULL); /* the next ends it at once */
    pthread_mutex_lock(&room_lock);
    stopping = now_ms();
    log_add("", "* server is shutting down\n"); /* its place was kept */
    quiet = false; /* from now on the postman looks at the clock */
    send_posted();
    pthread_mutex_unlock(&room_lock);
    while (clients > 0 && now_ms() - stopping < 2 * END_MS)
        poll(NULL, 0, 10); /* ms */
    exit(0);
}

int main(int argc, char *argv[])
{
    endings = block_endings();
    int listener = tcp_listen(server_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */
    raise_descriptor_limit();
    if (pipe(wake_pipe) == -1)
        die("pipe", "the postman");
    start_thread(postman_thread);
    start_thread(end_thread);

    for (;;) {
        char name[NAME_SIZE];
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            start_client(client, name);
    }
}
