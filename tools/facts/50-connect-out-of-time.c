/*
 * Question: Nobody answers, and connect() may take 100 ms (SO_SNDTIMEO). What do two calls return?
 * Pergunta: Ninguém responde, e connect() pode levar 100 ms (SO_SNDTIMEO). O que dão duas chamadas?
 * Usually: EINPROGRESS, then EALREADY
 * Why: Only the wait is over. The kernel goes on trying; ETIMEDOUT comes after some two minutes.
 * Por quê: Só a espera acabou. O kernel continua tentando; ETIMEDOUT vem após uns dois minutos.
 * See: socket(7), connect(2)
 * Step: 04
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <sys/time.h>

int main(void)
{
    int listener = listener_on(0);
    struct sockaddr_in to = loopback(port_of(listener));
    struct timeval time = {.tv_sec = 0, .tv_usec = 100000};

    must(listen(listener, 0), "listen"); /* with room for one alone */
    connected_to(port_of(listener));     /* who is never accepted */
    int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);

    const char *first =
        said(connect(client, (struct sockaddr *)&to, sizeof to));
    const char *second =
        said(connect(client, (struct sockaddr *)&to, sizeof to));
    answer("%s, then %s", first, second);
}
