/*
 * peer: a scripted socket peer for testing small chat servers and clients.
 *
 * Usage: peer [HOST PORT] < SCRIPT. It runs one command per line of the script
 * and exits 0 if all went as scripted, 1 if the program under test failed, 2 if
 * peer or its script is in trouble. No wait lasts longer than 5 s without any
 * progress; TIMEOUT_SCALE in the environment multiplies this.
 *
 * Words are split at blanks; "quoted ones" know \n \r \t \e \0 \\ \" \xHH.
 *   open NAME...                connect over TCP
 *   crowd NAME COUNT            open NAME1 to NAMECOUNT
 *   datagram NAME               a UDP socket; bytes takes one whole datagram
 *   mailbox NAME                a UDP socket on 127.0.0.1; prints its port and
 *                               answers whoever writes to it first
 *   apart NAME MS               its last two datagrams came so far apart, or
 * more listen NAME                 listen on 127.0.0.1 and print the port
 *   accept NAME LISTENER        take one connection
 *   send NAME BYTES [TIMES]     send in as few segments as possible
 *   trickle NAME BYTES          send byte by byte
 *   line NAME TEXT              the next line is TEXT
 *   match NAME GLOB             the next line matches
 *   until NAME GLOB             drop lines until one matches
 *   bytes NAME BYTES [TIMES]    the next bytes are BYTES
 *   eof NAME                    the stream ends here, in an orderly way
 *   gone NAME                   drop everything until the connection ends
 *   dump NAME                   the same, but write it to standard output
 *   shut NAME                   half-close
 *   close|abort NAME...         close, or reset
 *   closeall|abortall NAME N    the same for a crowd
 *   storm N close|abort [BYTES] connect, send and close or reset, N times
 *   flood COUNT SIZE SENDER... > RECEIVER...   all lines must arrive in order
 *   stall COUNT SIZE SENDER... > RECEIVER...   traffic must halt for 1 s
 *   shell COMMAND               must exit with status 0
 *   say TEXT                    print it
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE = 5, MAX_WORDS = 256, MAX_SENDERS = 16, MAX_CROWD = 2000 };
enum { SHOWN = 200, LEAD = 40, MAX_NAME = 31, MAX_LINE = 1024 };

struct bytes {
    char *data;
    size_t length;
};

struct peer {
    struct peer *next;
    char name[MAX_NAME + 1];
    int fd;
    bool is_datagram;
    bool is_mailbox;   /* nobody has written to it yet */
    long long came_at; /* when its last datagram came, by the kernel, in ms */
    long long gap;     /* since the one before */
    int error;         /* why the connection ended; 0 for an orderly end */
    struct bytes in;   /* received, but not asked for yet */
    struct bytes sent;
};

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

static const char letters[] = "nrte0\\\"";
static const char escaped[] = "\n\r\t\033\0\\\"";

static struct peer *peers;
static struct addrinfo *address;
static const char *other_side = "client";
static double scale = 1;
static unsigned long line_number;
static char *line_text;

/* Reports trouble that is not the fault of the program under test. */
static _Noreturn void tool_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fflush(stdout);
    fputs("peer: ", stderr);
    if (line_number > 0)
        fprintf(stderr, "script line %lu: ", line_number);
    vfprintf(stderr, format, arguments);
    fputs("\npeer: This is trouble of the test tool or of its script, "
          "not of the program under test.\n",
          stderr);
    va_end(arguments);
    exit(2);
}

/* Ends with a sentence on what the program under test did wrong. */
static _Noreturn void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

/* Begins the report of a failure with the command that failed. */
static void show_command(void)
{
    fflush(stdout);
    fprintf(stderr, "script line %lu: %.*s%s\n", line_number, SHOWN, line_text,
            strlen(line_text) > SHOWN ? "..." : "");
}

