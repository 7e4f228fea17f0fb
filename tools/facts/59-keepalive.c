/*
 * Question: The other machine has vanished, and keepalive is on (1 s). What does the kernel do?
 * Pergunta: A outra máquina sumiu, e o keepalive está ligado (1 s). O que faz o kernel?
 * Usually: silent connection: asks; bytes not acknowledged: does not ask, sends them again
 * Why: Keepalive is for silence alone. What was sent is sent again, for some 16 minutes.
 * Por quê: O keepalive só vale no silêncio. O que foi enviado é reenviado, por uns 16 minutos.
 * See: RFC 9293 3.8.4, tcp(7)
 * Step: 12
 * Promised: no
 */
#include "fact.h"

#include "deaf.h"
#include <netinet/tcp.h>

#ifdef __linux__
static struct tcp_info info_of(int fd)
{
    struct tcp_info info = {.tcpi_state = 0};
    socklen_t len = sizeof info;
    must(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len), "getsockopt");
    return info;
}

/* What the kernel has done about the other side's silence. */
static const char *did(int fd)
{
    struct tcp_info info = info_of(fd);
    if (info.tcpi_retransmits > 0)
        return info.tcpi_probes > 0 ? "both" : "does not ask, sends them again";
    return info.tcpi_probes > 0 ? "asks" : "nothing";
}

static void keep_alive(int fd)
{
    int yes = 1, second = 1;
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &second, sizeof second);
}
#endif

int main(void)
{
    struct pair silent = connected_pair(), busy = connected_pair();
    if (!deafen(silent.server) || !deafen(busy.server)) {
        answer("not tried: nothing here can make a side vanish");
        return 0;
    }
#ifdef __linux__
    keep_alive(silent.client);
    keep_alive(busy.client);
    send(busy.client, "hello", 5, 0);
    for (int i = 0; i < 20 && info_of(silent.client).tcpi_probes == 0; i++)
        poll(NULL, 0, 100);
    answer("silent connection: %s; bytes not acknowledged: %s",
           did(silent.client), did(busy.client));
#endif
}
