/*
 * Question: A non-blocking socket with SO_LINGER of 1 s is closed; nobody reads. Does close() wait?
 * Pergunta: Um socket não bloqueante com SO_LINGER de 1 s é fechado, e ninguém lê. close() espera?
 * Usually: about 1 s, then 0; the other side gets every byte and the end
 * Why: POSIX has close() wait even there. Then the kernel goes on sending: nothing is thrown away.
 * Por quê: O POSIX faz close() esperar mesmo aí. Depois o kernel segue enviando: nada se perde.
 * See: socket(7), POSIX close()
 * Step: 12
 * Promised: no
 */
#include "fact.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buf[1 << 20];

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Sends until neither side takes more. Returns how many bytes went. */
static ssize_t fill(int fd)
{
    struct pollfd room = {.fd = fd, .events = POLLOUT};
    ssize_t count = 0, sent = 0;
    while (poll(&room, 1, 50) == 1 && count != -1) {
        count = send(fd, buf, sizeof buf, MSG_NOSIGNAL);
        sent += count == -1 ? 0 : count;
    }
    return sent;
}

int main(void)
{
    struct pair pair = connected_pair();
    struct linger second = {.l_onoff = 1, .l_linger = 1};
    setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &second, sizeof second);
    must(fcntl(pair.client, F_SETFL, O_NONBLOCK), "fcntl");
    ssize_t sent = fill(pair.client);

    double start = now_s();
    const char *closed = said(close(pair.client));
    const char *waited = now_s() - start < 0.5 ? "at once" : "about 1 s";

    ssize_t count, received = 0;
    while ((count = recv(pair.server, buf, sizeof buf, 0)) > 0)
        received += count;
    const char *last = count == 0 ? "the end" : said(count);
    answer("%s, then %s; the other side gets %s and %s", waited, closed,
           received == sent ? "every byte" : "a part", last);
}
