/*
 * Question: "helloworld" waits. What does a recv() of 5 bytes with MSG_TRUNC do, over UDP and TCP?
 * Pergunta: "helloworld" espera. O que faz um recv() de 5 bytes com MSG_TRUNC, em UDP e em TCP?
 * Usually: UDP 10 bytes, "hello"; TCP 5 bytes, "-----", then "world"
 * Why: UDP tells the length of the whole datagram. TCP throws bytes away, and copies nothing.
 * Por quê: O UDP informa o tamanho do datagrama inteiro. O TCP joga bytes fora e não copia nada.
 * See: recv(2), tcp(7)
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

/* What recv() returns at to; it is given 5 bytes of buf. */
static const char *received(int from, int to, char *buf)
{
    send(from, "helloworld", 10, 0);
    while (unread(to) < 10 && in_time())
        continue;
    return said(recv(to, buf, 5, MSG_TRUNC));
}

int main(void)
{
    struct pair tcp = connected_pair();
    int udp = udp_to_itself();
    char datagram[] = "-----", stream[] = "-----", next[] = "-----";

    const char *by_udp = received(udp, udp, datagram);
    const char *by_tcp = received(tcp.client, tcp.server, stream);
    recv(tcp.server, next, 5, MSG_DONTWAIT);
    answer("UDP %s, \"%s\"; TCP %s, \"%s\", then \"%s\"", by_udp, datagram,
           by_tcp, stream, next);
}
