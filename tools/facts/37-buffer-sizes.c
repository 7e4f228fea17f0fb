/*
 * Question: SO_RCVBUF and SO_SNDBUF are set to 1. What does getsockopt() then say?
 * Pergunta: SO_RCVBUF e SO_SNDBUF recebem 1. O que diz getsockopt() depois?
 * Usually: SO_RCVBUF 2304, SO_SNDBUF 4608
 * Why: Linux doubles what is asked, and has a least size: not the 256 and 2048 of socket(7).
 * Por quê: O Linux dobra o pedido e tem um tamanho mínimo, que não é o de socket(7), 256 e 2048.
 * See: socket(7) SO_RCVBUF and SO_SNDBUF
 * Step: 06
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>

/* What becomes of size. */
static int kept(int option, int size)
{
    int fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    socklen_t len = sizeof size;

    must(setsockopt(fd, SOL_SOCKET, option, &size, sizeof size), "setsockopt");
    must(getsockopt(fd, SOL_SOCKET, option, &size, &len), "getsockopt");
    return size;
}

int main(void)
{
    int receives = kept(SO_RCVBUF, 1);
    int sends = kept(SO_SNDBUF, 1);
    answer("SO_RCVBUF %d, SO_SNDBUF %d", receives, sends);
}
