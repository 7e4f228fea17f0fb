/*
 * Question: After shutdown(SHUT_RD), what does recv() return, and what when the other side sends?
 * Pergunta: Depois de shutdown(SHUT_RD), o que recv() devolve, e o que quando o outro lado envia?
 * Usually: 0, then 5 bytes, then 0
 * Why: Linux tells the other side nothing. recv() no longer waits, but what comes is delivered.
 * Por quê: O Linux não avisa o outro lado. O recv() não espera mais, mas o que chega é entregue.
 * See: shutdown(2), tcp(7)
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

int main(void)
{
    struct pair pair = connected_pair();
    char buf[100];

    shutdown(pair.server, SHUT_RD);
    const char *before = said(recv(pair.server, buf, sizeof buf, 0));

    send(pair.client, "hello", 5, MSG_NOSIGNAL);
    while (unread(pair.server) < 5 && in_time())
        continue;
    const char *after = said(recv(pair.server, buf, sizeof buf, 0));
    const char *last = said(recv(pair.server, buf, sizeof buf, 0));
    answer("%s, then %s, then %s", before, after, last);
}
