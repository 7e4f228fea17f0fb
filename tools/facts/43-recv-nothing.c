/*
 * Question: Nothing waits. What do read() and recv() of 0 bytes return? And when 5 bytes wait?
 * Pergunta: Nada espera. O que devolvem read() e recv() de 0 bytes? E quando 5 bytes esperam?
 * Usually: read() 0, recv() EAGAIN; then read() 0, recv() 0
 * Why: recv() waits for a byte even where it wants none, and fails if it may not. read() does not.
 * Por quê: recv() espera um byte mesmo sem querer nenhum, e falha se não pode esperar. read(), não.
 * See: read(2), recv(2)
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    struct pair pair = connected_pair();
    char buf[1];

    const char *early_read = said(read(pair.server, buf, 0));
    const char *early_recv = said(recv(pair.server, buf, 0, MSG_DONTWAIT));
    send(pair.client, "hello", 5, 0);
    wait_for(pair.server, POLLIN);
    const char *late_read = said(read(pair.server, buf, 0));
    const char *late_recv = said(recv(pair.server, buf, 0, MSG_DONTWAIT));
    answer("read() %s, recv() %s; then read() %s, recv() %s", early_read,
           early_recv, late_read, late_recv);
}
