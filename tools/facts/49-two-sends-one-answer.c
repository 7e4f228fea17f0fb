/*
 * Question: A request goes out in two pieces, and is answered when whole. How long does that take?
 * Pergunta: Um pedido sai em dois pedaços e é respondido quando está inteiro. Quanto tempo leva?
 * Usually: the first at once, the second about 40 ms; with TCP_NODELAY at once
 * Why: The second piece waits until the first is acknowledged, which the other side puts off.
 * Por quê: O segundo pedaço espera a confirmação do primeiro, que o outro lado adia.
 * See: RFC 9293 3.7.4 and 3.8.6.3, tcp(7)
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <time.h>

enum { TRIES = 3 };

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double one_round(struct pair pair)
{
    char buf[100];
    double start = now_ms();
    send(pair.client, "GET ", 4, 0);
    send(pair.client, "it\r\n", 4, 0);
    recv(pair.server, buf, 8, MSG_WAITALL);
    send(pair.server, "here\r\n", 6, 0);
    recv(pair.client, buf, 6, MSG_WAITALL);
    return now_ms() - start;
}

/* The shortest of several tries: a busy machine makes some longer. */
static const char *time_of_round(int number, int no_delay)
{
    double least = 1e9;
    for (int tries = 0; tries < TRIES; tries++) {
        struct pair pair = connected_pair();
        double last = 0;
        setsockopt(pair.client, IPPROTO_TCP, TCP_NODELAY, &no_delay,
                   sizeof no_delay);
        for (int round = 0; round < number; round++)
            last = one_round(pair);
        if (last < least)
            least = last;
    }
    if (least < 20)
        return "at once";
    return least < 100 ? "about 40 ms" : "about 200 ms";
}

int main(void)
{
    answer("the first %s, the second %s; with TCP_NODELAY %s",
           time_of_round(1, 0), time_of_round(2, 0), time_of_round(2, 1));
}
