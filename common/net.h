/*
 * net.h - what the steps and exercises share: arguments, errors, the log,
 * opening TCP connections, sending everything, reading lines, cleaning text.
 *
 * Steps 01 and 02 make their socket calls themselves; from step 03 on the
 * set-up that they showed comes from here.
 */
#ifndef NET_H
#define NET_H

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* macOS has its own name for the idle time before keepalive probes. */
#if !defined(TCP_KEEPIDLE) && defined(TCP_KEEPALIVE)
#define TCP_KEEPIDLE TCP_KEEPALIVE
#endif
/* Where there is no such option, setsockopt() refuses it: no harm is done. */
#ifndef TCP_USER_TIMEOUT
#define TCP_USER_TIMEOUT (-1)
#endif

/* The longest line that a client may send, 1024 bytes, and its NUL. */
#define LINE_SIZE (1024 + 1)
/* Room for an address such as [2001:db8::7]:41234, or for a nickname. */
#define NAME_SIZE 96
/* The longest line that a server sends: a name, ": ", a line, "\n", NUL. */
#define MESSAGE_SIZE (NAME_SIZE + 2 + LINE_SIZE + 1)
/*
 * How much one recv() may bring, in bytes: many short lines at once, yet
 * little on the stack of each of a thousand threads.
 */
#define READ_SIZE 1024

/* Where to listen or connect. A host of NULL means all addresses. */
struct endpoint {
    const char *host;
    uint16_t port;
};

/*
 * Read the command line: [PORT [ADDRESS]] (5000, all addresses) and
 * [HOST [PORT]] (127.0.0.1, 5000). Wrong usage ends the program with one
 * line on stderr and status 2. Both make stdout line-buffered, and open stdin,
 * stdout and stderr on /dev/null where they are closed: or the next socket
 * would be taken for one of them. setvbuf(3)
 */
struct endpoint server_arguments(int argc, char *argv[]);
struct endpoint client_arguments(int argc, char *argv[]);

/*
 * Allows the program as many descriptors as it may have, and says so in the log
 * where they are few. getrlimit(2)
 */
void raise_descriptor_limit(void);

/* Returns the time in ms since some moment in the past. clock_gettime(2) */
int64_t now_ms(void);

/* The program as it was typed, build/step3/server, once it has begun. */
extern const char *program;

/* Returns one sentence that says what to try when call fails with error. */
const char *advice(const char *call, int error);

/*
 * Prints "server: CALL OBJECT: REASON" on stderr, REASON by errno, then one
 * sentence that says what to try, and exits with status 1. For set-up only:
 * what goes wrong with one client must not end a server. strerror(3)
 */
_Noreturn void die(const char *call, const char *object);

/*
 * The same for a host that getaddrinfo() finds no address of, REASON by its
 * error. gai_strerror(3)
 */
_Noreturn void die_of_host(const char *host, int error);

/*
 * Blocks the signals that ask a program to end (SIGINT, SIGTERM, SIGHUP), but
 * for those that are ignored, in this thread and in those that it starts from
 * now on. Returns them, for sigwait(3).
 */
sigset_t block_endings(void);

/* Starts a thread that nobody waits for, or dies. pthread_create(3) */
void start_thread(void *(*run)(void *));

/*
 * Prints a line as printf(3) would, and a newline, on stdout. A thread writes
 * it, so this never waits: what a paused terminal or a full pipe has no room
 * for is left out, and the log says how many lines that were.
 */
void log_line(const char *format, ...);

/*
 * Prints line and a newline on stdout, or dies: nobody takes its output any
 * more. For clients, whose output is all that they are for. puts(3)
 */
void print_line(const char *line);

/*
 * Writes address as ADDRESS:PORT, or [ADDRESS]:PORT for IPv6, into text and
 * returns text. An IPv4 address mapped into IPv6 (RFC 4291, 2.5.5.2) is
 * written as the IPv4 address that it is. getnameinfo(3)
 */
const char *format_address(const struct sockaddr *address,
                           char text[NAME_SIZE]);

/*
 * Logs "Listening on ADDRESS:PORT" and, where that is all addresses, what to
 * type on another machine for each of this one's. getifaddrs(3)
 */
void announce(const struct sockaddr *address);

/*
 * Opens a TCP listener at `at`, announces it and returns its descriptor, or
 * dies. All addresses means IPv6 and IPv4. getaddrinfo(3), RFC 3493
 */
int tcp_listen(struct endpoint at);

/*
 * Connects to `to`, trying each address of the host in turn, and returns the
 * descriptor, or dies. getaddrinfo(3), RFC 6724
 */
int tcp_connect(struct endpoint to);

/*
 * Accepts one client, writes its address into name and returns its
 * descriptor, or -1 with errno set (ECONNABORTED: it has gone). What is sent to
 * it leaves at once (TCP_NODELAY). accept(2)
 */
int accept_client(int listener, char name[NAME_SIZE]);

/*
 * Sends all len bytes, in as many calls as it takes. Returns 0, or -1 with
 * errno set when the connection has failed. send(2)
 */
int send_all(int fd, const char *bytes, size_t len);

/*
 * Sends line, at most MESSAGE_SIZE - 2 bytes, and a newline, all in one go.
 * Returns 0, or -1 with errno set.
 */
int send_line(int fd, const char *line);

/* Cuts the stream from fd into lines. Start with {.fd = fd}. */
struct line_reader {
    int fd;            /* a socket, or standard input */
    bool printed;      /* by print_line: dies when nobody takes that */
    bool ended;        /* nothing more will come */
    int error;         /* why: 0 for the end of the stream, or errno */
    size_t start, end; /* bytes[start] to bytes[end - 1] are still unread */
    char bytes[READ_SIZE];
};

enum line_status { LINE_END, LINE_READ, LINE_TOO_LONG };

/*
 * Reads the next line into line, which has room for size bytes, without its
 * \n or \r\n, cleaned (see clean_text) and NUL-terminated. Waits as long as
 * it takes; what comes after the last newline counts as a line too.
 * LINE_TOO_LONG: it had size bytes or more, line holds only its beginning.
 * LINE_END: there are no more lines, see reader->error; but if standard input
 * fails, it dies. read(2), recv(2)
 */
enum line_status read_line(struct line_reader *reader, char *line, size_t size);

/* Whether a whole line is here already: read_line would not wait. */
bool line_waiting(const struct line_reader *reader);

/*
 * Waits until keyboard has a line, or more of one, or has ended. Returns false
 * if the server closes the connection, or says something unasked, before that.
 * poll(2)
 */
bool wait_for_typing(const struct line_reader *keyboard, int server);

/*
 * Makes text, len bytes with room for one more, safe to print: control
 * characters (NUL and ESC among them) are taken out, and so is what turns the
 * direction of text or ends a line (Unicode's bidirectional marks, U+2028); a
 * tab becomes a space, a byte that is not UTF-8 (RFC 3629) becomes '?'. Ends it
 * with NUL and returns its new length, at most len.
 */
size_t clean_text(char *text, size_t len);

/*
 * Returns how many characters the name has, or 0 if one of them is no letter
 * of any script, no digit, no '-' and no '_'. Clean text only. iswalnum(3)
 */
size_t name_length(const char *name);

/* Whether the names differ in upper and lower case at most. towlower(3) */
bool same_name(const char *one, const char *other);

#endif
