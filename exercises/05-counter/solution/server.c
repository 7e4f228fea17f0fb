/*
 * server.c: sends each line of its clients back to them.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: a count that all threads share, and the lock that guards it.
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

/* ---- count ---- */

/* taken_lock guards taken: how many lines all clients together have sent. */
static pthread_mutex_t taken_lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long taken;

/* Adds lines to what was taken so far, and returns the sum. */
static unsigned long count(unsigned long lines)
{
    pthread_mutex_lock(&taken_lock);
    taken += lines;
    unsigned long sum = taken;
    pthread_mutex_unlock(&taken_lock);
    return sum;
}

/* ---- clients ---- */

/* Sends client a line, or gives it up: then no more of its lines come. */
static void answer(const struct client *client, const char *line)
{
    if (send_line(client->fd, line) == -1)
        shutdown(client->fd, SHUT_RDWR);
}

/* Tells client how many lines were taken from all so far. */
static void send_count(const struct client *client)
{
    char text[64];
    snprintf(text, sizeof text, "* count: %lu", count(0));
    answer(client, text);
}

/* Takes client's lines until there are no more. */
static void take_lines(struct client *client)
{
    struct line_reader reader = {.fd = client->fd};
    char line[LINE_SIZE];
    enum line_status status;
    while ((status = read_line(&reader, line, LINE_SIZE)) != LINE_END) {
        if (status == LINE_TOO_LONG) {
            answer(client, "* too long: at most 1024 bytes a line");
            continue;
        }
        log_line("%s %s", client->name, line);
        if (strcmp(line, "/count") == 0) {
            send_count(client);
            continue;
        }
        count(1); /* before its echo: who has that may rely on it */
        answer(client, line);
    }
}

/* Serves client until it has no more lines, then closes its connection. */
static void serve_client(struct client *client)
{
    log_line("Connected by %s", client->name);

    take_lines(client);

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
