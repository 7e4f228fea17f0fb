/*
 * Question: "abc" is sent with MSG_OOB. What do recv(), then recv(MSG_OOB) return, and inline?
 * Pergunta: "abc" é enviado com MSG_OOB. O que devolvem recv() e recv(MSG_OOB), e inline?
 * Usually: 2 bytes, 1 byte; inline 2 bytes, 1 byte
 * Why: Only the last byte is urgent. It stands beside the stream or in it; recv() stops before it.
 * Por quê: Só o último byte é urgente. Fica ao lado do fluxo ou nele; recv() para antes dele.
 * See: RFC 6093, tcp(7), recv(2)
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

int main(void)
{
    struct pair beside = connected_pair();
    struct pair within = connected_pair();
    int yes = 1;
    char buf[100];

    setsockopt(within.server, SOL_SOCKET, SO_OOBINLINE, &yes, sizeof yes);
    send(beside.client, "abc", 3, MSG_OOB);
    send(within.client, "abc", 3, MSG_OOB);
    wait_for(beside.server, POLLPRI);
    wait_for(within.server, POLLPRI);

    const char *plain = said(recv(beside.server, buf, sizeof buf, 0));
    const char *urgent = said(recv(beside.server, buf, sizeof buf, MSG_OOB));
    const char *first = said(recv(within.server, buf, sizeof buf, 0));
    const char *second = said(recv(within.server, buf, sizeof buf, 0));
    answer("%s, %s; inline %s, %s", plain, urgent, first, second);
}
