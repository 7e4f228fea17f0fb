/*
 * Question: Nobody reads. With a time-out, or MSG_DONTWAIT: what do many send() of 64 MB return?
 * Pergunta: Ninguém lê. Com prazo, ou MSG_DONTWAIT: o que devolvem vários send() de 64 MB?
 * Usually: a time-out: a part, at last EAGAIN; MSG_DONTWAIT: a part, at last EAGAIN
 * Why: Where the kernel has taken bytes there is no error: only the count says that some are left.
 * Por quê: Se o kernel aceitou bytes, não há erro: só a contagem diz que faltaram alguns.
 * See: socket(7) SO_SNDTIMEO, send(2)
 * Step: 08
 * Promised: no
 */
#include "fact.h"

#include <sys/socket.h>
#include <sys/time.h>

static char bytes[64 << 20];

/* What send() of them all returns, in words: how many it takes differs. */
static const char *sent(int fd, int flags)
{
    ssize_t count = send(fd, bytes, sizeof bytes, flags);
    if (count <= 0)
        return said(count);
    return count < (ssize_t)sizeof bytes ? "a part" : "all";
}

/* What it returns when fd takes no more. */
static const char *at_last(int fd, int flags)
{
    ssize_t count;
    do
        count = send(fd, bytes, sizeof bytes, flags);
    while (count > 0);
    return said(count);
}

int main(void)
{
    struct pair timed = connected_pair();
    struct pair other = connected_pair();
    struct timeval patience = {.tv_usec = 100000};

    setsockopt(timed.client, SOL_SOCKET, SO_SNDTIMEO, &patience,
               sizeof patience);
    const char *first = sent(timed.client, 0);
    const char *last = at_last(timed.client, 0);
    const char *at_once = sent(other.client, MSG_DONTWAIT);
    const char *then = at_last(other.client, MSG_DONTWAIT);
    answer("a time-out: %s, at last %s; MSG_DONTWAIT: %s, at last %s", first,
           last, at_once, then);
}
