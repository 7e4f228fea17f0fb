/* net.c - the helper module of the kit; net.h says what each function does. */
#include "net.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The program as it was typed, build/step3/server, and its last part. */
static const char *program = "", *name = "";

/* Returns what the arguments mean; wrong ones end the program. */
static struct endpoint check(int argc, char *argv[], int port_at,
                             const char *host, const char *usage)
{
    program = argv[0];
    name = strrchr(program, '/') != NULL ? strrchr(program, '/') + 1 : program;
    setvbuf(stdout, NULL, _IOLBF, 0);
    host = argc > 3 - port_at ? argv[3 - port_at] : host;
    const char *port = argc > port_at ? argv[port_at] : "5000";
    size_t digits = strspn(port, "0123456789");
    int number = digits < 6 && port[digits] == '\0' ? atoi(port) : -1;
    if (argc > 3 || digits == 0 || number < port_at - 1 || number > 65535 ||
        (host != NULL && (host[0] == '\0' || host[0] == '-'))) {
        fprintf(stderr, "usage: %s, PORT %d to 65535\n", usage, port_at - 1);
        exit(2);
    }
    return (struct endpoint){.host = host, .port = (uint16_t)number};
}

struct endpoint server_arguments(int argc, char *argv[])
{
    return check(argc, argv, 1, NULL, "server [PORT [ADDRESS]]");
}

struct endpoint client_arguments(int argc, char *argv[])
{
    return check(argc, argv, 2, "127.0.0.1", "client [HOST [PORT]]");
}

void die(const char *call, const char *object)
{
    const char *next = "Check the address, the network and the firewall.";
    if (errno == EADDRINUSE || errno == EACCES)
        next = "The port is taken or reserved: try another, such as 5001.";
    if (errno == ECONNREFUSED)
        next = "No server listens there: start it, check HOST and PORT.";
    fprintf(stderr, "%s: %s %s: %s\n%s\n", name, call, object, strerror(errno),
            next);
    exit(1);
}

const char *format_address(const struct sockaddr *address, char text[NAME_SIZE])
{
    char host[NAME_SIZE - 8] = "?", port[6] = "?";
    getnameinfo(address,
                address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                               : sizeof(struct sockaddr_in),
                host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);
    const char *plain = strncmp(host, "::ffff:", 7) == 0 ? host + 7 : host;
    snprintf(text, NAME_SIZE, strchr(plain, ':') != NULL ? "[%s]:%s" : "%s:%s",
             plain, port);
    return text;
}

void announce(const struct sockaddr *address)
{
    char text[NAME_SIZE], lan[NAME_SIZE];
    printf("Listening on %s\n", format_address(address, text));
    struct ifaddrs *own = NULL;
    if (strncmp(text, "0.0.0.0:", 8) == 0 || strncmp(text, "[::]:", 5) == 0)
        getifaddrs(&own);
    for (struct ifaddrs *at = own; at != NULL; at = at->ifa_next) {
        bool ip4 = at->ifa_addr != NULL && at->ifa_addr->sa_family == AF_INET;
        if (ip4 && strncmp(format_address(at->ifa_addr, lan), "127.", 4) != 0)
            printf("From another machine: %.*sclient %.*s %s\n",
                   (int)(name - program), program, (int)strcspn(lan, ":"), lan,
                   strrchr(text, ':') + 1);
    }
    freeifaddrs(own);
}

/* Opens a TCP socket on the first address of `at` that use() takes, or dies. */
static int open_socket(struct endpoint at, const char *call,
                       int (*use)(int, const struct sockaddr *, socklen_t))
{
    char port[6], tried[NAME_SIZE];
    snprintf(port, sizeof port, "%u", at.port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    int error = getaddrinfo(at.host, port, &hints, &found);
    if (error != 0) {
        fprintf(stderr, "%s: host %s: %s\nCheck its spelling.\n", name, at.host,
                gai_strerror(error));
        exit(1);
    }
    for (struct addrinfo *a = found;; a = a->ai_next) {
        int fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
        if (fd != -1 && use(fd, a->ai_addr, a->ai_addrlen) == 0) {
            freeaddrinfo(found);
            return fd;
        }
        if (a->ai_next == NULL)
            die(call, format_address(a->ai_addr, tried));
        close(fd);
    }
}

/* bind(2) and listen(2), with the options that clients inherit or we need. */
static int bind_listener(int fd, const struct sockaddr *address, socklen_t size)
{
    int yes = 1, no = 0;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes); /* inherited */
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no);
    return bind(fd, address, size) == 0 ? listen(fd, SOMAXCONN) : -1;
}

