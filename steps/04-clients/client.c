/*
 * client.c: sends lines over TCP and prints what comes back.
 * Run it: client [HOST [PORT]]
 *
 * New: a conversation. Still wrong: it listens only when it has spoken.
 */
#include "net.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* Sends each line typed and prints its answer. Returns the exit status. */
static int talk(int server)
{
    struct line_reader keyboard = {.fd = STDIN_FILENO};
    struct line_reader heard = {.fd = server, .printed = true};
    char line[MESSAGE_SIZE - 1];
    bool typed_all = false;
    while (wait_for_typing(&keyboard, server)) {
        typed_all = read_line(&keyboard, line, sizeof line) == LINE_END;
        if (typed_all || send_line(server, line) == -1 ||
            read_line(&heard, line, sizeof line) == LINE_END)
            break;
        print_line(line);
    }
    shutdown(server, SHUT_WR);
    while (read_line(&heard, line, sizeof line) != LINE_END)
        print_line(line);
    close(server);
    if (!typed_all || heard.error != 0)
        fputs("The server closed the connection.\n", stderr);
    return typed_all && heard.error == 0 ? 0 : 1;
}

int main(int argc, char *argv[])
{
    int server = tcp_connect(client_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* the server may go first: send() will say so */
    return talk(server);
}
