/*
 * fact.h - what the experiments share: connections over loopback, waits that
 * end, and words for what a call returned. Each experiment includes it first.
 */
#define _GNU_SOURCE /* some ask for what POSIX does not have, as POLLRDHUP */
#define _DARWIN_C_SOURCE

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#ifndef POLLRDHUP
#define POLLRDHUP 0 /* no such thing there */
#endif

/* The ends of a TCP connection over loopback: who connected, who accepted. */
struct pair {
    int client, server;
};

/*
 * Set-up, on 127.0.0.1; for port 0 the kernel chooses one. What fails there ends
 * the program: there is no answer.
 */
int must(int result, const char *call); /* returns it, unless it is -1 */
struct sockaddr_in loopback(int port);
int port_of(int fd);
int bound_socket(int type, int port); /* SOCK_STREAM or SOCK_DGRAM */
int listener_on(int port);
int connected_to(int port);
struct pair connected_pair(void);
int udp_to_itself(void); /* bound, and connected to its own port */

/* Waits, of 2 s at most; then the experiment goes on all the same. */
short wait_for(int fd, short events); /* poll(): what came, errors too */
int unread(int fd);                   /* how many bytes wait for recv() */
bool in_time(void); /* while (unread(fd) < 8 && in_time()) continue; */

/*
 * Words. said() speaks of errno, and so comes right after the call. No two
 * threads may call it at once.
 */
const char *said(ssize_t result);      /* "8 bytes", "0", "ECONNRESET" */
const char *events_said(short events); /* "POLLIN POLLHUP", "nothing" */
void answer(const char *format, ...);  /* the one line; call it once */
