/* tcp.c - opens TCP connections, with the calls of step 01; see net.h. */
#include "net.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <unistd.h>

/* Returns the addresses of a host, to be freed with freeaddrinfo(), or dies. */
static struct addrinfo *find_addresses(struct endpoint at)
{
    char port[6];
    snprintf(port, sizeof port, "%u", at.port);

    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    int error = getaddrinfo(at.host, port, &hints, &found);
    if (error != 0)
        die_of_host(at.host, error);
    return found;
}

/* Opens a socket on the first address of `at` that use() takes, or dies. */
static int open_socket(struct endpoint at, const char *call,
                       int (*use)(int, const struct sockaddr *, socklen_t))
{
    struct addrinfo *found = find_addresses(at);
    const struct addrinfo *address = found;
    for (;;) {
        int fd = socket(address->ai_family, address->ai_socktype,
                        address->ai_protocol);
        if (fd != -1 && use(fd, address->ai_addr, address->ai_addrlen) == 0) {
            freeaddrinfo(found);
            return fd;
        }

        char tried[NAME_SIZE];
        if (address->ai_next == NULL)
            die(call, format_address(address->ai_addr, tried));
        if (fd != -1)
            close(fd);
        address = address->ai_next;
    }
}

/* Sets an option of fd to this value. Returns 0, or -1 with errno set. */
static int set_option(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value);
}

/* Has fd listen at address. Returns 0, or -1 with errno set. */
static int bind_listener(int fd, const struct sockaddr *address, socklen_t size)
{
    /* Clients inherit TCP_NODELAY; IPv6 is to take IPv4 as well. */
    if (set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1 ||
        set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) == -1)
        return -1;
    if (address->sa_family == AF_INET6 &&
        set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) == -1)
        return -1;

    if (bind(fd, address, size) == -1)
        return -1;
    return listen(fd, SOMAXCONN);
}

/* Whether this machine has IPv6. */
static bool has_ip6(void)
{
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    if (fd == -1)
        return false;
    close(fd);
    return true;
}

int tcp_listen(struct endpoint at)
{
    if (at.host == NULL)
        at.host = has_ip6() ? "::" : "0.0.0.0";
    int listener = open_socket(at, "bind", bind_listener);

    struct sockaddr_storage own;
    socklen_t size = sizeof own;
    if (getsockname(listener, (struct sockaddr *)&own, &size) == -1)
        die("getsockname", "the listener");
    announce((struct sockaddr *)&own);
    return listener;
}

int tcp_connect(struct endpoint to)
{
    return open_socket(to, "connect", connect);
}

int accept_client(int listener, char name[NAME_SIZE])
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int client = accept(listener, (struct sockaddr *)&address, &size);
    if (client != -1)
        format_address((struct sockaddr *)&address, name);
    return client;
}
