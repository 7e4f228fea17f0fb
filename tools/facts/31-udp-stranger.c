/*
 * Question: A UDP client is connected to its server. A stranger sends to it. Who sees what?
 * Pergunta: Um cliente UDP está conectado ao servidor. Um estranho lhe envia. Quem vê o quê?
 * Usually: the client 7 bytes, its server's; the stranger ECONNREFUSED
 * Why: For all but its server the client is not there: the kernel refuses what others send it.
 * Por quê: Fora do servidor, o cliente não existe: o kernel recusa o que outros lhe enviam.
 * See: connect(2), udp(7)
 * Step: 02
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

static void connect_to(int fd, int other)
{
    struct sockaddr_in to = loopback(port_of(other));
    must(connect(fd, (struct sockaddr *)&to, sizeof to), "connect");
}

int main(void)
{
    int client = bound_socket(SOCK_DGRAM, 0);
    int server = bound_socket(SOCK_DGRAM, 0);
    int stranger = bound_socket(SOCK_DGRAM, 0);
    char buf[100];

    connect_to(client, server);
    connect_to(server, client);
    connect_to(stranger, client);
    send(stranger, "hello", 5, 0);
    wait_for(stranger, 0);
    send(server, "welcome", 7, 0);

    const char *told = said(send(stranger, "hello", 5, 0));
    wait_for(client, POLLIN);
    const char *received = said(recv(client, buf, sizeof buf, MSG_DONTWAIT));
    answer("the client %s, its server's; the stranger %s", received, told);
}
