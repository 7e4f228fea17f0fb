/*
 * Question: The other side has reset. What do the next two calls of send() return?
 * Pergunta: O outro lado deu reset. O que devolvem as duas próximas chamadas de send()?
 * Usually: ECONNRESET, then EPIPE
 * Why: A reset is told once, by whichever call comes first. Then there is no connection any more.
 * Por quê: O reset é informado uma vez, pela chamada que vier primeiro. Depois já não há conexão.
 * See: send(2), RFC 9293 3.10.7.4
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct pair pair = connected_pair();
    struct linger reset = {.l_onoff = 1, .l_linger = 0};

    setsockopt(pair.server, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(pair.server);
    wait_for(pair.client, 0);

    const char *first = said(send(pair.client, "hello", 5, MSG_NOSIGNAL));
    const char *second = said(send(pair.client, "hello", 5, MSG_NOSIGNAL));
    answer("%s, then %s", first, second);
}
