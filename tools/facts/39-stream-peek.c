/*
 * Question: recv() with MSG_PEEK: twice, then after more bytes and the end, then when all is read?
 * Pergunta: recv() com MSG_PEEK: duas vezes, depois de mais bytes e do fim, e quando tudo foi lido?
 * Usually: 5 bytes, 5 bytes, then 10 bytes, then 0
 * Why: A peek takes nothing away, and does not see the end while a byte stands before it.
 * Por quê: Espiar não tira nada do lugar, e não mostra o fim enquanto há um byte antes dele.
 * See: POSIX recv(), recv(2)
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

static const char *peek(int fd)
{
    char buf[100];
    wait_for(fd, POLLIN);
    return said(recv(fd, buf, sizeof buf, MSG_PEEK));
}

int main(void)
{
    struct pair pair = connected_pair();
    char buf[100];

    send(pair.client, "hello", 5, 0);
    const char *first = peek(pair.server);
    const char *second = peek(pair.server);

    send(pair.client, "world", 5, 0);
    shutdown(pair.client, SHUT_WR);
    while (unread(pair.server) < 10 && in_time())
        continue;
    const char *third = peek(pair.server);
    recv(pair.server, buf, sizeof buf, 0);
    const char *fourth = peek(pair.server);
    answer("%s, %s, then %s, then %s", first, second, third, fourth);
}
