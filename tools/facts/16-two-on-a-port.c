/*
 * Question: One socket listens at 0.0.0.0. May another bind 127.0.0.1 to the same port?
 * Pergunta: Um socket escuta em 0.0.0.0. Outro pode fazer bind de 127.0.0.1 na mesma porta?
 * Usually: EADDRINUSE; both with SO_REUSEADDR EADDRINUSE; both with SO_REUSEPORT 0
 * Why: On Linux SO_REUSEADDR never shares a port with a listener. SO_REUSEPORT on both does.
 * Por quê: No Linux SO_REUSEADDR nunca divide a porta com um listener. SO_REUSEPORT nos dois, sim.
 * See: socket(7), ip(7)
 * Step: 01
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

/* What the second bind() returns, when both sockets have the option. */
static const char *second_bind(int option)
{
    int on = 1;
    int first = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    int second = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    struct sockaddr_in at = {.sin_family = AF_INET};

    if (option != 0) {
        setsockopt(first, SOL_SOCKET, option, &on, sizeof on);
        setsockopt(second, SOL_SOCKET, option, &on, sizeof on);
    }
    must(bind(first, (struct sockaddr *)&at, sizeof at), "bind");
    must(listen(first, 1), "listen");
    at = loopback(port_of(first));
    return said(bind(second, (struct sockaddr *)&at, sizeof at));
}

int main(void)
{
    const char *plain = second_bind(0);
    const char *address = second_bind(SO_REUSEADDR);
    const char *port = second_bind(SO_REUSEPORT);
    answer("%s; both with SO_REUSEADDR %s; both with SO_REUSEPORT %s", plain,
           address, port);
}
