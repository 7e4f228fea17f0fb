/*
 * server.c: sends each line of one client back to it.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: a stream has no messages, so each line is one: read_line, send_all.
 * Still wrong: it ends with its first client.
 */
#include "net.h"

#include <stdio.h>
#include <unistd.h>

/* Sends client's lines back to it until it has no more, then closes. */
static void serve_client(int client, const char *name)
{
    printf("Connected by %s\n", name);

    struct line_reader reader = {.fd = client};
    char line[LINE_SIZE];
    enum line_status status;
    while ((status = read_line(&reader, line, LINE_SIZE)) != LINE_END) {
        if (status == LINE_TOO_LONG) {
            send_line(client, "* too long: at most 1024 bytes a line");
            continue;
        }
        printf("%s %s\n", name, line);
        send_line(client, line);
    }

    printf("Closing connection of %s\n", name);
    close(client);
}

int main(int argc, char *argv[])
{
    char name[NAME_SIZE];
    int listener = tcp_listen(server_arguments(argc, argv));
    int client = accept_client(listener, name);
    if (client == -1)
        die("accept", "a client");
    serve_client(client, name);
    close(listener);
    return 0;
}
