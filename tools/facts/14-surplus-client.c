/*
 * Question: A listener's queue is full. What is one more client told, before and after accept()?
 * Pergunta: A fila do listener está cheia. O que mais um cliente recebe antes e depois de accept()?
 * Usually: connect() EINPROGRESS, poll() nothing, then POLLOUT
 * Why: No error: the server's kernel drops the SYN. The client's sends it again, after 1 s first.
 * Por quê: O kernel do servidor descarta o SYN, sem erro. O do cliente o reenvia, já após 1 s.
 * See: listen(2), tcp(7) tcp_abort_on_overflow and tcp_syn_retries
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <fcntl.h>
#include <stddef.h>
#include <sys/socket.h>

int main(void)
{
    int listener = listener_on(0);
    struct sockaddr_in at = loopback(port_of(listener));
    int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

    must(listen(listener, 0), "listen"); /* a queue of one */
    connected_to(port_of(listener));

    must(fcntl(client, F_SETFL, O_NONBLOCK), "fcntl");
    const char *connected =
        said(connect(client, (struct sockaddr *)&at, sizeof at));
    struct pollfd one = {.fd = client, .events = POLLOUT};
    must(poll(&one, 1, 300), "poll");

    must(accept(listener, NULL, NULL), "accept");
    const char *after = events_said(wait_for(client, POLLOUT));
    answer("connect() %s, poll() %s, then %s", connected,
           events_said(one.revents), after);
}
