/*
 * Question: MSG_WAITALL waits for 10 bytes, and 5 are there. How do a time-out and a signal end it?
 * Pergunta: MSG_WAITALL espera 10 bytes, e há 5. Como o encerram um prazo e um sinal?
 * Usually: a time-out: 5 bytes; a signal: 5 bytes
 * Why: Bytes that were taken must be told: neither is an error, and SA_RESTART changes nothing.
 * Por quê: Bytes já tirados têm de ser informados: nenhum é erro, e SA_RESTART não muda nada.
 * See: recv(2), signal(7)
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>

static void nothing(int signal)
{
    (void)signal;
}

/* What recv() of 10 bytes returns where 5 come and no end. */
static const char *all(struct pair pair)
{
    char buf[10];
    send(pair.client, "hello", 5, 0);
    wait_for(pair.server, POLLIN);
    return said(recv(pair.server, buf, sizeof buf, MSG_WAITALL));
}

int main(void)
{
    struct pair timed = connected_pair();
    struct pair plain = connected_pair();
    struct timeval patience = {.tv_usec = 100000};
    struct itimerval alarms = {.it_interval = patience, .it_value = patience};
    struct sigaction restarts = {.sa_handler = nothing, .sa_flags = SA_RESTART};

    setsockopt(timed.server, SOL_SOCKET, SO_RCVTIMEO, &patience,
               sizeof patience);
    const char *after_time = all(timed);
    sigaction(SIGALRM, &restarts, NULL);
    setitimer(ITIMER_REAL, &alarms, NULL);
    const char *after_signal = all(plain);
    answer("a time-out: %s; a signal: %s", after_time, after_signal);
}
