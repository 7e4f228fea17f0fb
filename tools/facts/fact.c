/* fact.c - what the experiments share; see fact.h. */
#include "fact.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int must(int result, const char *call)
{
    if (result == -1) {
        perror(call);
        exit(EXIT_FAILURE);
    }
    return result;
}

struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((in_port_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

int port_of(int fd)
{
    struct sockaddr_in at;
    socklen_t len = sizeof at;
    must(getsockname(fd, (struct sockaddr *)&at, &len), "getsockname");
    return ntohs(at.sin_port);
}

int bound_socket(int type, int port)
{
    struct sockaddr_in at = loopback(port);
    int fd = must(socket(AF_INET, type, 0), "socket");
    must(bind(fd, (struct sockaddr *)&at, sizeof at), "bind");
    return fd;
}

int listener_on(int port)
{
    int fd = bound_socket(SOCK_STREAM, port);
    must(listen(fd, SOMAXCONN), "listen");
    return fd;
}

int connected_to(int port)
{
    struct sockaddr_in to = loopback(port);
    int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    must(connect(fd, (struct sockaddr *)&to, sizeof to), "connect");
    return fd;
}

struct pair connected_pair(void)
{
    int listener = listener_on(0);
    struct pair pair = {.client = connected_to(port_of(listener))};
    pair.server = must(accept(listener, NULL, NULL), "accept");
    close(listener);
    return pair;
}

int udp_to_itself(void)
{
    int fd = bound_socket(SOCK_DGRAM, 0);
    struct sockaddr_in at = loopback(port_of(fd));
    must(connect(fd, (struct sockaddr *)&at, sizeof at), "connect");
    return fd;
}

short wait_for(int fd, short events)
{
    struct pollfd waited = {.fd = fd, .events = events};
    must(poll(&waited, 1, 2000), "poll");
    return waited.revents;
}

int unread(int fd)
{
    int count;
    must(ioctl(fd, FIONREAD, &count), "ioctl");
    return count;
}

bool in_time(void)
{
    static int tries;
    poll(NULL, 0, 1);
    return ++tries < 1500;
}

/* What has a number, and its name. */
struct word {
    int value;
    const char *name;
};
#define WORD(value)                                                            \
    {                                                                          \
        value, #value                                                          \
    }

const char *said(ssize_t result)
{
    static const struct word errors[] = {
        WORD(EACCES),       WORD(EADDRINUSE),   WORD(EADDRNOTAVAIL),
        WORD(EAFNOSUPPORT), WORD(EAGAIN),       WORD(EALREADY),
        WORD(EBADF),        WORD(ECONNABORTED), WORD(ECONNREFUSED),
        WORD(ECONNRESET),   WORD(EDESTADDRREQ), WORD(EHOSTUNREACH),
        WORD(EINPROGRESS),  WORD(EINTR),        WORD(EINVAL),
        WORD(EISCONN),      WORD(EMFILE),       WORD(EMSGSIZE),
        WORD(ENETUNREACH),  WORD(ENOBUFS),      WORD(ENOTCONN),
        WORD(EOPNOTSUPP),   WORD(EPERM),        WORD(EPIPE),
        WORD(EPROTOTYPE),   WORD(ETIMEDOUT)};
    static char counts[16][32]; /* several of them stand in one answer */
    static unsigned used;
    if (result >= 0) {
        char *count = counts[used++ % 16];
        snprintf(count, sizeof counts[0],
                 result == 1 ? "%zd byte" : "%zd bytes", result);
        return result == 0 ? "0" : count;
    }
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].value == errno)
            return errors[i].name;
    return strerror(errno);
}

const char *events_said(short events)
{
    static const struct word bits[] = {
        WORD(POLLIN),  WORD(POLLPRI),  WORD(POLLOUT),  WORD(POLLERR),
        WORD(POLLHUP), WORD(POLLNVAL), WORD(POLLRDHUP)};
    static char texts[8][80];
    static unsigned used;
    char *text = texts[used++ % 8];
    strcpy(text, events == 0 ? "nothing" : "");
    for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
        if ((events & bits[i].value) != 0) {
            strcat(text, text[0] == '\0' ? "" : " ");
            strcat(text, bits[i].name);
        }
    return text;
}

void answer(const char *format, ...)
{
    va_list values;
    va_start(values, format);
    vprintf(format, values);
    va_end(values);
    puts("");
}