/* Returns the length of the printable UTF-8 sequence at text, 0 for none. */
static size_t utf8_length(const unsigned char *text, size_t left)
{
    static const unsigned long lowest[] = {0, 0, 0xA0, 0x800, 0x10000};
    if (text[0] < 0xC2 || text[0] > 0xF4)
        return 0;
    size_t length = text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4;
    unsigned long code = text[0] & (0x7FUL >> length);
    for (size_t i = 1; i < length; i++) {
        if (i == left || (text[i] & 0xC0) != 0x80)
            return 0;
        code = code << 6 | (text[i] & 0x3F);
    }
    if (code < lowest[length] || code > 0x10FFFF || code >> 11 == 0x1B)
        return 0;
    return length;
}

/* Shows the character at *at, moves *at past it and returns its width. */
static int show_character(const struct bytes *text, size_t *at)
{
    const unsigned char *next = (const unsigned char *)text->data + *at;
    size_t length = utf8_length(next, text->length - *at);
    if (length > 0) {
        fwrite(next, 1, length, stderr);
        *at += length;
        return 1;
    }
    *at += 1;
    const char *known = memchr(escaped, *next, sizeof letters - 1);
    if (known != NULL && *known != '"')
        return fprintf(stderr, "\\%c", letters[known - escaped]);
    bool plain = *next >= 0x20 && *next < 0x7F;
    return fprintf(stderr, plain ? "%c" : "\\x%02X", *next);
}

/* Shows SHOWN bytes from start on; returns how far right focus stands. */
static int show(const char *label, const struct bytes *text, size_t start,
                size_t focus)
{
    int width = fprintf(stderr, "  %s: %s", label, start > 0 ? "..." : "");
    int mark = width;
    size_t end = text->length - start > SHOWN ? start + SHOWN : text->length;
    for (size_t i = start; i < end;) {
        width += show_character(text, &i);
        if (i <= focus)
            mark = width;
    }
    if (text->length == 0)
        fputs("(nothing)", stderr);
    fputs(end < text->length ? "...\n" : "\n", stderr);
    return mark;
}

/* Shows the last bytes of a text. */
static void show_tail(const char *label, const struct bytes *text)
{
    show(label, text, text->length > SHOWN ? text->length - SHOWN : 0, 0);
}

/* Begins the report of a failure on one connection. */
static void show_streams(const struct peer *peer)
{
    show_command();
    show_tail("received so far", &peer->in);
    show_tail("sent so far", &peer->sent);
}

/* Returns what the other side did to end a connection with this error. */
static const char *describe_end(int error)
{
    switch (error) {
    case 0:
        return "closed the connection before it answered.";
    case ECONNREFUSED:
        return "is not listening: did it stop?";
    case ECONNRESET:
    case EPIPE:
        return "reset the connection.";
    case ETIMEDOUT:
        return "did not take the connection in time.";
    default:
        tool_error("%s", strerror(error));
    }
}

/* Fails if received is not exactly what was expected. */
static void compare(const struct peer *peer, const struct bytes *expected,
                    const struct bytes *received)
{
    size_t same = 0;
    while (same < expected->length && same < received->length &&
           expected->data[same] == received->data[same])
        same++;
    if (same == expected->length && same == received->length)
        return;
    size_t start = same > LEAD ? same - LEAD : 0;
    show_command();
    show("expected", expected, start, 0);
    int width = show("received", received, start, same);
    fprintf(stderr, "%*s^ first difference at byte %zu\n", width, "", same + 1);
    show_tail("sent so far", &peer->sent);
    give_up("%s got other bytes than expected.", peer->name);
}

/* Adds bytes at the end of a buffer, which is never left NULL. */
static void append(struct bytes *buffer, const char *data, size_t length)
{
    char *grown = realloc(buffer->data, buffer->length + length + 1);
    if (grown == NULL)
        tool_error("out of memory");
    memcpy(grown + buffer->length, data, length);
    buffer->data = grown;
    buffer->length += length;
}

/* Removes bytes from the front of a buffer. */
static void drop(struct bytes *buffer, size_t length)
{
    buffer->length -= length;
    memmove(buffer->data, buffer->data + length, buffer->length);
}

