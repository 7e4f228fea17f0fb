/* text.c - text that is safe to print, and addresses as text; see net.h. */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/*
 * The characters of UTF-8 by their first byte, from `first` to `last`: what
 * their second may be, and their size. RFC 3629, section 4
 */
static const struct {
    unsigned char first, last, low, high;
    size_t size;
} characters[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4},
};
static const size_t kinds = sizeof characters / sizeof characters[0];

/* Returns the size of the UTF-8 character at text, or 0 if it is not one. */
static size_t character_size(const unsigned char *text, size_t len)
{
    if (text[0] < 0x80)
        return 1;
    size_t kind = 0;
    while (kind < kinds && text[0] > characters[kind].last)
        kind++;
    if (kind == kinds || text[0] < characters[kind].first)
        return 0;

    size_t size = characters[kind].size;
    if (size > len || text[1] < characters[kind].low ||
        text[1] > characters[kind].high)
        return 0;
    for (size_t i = 2; i < size; i++)
        if (text[i] < 0x80 || text[i] > 0xBF)
            return 0;
    return size;
}

size_t clean_text(char *text, size_t len)
{
    size_t kept = 0;
    size_t at = 0;
    while (at < len) {
        const unsigned char *from = (const unsigned char *)text + at;
        size_t size = character_size(from, len - at);
        bool c1 = size == 2 && from[0] == 0xC2 && from[1] < 0xA0;
        if (size == 0) {
            text[kept++] = '?';
            at++;
        } else if (*from == '\t') {
            text[kept++] = ' ';
            at++;
        } else if (*from < 0x20 || *from == 0x7F || c1) {
            at += size;
        } else {
            for (size_t i = 0; i < size; i++)
                text[kept++] = text[at++];
        }
    }
    text[kept] = '\0';
    return kept;
}

const char *format_address(const struct sockaddr *address, char text[NAME_SIZE])
{
    struct sockaddr_in ip4;
    struct sockaddr_in6 ip6;
    char host[NAME_SIZE - 8] = "?"; /* if it has none that can be written */
    if (address->sa_family == AF_INET) {
        memcpy(&ip4, address, sizeof ip4);
    } else {
        memcpy(&ip6, address, sizeof ip6);
        memcpy(&ip4.sin_addr, ip6.sin6_addr.s6_addr + 12, 4);
        ip4.sin_port = ip6.sin6_port;
        if (!IN6_IS_ADDR_V4MAPPED(&ip6.sin6_addr)) {
            getnameinfo(address, sizeof ip6, host, sizeof host, NULL, 0,
                        NI_NUMERICHOST); /* it knows of fe80::1%eth0 */
            snprintf(text, NAME_SIZE, "[%s]:%u", host, ntohs(ip6.sin6_port));
            return text;
        }
    }
    inet_ntop(AF_INET, &ip4.sin_addr, host, sizeof host);
    snprintf(text, NAME_SIZE, "%s:%u", host, ntohs(ip4.sin_port));
    return text;
}

/* What to try after an error, in any call where none is named. */
static const struct {
    const char *call;
    int error;
    const char *next;
} known[] = {
    {"bind", EACCES, "That port is reserved: try another, such as 5001."},
    {"bind", EADDRNOTAVAIL,
     "That is no address of this machine: see make lan."},
    {NULL, EADDRINUSE, "The port is taken: try another, such as 5001."},
    {NULL, ECONNREFUSED,
     "No server listens there: start it, check HOST and PORT."},
    {NULL, EMSGSIZE, "That is too long for one datagram: send less."},
    {NULL, EMFILE, "Too many files are open: close some, or see ulimit -n."},
    {"pthread_create", EAGAIN, "Too many threads run: end some programs."},
};

const char *advice(const char *call, int error)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].error == error &&
            (known[i].call == NULL || strcmp(known[i].call, call) == 0))
            return known[i].next;
    return "Check the address, the network and the firewall.";
}
