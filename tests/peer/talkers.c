/*
 * talkers.c: the commands for those who talk or read until the server ends
 * their connections, for whatever reason.
 */
#include "peer.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { MAX_TALKERS = 1000, SIP = 4096, SIP_MS = 100 };

/* Reads what has come and drops it. Returns whether there may be more. */
static bool read_on(struct peer *peer)
{
    enum outcome outcome = receive(peer);
    take(peer, peer->in.length);
    return outcome != ENDED;
}

/*
 * Does babble: NAME1 to NAMECOUNT say the same line as often as it is taken,
 * and read all that comes.
 */
void run_babble(struct bytes *words)
{
    static struct pollfd entries[MAX_TALKERS];
    static struct peer *talkers[MAX_TALKERS];
    size_t count = number(&words[2], 1, MAX_TALKERS);
    for (size_t i = 0; i < count; i++) {
        char name[2 * MAX_NAME];
        snprintf(name, sizeof name, "%.*s%zu", MAX_NAME, words[1].data, i + 1);
        talkers[i] = find(name);
        entries[i].fd = talkers[i]->fd;
        entries[i].events = POLLIN | POLLOUT;
    }
    for (size_t left = count; left > 0;) {
        if (!await_any(entries, count, limit_ms(patience))) {
            show_command();
            give_up("Nobody could send or receive for %g s.", patience);
        }
        for (size_t i = 0; i < count; i++) {
            if ((entries[i].revents & POLLOUT) != 0)
                send(entries[i].fd, words[3].data, words[3].length, 0);
            if ((entries[i].revents & ~POLLOUT) != 0 && !read_on(talkers[i])) {
                entries[i].fd = -1; /* poll() takes no notice of it */
                left--;
            }
        }
    }
}

/* Does sip: reads SIP bytes each SIP_MS, to the end. */
void run_sip(struct bytes *words)
{
    const struct peer *peer = find(words[1].data);
    char bytes[SIP];
    struct timespec pause = {.tv_nsec = SIP_MS * 1000L * 1000L};
    do
        nanosleep(&pause, NULL);
    while (await(peer->fd, POLLIN) &&
           recv(peer->fd, bytes, sizeof bytes, 0) > 0);
}
