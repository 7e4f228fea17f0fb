/*
 * Question: The other side has reset. What does poll() say, before and after recv() tells so?
 * Pergunta: O outro lado deu reset. O que diz o poll(), antes e depois de o recv() informar isso?
 * Usually: POLLIN POLLOUT POLLERR POLLHUP POLLRDHUP, then POLLIN POLLOUT POLLHUP POLLRDHUP
 * Why: POLLERR stands for an error that nobody has fetched yet; recv() fetches it. The end stays.
 * Por quê: POLLERR indica um erro que ninguém buscou ainda; o recv() busca. O fim permanece.
 * See: poll(2), recv(2)
 * Step: 10
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

    setsockopt(pair.server, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(pair.server);
    wait_for(pair.client, 0);
    short before = wait_for(pair.client, POLLIN | POLLOUT | POLLRDHUP);
    recv(pair.client, buf, sizeof buf, 0);
    short after = wait_for(pair.client, POLLIN | POLLOUT | POLLRDHUP);
    answer("%s, then %s", events_said(before), events_said(after));
}
