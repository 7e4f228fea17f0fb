/*
 * Question: Six things are set on a listener. Which of them has the socket that accept() returns?
 * Pergunta: Seis coisas são ajustadas em um listener. Quais tem o socket que accept() devolve?
 * Usually: SO_KEEPALIVE, SO_RCVBUF, SO_RCVTIMEO, TCP_NODELAY; not O_NONBLOCK, FD_CLOEXEC
 * Why: Options of the socket are copied. On Linux the descriptor is new, and has no flags.
 * Por quê: As opções do socket são copiadas. No Linux o descritor é novo e não tem flags.
 * See: accept(2), socket(7), fcntl(2)
 * Step: 12
 * Promised: no
 */
#include "fact.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

static int listener, client;
static char inherited[100], lost[100];

static void tell(const char *name, bool has)
{
    char *list = has ? inherited : lost;
    strcat(list, list[0] == '\0' ? "" : ", ");
    strcat(list, name);
}

/* Whether both have the same value. */
static bool same(int level, int option)
{
    char first[64] = "", second[64] = "";
    socklen_t len = sizeof first;
    must(getsockopt(listener, level, option, first, &len), "getsockopt");
    must(getsockopt(client, level, option, second, &len), "getsockopt");
    return memcmp(first, second, sizeof first) == 0;
}

int main(void)
{
    int on = 1, size = 4096;
    struct timeval second = {.tv_sec = 1};

    listener = listener_on(0);
    setsockopt(listener, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof second);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(listener, F_SETFL, O_NONBLOCK);
    fcntl(listener, F_SETFD, FD_CLOEXEC);
    connected_to(port_of(listener));
    wait_for(listener, POLLIN);
    client = must(accept(listener, NULL, NULL), "accept");

    tell("SO_KEEPALIVE", same(SOL_SOCKET, SO_KEEPALIVE));
    tell("SO_RCVBUF", same(SOL_SOCKET, SO_RCVBUF));
    tell("SO_RCVTIMEO", same(SOL_SOCKET, SO_RCVTIMEO));
    tell("TCP_NODELAY", same(IPPROTO_TCP, TCP_NODELAY));
    tell("O_NONBLOCK", (fcntl(client, F_GETFL) & O_NONBLOCK) != 0);
    tell("FD_CLOEXEC", (fcntl(client, F_GETFD) & FD_CLOEXEC) != 0);
    answer("%s; not %s", inherited, lost);
}
