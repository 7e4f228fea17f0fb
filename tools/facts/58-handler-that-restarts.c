/*
 * Question: A signal with SA_RESTART comes: do accept(), recv() and poll() go on waiting?
 * Pergunta: Chega um sinal com SA_RESTART: accept(), recv() e poll() continuam esperando?
 * Usually: accept() yes, recv() yes, poll() EINTR
 * Why: SA_RESTART is not for poll(), nor for calls with a time limit: they would wait anew.
 * Por quê: SA_RESTART não vale para poll(), nem para chamadas com prazo: esperariam tudo de novo.
 * See: signal(7), POSIX sigaction()
 * Step: 12
 * Promised: no
 */
#include "fact.h"

#include <signal.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/time.h>

static int port; /* where a listener waits */
static struct pair pair;
static volatile sig_atomic_t signals;

/* The tenth signal brings what the calls wait for. */
static void take_signal(int signal)
{
    (void)signal;
    if (++signals == 10) {
        connected_to(port);
        send(pair.client, "x", 1, MSG_NOSIGNAL);
    }
}

static void send_signals(int every)
{
    struct itimerval timer = {.it_interval = {.tv_usec = every},
                              .it_value = {.tv_usec = every}};
    must(setitimer(ITIMER_REAL, &timer, NULL), "setitimer");
}

/* A connection where nothing waits, and ten more signals. */
static void begin(void)
{
    send_signals(0); /* none */
    pair = connected_pair();
    signals = 0;
    send_signals(10000); /* microseconds */
}

static const char *goes_on(ssize_t result)
{
    return result == -1 ? said(-1) : "yes";
}

int main(void)
{
    struct sigaction restart = {.sa_handler = take_signal,
                                .sa_flags = SA_RESTART};
    int listener = listener_on(0);
    char byte;

    port = port_of(listener);
    sigaction(SIGALRM, &restart, NULL);
    begin();
    const char *in_accept = goes_on(accept(listener, NULL, NULL));
    begin();
    const char *in_recv = goes_on(recv(pair.server, &byte, 1, 0));
    begin();
    struct pollfd one = {.fd = pair.server, .events = POLLIN};
    const char *in_poll = goes_on(poll(&one, 1, 2000));
    answer("accept() %s, recv() %s, poll() %s", in_accept, in_recv, in_poll);
}
