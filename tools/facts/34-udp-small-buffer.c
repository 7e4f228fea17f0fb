/*
 * Question: A datagram of 10 bytes waits, and one of 2. What do three recv() of 4 bytes return?
 * Pergunta: Há um datagrama de 10 bytes, e um de 2. O que devolvem três recv() de 4 bytes?
 * Usually: 4 bytes, then 2 bytes, then EAGAIN
 * Why: Each recv() takes one datagram, whole: what does not fit into the buffer is lost.
 * Por quê: Cada recv() leva um datagrama inteiro: o que não cabe no buffer se perde.
 * See: POSIX recv(), udp(7)
 * Step: 02
 * Promised: POSIX
 */
#include "fact.h"

#include <sys/socket.h>

int main(void)
{
    int fd = udp_to_itself();
    char buf[4];

    send(fd, "ten bytes.", 10, 0);
    send(fd, "2.", 2, 0);
    wait_for(fd, POLLIN);

    const char *first = said(recv(fd, buf, sizeof buf, 0));
    const char *second = said(recv(fd, buf, sizeof buf, 0));
    const char *third = said(recv(fd, buf, sizeof buf, MSG_DONTWAIT));
    answer("%s, then %s, then %s", first, second, third);
}
