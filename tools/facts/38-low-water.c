/*
 * Question: SO_RCVLOWAT is 10, and 5 bytes wait. What do poll() and a recv() that may not wait say?
 * Pergunta: SO_RCVLOWAT é 10, e há 5 bytes. O que dizem poll() e um recv() que não pode esperar?
 * Usually: poll() nothing, recv() 5 bytes
 * Why: poll() keeps silent until so many are there, or the end. recv() takes what there is.
 * Por quê: poll() se cala até haver tantos bytes, ou o fim. recv() leva o que há.
 * See: socket(7) SO_RCVLOWAT
 * Step: 10
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

int main(void)
{
    struct pair pair = connected_pair();
    struct pollfd server = {.fd = pair.server, .events = POLLIN};
    int least = 10;
    char buf[100];

    must(setsockopt(pair.server, SOL_SOCKET, SO_RCVLOWAT, &least, sizeof least),
         "setsockopt");
    send(pair.client, "hello", 5, 0);
    while (unread(pair.server) < 5 && in_time())
        continue;

    must(poll(&server, 1, 0), "poll");
    const char *events = events_said(server.revents);
    const char *taken = said(recv(pair.server, buf, sizeof buf, MSG_DONTWAIT));
    answer("poll() %s, recv() %s", events, taken);
}
