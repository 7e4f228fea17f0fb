/*
 * server.c: sends each line of a client to all others: a chat.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: a room that all threads share, and the lock that guards it.
 * Still wrong: one that does not read freezes all. See step 08.
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
};

/* How many may be here at a time. */
enum { PLACES = 100 };

/* ---- room ---- */

/* room_lock guards the room: who is here, and what is sent to each. */
static pthread_mutex_t room_lock = PTHREAD_MUTEX_INITIALIZER;
static struct client *room[PLACES];
static size_t present; /* they are room[0] to room[present - 1] */

/* Gives client a place in the room. Returns false if there is none left. */
static bool enter(struct client *client)
{
    pthread_mutex_lock(&room_lock);
    bool free_place = present < PLACES;
    if (free_place)
        room[present++] = client;
    pthread_mutex_unlock(&room_lock);
    return free_place;
}

/* Takes client out of the room: from now on nobody sends to it. */
static void leave(const struct client *client)
{
    pthread_mutex_lock(&room_lock);
    size_t i = 0;
    while (room[i] != client)
        i++;
    room[i] = room[--present]; /* the last one fills the gap */
    pthread_mutex_unlock(&room_lock);
}

/* ---- sending ---- */

/* Sends text to client, or gives it up. Caller holds room_lock. */
static void tell(const struct client *client, const char *text)
{
    if (send_line(client->fd, text) == -1)
        shutdown(client->fd, SHUT_RDWR); /* so that its own thread ends */
}

/* Sends text to all but the speaker. Caller holds room_lock. */
static void broadcast(const struct client *speaker, const char *text)
{
    for (size_t i = 0; i < present; i++)
        if (room[i] != speaker)
            tell(room[i], text);
}

/* ---- commands ---- */

/* Does what one line of client's asks for. Caller holds room_lock. */
static void handle_line(const struct client *client, enum line_status status,
                        const char *line)
{
    char text[MESSAGE_SIZE - 1];
    snprintf(text, sizeof text, "%s: %s", client->name, line);
    if (status == LINE_TOO_LONG)
        tell(client, "* too long: at most 1024 bytes a line");
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
        if (status == LINE_READ)
            log_line("%s %s", client->name, line);
        pthread_mutex_lock(&room_lock);
        handle_line(client, status, line);
        pthread_mutex_unlock(&room_lock);
    }
}

/* Serves client until it has no more lines, then closes its connection. */
static void serve_client(struct client *client)
{
    log_line("Connected by %s", client->name);

    take_lines(client);

    leave(client);
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

/* Brings fd into the room, with a thread that serves it, or refuses it. */
static void start_client(int fd, const char *name)
{
    struct client *client = calloc(1, sizeof *client);
    pthread_t thread;
    if (client != NULL) {
        client->fd = fd;
        strcpy(client->name, name);
        if (enter(client)) {
            if (pthread_create(&thread, NULL, client_thread, client) == 0)
                return;
            leave(client);
        }
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
