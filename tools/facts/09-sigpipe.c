/*
 * Question: The other side has reset. Do the next two calls of send() raise SIGPIPE?
 * Pergunta: O outro lado deu reset. As duas próximas chamadas de send() geram SIGPIPE?
 * Usually: no, then yes
 * Why: SIGPIPE comes with EPIPE alone: a program may live through one send() and die of the next.
 * Por quê: SIGPIPE só vem com EPIPE: um programa pode sobreviver a um send() e morrer no seguinte.
 * See: POSIX send(), send(2), signal(7)
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

static volatile sig_atomic_t signals;

static void count(int signal)
{
    (void)signal;
    signals++;
}

int main(void)
{
    struct pair pair = connected_pair();
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    struct sigaction counted = {.sa_handler = count};

    sigaction(SIGPIPE, &counted, NULL);
    setsockopt(pair.server, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(pair.server);
    wait_for(pair.client, 0);

    send(pair.client, "hello", 5, 0);
    int first = signals;
    send(pair.client, "hello", 5, 0);
    int second = signals - first;
    answer("%s, then %s", first == 0 ? "no" : "yes",
           second == 0 ? "no" : "yes");
}
