/*
 * Question: One socket listens at ::, all of IPv6. May another bind 0.0.0.0 to the same port?
 * Pergunta: Um socket escuta em ::, todo o IPv6. Outro pode fazer bind de 0.0.0.0 na mesma porta?
 * Usually: EADDRINUSE; with IPV6_V6ONLY 0
 * Why: A listener at :: takes IPv4 clients as well, as ::ffff:127.0.0.1, unless told not to.
 * Por quê: Quem escuta em :: aceita também IPv4, como ::ffff:127.0.0.1, se não se pede o contrário.
 * See: ipv6(7), RFC 3493 3.7 and 5.3
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static void needs_ipv6(int result)
{
    if (result == -1) {
        answer("not tried: no IPv6 here");
        exit(EXIT_SUCCESS);
    }
}

/* What bind() returns for 0.0.0.0, beside a listener at ::. */
static const char *bind_beside(int only_ipv6)
{
    struct sockaddr_in6 all = {.sin6_family = AF_INET6};
    struct sockaddr_in all_ipv4 = {.sin_family = AF_INET};
    int first = socket(AF_INET6, SOCK_STREAM, 0);
    int second = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

    needs_ipv6(first);
    must(setsockopt(first, IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6,
                    sizeof only_ipv6),
         "IPV6_V6ONLY");
    needs_ipv6(bind(first, (struct sockaddr *)&all, sizeof all));
    must(listen(first, 1), "listen");

    socklen_t len = sizeof all;
    must(getsockname(first, (struct sockaddr *)&all, &len), "getsockname");
    all_ipv4.sin_port = all.sin6_port;
    return said(bind(second, (struct sockaddr *)&all_ipv4, sizeof all_ipv4));
}

int main(void)
{
    const char *both = bind_beside(0);
    const char *only = bind_beside(1);
    for (int i = 0; i < 9 && strcmp(only, "EADDRINUSE") == 0; i++)
        only = bind_beside(1); /* an IPv4 program may have had that port */
    answer("%s; with IPV6_V6ONLY %s", both, only);
}
