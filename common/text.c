/* text.c - text that is safe to print, and addresses as text; see net.h. */
#include "net.h"

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

/* Whether the character at text is a control, one of Unicode's C0 or C1. */
static bool is_control(const unsigned char *text)
{
    bool c1 = text[0] == 0xC2 && text[1] < 0xA0;
    return text[0] < 0x20 || text[0] == 0x7F || c1;
}

size_t clean_text(char *text, size_t len)
{
    size_t kept = 0;
    size_t at = 0;
    while (at < len) {
        const unsigned char *from = (const unsigned char *)text + at;
        size_t size = character_size(from, len - at);
        if (size == 0) {
            text[kept++] = '?';
            at++;
        } else if (text[at] == '\t') {
            text[kept++] = ' ';
            at++;
        } else if (is_control(from)) {
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
    socklen_t size = sizeof(struct sockaddr_in);
    if (address->sa_family == AF_INET6)
        size = sizeof(struct sockaddr_in6);

    char host[NAME_SIZE - 8] = "?", port[6] = "?"; /* if it has none */
    getnameinfo(address, size, host, sizeof host, port, sizeof port,
                NI_NUMERICHOST | NI_NUMERICSERV);

    const char *plain = host;
    if (strncmp(host, "::ffff:", 7) == 0)
        plain = host + 7;
    bool colons = strchr(plain, ':') != NULL;
    snprintf(text, NAME_SIZE, colons ? "[%s]:%s" : "%s:%s", plain, port);
    return text;
}
