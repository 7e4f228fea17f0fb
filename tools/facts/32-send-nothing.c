/*
 * Question: send() sends 0 bytes, then 5. What does recv() return, over TCP and over UDP?
 * Pergunta: O send() envia 0 bytes, depois 5. O que recv() devolve, em TCP e em UDP?
 * Usually: TCP 5 bytes; UDP 0, then 5 bytes
 * Why: Nothing leaves no trace in a stream. A datagram may be empty: over UDP, 0 is not the end.
 * Por quê: Num fluxo, o nada não deixa rastro. Um datagrama pode ser vazio: em UDP, 0 não é o fim.
 * See: RFC 768, recv(2)
 * Step: 02
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

/* What recv() returns on to when from has sent 0 and 5 bytes. */
static const char *first_received(int from, int to)
{
    char buf[100];
    send(from, "", 0, 0);
    send(from, "hello", 5, 0);
    wait_for(to, POLLIN);
    return said(recv(to, buf, sizeof buf, 0));
}

int main(void)
{
    struct pair tcp = connected_pair();
    int udp = udp_to_itself();
    char buf[100];

    const char *stream = first_received(tcp.client, tcp.server);
    const char *datagram = first_received(udp, udp);
    const char *next = said(recv(udp, buf, sizeof buf, MSG_DONTWAIT));
    answer("TCP %s; UDP %s, then %s", stream, datagram, next);
}
