/*
 * server.c: sends each line of one client back to it.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: a stream has no messages, so each line is one: read_line, send_all.
 * Still wrong: it ends with its first client.
 */
#include "net.h"

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
