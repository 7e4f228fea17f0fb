/*
 * server.c: sends each line of its clients back to them.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: one client after another; an error ends one client, not the server.
 * Still wrong: one silent client keeps all others waiting.
 */
#include "net.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Serves client until it has no more lines, then closes its connection. */
static void serve_client(int client, const char *name)
{
    log_line("Connected by %s", name);

    struct line_reader reader = {.fd = client};
    char line[LINE_SIZE];
    enum line_status status;
    while ((status = read_line(&reader, line, LINE_SIZE)) != LINE_END) {
        const char *answer = line;
        if (status == LINE_TOO_LONG)
            answer = "* too long: at most 1024 bytes a line";
        log_line("%s %s", name, answer);
        if (send_line(client, answer) == -1)
            break; /* it has gone */
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
    int listener = tcp_listen(server_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */

    for (;;) {
        char name[NAME_SIZE];
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            serve_client(client, name);
    }
}
