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

/* Opens a socket on the first address for which use() returns NULL, or dies. */
static int open_socket(struct endpoint at,
                       const char *(*use)(int fd, const struct addrinfo *at))
{
    struct addrinfo *found = find_addresses(at);
    const char *failed = "socket";
    char tried[NAME_SIZE];
    int error = 0;
    for (const struct addrinfo *to = found; to != NULL; to = to->ai_next) {
        int fd = socket(to->ai_family, to->ai_socktype, to->ai_protocol);
        failed = fd == -1 ? "socket" : use(fd, to);
        if (failed == NULL) {
            freeaddrinfo(found);
            return fd;
        }

        error = errno; /* before any other call changes it */
        format_address(to->ai_addr, tried);
        if (fd != -1)
            close(fd);
    }
    errno = error;
    die(failed, tried);
}

/* Sets an option of fd to this value. Returns 0, or -1 with errno set. */
static int set_option(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof value);
}

/* Has fd listen at an address. Returns NULL, or the call that has failed. */
static const char *use_to_listen(int fd, const struct addrinfo *at)
{
    /* Clients inherit TCP_NODELAY; IPv6 is to take IPv4 as well. */
    bool ip6 = at->ai_family == AF_INET6;
    if (set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) == -1 ||
        set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1) == -1 ||
        (ip6 && set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0) == -1))
        return "setsockopt";

    if (bind(fd, at->ai_addr, at->ai_addrlen) == -1)
        return "bind";
    return listen(fd, SOMAXCONN) == -1 ? "listen" : NULL;
}

/* Connects fd to an address. Returns NULL, or the call that has failed. */
static const char *use_to_connect(int fd, const struct addrinfo *to)
{
    return connect(fd, to->ai_addr, to->ai_addrlen) == -1 ? "connect" : NULL;
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
    int listener = open_socket(at, use_to_listen);

    struct sockaddr_storage own;
    socklen_t size = sizeof own;
    if (getsockname(listener, (struct sockaddr *)&own, &size) == -1)
        die("getsockname", "the listener");
    announce((struct sockaddr *)&own);
    return listener;
}

int tcp_connect(struct endpoint to)
{
    return open_socket(to, use_to_connect);
}

int accept_client(int listener, char name[NAME_SIZE])
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int client = accept(listener, (struct sockaddr *)&address, &size);
    if (client == -1)
        return -1;
    if (size == 0) { /* macOS: it has gone again already */
        close(client);
        errno = ECONNABORTED;
        return -1;
    }
    format_address((struct sockaddr *)&address, name);
    return client;
}
