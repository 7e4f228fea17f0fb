/*
 * server.c: sends each client its text back in upper case.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: a reply, however the text is cut, and one client after another.
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <time.h>
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

/* Makes upper case of the letters a to z, and leaves all other bytes. */
static void upper_case(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= 'a' && text[i] <= 'z')
            text[i] = (char)(text[i] - 'a' + 'A');
}

/* Answers client piece by piece until it has no more, then closes. */
static void serve_client(int client, const char *name)
{
    log_line("Connected by %s", name);

    char text[READ_SIZE];
    ssize_t len;
    while ((len = recv(client, text, sizeof text, 0)) > 0) {
        upper_case(text, (size_t)len);
        if (send_all(client, text, (size_t)len) == -1)
            break;
    }
    if (len == -1)
        log_line("%s: %s", name, strerror(errno));

    log_line("Closing connection of %s", name);
    close(client);
}

/* Makes the best of an accept() that failed: the next one may succeed. */
static void accept_failed(int error)
{
    if (error == EINTR || error == ECONNABORTED)
        return; /* a signal, or a client that has gone already */
    struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
    log_line("accept: %s, trying again", strerror(error));
    nanosleep(&pause, NULL); /* out of descriptors: they may come back */
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
    if (listen(listener, SOMAXCONN) == -1)
        die("listen", name);
    getsockname(listener, (struct sockaddr *)&address, &size);
    announce((struct sockaddr *)&address);
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */

    for (;;) {
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            serve_client(client, name);
    }
}