/* Returns a time limit in milliseconds, scaled. */
static int limit_ms(int seconds)
{
    return (int)(1000 * seconds * scale);
}

/* Returns the monotonic time in milliseconds. */
static long long now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

/* Waits for at most limit ms until an entry is ready; tells whether one is. */
static bool await_any(struct pollfd *entries, size_t count, int limit)
{
    long long deadline = now() + limit;
    for (;;) {
        long long left = deadline - now();
        int ready = poll(entries, (nfds_t)count, left > 0 ? (int)left : 0);
        if (ready != -1)
            return ready > 0;
        if (errno != EINTR && errno != EAGAIN)
            tool_error("poll: %s", strerror(errno));
    }
}

/* Waits until the socket is ready; false if that takes too long. */
static bool await(int fd, short events)
{
    struct pollfd entry = {.fd = fd, .events = events};
    return await_any(&entry, 1, limit_ms(PATIENCE));
}

/* Returns where the named peer is linked in, or the NULL link at the end. */
static struct peer **slot_of(const char *name)
{
    struct peer **slot = &peers;
    while (*slot != NULL && strcmp((*slot)->name, name) != 0)
        slot = &(*slot)->next;
    return slot;
}

/* Returns the peer with this name, which must exist. */
static struct peer *find(const char *name)
{
    struct peer *peer = *slot_of(name);
    if (peer == NULL)
        tool_error("there is no connection named %s", name);
    return peer;
}

/* Makes a socket non-blocking and keeps it from the commands of shell. */
static void set_flags(int fd)
{
    if (fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
        fcntl(fd, F_SETFD, FD_CLOEXEC) == -1)
        tool_error("fcntl: %s", strerror(errno));
}

/* Registers an open socket under a new name. */
static struct peer *add_peer(const char *name, int fd, bool is_datagram)
{
    struct peer **slot = slot_of(name);
    if (*slot != NULL || strlen(name) > MAX_NAME)
        tool_error("the name %s is in use or too long", name);
    struct peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL)
        tool_error("out of memory");
    strcpy(peer->name, name);
    peer->fd = fd;
    peer->is_datagram = is_datagram;
    append(&peer->in, "", 0);
    append(&peer->sent, "", 0);
    int on = 1;
    if (is_datagram)
        setsockopt(fd, SOL_SOCKET, SO_TIMESTAMP, &on, sizeof on);
    else
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    *slot = peer;
    return peer;
}

