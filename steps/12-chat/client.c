/*
 * client.c: sends lines over TCP and prints what comes back.
 * Run it: client [HOST [PORT]]
 *
 * New: a thread prints what others say while the person types.
 */
#include "net.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_bool typed_all; /* then it is for the server to close */

/* The receiver's thread: prints what the server sends, to the end. */
static void *print_lines(void *argument)
{
    struct line_reader *reader = argument;
    char line[MESSAGE_SIZE - 1];
    while (read_line(reader, line, sizeof line) != LINE_END)
        print_line(line);
    if (typed_all && reader->error == 0)
        return NULL;
    fputs("The server closed the connection.\n", stderr);
    exit(reader->error == 0 ? 0 : 1); /* main may be waiting for the person */
}

/* Sends each line typed while the receiver prints. Returns the exit status. */
static int talk(int server)
{
    struct line_reader keyboard = {.fd = STDIN_FILENO};
    struct line_reader heard = {.fd = server, .printed = true};
    char line[MESSAGE_SIZE - 1];
    pthread_t receiver;
    errno = pthread_create(&receiver, NULL, print_lines, &heard);
    if (errno != 0)
        die("pthread_create", "receiver");
    do
        typed_all = read_line(&keyboard, line, sizeof line) == LINE_END;
    while (!typed_all && send_line(server, line) == 0);
    shutdown(server, SHUT_WR);
    pthread_join(receiver, NULL);
    close(server);
    return 0;
}

int main(int argc, char *argv[])
{
    int server = tcp_connect(client_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* the server may go first: send() will say so */
    return talk(server);
}
