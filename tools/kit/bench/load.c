/*
 * load: many clients of a chat at once, to measure it and to check it.
 *
 * Usage: load [-OPTION VALUE]... PORT...   of 127.0.0.1
 *   -n CLIENTS   that read (100)           -m SENDERS   of them, that talk (10)
 *   -k LINES     of each sender (1000)     -b BYTES     in each, all told (64)
 *   -w WINDOW    how many lines of a sender may be on their way, that not all
 *                others have (open loop: as many as the server takes)
 *   -r RATE      lines a second of each sender, whatever the server does
 *   -d MS        so long they talk, if that is shorter than all lines take
 *   -s SLEEPERS  further clients, who never read
 *   -x RESETS    so many connects that end in a reset, meanwhile
 *   -l 1         in the end all leave, and that is timed, too
 *   -p PROTOCOL  chat, redis or nats (chat)
 *   -P PID       of the server, whose CPU time and memory are reported
 *   -t SECONDS   the longest run (60);     -i SECONDS   without a line (3)
 *
 * Clients of several servers are opened in turn, and are to be one room.
 * Each line says who sent it and its number. It prints one line of JSON: see
 * print_report. Exit status: 0 it was measured, 1 it was not, 2 usage.
 */
#define _GNU_SOURCE /* epoll(7), timerfd_create(2), clock_getcpuclockid(3) */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { SHORTEST = 32, LONGEST = 1024, WIRE_MAX = 1200, PREFIX_MAX = 96 };
enum { PORTS_MAX = 16 };
enum { CHUNK = 256 * 1024, AT_ONCE = 64, EVENTS = 256 };
/* Of a line: "#0001 0000ab xxx…\n", both numbers in hexadecimal. */
enum { NUMBER_AT = 6, FILL_AT = 13 };

/* What goes around a line on its way to the server, and what answers it. */
static const struct protocol {
    const char *name, *hello;
    const char *before, *after; /* of each line; %zu is how long it is */
    const char *newline;        /* what ends a line */
    const char *chatter;        /* first bytes of what is no line of ours */
    bool echoes;                /* who speaks hears it, too */
} protocols[] = {
    {"chat", "", "", "", "\n", "*", false},
    {"redis", "HELLO 3\r\nSUBSCRIBE chat\r\n",
     "*3\r\n$7\r\nPUBLISH\r\n$4\r\nchat\r\n$%zu\r\n", "", "\r\n", ">$:%+*mcs",
     true},
    {"nats", "CONNECT {\"verbose\":false,\"echo\":false}\r\nSUB chat 1\r\n",
     "PUB chat %zu\r\n", "", "\r\n", "MIP+", false},
};

static size_t clients = 100, senders = 10, lines = 1000, size = 64;
static size_t window, rate, talk_ms, sleepers, resets, leaves;
static size_t idle_s = 3, limit_s = 60;
static uint16_t ports[PORTS_MAX];
static size_t ports_given;
static long server_pid;
static const struct protocol *protocol = &protocols[0];

struct client {
    int fd;
    bool ended, blocked; /* the server has closed; it takes nothing now */
    bool warm;           /* it has heard somebody: it is in the room */
    size_t left;         /* bytes of a line whose end is still to come */
    char line[WIRE_MAX];
    size_t sent;                /* bytes, of what it says */
    size_t released, confirmed; /* lines: to be sent, had by all others */
    char prefix[PREFIX_MAX];    /* what the server puts before them */
    size_t prefix_len;          /* or (size_t)-1: nobody knows it yet */
};

static struct client *client; /* the senders come first */
static int *sleeper;
static int epoll, timer;
static char *wire;        /* all lines of all senders, as they are sent */
static size_t wire_size;  /* of one */
static size_t text_at;    /* in it: where the line itself begins */
static int64_t *said_at;  /* of each line, in ns */
static uint32_t *missing; /* of each line: who has still to get it */
static uint8_t *seen;     /* a bit for each line and client */
static uint32_t *newest;  /* of each client and sender: the last line, + 1 */

