/*
 * Question: 0.0.0.0 means all addresses to bind(). What does it mean to connect()?
 * Pergunta: 0.0.0.0 quer dizer todos os endereços para bind(). E para connect()?
 * Usually: connect() 0, the other side is 127.0.0.1
 * Why: To a client it is this machine, and Linux goes there by loopback.
 * Por quê: Para um cliente é esta máquina, e o Linux vai até ela pela loopback.
 * See: RFC 1122 3.2.1.3, ip(7)
 * Step: 01
 * Promised: no
 */
#include "fact.h"

#include <arpa/inet.h>
#include <sys/socket.h>

int main(void)
{
    struct sockaddr_in to = loopback(port_of(listener_on(0)));
    socklen_t len = sizeof to;
    int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    char address[INET_ADDRSTRLEN] = "nobody";

    to.sin_addr.s_addr = htonl(INADDR_ANY);
    const char *connected = said(connect(client, (struct sockaddr *)&to, len));
    if (getpeername(client, (struct sockaddr *)&to, &len) == 0)
        inet_ntop(AF_INET, &to.sin_addr, address, sizeof address);
    answer("connect() %s, the other side is %s", connected, address);
}
