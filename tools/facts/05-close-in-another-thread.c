/*
 * Question: One thread waits in recv(), another calls close(), then bytes come. Who sees what?
 * Pergunta: Uma thread espera em recv(), outra chama close(), e então chegam bytes. Quem vê o quê?
 * Usually: no end is seen; recv() gets 5 bytes more; then the other side gets 0
 * Why: A call that is under way keeps the connection: close() frees the number, and wakes nobody.
 * Por quê: Uma chamada em curso mantém a conexão: close() libera o número e não acorda ninguém.
 * See: close(2)
 * Step: 05
 * Promised: no
 */
#include "fact.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static struct pair pair;
static const char *received;

/* Takes the 5 bytes that are there, and waits for 5 more. */
static void *receive(void *unused)
{
    char buf[10];
    (void)unused;
    ssize_t count = recv(pair.server, buf, sizeof buf, MSG_WAITALL);
    received = said(count == -1 ? count : count - 5);
    return NULL;
}

int main(void)
{
    pthread_t receiver;
    char buf[100];

    pair = connected_pair();
    send(pair.client, "hello", 5, 0);
    while (unread(pair.server) < 5 && in_time())
        continue;
    must(-(pthread_create(&receiver, NULL, receive, NULL) != 0), "a thread");
    while (unread(pair.server) > 0 && in_time())
        continue; /* now it waits for more */

    close(pair.server);
    struct pollfd end = {.fd = pair.client, .events = POLLIN};
    const char *at_once = poll(&end, 1, 100) == 0 ? "no end" : "an end";

    send(pair.client, "world", 5, MSG_NOSIGNAL);
    pthread_join(receiver, NULL);
    wait_for(pair.client, POLLIN);
    const char *last = said(recv(pair.client, buf, sizeof buf, 0));
    answer("%s is seen; recv() gets %s more; then the other side gets %s",
           at_once, received, last);
}
