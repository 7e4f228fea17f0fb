/*
 * Question: poll() waits; its descriptor is closed, and is a new client's now. Whose bytes wake it?
 * Pergunta: poll() espera; o descritor é fechado e vira o de um novo cliente. Quem acorda poll()?
 * Usually: not "new" but "old", and then recv() gets "new"
 * Why: It waits at what the number meant when it began, and looks at what the number means now.
 * Por quê: Ele espera no que o número era quando começou, e depois olha o que o número é agora.
 * See: close(2), poll(2)
 * Step: 10
 * Promised: no
 */
#include "fact.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static struct pair old, new;
static _Atomic(const char *) last_sent;

/* Whether the first thread waits; not known on every system. */
static bool main_waits(void)
{
    char state = '?', name[60];
    snprintf(name, sizeof name, "/proc/self/task/%d/stat", (int)getpid());
    FILE *file = fopen(name, "r");
    if (file == NULL)
        return false;
    bool known = fscanf(file, "%*d (%*[^)]) %c", &state) == 1;
    fclose(file);
    return known && state == 'S';
}

static void *replace(void *unused)
{
    (void)unused;
    for (int i = 0, waits = 0; i < 100 && waits < 5; i++) {
        poll(NULL, 0, 1);
        waits = main_waits() ? waits + 1 : 0; /* for good, in poll() */
    }
    close(old.server);
    must(dup2(new.server, old.server), "dup2");

    last_sent = "\"new\"";
    send(new.client, "new", 3, 0);
    poll(NULL, 0, 200); /* if that wakes it, it has woken */
    last_sent = "not \"new\" but \"old\"";
    send(old.client, "old", 3, MSG_NOSIGNAL);
    return NULL;
}

int main(void)
{
    pthread_t other;
    char buf[100];

    old = connected_pair();
    new = connected_pair();
    must(-(pthread_create(&other, NULL, replace, NULL) != 0), "a thread");
    short events = wait_for(old.server, POLLIN);
    const char *waker = events == 0 ? "neither" : last_sent;

    pthread_join(other, NULL);
    ssize_t count = recv(old.server, buf, sizeof buf, MSG_DONTWAIT);
    answer("%s, and then recv() gets \"%.*s\"", waker,
           count > 0 ? (int)count : 0, buf);
}
