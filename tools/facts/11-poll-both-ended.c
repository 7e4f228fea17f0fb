/*
 * Question: Both sides have called shutdown(SHUT_WR). What does poll() say?
 * Pergunta: Os dois lados chamaram shutdown(SHUT_WR). O que diz o poll()?
 * Usually: POLLIN POLLOUT POLLHUP POLLRDHUP
 * Why: POLLHUP means that both directions have ended. It comes unasked, and never goes.
 * Por quê: POLLHUP quer dizer que os dois sentidos terminaram. Vem sem ser pedido e não passa mais.
 * See: poll(2)
 * Step: 10
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

int main(void)
{
    struct pair pair = connected_pair();

    shutdown(pair.client, SHUT_WR);
    shutdown(pair.server, SHUT_WR);
    wait_for(pair.client, 0);
    short events = wait_for(pair.client, POLLIN | POLLOUT | POLLRDHUP);
    answer("%s", events_said(events));
}
