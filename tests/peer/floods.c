/*
 * floods.c: the commands for many connections, or for more bytes than a script
 * could spell out.
 */
#include "peer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { MAX_SENDERS = 16, MAX_CROWD = 2000, MAX_LINE = 1024 };

struct member {
    struct peer *peer;
    bool receives;
    size_t sent;             /* bytes */
    size_t got[MAX_SENDERS]; /* lines from each sender */
};

struct flood {
    size_t count, size, missing, members, senders;
    struct member member[MAX_WORDS]; /* the senders come first */
};

/* Does crowd, closeall and abortall: opens or ends NAME1 to NAMECOUNT. */
void run_crowd(struct bytes *words)
{
    size_t last = number(&words[2], 1, MAX_CROWD);
    for (size_t i = 1; i <= last; i++) {
        char name[2 * MAX_NAME];
        snprintf(name, sizeof name, "%.*s%zu", MAX_NAME, words[1].data, i);
        if (is(&words[0], "crowd"))
            open_peer(name, SOCK_STREAM);
        else
            close_peer(find(name), is(&words[0], "abortall"));
    }
}

/* Connects and leaves again many times over. */
void run_storm(struct bytes *words)
{
    bool aborting = is(&words[2], "abort");
    if (!aborting && !is(&words[2], "close"))
        tool_error("storm knows close and abort only");
    for (size_t left = number(&words[1], 1, 10000000); left > 0; left--) {
        struct peer *peer = open_peer("(storm)", SOCK_STREAM);
        if (words[3].data != NULL)
            send_bytes(peer, words[3].data, words[3].length, words[3].length);
        close_peer(peer, aborting);
    }
}

/* Writes a sender's line to out: size bytes with the newline. */
static void make_line(const struct flood *flood, size_t sender, size_t nth,
                      char *out)
{
    char head[MAX_NAME + 32];
    int length = snprintf(head, sizeof head, "flood %s %zu ",
                          flood->member[sender].peer->name, nth);
    if ((size_t)length >= flood->size)
        tool_error("the name and the number do not fit into the lines");
    memset(out, 'x', flood->size - 1);
    memcpy(out, head, (size_t)length);
    out[flood->size - 1] = '\n';
}

/* Begins the report of a failed flood with what is still missing. */
static void show_flood(const struct flood *flood)
{
    show_command();
    for (size_t s = 0; s < flood->senders; s++)
        fprintf(stderr, "  %s sent %zu of %zu lines\n",
                flood->member[s].peer->name,
                flood->member[s].sent / flood->size, flood->count);
    for (size_t i = 0; i < flood->members * flood->senders; i++) {
        size_t s = i % flood->senders;
        const struct member *member = &flood->member[i / flood->senders];
        if (member->receives && member != &flood->member[s] &&
            member->got[s] < flood->count)
            fprintf(stderr, "  %s got %zu of %zu lines from %s\n",
                    member->peer->name, member->got[s], flood->count,
                    flood->member[s].peer->name);
    }
}

/* Fails because a connection ended in the middle of a flood. */
static _Noreturn void fail_flood(const struct flood *flood, struct peer *peer)
{
    show_flood(flood);
    fprintf(stderr, "  the connection of %s ended\n", peer->name);
    give_up_ended(peer->error);
}

/* Sends as many lines as the socket takes at once. */
static void send_lines(struct flood *flood, size_t sender)
{
    char batch[16 * MAX_LINE];
    struct member *member = &flood->member[sender];
    size_t length = 0;
    for (size_t nth = member->sent / flood->size + 1;
         nth <= flood->count && length + flood->size <= sizeof batch; nth++) {
        make_line(flood, sender, nth, batch + length);
        length += flood->size;
    }
    size_t skipped = member->sent % flood->size;
    ssize_t sent = send(member->peer->fd, batch + skipped, length - skipped, 0);
    if (sent != -1) {
        member->sent += (size_t)sent;
    } else if (errno != EAGAIN && errno != EINTR) {
        member->peer->error = errno;
        fail_flood(flood, member->peer);
    }
}