static int64_t started, last_heard, last_delivery; /* in ns */
static double came_s; /* how long all took to be in the room */
static size_t cold;   /* how many have not heard anybody yet */
static size_t deliveries, duplicated, reordered, damaged, ended, was_reset;
static float *latencies; /* in µs, one for each delivery */

static _Noreturn void give_up(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void *zeroed(size_t count, size_t each)
{
    void *memory = calloc(count == 0 ? 1 : count, each);
    if (memory == NULL)
        give_up("no memory for so many lines: fewer clients, or lines?");
    return memory;
}

/* Where a line of a sender's stands in wire. */
static char *wire_of(size_t sender, size_t number)
{
    return wire + (sender * lines + number) * wire_size;
}

/* Writes digits hexadecimal digits. */
static void put_hex(char *to, uint64_t value, int digits)
{
    while (digits-- > 0) {
        to[digits] = "0123456789abcdef"[value & 15];
        value >>= 4;
    }
}

/* Reads so many; what is none of them gives some other number. */
static uint64_t get_hex(const char *from, int digits)
{
    uint64_t value = 0;
    for (int i = 0; i < digits; i++) {
        char byte = from[i];
        unsigned digit = (unsigned)(byte <= '9' ? byte - '0' : byte - 'a' + 10);
        value = value << 4 | (digit & 15);
    }
    return value;
}

/* Writes all lines. */
static void write_lines(void)
{
    char before[64];
    size_t text = size - 1; /* without its newline */
    int len = snprintf(before, sizeof before, protocol->before, text);
    text_at = (size_t)len;
    wire_size = text_at + text + strlen(protocol->newline);
    wire = zeroed(senders * lines, wire_size);
    for (size_t s = 0; s < senders; s++) {
        for (size_t k = 0; k < lines; k++) {
            char *at = wire_of(s, k);
            memcpy(at, before, text_at);
            at += text_at;
            memset(at, ' ', text);
            *at = '#';
            put_hex(at + 1, s, 4);
            put_hex(at + NUMBER_AT, k, 6);
            for (size_t i = FILL_AT; i < text; i++)
                at[i] = (char)('a' + (s + k + i) % 26);
            memcpy(at + text, protocol->newline, strlen(protocol->newline));
        }
    }
}

/* Opens one connection, non-blocking. Returns -1 where there is none. */
static int open_client(bool waits, int buffer)
{
    static size_t opened;
    uint16_t port = ports[opened++ % ports_given];
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | (waits ? 0 : SOCK_NONBLOCK), 0);
    int yes = 1;
    if (fd == -1)
        return -1;
    if (buffer > 0)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == -1 &&
        errno != EINPROGRESS) {
        close(fd);
        return -1;
    }
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

/* Whether the server puts the same before each line of this sender's. */
static bool prefix_is_right(struct client *from, const char *prefix, size_t len)
{
    if (from->prefix_len == (size_t)-1 && len < PREFIX_MAX) {
        memcpy(from->prefix, prefix, len);
        from->prefix_len = len;
    }
    return len == from->prefix_len && memcmp(prefix, from->prefix, len) == 0;
}

/* Counts a line of sender's that has come to `to` as it was sent. */
static void count_line(struct client *to, size_t sender, size_t number)
{
    size_t pair = (size_t)(to - client) * senders + sender;
    size_t bit = pair * lines + number;
    if ((seen[bit / 8] >> bit % 8 & 1) != 0 || to == &client[sender]) {
        duplicated++;
        return;
    }
    seen[bit / 8] |= (uint8_t)(1 << bit % 8);
    if (number + 1 < newest[pair])
        reordered++;
    else
        newest[pair] = (uint32_t)number + 1;
    last_delivery = last_heard;
    latencies[deliveries++] =
        (float)(last_heard - said_at[sender * lines + number]) / 1000;
    if (--missing[sender * lines + number] == 0)
        client[sender].confirmed++;
}

