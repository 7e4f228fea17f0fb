/*
 * Question: connect() and bind() with port 0 have the kernel choose a port. Is it even or odd?
 * Pergunta: connect() e bind() com a porta 0 deixam o kernel escolher a porta. É par ou ímpar?
 * Usually: connect() even, bind() odd
 * Why: Linux keeps the two kinds apart, so that many clients do not use up the servers' ports.
 * Por quê: O Linux separa os dois, para que muitos clientes não esgotem as portas dos servidores.
 * See: ip(7) and ip-sysctl.rst, ip_local_port_range
 * Step: 01
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

/* Of twenty ports, of which so many are odd. */
static const char *parity(int odd)
{
    if (odd == 0)
        return "even";
    return odd == 20 ? "odd" : "mixed";
}

int main(void)
{
    int odd_clients = 0, odd_listeners = 0;

    for (int i = 0; i < 20; i++) {
        int listener = listener_on(0);
        int client = connected_to(port_of(listener));
        odd_listeners += port_of(listener) % 2;
        odd_clients += port_of(client) % 2;
    }
    answer("connect() %s, bind() %s", parity(odd_clients),
           parity(odd_listeners));
}
