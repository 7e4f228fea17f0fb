/*
 * Question: bind() twice, accept() before listen(), listen() without bind(). What do they return?
 * Pergunta: bind() duas vezes, accept() antes de listen(), listen() sem bind(). O que devolvem?
 * Usually: bind() EINVAL, accept() EINVAL, listen() 0
 * Why: An address is given once. Without one, listen() takes any port, as connect() does.
 * Por quê: Um endereço se dá uma vez só. Sem ele, listen() pega uma porta qualquer, como connect().
 * See: POSIX bind(), accept() and listen(), ip(7)
 * Step: 01
 * Promised: no
 */
#include "fact.h"

#include <stddef.h>
#include <sys/socket.h>

int main(void)
{
    struct sockaddr_in at = loopback(0);
    int bound = bound_socket(SOCK_STREAM, 0);
    int unbound = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

    const char *again = said(bind(bound, (struct sockaddr *)&at, sizeof at));
    const char *accepted = said(accept(bound, NULL, NULL));
    const char *listening = said(listen(unbound, 1));
    answer("bind() %s, accept() %s, listen() %s", again, accepted, listening);
}
