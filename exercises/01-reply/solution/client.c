/*
 * client.c: sends one line over TCP and prints the reply.
 * Run it: client [HOST [PORT]]
 *
 * New: half-closing says that the text ends; then recv until the reply does.
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Returns the IPv4 socket address of `at`. */
static struct sockaddr_in ipv4_address(struct endpoint at)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    address.sin_port = htons(at.port); /* most significant byte first */
    errno = EINVAL;                    /* inet_pton() sets none */
    if (inet_pton(AF_INET, at.host, &address.sin_addr) != 1)
        die("address", at.host);
    return address;
}

/* Prints what the server sends until it has no more, then a newline. */
static void print_reply(int server, const char *name)
{
    char text[READ_SIZE];
    ssize_t len;
    while ((len = recv(server, text, sizeof text, 0)) > 0)
        fwrite(text, 1, (size_t)len, stdout);
    if (len == -1)
        die("recv from", name);
    putchar('\n');
    if (fflush(stdout) == EOF || ferror(stdout))
        die("write", "stdout"); /* nobody takes its output */
}

int main(int argc, char *argv[])
{
    struct sockaddr_in address = ipv4_address(client_arguments(argc, argv));
    char name[NAME_SIZE];
    format_address((struct sockaddr *)&address, name);
    signal(SIGPIPE, SIG_IGN); /* the server may go first: send() will say so */

    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (server == -1)
        die("socket", name);
    if (connect(server, (struct sockaddr *)&address, sizeof address) == -1)
        die("connect", name);

    char *line = NULL;
    size_t size = 0;
    ssize_t len = getline(&line, &size, stdin);
    if (len == -1 && ferror(stdin))
        die("read", "stdin");
    if (len > 0 && line[len - 1] == '\n')
        len--;
    if (len > 0 && send_all(server, line, (size_t)len) == -1)
        die("send to", name);
    free(line);
    shutdown(server, SHUT_WR);
    print_reply(server, name);
    close(server);
    return 0;
}
