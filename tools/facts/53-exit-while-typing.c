/*
 * Question: One thread waits in fgets() for a line, another calls exit(). Does the program end?
 * Pergunta: Uma thread espera uma linha em fgets(), outra chama exit(). O programa termina?
 * Usually: yes
 * Why: fgets() holds a lock on stdin. glibc's exit() ignores it; musl's waits for it, for ever.
 * Por quê: fgets() segura uma trava do stdin. O exit() da glibc a ignora; o da musl espera por ela.
 * See: exit(3), flockfile(3)
 * Step: 06
 * Promised: no
 */
#include "fact.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *read_line(void *unused)
{
    char line[100];
    (void)unused;
    return fgets(line, sizeof line, stdin) == NULL ? NULL : stdin;
}

static void run_program(void)
{
    pthread_t reader;
    must(-(pthread_create(&reader, NULL, read_line, NULL) != 0), "a thread");
    while (unread(STDIN_FILENO) > 0 && in_time())
        continue; /* then fgets() waits for the rest of the line */
    exit(EXIT_SUCCESS);
}

int main(void)
{
    int keyboard[2], life[2];
    must(pipe(keyboard), "pipe");
    must(pipe(life), "pipe"); /* it ends with the program */
    must((int)write(keyboard[1], "hel", 3), "write");

    pid_t child = must(fork(), "fork");
    if (child == 0) {
        close(keyboard[1]);
        must(dup2(keyboard[0], STDIN_FILENO), "dup2");
        run_program();
    }
    close(life[1]);
    struct pollfd end = {.fd = life[0], .events = POLLIN};
    const char *ended = poll(&end, 1, 1000) == 1 ? "yes" : "not within 1 s";
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    answer("%s", ended);
}
