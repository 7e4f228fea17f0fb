/*
 * server.c: receives one message over TCP.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: a connection: socket, bind, listen, accept, recv, close, in order.
 * Still wrong, on purpose: one recv() is one message. Step 03 mends that.
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <unistd.h>

/* Returns the IPv4 socket address of `at`; no host means all addresses. */
static struct sockaddr_in ipv4_address(struct endpoint at)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_port = htons(at.port); /* most significant byte first */
    const char *host = at.host == NULL ? "0.0.0.0" : at.host;
    errno = EINVAL; /* inet_pton() sets none */
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
        die("address", host);
    return address;
}

/* Receives one message from client, prints it and closes the connection. */
static void serve_client(int client, const char *name)
{
    log_line("Connected by %s", name);

    char line[LINE_SIZE];
    ssize_t len = recv(client, line, LINE_SIZE - 1, 0);
    if (len == -1)
        die("recv from", name);
    clean_text(line, (size_t)len);
    log_line("%s %s", name, line);

    log_line("Closing connection of %s", name);
    close(client);
}

int main(int argc, char *argv[])
{
    struct sockaddr_in address = ipv4_address(server_arguments(argc, argv));
    socklen_t size = sizeof address;
    char name[NAME_SIZE];
    format_address((struct sockaddr *)&address, name);

    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener == -1)
        die("socket", name);
    int yes = 1; /* a port just left may be used again at once */
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(listener, (struct sockaddr *)&address, size) == -1)
        die("bind", name);
    if (listen(listener, 1) == -1)
        die("listen", name);
    getsockname(listener, (struct sockaddr *)&address, &size);
    announce((struct sockaddr *)&address);

    int client = accept(listener, (struct sockaddr *)&address, &size);
    if (client == -1)
        die("accept", "a client");
    format_address((struct sockaddr *)&address, name);
    serve_client(client, name);
    close(listener);
    return 0;
}