/* Notes that a client is in the room, see warm_up. Returns 1 if that is new. */
static size_t warm_now(struct client *to)
{
    bool was_cold = !to->warm;
    to->warm = true;
    return was_cold ? 1 : 0;
}

/* Judges one line that came, without its end. */
static void take_line(struct client *to, const char *line, size_t len)
{
    size_t text = size - 1;
    const char *at = len >= text ? line + (len - text) : "";
    if (*at == '#') {
        size_t sender = get_hex(at + 1, 4);
        size_t number = get_hex(at + NUMBER_AT, 6);
        if (sender < senders && number < client[sender].released &&
            memcmp(at, wire_of(sender, number) + text_at, text) == 0 &&
            prefix_is_right(&client[sender], line, len - text)) {
            if (!protocol->echoes || to != &client[sender])
                count_line(to, sender, number);
            return;
        }
    }
    if (len > 0 && strchr(protocol->chatter, *line) != NULL)
        return;
    if (memchr(line, '~', len) != NULL)
        cold -= warm_now(to);
    else if (started != 0)
        damaged++; /* before that, protocols exchange greetings */
}

/* Judges all lines in bytes. Returns where the one begins that has no end. */
static const char *take_lines(struct client *to, const char *bytes, size_t len)
{
    const char *newline;
    while ((newline = memchr(bytes, '\n', len)) != NULL) {
        size_t line = (size_t)(newline - bytes);
        take_line(to, bytes, line > 0 && newline[-1] == '\r' ? line - 1 : line);
        len -= line + 1;
        bytes = newline + 1;
    }
    return bytes;
}

/* Reads all that there is for a client: where it ends, to the end. */
static void hear(struct client *to, bool ends)
{
    static char bytes[WIRE_MAX + CHUNK];
    ssize_t got;
    do {
        memcpy(bytes, to->line, to->left);
        got = recv(to->fd, bytes + to->left, CHUNK, 0);
        if (got <= 0)
            break;
        last_heard = now_ns();
        size_t len = to->left + (size_t)got;
        const char *rest = take_lines(to, bytes, len);
        to->left = (size_t)(bytes + len - rest);
        if (to->left > WIRE_MAX) {
            damaged++;
            to->left = 0;
        }
        memcpy(to->line, rest, to->left);
    } while (ends || got == CHUNK);
    if (got == 0 || (got == -1 && errno != EAGAIN && errno != EINTR)) {
        to->ended = true;
        ended++;
        epoll_ctl(epoll, EPOLL_CTL_DEL, to->fd, NULL);
    }
}

/* When line number of a sender is due, in ns. */
static int64_t due_at(size_t sender, size_t number)
{
    double of_all = (double)(number * senders + sender) / (double)senders;
    return started + (int64_t)(of_all * 1e9 / (double)rate);
}

/* Whether it is too late to say anything. */
static bool is_over(int64_t now)
{
    return talk_ms > 0 && now - started > (int64_t)talk_ms * 1000000;
}

/* Whether a sender may say one more line now. */
static bool may_say(const struct client *from, int64_t now)
{
    if (from->released == lines || is_over(now))
        return false;
    if (rate > 0)
        return due_at((size_t)(from - client), from->released) <= now;
    if (window > 0)
        return from->released - from->confirmed < window;
    return from->released * wire_size < from->sent + AT_ONCE * wire_size;
}

/* Says what a sender may say, as far as the server takes it. */
static void talk(struct client *from)
{
    size_t sender = (size_t)(from - client);
    for (int64_t now = now_ns(); may_say(from, now); from->released++) {
        int64_t at = rate > 0 ? due_at(sender, from->released) : now;
        said_at[sender * lines + from->released] = at;
    }
    size_t len = from->released * wire_size - from->sent;
    if (len == 0 || from->blocked || from->ended)
        return;
    ssize_t sent =
        send(from->fd, wire_of(sender, 0) + from->sent, len, MSG_NOSIGNAL);
    if (sent > 0)
        from->sent += (size_t)sent;
    from->blocked = sent < (ssize_t)len;
}

