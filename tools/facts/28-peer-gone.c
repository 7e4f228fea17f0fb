/*
 * Question: Does getpeername() still name the other side after its close(), and after its reset?
 * Pergunta: getpeername() ainda diz quem era o outro lado depois do close() dele? E de um reset?
 * Usually: after close() 0, after a reset ENOTCONN
 * Why: With the connection goes the address. A server that prints it later keeps accept()'s.
 * Por quê: Com a conexão vai o endereço. Quem o imprime mais tarde guarda o que accept() deu.
 * See: getpeername(2), accept(2)
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

static const char *peer_of(int fd)
{
    struct sockaddr_in peer;
    socklen_t len = sizeof peer;
    return said(getpeername(fd, (struct sockaddr *)&peer, &len));
}

int main(void)
{
    struct pair closed = connected_pair();
    struct pair reset = connected_pair();
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};

    close(closed.client);
    wait_for(closed.server, POLLIN);

    setsockopt(reset.client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(reset.client);
    wait_for(reset.server, 0);

    const char *after_close = peer_of(closed.server);
    const char *after_reset = peer_of(reset.server);
    answer("after close() %s, after a reset %s", after_close, after_reset);
}
