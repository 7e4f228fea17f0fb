/*
 * Question: connect() to AF_UNSPEC undoes a UDP connect(). Does the socket keep the port of bind()?
 * Pergunta: connect() a AF_UNSPEC desfaz um connect() UDP. O socket mantém a porta de bind()?
 * Usually: bound to 0: no port is left; to a number: it stays
 * Why: A port that was asked for by its number stays. One that the kernel chose is given back.
 * Por quê: A porta que foi pedida por número fica. A que o kernel escolheu é devolvida.
 * See: connect(2), udp(7)
 * Step: 02
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

/* Connects fd to itself, undoes that, and says what became of its port. */
static const char *port_after(int fd)
{
    int port = port_of(fd);
    struct sockaddr_in to = loopback(port);
    struct sockaddr nowhere = {.sa_family = AF_UNSPEC};

    must(connect(fd, (struct sockaddr *)&to, sizeof to), "connect");
    connect(fd, &nowhere, sizeof nowhere);
    if (port_of(fd) == 0)
        return "no port is left";
    return port_of(fd) == port ? "it stays" : "another comes";
}

int main(void)
{
    int chosen = bound_socket(SOCK_DGRAM, 0);
    int port = port_of(chosen);

    const char *of_kernel = port_after(chosen);
    close(chosen);
    const char *of_ours = port_after(bound_socket(SOCK_DGRAM, port));
    answer("bound to 0: %s; to a number: %s", of_kernel, of_ours);
}
