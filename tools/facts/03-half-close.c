/*
 * Question: After shutdown(SHUT_WR), what do send() and recv() return on that side?
 * Pergunta: Depois de shutdown(SHUT_WR), o que send() e recv() devolvem desse lado?
 * Usually: send() EPIPE, recv() 6 bytes
 * Why: Each direction ends alone: who has no more to say can still hear the answer.
 * Por quê: Cada sentido termina sozinho: quem não tem mais o que dizer ainda ouve a resposta.
 * See: POSIX shutdown() and send(), RFC 9293 3.6
 * Step: 03
 * Promised: POSIX
 */
#include "fact.h"

#include <sys/socket.h>

int main(void)
{
    struct pair pair = connected_pair();
    char buf[100];

    shutdown(pair.client, SHUT_WR);
    send(pair.server, "answer", 6, 0);

    const char *sent = said(send(pair.client, "more", 4, MSG_NOSIGNAL));
    const char *received = said(recv(pair.client, buf, sizeof buf, 0));
    answer("send() %s, recv() %s", sent, received);
}
