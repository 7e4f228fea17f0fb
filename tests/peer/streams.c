/*
 * streams.c: the commands for one connection at a time. send, bytes and close
 * do for datagrams, too.
 */
#include "peer.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Connects each name. */
void run_open(struct bytes *words)
{
    narrow_window = is(&words[0], "narrow") ? 8192 : 0;
    for (size_t i = 1; words[i].data != NULL; i++)
        open_peer(words[i].data, SOCK_STREAM);
    narrow_window = 0;
}

/* Listens for accept. */
void run_listen(struct bytes *words)
{
    bool chosen = words[2].data != NULL;
    size_t port = chosen ? number(&words[2], 1, 65535) : 0;
    open_here(words[1].data, SOCK_STREAM, (uint16_t)port);
}

/* Takes one connection from a listener. */
void run_accept(struct bytes *words)
{
    const struct peer *listener = find(words[2].data);
    for (;;) {
        if (!await(listener->fd, POLLIN)) {
            show_command();
            give_up("No client connected within %g s.", patience);
        }
        int fd = accept(listener->fd, NULL, NULL);
        if (fd != -1) {
            add_peer(words[1].data, fd, false);
            return;
        }
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            tool_error("accept: %s", strerror(errno));
    }
}

/* Does send and trickle: one buffer goes out at once, or byte by byte. */
void run_send(struct bytes *words)
{
    struct bytes all = repeated(words);
    size_t step = is(&words[0], "trickle") ? 1 : all.length;
    send_bytes(find(words[1].data), all.data, all.length, step);
    free(all.data);
}

/* Reads a whole line that starts at start; returns where the next starts. */
static size_t line_end(struct peer *peer, size_t start)
{
    for (;;) {
        struct bytes *in = &peer->in;
        char *end = memchr(in->data + start, '\n', in->length - start);
        if (end != NULL)
            return (size_t)(end - in->data) + 1;
        need(peer);
    }
}

/* Tells whether the line from start to end, without its \n, matches. */
static bool matches(struct peer *peer, size_t start, size_t end,
                    const char *glob)
{
    peer->in.data[end - 1] = '\0';
    bool matching = fnmatch(glob, peer->in.data + start, 0) == 0;
    peer->in.data[end - 1] = '\n';
    return matching;
}

/* Does line and match: checks the next line. */
void run_line(struct bytes *words)
{
    struct peer *peer = find(words[1].data);
    size_t end = line_end(peer, 0);
    struct bytes line = {peer->in.data, end};
    if (is(&words[0], "line")) {
        /* The newline takes the place of the NUL that ends the word. */
        words[2].data[words[2].length++] = '\n';
        compare(peer, &words[2], &line);
    } else if (!matches(peer, 0, end, words[2].data)) {
        show_command();
        show("expected", &words[2], 0, 0);
        show("received", &line, 0, 0);
        show_tail("sent so far", &peer->sent);
        give_up("%s got a line that does not match.", peer->name);
    }
    take(peer, end);
}

/* Drops lines until one matches, but keeps them all for a failure report. */
void run_until(struct bytes *words)
{
    struct peer *peer = find(words[1].data);
    size_t start = 0;
    size_t end = line_end(peer, start);
    while (!matches(peer, start, end, words[2].data)) {
        start = end;
        end = line_end(peer, start);
    }
    take(peer, end);
}

/* Checks the next bytes of a stream, or the next datagram as a whole. */
void run_bytes(struct bytes *words)
{
    struct peer *peer = find(words[1].data);
    struct bytes *in = &peer->in;
    struct bytes wanted = repeated(words);
    if (peer->is_datagram)
        need(peer);
    while (!peer->is_datagram && in->length < wanted.length &&
           memcmp(in->data, wanted.data, in->length) == 0)
        need(peer);
    struct bytes next = *in;
    if (!peer->is_datagram && next.length > wanted.length)
        next.length = wanted.length;
    compare(peer, &wanted, &next);
    take(peer, next.length);
    free(wanted.data);
}

/* Checks that nothing is left to read but an orderly end. */
void run_eof(struct bytes *words)
{
    struct peer *peer = find(words[1].data);
    if (peer->in.length > 0 || more(peer)) {
        show_streams(peer);
        give_up("%s got bytes instead of the end.", peer->name);
    }
    if (peer->error != 0)
        fail_ended(peer);
}

/* Does gone and dump: reads on until the connection ends in any way. */
void run_gone(struct bytes *words)
{
    struct peer *peer = find(words[1].data);
    do {
        if (is(&words[0], "dump"))
            fwrite(peer->in.data, 1, peer->in.length, stdout);
        take(peer, peer->in.length);
    } while (more(peer));
    fflush(stdout);
}

/* Does close, abort and shut; a shut that fails shows in the next read. */
void run_close(struct bytes *words)
{
    for (size_t i = 1; words[i].data != NULL; i++) {
        struct peer *peer = find(words[i].data);
        if (is(&words[0], "shut"))
            shutdown(peer->fd, SHUT_WR);
        else
            close_peer(peer, is(&words[0], "abort"));
    }
}
