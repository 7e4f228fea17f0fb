/*
 * Question: What do shutdown(SHUT_RD) of a UDP socket, recv(), and recv() when bytes come return?
 * Pergunta: O que devolvem shutdown(SHUT_RD) num socket UDP, recv(), e recv() quando chegam bytes?
 * Usually: ENOTCONN, then 0, then 5 bytes
 * Why: Linux calls it an error and does it: recv() no longer waits. What comes is still delivered.
 * Por quê: O Linux diz que é erro e o faz: recv() não espera mais. O que chega ainda é entregue.
 * See: shutdown(2), POSIX shutdown()
 * Step: 02
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <sys/time.h>

int main(void)
{
    int fd = bound_socket(SOCK_DGRAM, 0);
    struct sockaddr_in itself = loopback(port_of(fd));
    struct timeval patience = {.tv_usec = 500000};
    char buf[100];

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);

    const char *shut = said(shutdown(fd, SHUT_RD));
    const char *before = said(recv(fd, buf, sizeof buf, 0));
    sendto(fd, "hello", 5, 0, (struct sockaddr *)&itself, sizeof itself);
    wait_for(fd, POLLIN);
    const char *after = said(recv(fd, buf, sizeof buf, 0));
    answer("%s, then %s, then %s", shut, before, after);
}
