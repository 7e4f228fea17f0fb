/*
 * Question: A line of 5,000 letters is typed at a terminal. What does the program get of it?
 * Pergunta: Uma linha de 5.000 letras é digitada num terminal. O que o programa recebe dela?
 * Usually: 4095 letters and the newline; 905 are lost
 * Why: The terminal keeps 4,096 bytes of a line that is not finished, and drops what comes after.
 * Por quê: O terminal guarda 4.096 bytes de uma linha inacabada e descarta o que vem depois.
 * See: termios(3), POSIX 11.1.6
 * Step: 03
 * Promised: no
 */
#include "fact.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LETTERS = 5000 };

int main(void)
{
    char line[LETTERS + 1], buf[2 * LETTERS];

    int person = posix_openpt(O_RDWR | O_NOCTTY);
    if (person == -1 || grantpt(person) == -1 || unlockpt(person) == -1) {
        answer("not tried: no terminal can be made here");
        return 0;
    }
    int terminal = must(open(ptsname(person), O_RDWR | O_NOCTTY), "open");

    memset(line, 'a', LETTERS);
    line[LETTERS] = '\n';
    must((int)write(person, line, sizeof line), "write");
    wait_for(terminal, POLLIN); /* which comes with the newline */
    ssize_t count = read(terminal, buf, sizeof buf);
    if (count > 0 && buf[count - 1] == '\n')
        answer("%zd letters and the newline; %zd are lost", count - 1,
               LETTERS + 1 - count);
    else
        answer("%s, and no newline", said(count));
}
