/*
 * resp.c: the commands for a script that plays a Redis, or asks one. RESP, its
 * protocol, has an array of bulk strings for each request and message: *COUNT,
 * then $LENGTH and the bytes for each, with \r\n behind all of them.
 */
#include "peer.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD = 32, LONGEST = 65536 };

/* Returns these words as an array of bulk strings, on the heap. */
static struct bytes encoded(const struct bytes *words)
{
    size_t count = 0, size = HEAD;
    for (; words[count].data != NULL; count++)
        size += HEAD + words[count].length;
    struct bytes all = {in_memory(malloc(size)), 0};
    all.length += (size_t)sprintf(all.data, "*%zu\r\n", count);
    for (size_t i = 0; i < count; i++) {
        all.length +=
            (size_t)sprintf(all.data + all.length, "$%zu\r\n", words[i].length);
        memcpy(all.data + all.length, words[i].data, words[i].length);
        all.length += words[i].length;
        all.length += (size_t)sprintf(all.data + all.length, "\r\n");
    }
    return all;
}

/* Does array and drip: one array goes out at once, or byte by byte. */
void run_array(struct bytes *words)
{
    struct bytes all = encoded(words + 2);
    size_t step = is(&words[0], "drip") ? 1 : all.length;
    send_bytes(find(words[1].data), all.data, all.length, step);
    free(all.data);
}

/* Fails because what stands at byte `at` is no such array. */
static _Noreturn void fail_array(const struct peer *peer, size_t at,
                                 const char *wanted)
{
    show_streams(peer);
    give_up("%s got no array of bulk strings: %s was to stand at byte %zu of "
            "what came last.",
            peer->name, wanted, at + 1);
}

/* Reads MARK, a number and \r\n at *at, and moves *at past them. */
static size_t read_number(struct peer *peer, size_t *at, char mark)
{
    const char wanted[] = {mark, '\0'};
    size_t start = *at, value = 0;
    for (;; ++*at) {
        while (peer->in.length < *at + 2)
            need(peer);
        const char *next = peer->in.data + *at;
        if (*at == start) {
            if (*next != mark)
                fail_array(peer, *at, wanted);
        } else if (*next >= '0' && *next <= '9' && value <= LONGEST) {
            value = value * 10 + (size_t)(*next - '0');
        } else if (*at > start + 1 && memcmp(next, "\r\n", 2) == 0) {
            *at += 2;
            return value;
        } else {
            fail_array(peer, *at, "a number and \\r\\n");
        }
    }
}

/* Reads a bulk string at *at and moves *at past it; returns where it begins. */
static size_t read_bulk(struct peer *peer, size_t *at, size_t *length)
{
    *length = read_number(peer, at, '$');
    size_t start = *at;
    *at += *length + 2;
    while (peer->in.length < *at)
        need(peer);
    if (memcmp(peer->in.data + *at - 2, "\r\n", 2) != 0)
        fail_array(peer, *at - 2, "\\r\\n");
    return start;
}

/*
 * Checks that the next array matches the globs, word by word. Sets *last to a
 * copy of its last word, on the heap.
 */
static void take_array(struct peer *peer, const struct bytes *globs,
                       struct bytes *last)
{
    size_t count = 0, at = 0;
    while (globs[count].data != NULL)
        count++;
    if (read_number(peer, &at, '*') != count)
        fail_array(peer, 1, "how many words were expected");
    *last = (struct bytes){NULL, 0};
    for (size_t i = 0; i < count; i++) {
        size_t start = read_bulk(peer, &at, &last->length);
        last->data = in_memory(realloc(last->data, last->length + 1));
        memcpy(last->data, peer->in.data + start, last->length);
        last->data[last->length] = '\0';
        if (fnmatch(globs[i].data, last->data, 0) == 0)
            continue;
        show_command();
        show("expected", &globs[i], 0, 0);
        show("received", last, 0, 0);
        show_tail("sent so far", &peer->sent);
        give_up("%s got a word that does not match.", peer->name);
    }
    take(peer, at);
}

/* Does asked: the next array is this. */
void run_asked(struct bytes *words)
{
    struct bytes last;
    take_array(find(words[1].data), words + 2, &last);
    free(last.data);
}

/* Does publish: passes on what the next array has to say, as a Redis does. */
void run_publish(struct bytes *words)
{
    struct peer *publisher = find(words[1].data);
    struct peer *subscriber = find(words[2].data);
    char request[] = "PUBLISH", message[] = "message";
    struct bytes passed[] = {
        {request, strlen(request)}, words[3], words[4], {NULL, 0}};
    struct bytes text;
    take_array(publisher, passed, &text);
    passed[0] = (struct bytes){message, strlen(message)};
    passed[2] = text;
    struct bytes all = encoded(passed);
    send_bytes(publisher, ":1\r\n", 4, 4);
    send_bytes(subscriber, all.data, all.length, all.length);
    free(all.data);
    free(text.data);
}
