/* address.c - addresses as text, and which ones to type; see net.h. */
#include "net.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

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

/* Logs what to type on another machine, given an address of this one. */
static void announce_abroad(const struct sockaddr *own, const char *port)
{
    char text[NAME_SIZE];
    format_address(own, text);
    *strrchr(text, ':') = '\0'; /* which leaves 10.7.0.1, or [fd07::1] */
    char *host = text;
    if (text[0] == '[') {
        host++;
        host[strlen(host) - 1] = '\0';
    }
    if (strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0)
        return; /* which no other machine reaches */

    const char *slash = strrchr(program, '/');
    int folder = slash == NULL ? 0 : (int)(slash + 1 - program);
    log_line("From another machine: %.*sclient %s %s", folder, program, host,
             port);
}

void announce(const struct sockaddr *address)
{
    char text[NAME_SIZE];
    log_line("Listening on %s", format_address(address, text));

    const char *port = strrchr(text, ':') + 1;
    bool any6 = strncmp(text, "[::]:", 5) == 0;
    bool any4 = any6 || strncmp(text, "0.0.0.0:", 8) == 0;
    struct ifaddrs *all = NULL;
    if (any4 && getifaddrs(&all) == -1)
        return; /* then others have to find this machine's address */
    for (struct ifaddrs *own = all; own != NULL; own = own->ifa_next)
        if (own->ifa_addr != NULL && own->ifa_addr->sa_family == AF_INET)
            announce_abroad(own->ifa_addr, port);
    for (struct ifaddrs *own = all; any6 && own != NULL; own = own->ifa_next)
        if (own->ifa_addr != NULL && own->ifa_addr->sa_family == AF_INET6)
            announce_abroad(own->ifa_addr, port);
    freeifaddrs(all);
}
