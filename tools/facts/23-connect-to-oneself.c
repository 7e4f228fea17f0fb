/*
 * Question: Nobody listens. A socket connects to the very port that it is bound to. What happens?
 * Pergunta: Ninguém escuta. Um socket conecta à mesma porta em que fez bind(). O que acontece?
 * Usually: connect() 0, send() 5 bytes, recv() 5 bytes
 * Why: Two sides may connect to each other at once, without a listener. Here both are one socket.
 * Por quê: Dois lados podem conectar um ao outro ao mesmo tempo, sem listener. Aqui são um só.
 * See: RFC 9293 3.5, figure 7
 * Step: 01
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

int main(void)
{
    int fd = bound_socket(SOCK_STREAM, 0);
    struct sockaddr_in at = loopback(port_of(fd));
    char buf[100];

    const char *connected =
        said(connect(fd, (struct sockaddr *)&at, sizeof at));
    const char *sent = said(send(fd, "hello", 5, MSG_NOSIGNAL));
    wait_for(fd, POLLIN);
    const char *received = said(recv(fd, buf, sizeof buf, MSG_DONTWAIT));
    answer("connect() %s, send() %s, recv() %s", connected, sent, received);
}
