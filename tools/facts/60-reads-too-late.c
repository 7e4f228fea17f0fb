/*
 * Question: The other side is alive, but reads nothing. Does TCP_USER_TIMEOUT (300 ms) end that?
 * Pergunta: O outro lado está vivo, mas não lê nada. TCP_USER_TIMEOUT (300 ms) acaba com isso?
 * Usually: yes: ETIMEDOUT
 * Why: The limit also counts while nothing may be sent, though the other side answers when asked.
 * Por quê: O prazo também corre enquanto nada pode ser enviado, embora o outro lado responda.
 * See: tcp(7), RFC 5482
 * Step: 12
 * Promised: no
 */
#include "fact.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#ifndef TCP_USER_TIMEOUT
#define TCP_USER_TIMEOUT (-1) /* no such thing there */
#endif

int main(void)
{
    static char buf[1 << 20];
    struct pair pair = connected_pair();
    int limit = 300; /* ms */

    must(fcntl(pair.client, F_SETFL, O_NONBLOCK), "fcntl");
    if (setsockopt(pair.client, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit,
                   sizeof limit) == -1) {
        answer("not tried: there is no TCP_USER_TIMEOUT here");
        return 0;
    }
    struct pollfd room = {.fd = pair.client, .events = POLLOUT};
    while (poll(&room, 1, 50) == 1 &&
           send(pair.client, buf, sizeof buf, MSG_NOSIGNAL) > 0)
        continue; /* until neither side takes more */

    wait_for(pair.client, 0); /* for an error alone */
    ssize_t count = recv(pair.client, buf, sizeof buf, 0);
    if (count == -1 && errno == EAGAIN)
        answer("no");
    else
        answer("yes: %s", said(count));
}
