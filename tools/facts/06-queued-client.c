/*
 * Question: A listener is closed while a client waits to be accepted. What does the client get?
 * Pergunta: Um listener é fechado enquanto um cliente espera por accept(). O que o cliente recebe?
 * Usually: send() 5 bytes, recv() ECONNRESET
 * Why: The kernel connects and takes bytes before any accept(). With the listener all that goes.
 * Por quê: O kernel conecta e aceita bytes antes de accept(). Com o listener, tudo isso se vai.
 * See: listen(2), accept(2)
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
    int listener = listener_on(0);
    int client = connected_to(port_of(listener));
    char buf[100];

    const char *sent = said(send(client, "hello", 5, 0));
    close(listener);
    wait_for(client, POLLIN);
    const char *received = said(recv(client, buf, sizeof buf, 0));
    answer("send() %s, recv() %s", sent, received);
}