/* Closes a connection, with a reset if aborting, and forgets it. */
static void close_peer(struct peer *peer, bool aborting)
{
    struct linger reset = {.l_onoff = 1, .l_linger = 0};
    if (aborting)
        setsockopt(peer->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    close(peer->fd);
    *slot_of(peer->name) = peer->next;
    free(peer->in.data);
    free(peer->sent.data);
    free(peer);
}

/* Connects a new socket; returns it, or -1 and the reason in errno. */
static int try_address(const struct addrinfo *target, int type)
{
    int fd = socket(target->ai_family, type, 0);
    if (fd == -1)
        return -1;
    set_flags(fd);
    int error = 0;
    socklen_t size = sizeof error;
    if (connect(fd, target->ai_addr, target->ai_addrlen) == -1)
        error = errno;
    if (error == EINPROGRESS || error == EINTR) {
        error = ETIMEDOUT;
        if (await(fd, POLLOUT))
            getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

/* Connects to HOST PORT under a new name. */
static struct peer *open_peer(const char *name, int type)
{
    if (address == NULL)
        tool_error("HOST PORT are needed to connect");
    long long deadline = now() + limit_ms(PATIENCE);
    for (;;) {
        for (struct addrinfo *at = address; at != NULL; at = at->ai_next) {
            int fd = try_address(at, type);
            if (fd != -1)
                return add_peer(name, fd, type == SOCK_DGRAM);
        }
        if (errno != EADDRNOTAVAIL || now() > deadline)
            break;
        /* All local ports are taken: closed connections free some soon. */
        poll(NULL, 0, 10);
    }
    const char *what = describe_end(errno);
    show_command();
    give_up("The %s %s", other_side, what);
}

enum outcome { GOT_BYTES, NOT_NOW, ENDED };

/* Notes when the datagram came, and makes its sender the one to answer. */
static void note_datagram(struct peer *peer, struct msghdr *message)
{
    struct timeval time = {0};
    struct cmsghdr *stamp = CMSG_FIRSTHDR(message);
    if (stamp != NULL && stamp->cmsg_level == SOL_SOCKET)
        memcpy(&time, CMSG_DATA(stamp), sizeof time);
    long long came_at = time.tv_sec * 1000LL + time.tv_usec / 1000;
    peer->gap = came_at - peer->came_at;
    peer->came_at = came_at;
    if (peer->is_mailbox)
        connect(peer->fd, message->msg_name, message->msg_namelen);
    peer->is_mailbox = false;
}

/* Reads once without waiting and notes why the connection ended, if it did. */
static enum outcome receive(struct peer *peer)
{
    static char chunk[65536];
    struct sockaddr_storage from;
    union {
        struct cmsghdr header; /* for its alignment */
        char bytes[CMSG_SPACE(sizeof(struct timeval))];
    } control;
    struct iovec into = {chunk, sizeof chunk};
    struct msghdr message = {.msg_name = &from,
                             .msg_namelen = sizeof from,
                             .msg_iov = &into,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    ssize_t got = recvmsg(peer->fd, &message, 0);
    if (got != -1 && peer->is_datagram)
        note_datagram(peer, &message);
    if (got == -1 && (errno == EAGAIN || errno == EINTR))
        return NOT_NOW;
    if (got == -1)
        peer->error = errno;
    if (got == -1 || (got == 0 && !peer->is_datagram))
        return ENDED;
    append(&peer->in, chunk, (size_t)got);
    return GOT_BYTES;
}

/* Waits for more bytes; returns false if the connection ended instead. */
static bool more(struct peer *peer)
{
    enum outcome outcome = NOT_NOW;
    while (outcome == NOT_NOW) {
        if (!await(peer->fd, POLLIN)) {
            show_streams(peer);
            give_up("Nothing more came within %g s.", PATIENCE * scale);
        }
        outcome = receive(peer);
    }
    return outcome == GOT_BYTES;
}

/* Fails because the connection ended. */
static _Noreturn void fail_ended(const struct peer *peer)
{
    const char *what = describe_end(peer->error);
    show_streams(peer);
    give_up("The %s %s", other_side, what);
}

/* Waits for more bytes, which must come. */
static void need(struct peer *peer)
{
    if (!more(peer))
        fail_ended(peer);
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

/*
 * Sends the bytes, at most step at once. It depends on timing alone whether a
 * send still succeeds after a reset, so this waits for the next read to fail.
 */
static void send_bytes(struct peer *peer, const char *data, size_t length,
                       size_t step)
{
    size_t done = 0;
    do {
        size_t size = length - done < step ? length - done : step;
        ssize_t sent = send(peer->fd, data + done, size, 0);
        if (sent != -1) {
            append(&peer->sent, data + done, (size_t)sent);
            done += (size_t)sent;
        } else if (errno == EAGAIN && !await(peer->fd, POLLOUT)) {
            show_streams(peer);
            give_up("The %s took no more bytes within %g s.", other_side,
                    PATIENCE * scale);
        } else if (errno != EAGAIN && errno != EINTR) {
            peer->error = errno;
            if (peer->is_datagram)
                fail_ended(peer);
            return;
        }
    } while (done < length);
}

/* Returns the number that the word is, from lowest to highest. */
static size_t number(const struct bytes *word, size_t lowest, size_t highest)
{
    char *end;
    errno = 0;
    unsigned long value = strtoul(word->data, &end, 10);
    if (!isdigit((unsigned char)word->data[0]) || *end != '\0' || errno != 0 ||
        value < lowest || value > highest)
        tool_error("%s is not a number from %zu to %zu", word->data, lowest,
                   highest);
    return value;
}

/* Tells whether a word is this text. */
static bool is(const struct bytes *word, const char *text)
{
    return strcmp(word->data, text) == 0;
}

/* Connects each name, over UDP for datagram. */
static void run_open(struct bytes *words)
{
    int type = is(&words[0], "datagram") ? SOCK_DGRAM : SOCK_STREAM;
    for (size_t i = 1; words[i].data != NULL; i++)
        open_peer(words[i].data, type);
}

/* Does crowd, closeall and abortall: opens or ends NAME1 to NAMECOUNT. */
static void run_crowd(struct bytes *words)
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

/* Binds a listener, or a mailbox, to a free port of 127.0.0.1; prints it. */
static void run_listen(struct bytes *words)
{
    bool mailbox = is(&words[0], "mailbox");
    struct sockaddr_in place = {.sin_family = AF_INET};
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    int fd = socket(AF_INET, mailbox ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (fd == -1 || bind(fd, (struct sockaddr *)&place, size) == -1 ||
        (!mailbox && listen(fd, SOMAXCONN) == -1) ||
        getsockname(fd, (struct sockaddr *)&place, &size) == -1)
        tool_error("cannot listen: %s", strerror(errno));
    set_flags(fd);
    add_peer(words[1].data, fd, mailbox)->is_mailbox = mailbox;
    printf("Listening on 127.0.0.1:%u\n", (unsigned)ntohs(place.sin_port));
    fflush(stdout);
}

/* Takes one connection from a listener. */
static void run_accept(struct bytes *words)
{
    const struct peer *listener = find(words[2].data);
    for (;;) {
        if (!await(listener->fd, POLLIN)) {
            show_command();
            give_up("No client connected within %g s.", PATIENCE * scale);
        }
        int fd = accept(listener->fd, NULL, NULL);
        if (fd != -1) {
            set_flags(fd);
            add_peer(words[1].data, fd, false);
            return;
        }
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
            tool_error("accept: %s", strerror(errno));
    }
}

/* Returns the bytes of words[2], as often as words[3] says, on the heap. */
static struct bytes repeated(struct bytes *words)
{
    struct bytes once = words[2];
    bool repeat = words[3].data != NULL;
    size_t times = repeat ? number(&words[3], 1, 100000000) : 1;
    struct bytes all = {malloc(once.length * times + 1), once.length * times};
    if (all.data == NULL)
        tool_error("out of memory");
    for (size_t i = 0; i < times; i++)
        memcpy(all.data + i * once.length, once.data, once.length);
    return all;
}

/* Does send and trickle: one buffer goes out at once, or byte by byte. */
static void run_send(struct bytes *words)
{
    struct bytes all = repeated(words);
    size_t step = is(&words[0], "trickle") ? 1 : all.length;
    send_bytes(find(words[1].data), all.data, all.length, step);
    free(all.data);
}

/* Does line and match: checks the next line. */
static void run_line(struct bytes *words)
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
    drop(&peer->in, end);
}

/* Drops lines until one matches, but keeps them all for a failure report. */
static void run_until(struct bytes *words)
{
    struct peer *peer = find(words[1].data);
    size_t start = 0;
    size_t end = line_end(peer, start);
    while (!matches(peer, start, end, words[2].data)) {
        start = end;
        end = line_end(peer, start);
    }
    drop(&peer->in, end);
}

/* Checks the next bytes of a stream, or the next datagram as a whole. */
static void run_bytes(struct bytes *words)
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
    drop(in, next.length);
    free(wanted.data);
}

/* Checks how far apart the last two datagrams came. */
static void run_apart(struct bytes *words)
{
    const struct peer *peer = find(words[1].data);
    long long least = (long long)number(&words[2], 1, 60000);
    if (peer->gap >= least)
        return;
    show_command();
    give_up("The last two datagrams came %lld ms apart, less than %lld.",
            peer->gap, least);
}

/* Checks that nothing is left to read but an orderly end. */
static void run_eof(struct bytes *words)
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
static void run_gone(struct bytes *words)
{
    struct peer *peer = find(words[1].data);
    do {
        if (is(&words[0], "dump"))
            fwrite(peer->in.data, 1, peer->in.length, stdout);
        drop(&peer->in, peer->in.length);
    } while (more(peer));
    fflush(stdout);
}

/* Does close, abort and shut; a shut that fails shows in the next read. */
static void run_close(struct bytes *words)
{
    for (size_t i = 1; words[i].data != NULL; i++) {
        struct peer *peer = find(words[i].data);
        if (is(&words[0], "shut"))
            shutdown(peer->fd, SHUT_WR);
        else
            close_peer(peer, is(&words[0], "abort"));
    }
}

/* Connects and leaves again many times over. */
static void run_storm(struct bytes *words)
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
    const char *what = describe_end(peer->error);
    show_flood(flood);
    fprintf(stderr, "  the connection of %s ended\n", peer->name);
    give_up("The %s %s", other_side, what);
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
    drop(in, start);
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
static void run_flood(struct bytes *words)
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
    bool arrived = run_traffic(&flood, limit_ms(stall ? 1 : PATIENCE));
    if (arrived == stall) {
        show_flood(&flood);
        if (stall)
            give_up("All lines arrived, but the traffic was to stand still.");
        give_up("Nothing moved for %g s.", PATIENCE * scale);
    }
    printf("%s: %zu senders x %zu lines of %zu bytes to %zu receivers: %s\n",
           words[0].data, flood.senders, flood.count, flood.size, receivers,
           stall ? "stood still, as expected" : "all arrived in order");
    fflush(stdout);
}

/* Runs a command of the shell, which must succeed. */
static void run_shell(struct bytes *words)
{
    int status = system(words[1].data);
    if (status == -1)
        tool_error("cannot run a shell: %s", strerror(errno));
    if (status == 0)
        return;
    show_command();
    give_up("The command ended with exit status %d.",
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* Prints a text. */
static void run_say(struct bytes *words)
{
    fwrite(words[1].data, 1, words[1].length, stdout);
    putchar('\n');
    fflush(stdout);
}

static const struct command {
    const char *name;
    void (*run)(struct bytes *words); /* a word without data ends them */
    size_t least, most;               /* words, the name included */
} commands[] = {
    {"open", run_open, 2, MAX_WORDS},   {"datagram", run_open, 2, 2},
    {"crowd", run_crowd, 3, 3},         {"closeall", run_crowd, 3, 3},
    {"abortall", run_crowd, 3, 3},      {"listen", run_listen, 2, 2},
    {"mailbox", run_listen, 2, 2},      {"apart", run_apart, 3, 3},
    {"accept", run_accept, 3, 3},       {"send", run_send, 3, 4},
    {"trickle", run_send, 3, 3},        {"line", run_line, 3, 3},
    {"match", run_line, 3, 3},          {"until", run_until, 3, 3},
    {"bytes", run_bytes, 3, 4},         {"eof", run_eof, 2, 2},
    {"gone", run_gone, 2, 2},           {"dump", run_gone, 2, 2},
    {"shut", run_close, 2, 2},          {"close", run_close, 2, MAX_WORDS},
    {"abort", run_close, 2, MAX_WORDS}, {"storm", run_storm, 3, 4},
    {"flood", run_flood, 6, MAX_WORDS}, {"stall", run_flood, 6, MAX_WORDS},
    {"shell", run_shell, 2, 2},         {"say", run_say, 2, 2}};

/* Decodes the escape after a backslash and moves *in past it. */
static char unescape(char **in)
{
    char *at = *in;
    const char *known = memchr(letters, *at, sizeof letters - 1);
    if (known != NULL) {
        *in += 1;
        return escaped[known - letters];
    }
    if (*at != 'x' || !isxdigit((unsigned char)at[1]) ||
        !isxdigit((unsigned char)at[2]))
        tool_error("an unknown escape: \\%.3s", at);
    char digits[] = {at[1], at[2], '\0'};
    *in += 3;
    return (char)strtoul(digits, NULL, 16);
}

/* Decodes a quoted word from in to *out; returns where it ends. */
static char *unquote(char *in, char **out)
{
    in++;
    while (*in != '"') {
        if (*in == '\0')
            tool_error("a quote is not closed");
        char byte = *in++;
        if (byte == '\\')
            byte = unescape(&in);
        *(*out)++ = byte;
    }
    return in + 1;
}

/* Splits a line into words in place; returns their number. */
static size_t split(char *in, struct bytes *words)
{
    size_t count = 0;
    for (in += strspn(in, " \t"); *in != '\0'; in += strspn(in, " \t")) {
        if (count == MAX_WORDS)
            tool_error("more than %d words", MAX_WORDS);
        char *start = in;
        char *out = in;
        if (*in == '"')
            in = unquote(in, &out);
        else
            in = out = in + strcspn(in, " \t");
        bool last = *in == '\0';
        if (!last && *in != ' ' && *in != '\t')
            tool_error("a word goes on after its quote");
        *out = '\0';
        words[count++] = (struct bytes){start, (size_t)(out - start)};
        if (!last)
            in++;
    }
    words[count].data = NULL;
    return count;
}

/* Runs one line of the script. */
static void run_script_line(void)
{
    line_text[strcspn(line_text, "\n")] = '\0';
    const char *start = line_text + strspn(line_text, " \t");
    if (*start == '\0' || *start == '#')
        return;
    char *copy = strdup(start);
    if (copy == NULL)
        tool_error("out of memory");
    struct bytes words[MAX_WORDS + 1];
    size_t count = split(copy, words);
    const struct command *found = NULL;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (is(&words[0], commands[i].name))
            found = &commands[i];
    }
    if (found == NULL)
        tool_error("there is no command %s", words[0].data);
    if (count < found->least || count > found->most)
        tool_error("%s with a wrong number of words", found->name);
    found->run(words);
    free(copy);
}

/* Does nothing, so that a broken pipe is no more than an error of send(). */
static void on_broken_pipe(int signal_number)
{
    (void)signal_number;
}

/* Sets the descriptor limit, SIGPIPE and TIMEOUT_SCALE. */
static void set_up(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        /* macOS does not take an infinite limit. */
        if (setrlimit(RLIMIT_NOFILE, &limit) == -1) {
            limit.rlim_cur = 10240;
            setrlimit(RLIMIT_NOFILE, &limit);
        }
    }
    /* Unlike SIG_IGN, a handler is not inherited by the commands of shell. */
    struct sigaction action = {.sa_handler = on_broken_pipe};
    sigaction(SIGPIPE, &action, NULL);
    const char *factor = getenv("TIMEOUT_SCALE");
    if (factor != NULL)
        scale = strtod(factor, NULL);
    if (!(scale > 0 && scale <= 10000))
        tool_error("TIMEOUT_SCALE is not a positive number");
}

/* Runs the script from standard input. */
int main(int argc, char **argv)
{
    if (argc != 1 && argc != 3) {
        fputs("Usage: peer [HOST PORT] < SCRIPT\n", stderr);
        return 2;
    }
    set_up();
    if (argc == 3) {
        struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
        int error = getaddrinfo(argv[1], argv[2], &hints, &address);
        if (error != 0)
            tool_error("%s %s: %s", argv[1], argv[2], gai_strerror(error));
        other_side = "server";
    }
    /* The commands of shell must not read the script. */
    int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    FILE *script = fd == -1 ? NULL : fdopen(fd, "r");
    if (script == NULL || freopen("/dev/null", "r", stdin) == NULL)
        tool_error("cannot read the script: %s", strerror(errno));
    size_t size = 0;
    while (getline(&line_text, &size, script) != -1) {
        line_number++;
        run_script_line();
    }
    return 0;
}
