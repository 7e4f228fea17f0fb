/*
 * client.c: sends one line over UDP.
 * Run it: client [HOST [PORT]]
 *
 * New: datagrams: no connect; sendto says whom each one is for.
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
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

int main(int argc, char *argv[])
{
    struct sockaddr_in address = ipv4_address(client_arguments(argc, argv));
    char name[NAME_SIZE];
    format_address((struct sockaddr *)&address, name);

    int server = socket(AF_INET, SOCK_DGRAM, 0);
    if (server == -1)
        die("socket", name);

    char *line = NULL;
    size_t size = 0;
    ssize_t len = getline(&line, &size, stdin);
    if (len == -1 && ferror(stdin))
        die("read", "stdin");
    if (len > 0 && line[len - 1] == '\n')
        len--;
    if (len >= 0 && sendto(server, line, (size_t)len, 0,
                           (struct sockaddr *)&address, sizeof address) == -1)
        die("sendto", name);
    free(line);
    close(server);
    return 0;
}
