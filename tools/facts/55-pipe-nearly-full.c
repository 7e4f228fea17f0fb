/*
 * Question: A non-blocking pipe has room for 3,996 bytes. What do writes of 4,096 and 4,097 return?
 * Pergunta: Um pipe não bloqueante tem espaço para 3.996 bytes. E write() de 4.096, e de 4.097?
 * Usually: EAGAIN, and 1 byte
 * Why: Up to PIPE_BUF (4,096) it is all or nothing. Of 4,097 the odd byte still fits the last page.
 * Por quê: Até PIPE_BUF (4.096) é tudo ou nada. De 4.097, o byte que sobra cabe na última página.
 * See: pipe(7), POSIX write()
 * Step: 10
 * Promised: no
 */
#include "fact.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

int main(void)
{
    static char buf[PIPE_BUF + 1];
    int ends[2];

    must(pipe(ends), "pipe");
    must(fcntl(ends[1], F_SETFL, O_NONBLOCK), "fcntl");
    while (write(ends[1], buf, PIPE_BUF) > 0)
        continue; /* until it is full */
    must((int)read(ends[0], buf, PIPE_BUF), "read");
    must((int)write(ends[1], buf, 100), "write");

    const char *whole = said(write(ends[1], buf, PIPE_BUF));
    const char *more = said(write(ends[1], buf, PIPE_BUF + 1));
    answer("%s, and %s", whole, more);
}