/* Sets the timer to when the next line is due. */
static void set_timer(void)
{
    int64_t next = INT64_MAX;
    for (size_t s = 0; s < senders; s++)
        if (client[s].released < lines && due_at(s, client[s].released) < next)
            next = due_at(s, client[s].released);
    if (next == INT64_MAX)
        return;
    struct itimerspec at = {.it_value = {next / 1000000000, next % 1000000000}};
    timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
}

/* Waits for events, at most so long, and handles them. Returns how many. */
static int wait_and_hear(int limit_ms)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(epoll, events, EVENTS, limit_ms);
    for (int i = 0; i < count; i++) {
        struct client *one = events[i].data.ptr;
        if (one == NULL)
            continue; /* the timer */
        if ((events[i].events & EPOLLOUT) != 0)
            one->blocked = false;
        if ((events[i].events & ~(unsigned)EPOLLOUT) != 0)
            hear(one,
                 (events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0);
    }
    return count;
}

/* Opens all, and hears meanwhile what they are told of each other. */
static void open_all(void)
{
    client = zeroed(clients, sizeof *client);
    sleeper = zeroed(sleepers, sizeof *sleeper);
    int64_t begun = now_ns();
    for (size_t i = 0; i < clients + sleepers; i++) {
        if (i % 8 == 7) { /* a moment for those with a short backlog: ncat */
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
            wait_and_hear(0); /* or nobody would hear who comes */
        }
        int fd = open_client(true, i < clients ? 0 : 4096);
        if (fd == -1)
            give_up("client %zu cannot connect to 127.0.0.1:%u: %s", i + 1,
                    ports[i % ports_given], strerror(errno));
        if (now_ns() - begun > (int64_t)limit_s * 1000000000)
            give_up("only %zu clients could connect in %zu s", i, limit_s);
        size_t len = strlen(protocol->hello);
        if (send(fd, protocol->hello, len, MSG_NOSIGNAL) != (ssize_t)len)
            give_up("client %zu cannot send: %s", i + 1, strerror(errno));
        if (i >= clients) {
            sleeper[i - clients] = fd;
            continue;
        }
        client[i].fd = fd;
        client[i].prefix_len = (size_t)-1;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP |
                                              EPOLLET,
                                    .data.ptr = &client[i]};
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

/*
 * Two clients say something that does not count, until everybody has heard one
 * of them: then all are in the room.
 */
static void warm_up(void)
{
    char hello[WIRE_MAX];
    size_t text = size - 1;
    int len = snprintf(hello, sizeof hello, protocol->before, text);
    memset(hello + len, '~', text);
    strcpy(hello + len + text, protocol->newline);
    int64_t begun = now_ns(), again = 0;
    while (cold > 0) {
        if (now_ns() > again) {
            for (size_t i = 0; i < 2; i++)
                send(client[i].fd, hello, strlen(hello), MSG_NOSIGNAL);
            again = now_ns() + 200000000;
        }
        wait_and_hear(100);
        if (ended > 0)
            give_up("the server closed the connection of %zu clients before "
                    "anybody talked",
                    ended);
        if (now_ns() - begun > (int64_t)limit_s * 1000000000)
            give_up("after %zu s %zu of %zu clients hear nothing: is this a "
                    "chat?",
                    limit_s, cold, clients);
    }
}

/* Connects once more, and resets the connection that the last call opened. */
static void storm(void)
{
    static int fd = -1;
    struct linger at_once = {.l_onoff = 1};
    if (fd != -1) {
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(fd);
        was_reset++;
    }
    fd = was_reset < resets ? open_client(false, 0) : -1;
}

/* How many lines the senders have said. */
static size_t lines_said(void)
{
    size_t said = 0;
    for (size_t s = 0; s < senders; s++)
        said += client[s].released;
    return said;
}

/* Whether all have heard all that is said, and nobody says more. */
static bool all_heard(int64_t now)
{
    size_t said = is_over(now) ? lines_said() : senders * lines;
    return deliveries >= said * (clients - 1);
}

/* Lets all talk, until all have heard everything, or nothing more comes. */
static void run(void)
{
    started = last_heard = last_delivery = now_ns();
    for (int64_t now = started;
         (!all_heard(now) || was_reset < resets) &&
         now - last_heard < (int64_t)idle_s * 1000000000 &&
         now - started < (int64_t)limit_s * 1000000000;
         now = now_ns()) {
        for (size_t s = 0; s < senders; s++)
            talk(&client[s]);
        if (was_reset < resets)
            storm();
        if (rate > 0)
            set_timer();
        wait_and_hear(was_reset < resets ? 0 : 100);
    }
    int64_t done = now_ns(); /* what comes now is a line too many */
    while (wait_and_hear(100) > 0 &&
           now_ns() - done < (int64_t)idle_s * 1000000000)
        continue;
}

/*
 * All leave: each says that it has no more, and waits until the server, too,
 * has closed. Returns how long that took, in s.
 */
static double leave(void)
{
    int64_t begun = now_ns();
    for (size_t i = 0; i < clients; i++) {
        shutdown(client[i].fd, SHUT_WR);
        if (i % 8 == 7)
            wait_and_hear(0);
    }
    while (ended < clients && now_ns() - begun < (int64_t)limit_s * 1000000000)
        wait_and_hear(100);
    if (ended < clients)
        give_up("%zu of %zu clients could not leave in %zu s", clients - ended,
                clients, limit_s);
    return (double)(now_ns() - begun) / 1e9;
}

/* The CPU time that the server has used, in s; 0 where nobody can tell. */
static double server_cpu(void)
{
    clockid_t clock;
    struct timespec used = {0};
    if (server_pid > 0 && clock_getcpuclockid((pid_t)server_pid, &clock) == 0)
        clock_gettime(clock, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* A number in /proc/PID/status: proc(5). */
static long server_status(const char *key)
{
    char path[64], text[256];
    long value = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", server_pid);
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(text, sizeof text, file) != NULL)
        if (strncmp(text, key, strlen(key)) == 0)
            value = strtol(text + strlen(key), NULL, 10);
    if (file != NULL)
        fclose(file);
    return value;
}

static long server_descriptors(void)
{
    char path[64];
    long count = -2; /* . and .. */
    snprintf(path, sizeof path, "/proc/%ld/fd", server_pid);
    DIR *folder = opendir(path);
    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        closedir(folder);
    return folder != NULL ? count : 0;
}

static int by_size(const void *a, const void *b)
{
    float one = *(const float *)a, other = *(const float *)b;
    return (one > other) - (one < other);
}

/* The latency that so many of a hundred deliveries did not exceed, in µs. */
static double percentile(double percent)
{
    if (deliveries == 0)
        return 0;
    size_t at = (size_t)((double)deliveries * percent / 100);
    return (double)latencies[at < deliveries ? at : deliveries - 1];
}

/*
 * Prints what was measured. A delivery is one line that came to one client as
 * it was sent. lost: what was said and never came so. damaged: a line that came
 * and that nobody said. reordered: one that came after a later one of the same
 * sender's. closed: clients whom the server closed.
 */
static void print_report(double cpu)
{
    size_t said = lines_said();
    double seconds = (double)(last_delivery - started) / 1e9;
    qsort(latencies, deliveries, sizeof *latencies, by_size);
    printf("{\"clients\":%zu,\"senders\":%zu,\"lines\":%zu,\"bytes\":%zu,"
           "\"window\":%zu,\"rate\":%zu,\"sleepers\":%zu,\"seconds\":%.4f,"
           "\"said\":%zu,\"deliveries\":%zu,\"deliveries_per_second\":%.0f,",
           clients, senders, lines, size, window, rate, sleepers, seconds, said,
           deliveries, seconds > 0 ? (double)deliveries / seconds : 0);
    printf("\"lost\":%zu,\"duplicated\":%zu,\"reordered\":%zu,\"damaged\":%zu,"
           "\"closed\":%zu,\"resets\":%zu,\"p50_us\":%.1f,\"p99_us\":%.1f,"
           "\"max_us\":%.1f,",
           said * (clients - 1) - deliveries, duplicated, reordered, damaged,
           ended, was_reset, percentile(50), percentile(99), percentile(100));
    printf("\"cpu_s_per_million\":%.4f,\"rss_kb\":%ld,\"peak_kb\":%ld,"
           "\"threads\":%ld,\"descriptors\":%ld,\"came_s\":%.3f",
           deliveries > 0 ? cpu * 1e6 / (double)deliveries : 0,
           server_status("VmRSS:"), server_status("VmHWM:"),
           server_status("Threads:"), server_descriptors(), came_s);
}

/* Reads a whole number from 1 to most, or ends. */
static size_t number(const char *text, size_t most)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value < 1 ||
        value > most) {
        fprintf(stderr, "load: %s: not a whole number from 1 to %zu\n", text,
                most);
        exit(2);
    }
    return value;
}

