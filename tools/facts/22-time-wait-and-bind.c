/*
 * Question: A server that closed first starts again. Which of the two has to have SO_REUSEADDR?
 * Pergunta: Um servidor que fechou primeiro reinicia. Qual dos dois precisa ter SO_REUSEADDR?
 * Usually: neither has it: EADDRINUSE; the new: EADDRINUSE; both: 0
 * Why: The connection in TIME_WAIT keeps the option of the old server: both have to agree.
 * Por quê: A conexão em TIME_WAIT guarda a opção do servidor antigo: os dois precisam concordar.
 * See: socket(7), ip(7)
 * Step: 01
 * Promised: no
 */
#include "fact.h"

#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *bind_again(int old_has, int new_has)
{
    struct sockaddr_in at = loopback(0);
    int old = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    int new = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    setsockopt(old, SOL_SOCKET, SO_REUSEADDR, &old_has, sizeof old_has);
    setsockopt(new, SOL_SOCKET, SO_REUSEADDR, &new_has, sizeof new_has);

    must(bind(old, (struct sockaddr *)&at, sizeof at), "bind");
    must(listen(old, 1), "listen");
    at = loopback(port_of(old));
    int client = connected_to(port_of(old));
    int server = must(accept(old, NULL, NULL), "accept");
    close(server);
    wait_for(client, POLLIN);
    close(client);
    close(old);
    return said(bind(new, (struct sockaddr *)&at, sizeof at));
}

int main(void)
{
    const char *neither = bind_again(0, 0);
    const char *new = bind_again(0, 1);
    const char *both = bind_again(1, 1);
    answer("neither has it: %s; the new: %s; both: %s", neither, new, both);
}
