/*
 * server.c: prints each message that comes over UDP once, and says so.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: acknowledgements; a message that comes again is known by its number.
 * Still wrong: who gets the port of an earlier client is taken for that one.
 */
#include "net.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

/* How many senders are known at a time; no datagram is longer; "ack N". */
enum { SENDERS = 100, DATAGRAM_SIZE = 65536, ACK_SIZE = 32 };

/* Who has sent messages, and the highest number among them. */
struct sender {
    struct sockaddr_in address;
    long long highest;
};

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

/* Returns what is known of a sender; a new one takes the oldest one's place. */
static struct sender *find_sender(const struct sockaddr_in *address)
{
    static struct sender senders[SENDERS];
    static size_t oldest;
    for (size_t i = 0; i < SENDERS; i++)
        if (senders[i].address.sin_port == address->sin_port &&
            senders[i].address.sin_addr.s_addr == address->sin_addr.s_addr)
            return &senders[i];
    struct sender *sender = &senders[oldest];
    oldest = (oldest + 1) % SENDERS;
    *sender = (struct sender){.address = *address};
    return sender;
}

/* Splits "NUMBER TEXT": sets *number, returns the text; NULL if it is none. */
static char *message_text(char *line, long long *number)
{
    char *end;
    *number = strtoll(line, &end, 10); /* too large a one: LLONG_MAX */
    if (!isdigit((unsigned char)line[0]) || *number < 1 ||
        *number > INT32_MAX || *end != ' ')
        return NULL;
    return end + 1;
}

/* Receives one datagram from any client; prints and acknowledges a message. */
static void serve_client(int listener)
{
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    char line[DATAGRAM_SIZE + 1];
    ssize_t len = recvfrom(listener, line, DATAGRAM_SIZE, 0,
                           (struct sockaddr *)&address, &size);
    if (len == -1)
        return;
    line[len] = '\0';
    long long number;
    char *text = message_text(line, &number);
    if (text == NULL)
        return;
    struct sender *sender = find_sender(&address);
    if (number > sender->highest) {
        sender->highest = number;
        clean_text(text, (size_t)(line + len - text));
        char name[NAME_SIZE];
        log_line("%s %s", format_address((struct sockaddr *)&address, name),
                 text);
    }
    char ack[ACK_SIZE];
    int ack_len = snprintf(ack, sizeof ack, "ack %lld", number);
    sendto(listener, ack, (size_t)ack_len, 0, (struct sockaddr *)&address,
           size);
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

    for (;;)
        serve_client(listener);
}
