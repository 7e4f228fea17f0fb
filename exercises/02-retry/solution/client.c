/*
 * client.c: sends lines over UDP, each again until the server has it.
 * Run it: client [HOST [PORT]]
 *
 * New: numbered messages, acknowledgements, and a wait that has an end.
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { TRIES = 5, WAIT_MS = 500, ACK_SIZE = 32 };

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

/* Waits at most WAIT_MS for this answer; whatever else comes is ignored. */
static bool await_answer(int server, const char *answer)
{
    struct pollfd entry = {.fd = server, .events = POLLIN};
    char text[ACK_SIZE]; /* more than an answer has: a longer one shows */
    int64_t end = now_ms() + WAIT_MS;
    for (int64_t left = WAIT_MS; left > 0; left = end - now_ms()) {
        if (poll(&entry, 1, (int)left) <= 0)
            continue; /* time is up; or a signal: there may be some left */
        ssize_t len = recv(server, text, sizeof text, 0);
        if (len == (ssize_t)strlen(answer) &&
            memcmp(text, answer, (size_t)len) == 0)
            return true;
    }
    return false;
}

/*
 * Sends one datagram. If send reports that an earlier one was refused, it has
 * sent nothing, but forgets the error; any other error is a datagram lost.
 */
static void send_datagram(int server, const struct msghdr *message)
{
    while (sendmsg(server, message, 0) == -1 && errno == ECONNREFUSED)
        continue;
}

/* Sends a message until it is acknowledged. Returns false if it never is. */
static bool deliver(int server, int number, char *line, size_t len)
{
    char start[ACK_SIZE], ack[ACK_SIZE];
    int start_len = snprintf(start, sizeof start, "%d ", number);
    snprintf(ack, sizeof ack, "ack %d", number);
    struct iovec parts[] = {{.iov_base = start, .iov_len = (size_t)start_len},
                            {.iov_base = line, .iov_len = len}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    for (int i = 0; i < TRIES; i++) {
        send_datagram(server, &message);
        if (await_answer(server, ack))
            return true;
    }
    return false;
}

/* Delivers each line typed, one after another. Returns the exit status. */
static int talk(int server, const char *name)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    bool delivered = true;
    for (int n = 1; delivered && (len = getline(&line, &size, stdin)) != -1;
         n++) {
        if (len > 0 && line[len - 1] == '\n')
            len--;
        delivered = deliver(server, n, line, (size_t)len);
        if (!delivered)
            fprintf(stderr, "client: no answer from %s to message %d\n", name,
                    n);
    }
    if (delivered && ferror(stdin))
        die("read", "stdin");
    free(line);
    close(server);
    return delivered ? 0 : 1;
}

int main(int argc, char *argv[])
{
    struct sockaddr_in address = ipv4_address(client_arguments(argc, argv));
    char name[NAME_SIZE];
    format_address((struct sockaddr *)&address, name);

    int server = socket(AF_INET, SOCK_DGRAM, 0);
    if (server == -1)
        die("socket", name);
    /* No handshake: from now on only what this server sends is received. */
    if (connect(server, (struct sockaddr *)&address, sizeof address) == -1)
        die("connect", name);
    return talk(server, name);
}
