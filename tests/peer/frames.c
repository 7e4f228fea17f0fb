/*
 * frames.c: the command for a script that plays a browser. What its server
 * sends are frames of WebSocket: a byte that says what it is, a length, which
 * stands behind a 126 in two more bytes where it is longer, and so many bytes.
 * RFC 6455, 5.2
 */
#include "peer.h"

#include <stdio.h>

enum { TEXT = 0x81, CLOSE = 0x88, PONG = 0x8A };

/* Returns the size of the frame at byte `at`; 0: it is none, or not whole. */
static size_t frame_size(const struct bytes *in, size_t at)
{
    const unsigned char *head = (const unsigned char *)in->data + at;
    size_t left = in->length - at;
    if (left < 2 || (head[0] != TEXT && head[0] != CLOSE && head[0] != PONG))
        return 0;
    size_t size = 2 + (size_t)head[1];
    if (head[1] == 126 && left >= 4)
        size = 4 + ((size_t)head[2] << 8 | head[3]);
    return head[1] <= 126 && size <= left ? size : 0;
}

/* Reads to the end: whole texts and so many pongs, then a close frame. */
void run_frames(struct bytes *words)
{
    struct peer *peer = find(words[1].data);
    size_t wanted = number(&words[2], 0, 1000000);
    size_t at = 0, size, pongs = 0, closes = 0;
    while (more(peer))
        continue;
    while (closes == 0 && (size = frame_size(&peer->in, at)) > 0) {
        unsigned char first = (unsigned char)peer->in.data[at];
        pongs += first == PONG;
        closes += first == CLOSE;
        at += size;
    }
    if (at != peer->in.length && closes == 0)
        give_up("%s got no whole frame at byte %zu of %zu: is one in another?",
                peer->name, at + 1, peer->in.length);
    if (at != peer->in.length)
        give_up("%s got more behind the close frame, from byte %zu of %zu on.",
                peer->name, at + 1, peer->in.length);
    if (closes == 0 || pongs != wanted)
        give_up("%s got %zu of %zu pongs, and %s close frame.", peer->name,
                pongs, wanted, closes == 0 ? "no" : "a");
    take(peer, at);
}
