/*
 * server.c: sends each line of its clients back to them.
 * Run it: server [PORT [ADDRESS [IDLE]]]
 *
 * New: one that is silent for IDLE seconds is told so and makes room.
 * Still wrong: one that never stops talking keeps all others waiting.
 */
#include "net.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* Returns IDLE from the command line, in seconds; a wrong one ends all. */
static int idle_argument(int argc, char *argv[])
{
    const char *text = argc > 3 ? argv[3] : "60";
    size_t digits = strspn(text, "0123456789");
    int idle = digits < 5 && text[digits] == '\0' ? atoi(text) : 0;
    if (argc > 4 || idle < 1 || idle > 3600) {
        fputs("usage: server [PORT [ADDRESS [IDLE]]], IDLE 1 to 3600\n",
              stderr);
        exit(2);
    }
    return idle;
}

/* Sends a line, or gives the client up: then no more of its lines come. */
static void answer(int client, const char *line)
{
    if (send_line(client, line) == -1)
        shutdown(client, SHUT_RDWR);
}

/* Sends client's lines back until it has no more or is silent, then closes. */
static void serve_client(int client, const char *name, int idle)
{
    log_line("Connected by %s", name);
    struct timeval patience = {.tv_sec = idle}; /* for each read() anew */
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

    struct line_reader reader = {.fd = client};
    char line[LINE_SIZE];
    enum line_status status;
    while ((status = read_line(&reader, line, LINE_SIZE)) != LINE_END) {
        if (status == LINE_TOO_LONG) {
            answer(client, "* too long: at most 1024 bytes a line");
            continue;
        }
        log_line("%s %s", name, line);
        answer(client, line);
    }
    if (reader.error == EAGAIN) { /* not an end: time is up */
        snprintf(line, sizeof line, "* silent for %d s: goodbye", idle);
        answer(client, line);
    }

    log_line("Closing connection of %s", name);
    close(client);
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

int main(int argc, char *argv[])
{
    int idle = idle_argument(argc, argv);
    int listener = tcp_listen(server_arguments(argc > 3 ? 3 : argc, argv));
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */

    for (;;) {
        char name[NAME_SIZE];
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            serve_client(client, name, idle);
    }
}
