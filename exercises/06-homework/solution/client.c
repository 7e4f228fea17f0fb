/*
 * client.c: sends lines over TCP and prints what comes back, at any time.
 * Run it: client [HOST [PORT]]
 *
 * New: a thread sends what is typed, while main prints what comes.
 */
#include "net.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

static atomic_bool typed_all; /* then it is for the server to close */

/* The typist's thread: sends each line typed, then half-closes. */
static void *send_lines(void *argument)
{
    const int *server = argument;
    struct line_reader keyboard = {.fd = STDIN_FILENO};
    char line[MESSAGE_SIZE - 1];
    do
        typed_all = read_line(&keyboard, line, sizeof line) == LINE_END;
    while (!typed_all && send_line(*server, line) == 0);
    shutdown(*server, SHUT_WR); /* main prints what still comes */
    return NULL;
}

/* Prints what the server sends, to the end. Returns the exit status. */
static int print_lines(int server)
{
    struct line_reader heard = {.fd = server, .printed = true};
    char line[MESSAGE_SIZE - 1];
    while (read_line(&heard, line, sizeof line) != LINE_END)
        print_line(line);
    bool done = typed_all && heard.error == 0;
    if (!done)
        fputs("The server closed the connection.\n", stderr);
    return done ? 0 : 1;
}

int main(int argc, char *argv[])
{
    static int server; /* static: the typist may outlive main by a moment */
    server = tcp_connect(client_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* the server may go first: send() will say so */

    pthread_t typist;
    errno = pthread_create(&typist, NULL, send_lines, &server);
    if (errno != 0)
        die("pthread_create", "typist");
    pthread_detach(typist); /* it may be waiting for the person for ever */
    return print_lines(server);
}
