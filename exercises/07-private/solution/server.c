/*
 * server.c: a chat: sends what one client says to all others, or to one.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: /msg NICK text says something to one person alone.
 * Still wrong, on purpose: one that does not read freezes all. See step 08.
 */
#include "net.h"

#include <errno.h>
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

/* Returns who has this name, Ana for ana, or NULL. Caller holds room_lock. */
static struct client *find_client(const char *name)
{
    for (struct client *other = room; other != NULL; other = other->next)
        if (same_name(other->name, name))
            return other;
    return NULL;
}

/* Whether somebody has this name, or Ana for ana. Caller holds room_lock. */
static bool is_taken(const char *name)
{
    return find_client(name) != NULL;
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

static bool say_privately(struct client *client, const char *argument)
{
    char name[LINE_SIZE], text[MESSAGE_SIZE];
    size_t len = strcspn(argument, " ");
    snprintf(name, sizeof name, "%.*s", (int)len, argument);
    const char *line = argument + len + (argument[len] == ' ');
    struct client *to = find_client(name);
    if (name[0] == '\0' || line[0] == '\0') {
        tell(client, "* /msg NICK text\n");
    } else if (to == NULL) {
        snprintf(text, sizeof text, "* nobody here is called %s\n", name);
        tell(client, text);
    } else if (to == client) {
        tell(client, "* that is you\n");
    } else {
        snprintf(text, sizeof text, "%s (private): %s\n", client->name, line);
        tell(to, text);
    }
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
    {"/msg", say_privately},
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
    tell(client, "* no such command: there are /nick NAME, /who, "
                 "/msg NICK text, /quit\n");
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
    int listener = tcp_listen(server_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */
    raise_descriptor_limit();

    for (;;) {
        char name[NAME_SIZE];
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            start_client(client, name);
    }
}
