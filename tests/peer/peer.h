/*
 * peer.h: what the parts of the scripted peer share. peer.c says what a script
 * can do; a command is a row of its table, and a function run_... in the file
 * of its kind: streams.c, datagrams.c, floods.c, talkers.c, resp.c.
 */
#ifndef PEER_H
#define PEER_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MAX_WORDS = 256, MAX_NAME = 31, SHOWN = 200 };

struct bytes {
    char *data;
    size_t length;
};

struct peer {
    struct peer *next;
    char name[MAX_NAME + 1];
    int fd;
    bool is_datagram;
    bool is_mailbox;    /* nobody has written to it yet */
    long long came_at;  /* when its last datagram came, by the kernel, in ms */
    long long gap;      /* since the one before */
    long long shortest; /* of all gaps so far */
    int error;          /* why the connection ended; 0 for an orderly end */
    struct bytes in;    /* received, but not asked for yet */
    struct bytes taken; /* the end of what was received and asked for */
    struct bytes sent;
};

/* report.c: what the person reads who has to find out what went wrong. */

extern const char escape_letters[], escape_bytes[]; /* pairs, ESCAPES of each */
enum { ESCAPES = 7 };

extern double scale;           /* TIMEOUT_SCALE: how slow the machine may be */
extern double patience;        /* no wait without progress is longer, in s */
extern double halt;            /* traffic that rests so long stands still */
extern const char *other_side; /* the program under test: server or client */

/* Says which line of the script is played from now on; 0 for none. */
void begin_line(unsigned long number, const char *text);
/* Ends with trouble that is not the fault of the program under test. */
_Noreturn void tool_error(const char *format, ...);
/* Returns what an allocation gave, if it gave something. */
void *in_memory(void *memory);
/* Ends with a sentence on what the program under test did wrong. */
_Noreturn void give_up(const char *format, ...);
/* The same, because it ended a connection with this error, or in order: 0. */
_Noreturn void give_up_ended(int error);
/* Ends so when the whole script takes longer than this; shell's commands too.
 */
void limit_run(double seconds);

/* Begins the report of a failure with the command that failed. */
void show_command(void);
/* Begins the report of a failure on one connection. */
void show_streams(const struct peer *peer);
/* Shows SHOWN bytes from start on; returns how far right focus stands. */
int show(const char *label, const struct bytes *text, size_t start,
         size_t focus);
/* Shows the last bytes of a text. */
void show_tail(const char *label, const struct bytes *text);
/* Fails because the connection ended. */
_Noreturn void fail_ended(const struct peer *peer);
/* Fails if received is not exactly what was expected. */
void compare(const struct peer *peer, const struct bytes *expected,
             const struct bytes *received);

/* words.c: a line of the script, and what its words mean. */

/* Splits a line into at most MAX_WORDS in place; one without data ends them. */
size_t split(char *line, struct bytes *words);
/* Tells whether a word is this text. */
bool is(const struct bytes *word, const char *text);
/* Returns the number that the word is, from lowest to highest. */
size_t number(const struct bytes *word, size_t lowest, size_t highest);
/* Returns the bytes of words[2], as often as words[3] says, on the heap. */
struct bytes repeated(const struct bytes *words);

/* sockets.c: connections by name, and waiting for them. */

/* Returns the monotonic time in milliseconds. */
long long now(void);
/* Returns a time limit of so many seconds in milliseconds. */
int limit_ms(double seconds);
/* Waits for at most limit ms until an entry is ready; tells whether one is. */
bool await_any(struct pollfd *entries, size_t count, int limit);
/* Waits until the socket is ready; false if that takes too long. */
bool await(int fd, short events);

/* Returns the peer with this name, which must exist. */
struct peer *find(const char *name);
/* Registers an open socket under a new name. */
struct peer *add_peer(const char *name, int fd, bool is_datagram);
/* The bytes that the next connections have room for; 0 leaves it to the kernel.
 */
extern int narrow_window;
/* Connects to HOST PORT under a new name; type is SOCK_STREAM or SOCK_DGRAM. */
struct peer *open_peer(const char *name, int type);
/*
 * Listens at this port of 127.0.0.1 under a new name, 0 for a free one, and
 * prints the port.
 */
struct peer *open_here(const char *name, int type, uint16_t port);
/* Closes a connection, with a reset if aborting, and forgets it. */
void close_peer(struct peer *peer, bool aborting);
/* Finds the address that open_peer connects to. */
void set_address(const char *host, const char *port);

enum outcome { GOT_BYTES, NOT_NOW, ENDED };

/* Reads once without waiting and notes why the connection ended, if it did. */
enum outcome receive(struct peer *peer);
/* Waits for more bytes; returns false if the connection ended instead. */
bool more(struct peer *peer);
/* Waits for more bytes, which must come. */
void need(struct peer *peer);
/* Takes bytes from the front of what was received: they were asked for. */
void take(struct peer *peer, size_t length);
/* Sends the bytes, at most step at once. */
void send_bytes(struct peer *peer, const char *data, size_t length,
                size_t step);

/* The commands. */

/* streams.c */
void run_open(struct bytes *words);
void run_listen(struct bytes *words);
void run_accept(struct bytes *words);
void run_send(struct bytes *words);
void run_line(struct bytes *words);
void run_until(struct bytes *words);
void run_bytes(struct bytes *words);
void run_eof(struct bytes *words);
void run_gone(struct bytes *words);
void run_close(struct bytes *words);

/* datagrams.c */
struct msghdr;
/* Notes when the datagram came, and makes its sender the one to answer. */
void note_datagram(struct peer *peer, struct msghdr *message);
void run_datagram(struct bytes *words);
void run_mailbox(struct bytes *words);
void run_apart(struct bytes *words);
void run_within(struct bytes *words);

/* floods.c */
void run_crowd(struct bytes *words);
void run_storm(struct bytes *words);
void run_flood(struct bytes *words);

/* talkers.c */
void run_babble(struct bytes *words);
void run_sip(struct bytes *words);

/* resp.c */
void run_array(struct bytes *words);
void run_asked(struct bytes *words);
void run_publish(struct bytes *words);

/* frames.c */
void run_frames(struct bytes *words);

#endif
