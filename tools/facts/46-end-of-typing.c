/*
 * Question: Somebody types hello, Ctrl-D, Ctrl-D, and then a line. What does read() return?
 * Pergunta: Alguém digita hello, Ctrl-D, Ctrl-D, e depois uma linha. O que read() devolve?
 * Usually: 5 bytes, then 0, then 6 bytes
 * Why: Ctrl-D hands over what was typed, without a newline. 0 bytes look like the end; it is none.
 * Por quê: Ctrl-D entrega o que foi digitado, sem quebra de linha. 0 bytes parecem o fim; não são.
 * See: POSIX 11.1.9, termios(3)
 * Step: 01
 * Promised: POSIX
 */
#include "fact.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int person, terminal; /* the two ends of a terminal made here */

/* What read() returns on the terminal when this has been typed. */
static const char *typed(const char *keys)
{
    char buf[100];
    must((int)write(person, keys, strlen(keys)), "write");
    wait_for(terminal, POLLIN);
    return said(read(terminal, buf, sizeof buf));
}

int main(void)
{
    person = posix_openpt(O_RDWR | O_NOCTTY);
    if (person == -1 || grantpt(person) == -1 || unlockpt(person) == -1) {
        answer("not tried: no terminal can be made here");
        return 0;
    }
    terminal = must(open(ptsname(person), O_RDWR | O_NOCTTY), "open");

    const char *text = typed("hello\4"); /* 4 is what Ctrl-D sends */
    const char *nothing = typed("\4");
    const char *line = typed("again\n");
    answer("%s, then %s, then %s", text, nothing, line);
}
