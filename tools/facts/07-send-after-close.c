/*
 * Question: The other side has called close(). What do the next two calls of send() return?
 * Pergunta: O outro lado chamou close(). O que devolvem as duas próximas chamadas de send()?
 * Usually: 5 bytes, then EPIPE
 * Why: An end says that no more is sent, not that no more is read. The first send() brings a reset.
 * Por quê: Um fim diz que não se envia mais, não que não se lê. O primeiro send() traz um reset.
 * See: RFC 1122 4.2.2.13, send(2)
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct pair pair = connected_pair();

    close(pair.server);
    wait_for(pair.client, POLLIN);

    const char *first = said(send(pair.client, "hello", 5, MSG_NOSIGNAL));
    wait_for(pair.client, 0); /* for the reset */
    const char *second = said(send(pair.client, "hello", 5, MSG_NOSIGNAL));
    answer("%s, then %s", first, second);
}
