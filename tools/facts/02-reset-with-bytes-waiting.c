/*
 * Question: What does recv() return when the other side has reset, and bytes were waiting?
 * Pergunta: O que recv() devolve quando o outro lado deu reset e havia bytes à espera?
 * Usually: 8 bytes, then ECONNRESET, then 0
 * Why: RFC 9293 throws away what waits. Linux still delivers it; then the error is told once.
 * Por quê: A RFC 9293 descarta o que espera. O Linux ainda entrega; depois informa o erro uma vez.
 * See: RFC 9293 3.10.7.4, recv(2)
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
    char buf[100];

    send(pair.client, "8 bytes.", 8, 0);
    while (unread(pair.server) < 8 && in_time())
        continue;
    setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(pair.client);
    wait_for(pair.server, 0);

    const char *first = said(recv(pair.server, buf, sizeof buf, 0));
    const char *second = said(recv(pair.server, buf, sizeof buf, 0));
    const char *third = said(recv(pair.server, buf, sizeof buf, 0));
    answer("%s, then %s, then %s", first, second, third);
}
