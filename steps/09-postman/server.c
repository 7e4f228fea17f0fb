/*
 * server.c: a chat: sends what one client says to all others.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: one log for the whole room, and one postman who sends from it for all.
 * Still wrong: Ctrl-C cuts everybody off; nothing limits how many come.
 */
#include "net.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define POSTS 512    /* how many the log holds: together about 1 MiB */
#define WATCHED 256  /* how many slow clients poll() watches */
#define GRACE_MS 800 /* how long the room waits for one who accepts nothing */

/* What a client's thread is given: it owns this, and frees it. */
struct client {
    int fd;
    char name[NAME_SIZE];
    struct client *next;
    bool leaving;       /* it wants to go, with all posts before last_post */
    bool dropped, gone; /* it was too slow; the postman has let go of it */
    size_t last_post;
    size_t next_post, sent; /* the cursor: a post, and how much of it it has */
    long stuck_since;       /* in ms, or 0 while it accepts what is sent */
};

/* Lines for everybody but `from`, or for `to` alone. */
struct post {
    const struct client *from, *to;
    size_t len;
    char text[2048];
};

/* room_lock guards the room: its clients, and what is sent to each. */
static pthread_mutex_t room_lock = PTHREAD_MUTEX_INITIALIZER;
static struct client *room;

/*
 * The log, a ring of posts. Clients add at its end, under room_lock. Those
 * before `seen` no longer change, and the postman sends them without it.
 */
static struct post posts[POSTS];
static size_t posts_begin, posts_end, seen;
static pthread_cond_t log_moved = PTHREAD_COND_INITIALIZER;
static int wake_pipe[2];

/* Locks the room as soon as the log has space for one more post. */
static void lock_room(void)
{
    pthread_mutex_lock(&room_lock);
    while (posts_end - posts_begin == POSTS)
        pthread_cond_wait(&log_moved, &room_lock);
}

/* Adds text to the log. Caller came by lock_room. */
static void log_add(const struct client *from, const struct client *to,
                    const char *text)
{
    size_t len = strlen(text);
    struct post *post = &posts[(posts_end - 1) % POSTS];
    bool may_sleep = posts_end == seen; /* the postman, having seen all */
    while (may_sleep && write(wake_pipe[1], "", 1) == -1 && errno == EINTR)
        continue;
    if (may_sleep || from == NULL || post->from != from ||
        post->len + len > sizeof post->text) {
        post = &posts[posts_end++ % POSTS];
        post->from = from;
        post->to = to;
        post->len = 0;
    }
    memcpy(post->text + post->len, text, len);
    post->len += len;
}

/* Whether somebody has this name, or Ana for ana. Caller holds room_lock. */
static bool is_taken(const char *name)
{
    for (const struct client *other = room; other != NULL; other = other->next)
        if (!other->leaving && strcasecmp(other->name, name) == 0)
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
    client->next_post = posts_end;
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

/* Posts text for client alone. Caller came by lock_room. */
static void tell(struct client *client, const char *text)
{
    log_add(NULL, client, text);
}

/* Sends text to everybody but its sender. Caller holds room_lock. */
static void broadcast(const struct client *sender, const char *text)
{
    log_add(sender, NULL, text);
}

/* Tells everybody what somebody has done. Caller holds room_lock. */
static void notice(const char *name, const char *done, const char *what)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "* %s %s%s\n", name, done, what);
    broadcast(NULL, text);
}

/* Passes client's line on to all others. Caller holds room_lock. */
static void say(const struct client *client, const char *line)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s: %s\n", client->name, line);
    broadcast(client, text);
}

/* Whether name may be a nickname: 1 to 20 characters, no space. */
static bool is_nickname(const char *name)
{
    int characters = 0;
    for (const char *byte = name; *byte != '\0'; byte++)
        if ((*byte & 0xC0) != 0x80) /* not the rest of a UTF-8 character */
            characters++;
    return characters >= 1 && characters <= 20 && strchr(name, ' ') == NULL;
}

/*
 * The commands. Each is given what follows its name, and returns whether the
 * client stays. Callers hold room_lock.
 */