/* Counts a received line, which must be the next one of some other sender. */
static void check_line(struct flood *flood, struct member *member, char *line,
                       char *end)
{
    if (strncmp(line, "* ", 2) == 0)
        return;
    *end = '\0';
    const char *text = strstr(line, "flood ");
    *end = '\n';
    bool fits = text != NULL && (size_t)(end - text) == flood->size - 1;
    for (size_t s = 0; fits && s < flood->senders; s++) {
        char next[MAX_LINE];
        make_line(flood, s, member->got[s] + 1, next);
        if (member != &flood->member[s] && member->got[s] < flood->count &&
            memcmp(text, next, flood->size) == 0) {
            member->got[s]++;
            flood->missing--;
            return;
        }
    }
    struct bytes received = {line, (size_t)(end - line) + 1};
    show_flood(flood);
    show("received", &received, 0, 0);
    give_up("%s got a line that is not the next one of any other sender.",
            member->peer->name);
}

/* Reads what has come and checks its lines, or drops it for a mere sender. */
static void read_lines(struct flood *flood, struct member *member)
{
    struct bytes *in = &member->peer->in;
    if (receive(member->peer) == ENDED)
        fail_flood(flood, member->peer);
    size_t start = member->receives ? 0 : in->length;
    char *end = memchr(in->data + start, '\n', in->length - start);
    while (end != NULL) {
        check_line(flood, member, in->data + start, end);
        start = (size_t)(end - in->data) + 1;
        end = memchr(end + 1, '\n', in->length - start);
    }
    take(member->peer, start);
}

/* Sends and reads until all has come; false if all stands still for limit. */
static bool run_traffic(struct flood *flood, int limit)
{
    while (flood->missing > 0) {
        struct pollfd entries[MAX_WORDS];
        for (size_t i = 0; i < flood->members; i++) {
            bool sending = i < flood->senders &&
                           flood->member[i].sent < flood->count * flood->size;
            entries[i].fd = flood->member[i].peer->fd;
            entries[i].events = sending ? POLLIN | POLLOUT : POLLIN;
        }
        if (!await_any(entries, flood->members, limit))
            return false;
        for (size_t i = 0; i < flood->members; i++) {
            if ((entries[i].revents & ~POLLOUT) != 0)
                read_lines(flood, &flood->member[i]);
            if ((entries[i].revents & POLLOUT) != 0)
                send_lines(flood, i);
        }
    }
    return true;
}

/* Returns the entry of a peer in a flood, a new one if need be. */
static struct member *member_of(struct flood *flood, struct peer *peer)
{
    size_t i = 0;
    while (i < flood->members && flood->member[i].peer != peer)
        i++;
    if (i == flood->members)
        flood->member[flood->members++].peer = peer;
    return &flood->member[i];
}

/* Does flood and stall: the traffic must arrive, or must come to a halt. */
void run_flood(struct bytes *words)
{
    struct flood flood = {.count = number(&words[1], 1, 100000000),
                          .size = number(&words[2], 32, MAX_LINE)};
    size_t i = 3;
    for (; words[i].data != NULL && !is(&words[i], ">"); i++)
        member_of(&flood, find(words[i].data));
    flood.senders = flood.members;
    if (flood.senders > MAX_SENDERS)
        tool_error("more than %d senders", MAX_SENDERS);
    size_t receivers = 0;
    for (; words[i].data != NULL && words[i + 1].data != NULL; i++) {
        struct member *member = member_of(&flood, find(words[i + 1].data));
        bool sends = member < &flood.member[flood.senders];
        flood.missing += (flood.senders - (sends ? 1 : 0)) * flood.count;
        member->receives = true;
        receivers++;
    }
    if (flood.missing == 0)
        tool_error("nobody is to receive what another one sends");
    bool stall = is(&words[0], "stall");
    bool arrived = run_traffic(&flood, limit_ms(stall ? halt : patience));
    if (arrived == stall) {
        show_flood(&flood);
        if (stall)
            give_up("All lines arrived, but the traffic was to stand still.");
        give_up("Nothing moved for %g s.", patience);
    }
    printf("%s: %zu senders x %zu lines of %zu bytes to %zu receivers: %s\n",
           words[0].data, flood.senders, flood.count, flood.size, receivers,
           stall ? "stood still, as expected" : "all arrived in order");
    fflush(stdout);
}