int tcp_listen(struct endpoint at)
{
    int ip6 = socket(AF_INET6, SOCK_STREAM, 0); /* -1: this machine has none */
    if (at.host == NULL)
        at.host = ip6 == -1 ? "0.0.0.0" : "::";
    close(ip6);
    int listener = open_socket(at, "bind", bind_listener);
    struct sockaddr_storage own;
    socklen_t size = sizeof own;
    getsockname(listener, (struct sockaddr *)&own, &size);
    announce((struct sockaddr *)&own);
    return listener;
}

int tcp_connect(struct endpoint to)
{
    return open_socket(to, "connect", connect);
}

int accept_client(int listener, char client_name[NAME_SIZE])
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    int client = accept(listener, (struct sockaddr *)&address, &size);
    if (client != -1)
        format_address((struct sockaddr *)&address, client_name);
    return client;
}

int send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t sent = send(fd, bytes, len, 0);
        if (sent == -1 && errno != EINTR)
            return -1;
        bytes += sent == -1 ? 0 : sent;
        len -= sent == -1 ? 0 : (size_t)sent;
    }
    return 0;
}

int send_line(int fd, const char *line)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s\n", line);
    return send_all(fd, text, strlen(text));
}

/* Receives more bytes; returns false when there are no more. */
static bool refill(struct line_reader *reader)
{
    ssize_t len =
        reader->ended ? 0 : read(reader->fd, reader->bytes, READ_SIZE);
    if (len == -1 && errno == EINTR)
        return refill(reader);
    reader->ended = len <= 0;
    reader->error = len == -1 ? errno : reader->error;
    reader->start = 0;
    reader->end = len <= 0 ? 0 : (size_t)len;
    return len > 0;
}

enum line_status read_line(struct line_reader *reader, char *line, size_t size)
{
    size_t len = 0; /* of the whole line; only its first size bytes are kept */
    char *newline = NULL;
    while (newline == NULL && (reader->start < reader->end || refill(reader))) {
        char *from = reader->bytes + reader->start;
        newline = memchr(from, '\n', reader->end - reader->start);
        char *to = newline != NULL ? newline : reader->bytes + reader->end;
        for (; from < to; from++, len++)
            if (len < size)
                line[len] = *from;
        reader->start = (size_t)(to - reader->bytes) + (newline != NULL);
    }
    if (newline == NULL && (len == 0 || reader->error != 0))
        return LINE_END;
    if (len > 0 && len <= size && line[len - 1] == '\r')
        len--;
    clean_text(line, len < size ? len : size - 1);
    return len < size ? LINE_READ : LINE_TOO_LONG;
}

bool line_waiting(const struct line_reader *reader)
{
    size_t here = reader->end - reader->start;
    return memchr(reader->bytes + reader->start, '\n', here) != NULL;
}

bool wait_for_typing(int server)
{
    struct pollfd either[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                              {.fd = server, .events = POLLIN}};
    while (poll(either, 2, -1) == -1 && errno == EINTR)
        continue;
    return either[1].revents == 0;
}

/* Returns the size of the UTF-8 character at text, or 0 if it is not one. */
static size_t character_size(const unsigned char *text, size_t len)
{
    size_t size = *text < 0x80 ? 1 : *text < 0xE0 ? 2 : *text < 0xF0 ? 3 : 4;
    unsigned low = *text == 0xE0 ? 0xA0 : *text == 0xF0 ? 0x90 : 0x80;
    unsigned high = *text == 0xED ? 0x9F : *text == 0xF4 ? 0x8F : 0xBF;
    for (size_t i = 1; i < size; i++, low = 0x80, high = 0xBF)
        if (i >= len || text[i] < low || text[i] > high)
            return 0;
    return *text < 0x80 || (*text >= 0xC2 && *text <= 0xF4) ? size : 0;
}

size_t clean_text(char *text, size_t len)
{
    size_t kept = 0;
    for (size_t at = 0, size; at < len; at += size == 0 ? 1 : size) {
        const unsigned char *from = (const unsigned char *)text + at;
        size = character_size(from, len - at);
        bool c1 = size == 2 && from[0] == 0xC2 && from[1] < 0xA0;
        if (size == 0 || from[0] == '\t')
            text[kept++] = size == 0 ? '?' : ' ';
        else if (from[0] >= 0x20 && from[0] != 0x7F && !c1)
            for (size_t i = 0; i < size; i++)
                text[kept++] = text[at + i];
    }
    text[kept] = '\0';
    return kept;
}
