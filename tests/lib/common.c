/*
 * common.c: what common.bats asks of common/, one check by name.
 * Run it: build/tests/common CHECK
 *
 * A check prints what went wrong, and the program then exits with status 1.
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int failures;

/* Prints text with all but plain ASCII as \xHH. */
static void show(const char *label, const char *text, size_t len)
{
    printf("  %s: \"", label);
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        printf(byte >= 0x20 && byte < 0x7F ? "%c" : "\\x%02X", byte);
    }
    puts("\"");
}

/* Says that what came is not what was expected. */
static void fail(const char *what, const char *expected, size_t expected_len,
                 const char *got, size_t got_len)
{
    if (failures++ > 20)
        exit(1);
    puts(what);
    show("expected", expected, expected_len);
    show("got", got, got_len);
}

/*
 * Decodes the character at text by the table of RFC 3629, section 4, and not by
 * arithmetic. Returns its size, 0 if there is none.
 */
static size_t decode(const char *text, size_t len, unsigned long *number)
{
    static const struct {
        unsigned char first, last, low, high, size;
    } table[] = {{0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2},
                 {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
                 {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
                 {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4},
                 {0xF4, 0xF4, 0x80, 0x8F, 4}};
    const unsigned char *byte = (const unsigned char *)text;
    for (size_t row = 0; row < sizeof table / sizeof table[0]; row++) {
        size_t size = table[row].size;
        if (byte[0] < table[row].first || byte[0] > table[row].last)
            continue;
        if (size > len || (size > 1 && (byte[1] < table[row].low ||
                                        byte[1] > table[row].high)))
            return 0;
        *number = size == 1 ? byte[0] : byte[0] & (0x7FU >> size);
        for (size_t i = 1; i < size; i++) {
            if (byte[i] < 0x80 || byte[i] > 0xBF)
                return 0;
            *number = *number * 64 + byte[i] - 0x80;
        }
        return size;
    }
    return 0;
}

/* Whether Unicode's bidirectional marks and line separators have it. */
static bool turns_or_ends(unsigned long number)
{
    static const unsigned long marks[] = {
        0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B,
        0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (number == marks[i])
            return true;
    return false;
}

/* What clean_text promises, in the slowest and plainest way. */
static size_t clean_plainly(const char *text, size_t len, char *clean)
{
    size_t kept = 0;
    for (size_t at = 0; at < len;) {
        unsigned long number;
        size_t size = decode(text + at, len - at, &number);
        if (size == 0)
            clean[kept++] = '?';
        else if (number == '\t')
            clean[kept++] = ' ';
        else if (number >= 0x20 && (number < 0x7F || number > 0x9F) &&
                 !turns_or_ends(number))
            for (size_t i = 0; i < size; i++)
                clean[kept++] = text[at + i];
        at += size == 0 ? 1 : size;
    }
    return kept;
}

/*
 * Has clean_text clean a copy that has just the room it asks for, followed by
 * a byte that would go on with a character that is cut off. Returns the copy.
 */
static char *cleaned(const char *text, size_t len, size_t *new_len)
{
    char *copy = malloc(len + 1);
    if (copy == NULL)
        exit(2);
    memcpy(copy, text, len);
    copy[len] = '\xA9';
    *new_len = clean_text(copy, len);
    if (*new_len > len) {
        printf("It made %zu bytes of %zu.\n", *new_len, len);
        exit(1);
    }
    if (copy[*new_len] != '\0')
        fail("No NUL ends it.", "", 1, copy + *new_len, 1);
    return copy;
}

/* Compares clean_text with clean_plainly, and its result when used again. */
static void check_clean(const char *text, size_t len)
{
    char expected[64];
    size_t got_len, again_len;
    size_t expected_len = clean_plainly(text, len, expected);
    char *got = cleaned(text, len, &got_len);
    if (got_len != expected_len || memcmp(got, expected, got_len) != 0) {
        show("cleaning", text, len);
        fail("gave something else.", expected, expected_len, got, got_len);
    }
    char *again = cleaned(got, got_len, &again_len);
    if (again_len != got_len || memcmp(again, got, got_len) != 0)
        fail("Cleaning it again changed it.", got, got_len, again, again_len);
    free(got);
    free(again);
}

static void clean_small(void)
{
    char text[3];
    check_clean("", 0);
    for (int a = 0; a < 256; a++) {
        text[0] = (char)a;
        check_clean(text, 1);
        for (int b = 0; b < 256; b++) {
            text[1] = (char)b;
            check_clean(text, 2);
        }
    }
}

/* Where a character's bytes come to the edge of what is allowed. */
static void clean_edges(void)
{
    static const char first[] = "\xC2\xDF\xE0\xE1\xED\xEE\xEF\xF0\xF1\xF4\xF5";
    static const char next[] = "\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0";
    size_t edges = sizeof next - 1;
    for (size_t a = 0; a < sizeof first - 1; a++)
        for (size_t rest = 0; rest < edges * edges * edges; rest++) {
            char text[] = {first[a], next[rest % edges],
                           next[rest / edges % edges],
                           next[rest / edges / edges], 'x'};
            for (size_t len = 1; len <= sizeof text; len++)
                check_clean(text, len);
        }
}

static void clean_random(void)
{
    static const char often[] = "ab \t\033\n\x7F\x80\x9B\xA0\xBF\xC2\xC3\xE0"
                                "\xE2\xED\xEF\xF0\xF4\xF5\xFF";
    unsigned long random = 12345;
    for (int round = 0; round < 20000; round++) {
        char text[40];
        for (size_t i = 0; i < sizeof text; i++) {
            random = random * 1103515245 + 12345;
            size_t pick = (random >> 16) % 64;
            text[i] = pick < sizeof often ? often[pick] : (char)(pick * 4);
        }
        check_clean(text, (size_t)round % (sizeof text + 1));
    }
}

/* Says what clean_text makes of this text, byte for byte. */
static void clean_known(void)
{
    static const char *const known[][2] = {
        {"Jo\xC3\xA3o, \xF0\x9F\x98\x80", "Jo\xC3\xA3o, \xF0\x9F\x98\x80"},
        {"\xC0\x80", "??"},      /* NUL, too long */
        {"\xC1\xBF", "??"},      /* DEL, too long */
        {"\xE0\x80\x80", "???"}, /* NUL, much too long */
        {"\xE0\x9F\xBF", "???"}, /* the last that two bytes can hold */
        {"\xE0\xA0\x80", "\xE0\xA0\x80"},
        {"\xED\x9F\xBF", "\xED\x9F\xBF"},
        {"\xED\xA0\x80", "???"}, /* the first surrogate */
        {"\xED\xBF\xBF", "???"}, /* the last one */
        {"\xEE\x80\x80", "\xEE\x80\x80"},
        {"\xF0\x8F\xBF\xBF", "????"}, /* the last that three can hold */
        {"\xF4\x8F\xBF\xBF", "\xF4\x8F\xBF\xBF"},
        {"\xF4\x90\x80\x80", "????"}, /* beyond the last of all */
        {"\xF5\x80\x80\x80", "????"},
        {"a\xC3", "a?"}, /* cut off at the end */
        {"a\xE2\x82", "a??"},
        {"a\xF0\x9F\x98", "a???"},
        {"\xC3(", "?("}, /* cut off by another one */
        {"\xE2\x82\xC3\xA3", "??\xC3\xA3"},
        {"\x80\xBF\xFE\xFF", "????"},
        {"\x1F\x7F\xC2\x80\xC2\x9F", ""},
        {" ~\xC2\xA0", " ~\xC2\xA0"},
        {"a\tb\r\nc", "a bc"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t len;
        char *got = cleaned(known[i][0], strlen(known[i][0]), &len);
        if (strcmp(got, known[i][1]) != 0) {
            show("cleaning", known[i][0], strlen(known[i][0]));
            fail("gave something else.", known[i][1], strlen(known[i][1]), got,
                 len);
        }
        free(got);
    }
}

/* Opens two sockets that are connected to each other. */
static void open_pair(int type, int ends[2])
{
    if (socketpair(AF_UNIX, type, 0, ends) == -1) {
        perror("socketpair");
        exit(2);
    }
}

/* Sends len bytes, or says why it cannot. */
static void give(int fd, const char *bytes, size_t len)
{
    if (send(fd, bytes, len, 0) != (ssize_t)len) {
        perror("send");
        exit(2);
    }
}

/* The next line must be this one, with this status. */
static void check_line(struct line_reader *reader, enum line_status expected,
                       const char *text)
{
    char line[LINE_SIZE] = "";
    enum line_status status = read_line(reader, line, sizeof line);
    if (status == LINE_END)
        line[0] = '\0';
    if (status != expected)
        printf("read_line gave %d instead of %d.\n", status, expected);
    if (status != expected || strcmp(line, text) != 0)
        fail("A wrong line:", text, strlen(text), line, strlen(line));
}

/* As two records, each is one read(); an empty one ends the stream. */
static void read_split(void)
{
    static const char text[] = "one\r\ntwo\n\nJo\xC3\xA3o\r\n\r\n\rx\r\r\nlast";
    for (size_t at = 0; at < sizeof text; at++) {
        int ends[2];
        open_pair(SOCK_DGRAM, ends);
        size_t len = sizeof text - 1;
        if (at > 0)
            give(ends[0], text, at);
        if (at < len)
            give(ends[0], text + at, len - at);
        give(ends[0], "", 0);
        struct line_reader reader = {.fd = ends[1]};
        int before = failures;
        check_line(&reader, LINE_READ, "one");
        check_line(&reader, LINE_READ, "two");
        check_line(&reader, LINE_READ, "");
        check_line(&reader, LINE_READ, "Jo\xC3\xA3o");
        check_line(&reader, LINE_READ, "");
        check_line(&reader, LINE_READ, "x");
        check_line(&reader, LINE_READ, "last");
        check_line(&reader, LINE_END, "");
        check_line(&reader, LINE_END, "");
        if (failures != before)
            printf("(split after %zu bytes)\n", at);
        close(ends[0]);
        close(ends[1]);
    }
}

/* Lines of which the last fills the reader's bytes, but for `less` of them. */
static void read_full(size_t less)
{
    int ends[2];
    char bytes[READ_SIZE], line[LINE_SIZE] = "";
    size_t end = READ_SIZE - less;
    memset(bytes, 'x', sizeof bytes);
    for (size_t at = 511; at < READ_SIZE - 512; at += 512)
        bytes[at] = '\n';
    memcpy(bytes + end - 2, "\r\n", 2);
    if (less > 0)
        bytes[end] = 'y'; /* the next line has begun */
    memset(line, 'x', 511);
    open_pair(SOCK_STREAM, ends);
    give(ends[0], bytes, READ_SIZE);
    give(ends[0], "\r\nnext\n", 7);
    shutdown(ends[0], SHUT_WR);
    struct line_reader reader = {.fd = ends[1]};
    for (int i = 0; i < READ_SIZE / 512 - 1; i++)
        check_line(&reader, LINE_READ, line);
    line[510 - less] = '\0';
    check_line(&reader, LINE_READ, line);
    check_line(&reader, LINE_READ, less > 0 ? "y" : "");
    check_line(&reader, LINE_READ, "next");
    check_line(&reader, LINE_END, "");
    close(ends[0]);
    close(ends[1]);
}

/* \r is the last byte that fits into the reader, \n comes after it. */
static void read_crlf_across(void)
{
    int ends[2];
    char bytes[READ_SIZE];
    memset(bytes, '\n', sizeof bytes);
    memcpy(bytes + READ_SIZE - 4, "end\r", 4);
    open_pair(SOCK_STREAM, ends);
    give(ends[0], bytes, READ_SIZE);
    give(ends[0], "\nnext", 5);
    shutdown(ends[0], SHUT_WR);
    struct line_reader reader = {.fd = ends[1]};
    for (int i = 0; i < READ_SIZE - 4; i++)
        check_line(&reader, LINE_READ, "");
    check_line(&reader, LINE_READ, "end");
    check_line(&reader, LINE_READ, "next");
    check_line(&reader, LINE_END, "");
    close(ends[0]);
    close(ends[1]);
}

static void read_buffer(void)
{
    read_full(0);
    read_full(1);
    read_crlf_across();
}

/* A line of len bytes with this ending, and then another one. */
static void check_length(size_t len, const char *ending)
{
    int ends[2];
    char line[3 * LINE_SIZE] = "";
    open_pair(SOCK_STREAM, ends);
    memset(line, 'x', len);
    give(ends[0], line, len);
    give(ends[0], ending, strlen(ending));
    give(ends[0], "next\n", 5);
    shutdown(ends[0], SHUT_WR);
    struct line_reader reader = {.fd = ends[1]};
    bool fits = len < LINE_SIZE;
    line[fits ? len : LINE_SIZE - 1] = '\0';
    check_line(&reader, fits ? LINE_READ : LINE_TOO_LONG, line);
    check_line(&reader, LINE_READ, "next");
    check_line(&reader, LINE_END, "");
    close(ends[0]);
    close(ends[1]);
}

static void read_lengths(void)
{
    static const size_t lengths[] = {0, 1, 1023, 1024, 1025, 1026, 2050};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        check_length(lengths[i], "\n");
        check_length(lengths[i], "\r\n");
    }
}

/* What came before an error is no line: it may be half of one. */
static void read_error(void)
{
    struct line_reader reader = {.fd = -1, .end = 3, .bytes = "hal"};
    check_line(&reader, LINE_END, "");
    if (reader.error != EBADF)
        printf("The error is %d: %s\n", reader.error, strerror(reader.error));
    failures += reader.error != EBADF;
}

/* line_waiting after each byte of two lines that came at once. */
static void waiting(void)
{
    int ends[2];
    char line[LINE_SIZE];
    open_pair(SOCK_STREAM, ends);
    give(ends[0], "a\nb\nthr", 7);
    struct line_reader reader = {.fd = ends[1]};
    bool before = line_waiting(&reader);
    read_line(&reader, line, sizeof line);
    bool after_one = line_waiting(&reader);
    read_line(&reader, line, sizeof line);
    bool after_two = line_waiting(&reader);
    printf("waiting: %d %d %d\n", before, after_one, after_two);
    failures += before || !after_one || after_two;
    close(ends[0]);
    close(ends[1]);
}

/* What the calls below do, in place of those of the system. */
static const char *failing = ""; /* the call that fails, with this errno */
static int failing_errno;

static int fails(const char *call)
{
    errno = failing_errno;
    return strcmp(failing, call) == 0 ? -1 : 0;
}

int socket(int domain, int type, int protocol)
{
    (void)domain;
    (void)type;
    (void)protocol;
    return fails("socket") == -1 ? -1 : dup(STDERR_FILENO);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t size)
{
    (void)fd;
    (void)level;
    (void)option;
    (void)value;
    (void)size;
    return 0;
}

int bind(int fd, const struct sockaddr *address, socklen_t size)
{
    (void)fd;
    (void)address;
    (void)size;
    return fails("bind");
}

int listen(int fd, int most)
{
    (void)fd;
    (void)most;
    return fails("listen");
}

int connect(int fd, const struct sockaddr *address, socklen_t size)
{
    (void)fd;
    (void)address;
    (void)size;
    return fails("connect");
}

/* As on macOS, where a client may have gone before it is accepted. */
int accept(int listener, struct sockaddr *restrict address,
           socklen_t *restrict size)
{
    memset(address, 0xFF, *size);
    *size = 0;
    return dup(listener);
}

/* Fails as for an interface that is not there, but for numbers. */
int getnameinfo(const struct sockaddr *restrict address, socklen_t size,
                char *restrict host, socklen_t host_size,
                char *restrict service, socklen_t service_size, int flags)
{
    (void)size;
    (void)flags;
    const struct sockaddr_in6 *ip6 = (const struct sockaddr_in6 *)address;
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr,
                  host, host_size);
    else
        inet_ntop(AF_INET6, &ip6->sin6_addr, host, host_size);
    if (service != NULL)
        snprintf(service, service_size, "%u", ntohs(ip6->sin6_port));
    errno = ENODEV;
    return 0;
}

/* One call of the set-up fails; bats sees what is said. */
static void fail_to_connect(const char *call, int error)
{
    failing = call;
    failing_errno = error;
    puts(strerror(error));
    tcp_connect((struct endpoint){.host = "fe80::1", .port = 5000});
}

static void fail_to_listen(const char *call, int error)
{
    failing = call;
    failing_errno = error;
    puts(strerror(error));
    tcp_listen((struct endpoint){.host = "192.0.2.1", .port = 80});
}

static void no_socket(void)
{
    fail_to_connect("socket", EMFILE);
}

static void no_route(void)
{
    fail_to_connect("connect", ENETUNREACH);
}

static void forbidden(void)
{
    fail_to_connect("connect", EACCES);
}

static void no_socket_to_listen(void)
{
    fail_to_listen("socket", EMFILE);
}

static void reserved(void)
{
    fail_to_listen("bind", EACCES);
}

static void taken(void)
{
    fail_to_listen("listen", EADDRINUSE);
}

static void no_dns(void)
{
    die_of_host("example.org", EAI_AGAIN);
}

static void too_long(void)
{
    puts(strerror(EMSGSIZE));
    errno = EMSGSIZE;
    die("sendto", "192.0.2.1:5000");
}

/* A client of no address has gone: nothing is read of where it would be. */
static void accept_nobody(void)
{
    char name[NAME_SIZE] = "untouched";
    int before = dup(STDIN_FILENO);
    close(before);
    int client = accept_client(STDIN_FILENO, name);
    int error = errno;
    int after = dup(STDIN_FILENO);
    printf("%d: %s, %s\n", client, strerror(error), name);
    failures += client != -1 || error != ECONNABORTED || before != after ||
                strcmp(name, "untouched") != 0;
}

/* Of the addresses that begin with ::ffff: only one kind is IPv4. */
static void addresses(void)
{
    static const char *const known[][2] = {
        {"::ffff:192.0.2.1", "192.0.2.1:80"},
        {"::ffff:0:192.0.2.1", "[::ffff:0:c000:201]:80"},
        {"::ffff:0:0", "0.0.0.0:80"},
        {"::", "[::]:80"},
        {"2001:db8::7", "[2001:db8::7]:80"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        char text[NAME_SIZE];
        struct sockaddr_in6 ip6 = {.sin6_family = AF_INET6,
                                   .sin6_port = htons(80)};
        inet_pton(AF_INET6, known[i][0], &ip6.sin6_addr);
        format_address((struct sockaddr *)&ip6, text);
        if (strcmp(text, known[i][1]) != 0)
            fail("A wrong address:", known[i][1], strlen(known[i][1]), text,
                 strlen(text));
    }
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*run)(void);
    } checks[] = {{"clean_known", clean_known},
                  {"clean_small", clean_small},
                  {"clean_edges", clean_edges},
                  {"clean_random", clean_random},
                  {"read_split", read_split},
                  {"read_buffer", read_buffer},
                  {"read_lengths", read_lengths},
                  {"read_error", read_error},
                  {"line_waiting", waiting},
                  {"no_socket", no_socket},
                  {"no_route", no_route},
                  {"forbidden", forbidden},
                  {"no_socket_to_listen", no_socket_to_listen},
                  {"reserved", reserved},
                  {"taken", taken},
                  {"no_dns", no_dns},
                  {"too_long", too_long},
                  {"accept_nobody", accept_nobody},
                  {"addresses", addresses}};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
        if (argc == 2 && strcmp(argv[1], checks[i].name) == 0) {
            checks[i].run();
            return failures == 0 ? 0 : 1;
        }
    fputs("usage: common CHECK\n", stderr);
    return 2;
}
