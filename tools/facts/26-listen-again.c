/*
 * Question: A listener is shut down, and listen() called again. At which port does it listen now?
 * Pergunta: Um listener recebe shutdown(), e listen() é chamado de novo. Em que porta escuta agora?
 * Usually: bound to 0: another port; bound to a number: the same
 * Why: shutdown() gives back a port that the kernel chose. One that was asked for stays.
 * Por quê: shutdown() devolve a porta que o kernel escolheu. A que foi pedida pelo número fica.
 * See: shutdown(2), ip(7)
 * Step: 12
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

static const char *port_after(int listener)
{
    int before = port_of(listener);
    shutdown(listener, SHUT_RDWR);
    if (listen(listener, 1) == -1)
        return said(-1);
    return port_of(listener) == before ? "the same" : "another port";
}

int main(void)
{
    struct sockaddr_in at = loopback(20000);
    int with_number = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

    while (bind(with_number, (struct sockaddr *)&at, sizeof at) == -1 &&
           in_time())
        at = loopback(ntohs(at.sin_port) + 1); /* until one is free */
    must(listen(with_number, 1), "listen");

    const char *chosen = port_after(listener_on(0));
    const char *asked = port_after(with_number);
    answer("bound to 0: %s; bound to a number: %s", chosen, asked);
}
