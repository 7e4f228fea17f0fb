/*
 * server.c: receives one message over UDP.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: datagrams: no connection; each is a record of its own, from anybody.
 * Still wrong: nothing tells the sender that it arrived.
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

/* Receives one datagram from any client and prints it. */
static void serve_client(int listener)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    char line[LINE_SIZE]; /* one byte more than we take: a longer one shows */
    ssize_t len = recvfrom(listener, line, LINE_SIZE, 0,
                           (struct sockaddr *)&address, &size);
    if (len == -1)
        die("recvfrom", "any client");
    bool cut = len == LINE_SIZE; /* recvmsg(2) would say MSG_TRUNC */
    clean_text(line, (size_t)len - cut);
    char name[NAME_SIZE];
    log_line("%s %s", format_address((struct sockaddr *)&address, name), line);
    if (cut)
        log_line("The datagram was cut: only 1024 bytes of it are shown.");
}

int main(int argc, char *argv[])
{
    struct sockaddr_in address = ipv4_address(server_arguments(argc, argv));
    socklen_t size = sizeof address;
    char name[NAME_SIZE];
    format_address((struct sockaddr *)&address, name);

    int listener = socket(AF_INET, SOCK_DGRAM, 0);
    if (listener == -1)
        die("socket", name);
    if (bind(listener, (struct sockaddr *)&address, size) == -1)
        die("bind", name);
    getsockname(listener, (struct sockaddr *)&address, &size);
    announce((struct sockaddr *)&address);

    serve_client(listener);
    close(listener);
    return 0;
}
