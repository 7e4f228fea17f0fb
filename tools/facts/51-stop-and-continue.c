/*
 * Question: Ctrl-Z stops a program that waits, and fg continues it. Does its call return an error?
 * Pergunta: Ctrl-Z para um programa que espera, e fg o retoma. A chamada em curso devolve um erro?
 * Usually: poll() no, recv() no, recv() with SO_RCVTIMEO EINTR
 * Why: poll() knows how much time is left. A socket's call with a time limit cannot start again.
 * Por quê: poll() sabe quanto tempo resta. Uma chamada de socket com prazo não pode recomeçar.
 * See: signal(7)
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* Waits for a byte. Returns the error, or 0. */
static int wait_in(bool polls, int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    char byte;
    ssize_t result = polls ? poll(&one, 1, 2000) : recv(fd, &byte, 1, 0);
    return result == -1 ? errno : 0;
}

/* A process waits so. It is stopped and continued, and then gets a byte. */
static const char *stopped(bool polls, int seconds)
{
    struct pair pair = connected_pair();
    struct timeval limit = {.tv_sec = seconds, .tv_usec = 0}; /* 0: none */
    setsockopt(pair.server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    pid_t child = must(fork(), "fork");
    if (child == 0)
        _exit(wait_in(polls, pair.server));

    int status = 0;
    for (int i = 0; i < 5; i++) { /* the first may come too early */
        poll(NULL, 0, 20);
        kill(child, SIGSTOP);
        waitpid(child, &status, WUNTRACED);
        if (!WIFSTOPPED(status))
            break; /* it has ended */
        kill(child, SIGCONT);
    }
    send(pair.client, "x", 1, MSG_NOSIGNAL);
    if (WIFSTOPPED(status))
        waitpid(child, &status, 0);
    errno = WEXITSTATUS(status);
    return errno == 0 ? "no" : said(-1);
}

int main(void)
{
    const char *in_poll = stopped(true, 0);
    const char *in_recv = stopped(false, 0);
    const char *in_limited_recv = stopped(false, 2);
    answer("poll() %s, recv() %s, recv() with SO_RCVTIMEO %s", in_poll, in_recv,
           in_limited_recv);
}
