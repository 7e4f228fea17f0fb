/*
 * Question: One side calls close() while bytes wait there unread. What does recv() tell the other?
 * Pergunta: Um lado chama close() com bytes ainda não lidos. O que recv() diz ao outro?
 * Usually: ECONNRESET, then 0
 * Why: Bytes got lost, and the other side must learn it: close() sends a reset in place of an end.
 * Por quê: Bytes se perderam, e o outro lado precisa saber: close() envia um reset, não um fim.
 * See: RFC 1122 4.2.2.13, RFC 2525 2.17
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct pair pair = connected_pair();
    char buf[100];

    send(pair.client, "hello", 5, 0);
    while (unread(pair.server) < 5 && in_time())
        continue;
    close(pair.server);
    wait_for(pair.client, POLLIN);

    const char *first = said(recv(pair.client, buf, sizeof buf, 0));
    const char *second = said(recv(pair.client, buf, sizeof buf, 0));
    answer("%s, then %s", first, second);
}
