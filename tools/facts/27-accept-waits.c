/*
 * Question: A thread waits in accept(), another calls shutdown() or close(). How does accept() end?
 * Pergunta: Uma thread espera em accept(), outra chama shutdown() ou close(). Como accept() acaba?
 * Usually: shutdown(): EINVAL; close(): it takes one more client
 * Why: shutdown() stops the socket. close() only frees the number: the call still holds the socket.
 * Por quê: shutdown() para o socket. close() só libera o número: a chamada ainda segura o socket.
 * See: accept(2), close(2), shutdown(2)
 * Step: 12
 * Promised: no
 */
#include "fact.h"

#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int listener;

static void *accept_one(void *result)
{
    int client = accept(listener, NULL, NULL);
    *(const char **)result =
        client == -1 ? said(-1) : "it takes one more client";
    return NULL;
}

/* How accept() ends: after some ms comes the call, and then a client. */
static const char *accept_until(bool closes, int ms)
{
    const char *result;
    pthread_t acceptor;
    int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

    listener = listener_on(0);
    struct sockaddr_in to = loopback(port_of(listener));
    must(-(pthread_create(&acceptor, NULL, accept_one, &result) != 0),
         "a thread");
    poll(NULL, 0, ms);
    if (closes)
        close(listener);
    else
        shutdown(listener, SHUT_RDWR);
    connect(client, (struct sockaddr *)&to, sizeof to);
    pthread_join(acceptor, NULL);
    return result;
}

int main(void)
{
    int ms = 10;
    const char *shut_down = accept_until(false, ms);
    const char *closed = accept_until(true, ms);
    while (strcmp(closed, "EBADF") == 0 && ms < 500)
        closed = accept_until(true, ms *= 2); /* accept() was late */
    answer("shutdown(): %s; close(): %s", shut_down, closed);
}
