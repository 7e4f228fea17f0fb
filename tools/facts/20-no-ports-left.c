/*
 * Question: The kernel may choose between two ports, and clients hold both. Who still gets one?
 * Pergunta: O kernel só tem duas portas para dar, e clientes usam as duas. Quem ainda recebe uma?
 * Usually: connect() EADDRNOTAVAIL, to another server 0; bind() EADDRINUSE
 * Why: Both addresses and both ports make a connection: one port will do for many servers.
 * Por quê: Dois endereços e duas portas fazem a conexão: uma porta serve para muitos servidores.
 * See: ip(7) ip_local_port_range, connect(2), RFC 9293 3.4
 * Step: 01
 * Promised: no
 */
#include "fact.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* A network for this program alone, with two ports to choose of. */
static bool own_network(void)
{
#ifdef CLONE_NEWNET
    struct ifreq up = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) == -1)
        return false;
    int range = open("/proc/sys/net/ipv4/ip_local_port_range", O_WRONLY);
    return ioctl(socket(AF_INET, SOCK_DGRAM, 0), SIOCSIFFLAGS, &up) == 0 &&
           write(range, "50000 50001", 11) == 11;
#else
    return false;
#endif
}

static const char *said_to(int call(int, const struct sockaddr *, socklen_t),
                           int port)
{
    struct sockaddr_in at = loopback(port);
    int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    return said(call(fd, (struct sockaddr *)&at, sizeof at));
}

int main(void)
{
    if (own_network()) {
        listener_on(5001);
        listener_on(5002);
        connected_to(5001);
        connected_to(5001);
        const char *third = said_to(connect, 5001);
        const char *other = said_to(connect, 5002);
        answer("connect() %s, to another server %s; bind() %s", third, other,
               said_to(bind, 0));
    } else
        answer("not tried: it may not have a network of its own here");
}
