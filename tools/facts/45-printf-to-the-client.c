/*
 * Question: A server with no stdout (>&-) accepts a client and calls printf(). Who gets the text?
 * Pergunta: Um servidor sem stdout (>&-) aceita um cliente e chama printf(). Quem recebe o texto?
 * Usually: accept() returns 1, and the client gets "Hello, operator"
 * Why: What opens takes the lowest number that is free, and 1 is what printf() writes to.
 * Por quê: O que abre recebe o menor número livre, e é no 1 que printf() escreve.
 * See: POSIX File Descriptor Allocation, stdout(3)
 * Step: 01
 * Promised: POSIX
 */
#include "fact.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int terminal = must(dup(STDOUT_FILENO), "dup"); /* for the answer */
    int listener = listener_on(0);
    int client = connected_to(port_of(listener));
    char buf[100];

    close(STDOUT_FILENO);
    int server = must(accept(listener, NULL, NULL), "accept");
    printf("Hello, operator");
    fflush(stdout);
    if (server != STDOUT_FILENO)
        close(server); /* then the client gets an end */

    wait_for(client, POLLIN);
    ssize_t count = recv(client, buf, sizeof buf, 0);
    must(dup2(terminal, STDOUT_FILENO), "dup2");
    answer("accept() returns %d, and the client gets \"%.*s\"", server,
           count > 0 ? (int)count : 0, buf);
}
