/*
 * Question: What does poll() say of a side that called shutdown(SHUT_WR), and of one that closed?
 * Pergunta: O que diz o poll() de um lado que chamou shutdown(SHUT_WR), e de um que fechou?
 * Usually: POLLIN POLLOUT POLLRDHUP both times
 * Why: Both send the same: an end. Only a send() finds out whether somebody still reads.
 * Por quê: Os dois enviam o mesmo: um fim. Só um send() descobre se alguém ainda lê.
 * See: poll(2), RFC 9293 3.6
 * Step: 10
 * Promised: no
 */
#include "fact.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What poll() says of fd when an end has come. */
static const char *after_end(int fd)
{
    wait_for(fd, POLLIN);
    return events_said(wait_for(fd, POLLIN | POLLOUT | POLLRDHUP));
}

int main(void)
{
    struct pair half = connected_pair();
    struct pair whole = connected_pair();

    shutdown(half.server, SHUT_WR);
    close(whole.server);

    const char *first = after_end(half.client);
    const char *second = after_end(whole.client);
    if (strcmp(first, second) == 0)
        answer("%s both times", first);
    else
        answer("%s, and %s", first, second);
}