static const struct protocol *protocol_named(const char *name)
{
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
        if (strcmp(protocols[i].name, name) == 0)
            return &protocols[i];
    fprintf(stderr, "load: %s: not chat, redis or nats\n", name);
    exit(2);
}

static void read_arguments(int argc, char *argv[])
{
    const struct {
        char letter;
        size_t *value, most;
    } numbers[] = {
        {'n', &clients, 20000},   {'m', &senders, 20000},
        {'k', &lines, 1 << 24},   {'b', &size, LONGEST},
        {'w', &window, 1 << 24},  {'r', &rate, 1000000},
        {'d', &talk_ms, 3600000}, {'l', &leaves, 1},
        {'s', &sleepers, 20000},  {'x', &resets, 1000000},
        {'t', &limit_s, 3600},    {'i', &idle_s, 3600},
    };
    int option;
    while ((option = getopt(argc, argv, "n:m:k:b:w:r:d:s:x:l:p:P:t:i:")) !=
           -1) {
        for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
            if (numbers[i].letter == option)
                *numbers[i].value = number(optarg, numbers[i].most);
        if (option == 'p')
            protocol = protocol_named(optarg);
        if (option == 'P')
            server_pid = (long)number(optarg, 1 << 30);
        if (option == '?')
            exit(2);
    }
    ports_given = (size_t)(argc - optind);
    if (ports_given < 1 || ports_given > PORTS_MAX || clients < 2 ||
        senders > clients || size < SHORTEST) {
        fputs("usage: load [-OPTION VALUE]... PORT..., 2 clients and 32 bytes "
              "at least; load.c says more\n",
              stderr);
        exit(2);
    }
    for (size_t i = 0; i < ports_given; i++)
        ports[i] = (uint16_t)number(argv[(size_t)optind + i], 65535);
}

/* Makes space for what is noted of each line and delivery. */
static void make_tables(void)
{
    size_t wanted = senders * lines * (clients - 1);
    latencies = zeroed(wanted, sizeof *latencies);
    said_at = zeroed(senders * lines, sizeof *said_at);
    missing = zeroed(senders * lines, sizeof *missing);
    for (size_t i = 0; i < senders * lines; i++)
        missing[i] = (uint32_t)clients - 1;
    seen = zeroed(clients * senders * lines / 8 + 1, 1);
    newest = zeroed(clients * senders, sizeof *newest);
}

int main(int argc, char *argv[])
{
    read_arguments(argc, argv);
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    write_lines();
    make_tables();

    epoll = epoll_create1(0);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.ptr = NULL};
    epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &event);
    cold = clients;
    int64_t begun = now_ns();
    open_all();
    warm_up();
    came_s = (double)(now_ns() - begun) / 1e9;
    double cpu = server_cpu();
    run();
    print_report(server_cpu() - cpu);
    if (leaves > 0)
        printf(",\"left_s\":%.3f", leave());
    puts("}");
    return 0;
}
