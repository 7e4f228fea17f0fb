/*
 * Question: A UDP socket is connected to a port of nobody. What do 3 send(), then recv(), return?
 * Pergunta: Um socket UDP está conectado a uma porta sem dono. O que devolvem 3 send(), e recv()?
 * Usually: 5 bytes, ECONNREFUSED, 5 bytes, then ECONNREFUSED
 * Why: The refusal comes back after the send(). The next call tells it, in place of its own work.
 * Por quê: A recusa volta depois do send(). A próxima chamada a informa, em vez de agir.
 * See: RFC 1122 4.1.3.3, udp(7)
 * Step: 02
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int nobody = bound_socket(SOCK_DGRAM, 0);
    struct sockaddr_in to = loopback(port_of(nobody));
    int fd = must(socket(AF_INET, SOCK_DGRAM, 0), "socket");
    char buf[100];

    close(nobody);
    must(connect(fd, (struct sockaddr *)&to, sizeof to), "connect");
    const char *first = said(send(fd, "hello", 5, 0));
    wait_for(fd, 0); /* for the refusal */
    const char *second = said(send(fd, "hello", 5, 0));
    const char *third = said(send(fd, "hello", 5, 0));
    wait_for(fd, 0);
    const char *received = said(recv(fd, buf, sizeof buf, MSG_DONTWAIT));
    answer("%s, %s, %s, then %s", first, second, third, received);
}
