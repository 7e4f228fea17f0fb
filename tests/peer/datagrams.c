/*
 * datagrams.c: the commands for datagrams alone.
 */
#include "peer.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

void note_datagram(struct peer *peer, struct msghdr *message)
{
    struct timeval time = {0};
    struct cmsghdr *stamp = CMSG_FIRSTHDR(message);
    if (stamp != NULL && stamp->cmsg_level == SOL_SOCKET)
        memcpy(&time, CMSG_DATA(stamp), sizeof time);
    long long came_at = time.tv_sec * 1000LL + time.tv_usec / 1000;
    peer->gap = came_at - peer->came_at;
    if (peer->came_at == 0 || peer->gap < peer->shortest)
        peer->shortest = peer->gap;
    peer->came_at = came_at;
    if (peer->is_mailbox)
        connect(peer->fd, message->msg_name, message->msg_namelen);
    peer->is_mailbox = false;
}

/* A socket that talks to the program under test. */
void run_datagram(struct bytes *words)
{
    open_peer(words[1].data, SOCK_DGRAM);
}

/* One that waits to be written to. */
void run_mailbox(struct bytes *words)
{
    open_here(words[1].data, SOCK_DGRAM, 0)->is_mailbox = true;
}

/* Checks how far apart the last two datagrams came. */
void run_apart(struct bytes *words)
{
    const struct peer *peer = find(words[1].data);
    long long least = (long long)number(&words[2], 1, 60000);
    if (peer->gap >= least)
        return;
    show_command();
    give_up("The last two datagrams came %lld ms apart, less than %lld.",
            peer->gap, least);
}

/* Checks that two datagrams came so soon after each other, at least once. */
void run_within(struct bytes *words)
{
    const struct peer *peer = find(words[1].data);
    long long most = (long long)number(&words[2], 1, 60000);
    if (peer->shortest <= most)
        return;
    show_command();
    give_up("No two datagrams came within %lld ms; the least was %lld.", most,
            peer->shortest);
}
