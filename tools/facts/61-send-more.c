/*
 * Question: send() with MSG_MORE, and no more comes. Where do its 5 bytes wait, at first and later?
 * Pergunta: send() com MSG_MORE, e nada mais vem. Onde esperam os 5 bytes, primeiro e depois?
 * Usually: here 5, there 0; later here 0, there 5
 * Why: The kernel keeps them for 200 ms at most. What nobody has read waits there, not here.
 * Por quê: O kernel os retém por 200 ms no máximo. O que ninguém leu espera lá, não aqui.
 * See: send(2), tcp(7) TCP_CORK and SIOCOUTQ
 * Step: 10
 * Promised: no
 */
#include "fact.h"

#include <sys/ioctl.h>
#include <sys/socket.h>

/* How many bytes the other side's kernel does not have yet. */
static int unsent(int fd)
{
    int count;
    must(ioctl(fd, TIOCOUTQ, &count), "ioctl");
    return count;
}

int main(void)
{
#ifdef MSG_MORE
    struct pair pair = connected_pair();

    send(pair.client, "hello", 5, MSG_MORE);
    int here = unsent(pair.client);
    int there = unread(pair.server);
    while (unsent(pair.client) > 0 && in_time())
        continue;
    answer("here %d, there %d; later here %d, there %d", here, there,
           unsent(pair.client), unread(pair.server));
#else
    (void)unsent;
    answer("not tried: no MSG_MORE here");
#endif
}
