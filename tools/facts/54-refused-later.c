/*
 * Question: A non-blocking connect() was refused. What does SO_ERROR say, twice, and then recv()?
 * Pergunta: Um connect() não bloqueante foi recusado. O que dizem SO_ERROR, duas vezes, e recv()?
 * Usually: ECONNREFUSED, then 0, and recv() 0
 * Why: SO_ERROR takes the error along. Whoever asks after that sees a connection that just ended.
 * Por quê: SO_ERROR leva o erro embora. Quem pergunta depois vê uma conexão que apenas terminou.
 * See: socket(7), connect(2)
 * Step: 10
 * Promised: no
 */
#include "fact.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What SO_ERROR says. */
static const char *error_of(int fd)
{
    int error;
    socklen_t len = sizeof error;
    must(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len), "getsockopt");
    errno = error;
    return said(error == 0 ? 0 : -1);
}

int main(void)
{
    int listener = listener_on(0);
    struct sockaddr_in to = loopback(port_of(listener));
    int client = must(socket(AF_INET, SOCK_STREAM, 0), "socket");
    char buf[100];

    close(listener); /* now nobody listens there */
    must(fcntl(client, F_SETFL, O_NONBLOCK), "fcntl");
    connect(client, (struct sockaddr *)&to, sizeof to);
    wait_for(client, POLLOUT);

    const char *first = error_of(client);
    const char *second = error_of(client);
    const char *received = said(recv(client, buf, sizeof buf, 0));
    answer("%s, then %s, and recv() %s", first, second, received);
}
