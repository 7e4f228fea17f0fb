/*
 * Question: connect() is refused, twice; then a server listens. Does the same socket get there?
 * Pergunta: connect() é recusado, duas vezes; então um servidor escuta. O mesmo socket chega lá?
 * Usually: ECONNREFUSED, then ECONNREFUSED, then 0
 * Why: Linux lets a socket try again. POSIX does not say so: elsewhere, close it and make another.
 * Por quê: O Linux deixa o socket tentar de novo. O POSIX não garante: em outros, crie um novo.
 * See: POSIX connect(), connect(2)
 * Step: 01
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

int main(void)
{
    int server = bound_socket(SOCK_STREAM, 0); /* which does not listen yet */
    struct sockaddr_in at = loopback(port_of(server));
    socklen_t len = sizeof at;
    int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

    const char *first = said(connect(client, (struct sockaddr *)&at, len));
    const char *second = said(connect(client, (struct sockaddr *)&at, len));
    must(listen(server, 1), "listen");
    const char *third = said(connect(client, (struct sockaddr *)&at, len));
    answer("%s, then %s, then %s", first, second, third);
}