static bool change_nick(struct client *client, const char *name)
{
    if (!is_nickname(name)) {
        tell(client, "* /nick NAME: 1 to 20 characters without a space\n");
    } else if (is_taken(name) && strcasecmp(name, client->name) != 0) {
        tell(client, "* that name is taken: choose another\n");
    } else {
        notice(client->name, "is now ", name);
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
        if (each->leaving)
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
    if (status == LINE_TOO_LONG)
        tell(client, "* too long: at most 1024 bytes a line\n");
    else if (line[0] == '/')
        return run_command(client, line);
    else
        say(client, line);
    return true;
}

/* Returns the time in ms since some moment in the past. */
static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Returns how many bytes of post number i are for client: all or none. */
static size_t bytes_for(const struct client *client, size_t i)
{
    const struct post *post = &posts[i % POSTS];
    bool all = post->to == NULL;
    return (all ? post->from != client : post->to == client) ? post->len : 0;
}

/* Sends client all that it has still to get, as far as it goes at once. */
static void deliver(struct client *client)
{
    struct iovec pieces[POSTS];
    struct msghdr message = {.msg_iov = pieces};
    for (size_t i = client->next_post, skip = client->sent; i != seen; i++) {
        size_t len = bytes_for(client, i);
        if (len > 0)
            pieces[message.msg_iovlen++] =
                (struct iovec){posts[i % POSTS].text + skip, len - skip};
        skip = 0;
    }
    ssize_t sent = 0;
    if (message.msg_iovlen > 0)
        sent = sendmsg(client->fd, &message, MSG_DONTWAIT);
    if (sent == -1 && errno != EAGAIN)
        client->next_post = seen; /* it has gone: its own thread will see */

    client->sent += sent > 0 ? (size_t)sent : 0;
    while (client->next_post != seen &&
           client->sent >= bytes_for(client, client->next_post))
        client->sent -= bytes_for(client, client->next_post++);
    if (client->next_post == seen)
        client->sent = 0, client->stuck_since = 0;
    else if (sent > 0 || client->stuck_since == 0)
        client->stuck_since = now_ms();
}

/* Lets clients go, and posts that all have got. Returns how many to watch. */
static nfds_t tidy_room(struct pollfd *watched)
{
    nfds_t count = 1;
    size_t most = 0; /* posts that one client has still to get */
    for (struct client *client = room, *next; client != NULL; client = next) {
        next = client->next;
        size_t behind = posts_end - client->next_post;
        bool stuck = client->stuck_since != 0 &&
                     now_ms() - client->stuck_since >= GRACE_MS;
        bool done = client->leaving &&
                    (stuck || behind <= posts_end - client->last_post);
        client->dropped = stuck && posts_end - posts_begin == POSTS;
        client->gone = done || client->dropped;
        if (client->dropped)
            shutdown(client->fd, SHUT_RD); /* its thread waits for a line */
        if (client->gone)
            room_remove(client);
        else if (behind > most)
            most = behind;
        if (!client->gone && client->stuck_since != 0 && count < WATCHED)
            watched[count++] = (struct pollfd){client->fd, POLLOUT, 0};
    }
    posts_begin = posts_end - most;
    pthread_cond_broadcast(&log_moved);
    return count;
}

/* The postman's thread: sends to all what is posted, and waits for nobody. */
static void *postman_thread(void *unused)
{
    struct pollfd watched[WATCHED] = {{wake_pipe[0], POLLIN, 0}};
    nfds_t count = 1;
    for (char byte;;) {
        if (poll(watched, count, count == 1 ? -1 : 50) > 0 &&
            watched[0].revents != 0 && read(wake_pipe[0], &byte, 1) == -1)
            continue;
        pthread_mutex_lock(&room_lock);
        seen = posts_end;
        struct client *first = room;
        pthread_mutex_unlock(&room_lock);
        for (struct client *to = first; to != NULL; to = to->next)
            deliver(to);
        pthread_mutex_lock(&room_lock);
        count = tidy_room(watched);
        pthread_mutex_unlock(&room_lock);
    }
    return unused;
}

/* Passes client's lines on until it has no more, then closes. */
static void serve_client(struct client *client)
{
    printf("Connected by %s\n", client->name);
    struct timeval second = {.tv_sec = 1}; /* then send() gives up: EAGAIN */
    setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
    lock_room();
    room_add(client);
    notice(client->name, "joined", "");
    pthread_mutex_unlock(&room_lock);

    struct line_reader reader = {.fd = client->fd};
    char line[LINE_SIZE];
    enum line_status status;
    bool stays = true;
    bool more = false; /* lines that the same recv() brought */
    while (stays &&
           (status = read_line(&reader, line, LINE_SIZE)) != LINE_END) {
        if (!more)
            lock_room();
        stays = handle_line(client, status, line);
        stays = stays && !client->dropped;
        more = stays && line_waiting(&reader);
        more = more && posts_end - posts_begin < POSTS;
        if (!more)
            pthread_mutex_unlock(&room_lock);
    }

    lock_room();
    notice(client->name, "left", "");
    client->leaving = true;
    client->last_post = posts_end;
    while (!client->gone)
        pthread_cond_wait(&log_moved, &room_lock);
    pthread_mutex_unlock(&room_lock);
    if (client->dropped)
        send_line(client->fd, "\n* too slow: disconnected");
    printf("Closing connection of %s\n", client->name);
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
    printf("Refused %s\n", name);
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
    fprintf(stderr, "server: accept: %s, trying again\n", strerror(error));
    nanosleep(&pause, NULL); /* out of descriptors: they may come back */
}

/* Allows this server as many descriptors, one per client, as it may have. */
static void raise_descriptor_limit(void)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
}

int main(int argc, char *argv[])
{
    int listener = tcp_listen(server_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */
    raise_descriptor_limit();
    pthread_t postman;
    if (pipe(wake_pipe) == -1 ||
        pthread_create(&postman, NULL, postman_thread, NULL) != 0)
        die("starting", "the postman");

    for (;;) {
        char name[NAME_SIZE];
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            start_client(client, name);
    }
}
