/*
 * server.c: sends what one client says to all others.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: what the threads share, and the lock that guards it.
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

/* Adds client to the room. Caller holds room_lock. */
static void room_add(struct client *client)
{
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

/* ---- commands ---- */

/* Does what one line of client's asks for. Caller holds room_lock. */
static void handle_line(struct client *client, enum line_status status,
                        char *line)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s: %s\n", client->name, line);
    if (status == LINE_TOO_LONG)
        tell(client, "* too long: at most 1024 bytes a line\n");
    else
        broadcast(client, text);
}

/* ---- clients ---- */

/* Takes client's lines until there are no more. */
static void take_lines(struct client *client)
{
    struct line_reader reader = {.fd = client->fd};
    char line[LINE_SIZE];
    enum line_status status;
    while ((status = read_line(&reader, line, LINE_SIZE)) != LINE_END) {
        pthread_mutex_lock(&room_lock);
        handle_line(client, status, line);
        pthread_mutex_unlock(&room_lock);
    }
}

/* Serves client until it has no more lines, then closes its connection. */
static void serve_client(struct client *client)
{
    log_line("Connected by %s", client->name);
    pthread_mutex_lock(&room_lock);
    room_add(client);
    pthread_mutex_unlock(&room_lock);

    take_lines(client);

    pthread_mutex_lock(&room_lock);
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
