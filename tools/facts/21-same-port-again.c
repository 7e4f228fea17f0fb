/*
 * Question: A connection is over. May the client connect again at once, from its old port?
 * Pergunta: Uma conexão acabou. O cliente pode conectar de novo na hora, da mesma porta?
 * Usually: the client closed first: 0; the server closed first: 0
 * Why: Timestamps tell a new packet from a late one: TIME_WAIT lets a new connection in.
 * Por quê: Timestamps distinguem um pacote novo de um atrasado: TIME_WAIT deixa a nova entrar.
 * See: RFC 6191, RFC 1122 4.2.2.13
 * Step: 01
 * Promised: no
 */
#include "fact.h"

#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

static int client_on(int port)
{
    int on = 1;
    struct sockaddr_in at = loopback(port);
    int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    must(bind(fd, (struct sockaddr *)&at, sizeof at), "bind");
    return fd;
}

static const char *connects_again(bool client_first)
{
    int listener = listener_on(0), client = client_on(0);
    int port = port_of(client);
    struct sockaddr_in to = loopback(port_of(listener));

    must(connect(client, (struct sockaddr *)&to, sizeof to), "connect");
    int server = must(accept(listener, NULL, NULL), "accept");
    int last = client_first ? server : client;
    close(client_first ? client : server);
    wait_for(last, POLLIN);
    close(last);
    return said(connect(client_on(port), (struct sockaddr *)&to, sizeof to));
}

int main(void)
{
    const char *client_first = connects_again(true);
    const char *server_first = connects_again(false);
    answer("the client closed first: %s; the server closed first: %s",
           client_first, server_first);
}
