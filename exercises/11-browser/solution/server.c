/*
 * server.c: a chat: sends what one client says to all others.
 * Run it: server [PORT [ADDRESS]], then open http://127.0.0.1:5000/
 *
 * New: browsers take part: HTTP gives them a page, and WebSocket (RFC 6455)
 * its lines, at the port where all others talk as they did.
 * Still wrong, on purpose: one that does not read freezes all. See step 08.
 */
#include "net.h"
#include "page.h"

#include <errno.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

/* What a client's thread is given: it owns this, and frees it. */
struct client {
    int fd;
    bool is_web; /* it is sent frames, all others lines */
    struct line_reader reader;
    char name[NAME_SIZE];
    struct client *next;
};

/* The first byte of a frame: whether it is the last one, and what it is. */
enum { IS_FINAL = 0x80, RESERVED = 0x70, OPCODE = 0x0F };
enum opcode { MORE = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };
enum { CONTROL_LIMIT = 125, MESSAGE_LIMIT = 65536 };

/* Why a connection ends: RFC 6455, 7.4.1. The last two are never sent. */
enum {
    GO_ON = 0,
    NORMAL = 1000,
    PROTOCOL_ERROR = 1002,
    NOT_ACCEPTED = 1003,
    NOT_UTF8 = 1007,
    TOO_BIG = 1009,
    NO_CODE = 1005,
    GONE = 1006
};

/* ---- room ---- */

/* room_lock guards the room: its clients, and what is sent to each. */
static pthread_mutex_t room_lock = PTHREAD_MUTEX_INITIALIZER;
static struct client *room;

/* Whether somebody has this name, or Ana for ana. Caller holds room_lock. */
static bool is_taken(const char *name)
{
    for (const struct client *other = room; other != NULL; other = other->next)
        if (same_name(other->name, name))
            return true;
    return false;
}

/* Adds client to the room, as guest-N. Caller holds room_lock. */
static void room_add(struct client *client)
{
    static unsigned guests;
    do
        snprintf(client->name, NAME_SIZE, "guest-%u", ++guests);
    while (is_taken(client->name));
    client->next = room;
    room = client;
}

/* Takes client out of the room. Caller holds room_lock. */
static void room_remove(const struct client *client)
{
    struct client **link = &room;
    while (*link != client)
        link = &(*link)->next;
    *link = client->next;
}

/* ---- sending ---- */

/*
 * Sends a frame of at most MESSAGE_SIZE bytes, in one go. RFC 6455, 5.2.
 * Caller holds room_lock, or client is not in the room.
 */
static int send_frame(const struct client *client, enum opcode opcode,
                      const char *bytes, size_t len)
{
    char frame[4 + MESSAGE_SIZE];
    size_t head = 2;
    frame[0] = (char)(IS_FINAL | opcode);
    frame[1] = (char)len;
    if (len > 125) {
        frame[1] = 126;
        frame[2] = (char)(len >> 8);
        frame[3] = (char)len;
        head = 4;
    }
    memcpy(frame + head, bytes, len);
    return send_all(client->fd, frame, head + len);
}

/* Sends text, a line, or gives client up. Caller holds room_lock. */
static void tell(struct client *client, const char *text)
{
    size_t len = strlen(text);
    int sent = client->is_web ? send_frame(client, TEXT, text, len - 1)
                              : send_all(client->fd, text, len);
    if (sent == -1)
        shutdown(client->fd, SHUT_RDWR); /* so that its own thread ends */
}

/* Sends text to everybody but its sender. Caller holds room_lock. */
static void broadcast(const struct client *sender, const char *text)
{
    for (struct client *other = room; other != NULL; other = other->next)
        if (other != sender)
            tell(other, text);
}

/* Tells everybody what client has done. Caller holds room_lock. */
static void notice(struct client *client, const char *done, const char *what)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "* %s %s%s\n", client->name, done, what);
    broadcast(NULL, text);
}

/* ---- commands ---- */

/*
 * Each command is given what follows its name, and returns whether the client
 * stays. Callers hold room_lock.
 */
static bool change_nick(struct client *client, const char *name)
{
    size_t length = name_length(name);
    if (length < 1 || length > 20) {
        tell(client, "* /nick NAME: 1 to 20 letters, digits, - and _\n");
    } else if (is_taken(name) && !same_name(name, client->name)) {
        tell(client, "* that name is taken: choose another\n");
    } else {
        notice(client, "is now ", name);
        strcpy(client->name, name);
    }
    return true;
}

static bool list_people(struct client *client, const char *unused)
{
    (void)unused;
    char text[MESSAGE_SIZE] = "* here:";
    size_t len = strlen(text);
    unsigned more = 0;
    for (const struct client *each = room; each != NULL; each = each->next) {
        if (len + strlen(each->name) < sizeof text - 32)
            len += (size_t)sprintf(text + len, " %s", each->name);
        else
            more++;
    }
    if (more > 0)
        len += (size_t)sprintf(text + len, " and %u more", more);
    strcpy(text + len, "\n");
    tell(client, text);
    return true;
}

static bool leave(struct client *client, const char *unused)
{
    (void)client;
    (void)unused;
    return false;
}

static const struct {
    const char *name;
    bool (*run)(struct client *client, const char *argument);
} commands[] = {
    {"/nick", change_nick},
    {"/who", list_people},
    {"/quit", leave},
};

/* Does what a line with a slash says. Returns whether the client stays. */
static bool run_command(struct client *client, char *line)
{
    char *argument = line + strcspn(line, " ");
    if (*argument != '\0')
        *argument++ = '\0';
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(line, commands[i].name) == 0)
            return commands[i].run(client, argument);
    tell(client, "* no such command: there are /nick NAME, /who, /quit\n");
    return true;
}

/* Does what one line of client's asks for. Returns whether client stays. */
static bool handle_line(struct client *client, enum line_status status,
                        char *line)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "%s: %s\n", client->name, line);
    if (status == LINE_TOO_LONG)
        tell(client, "* too long: at most 1024 bytes a line\n");
    else if (line[0] == '/')
        return run_command(client, line);
    else
        broadcast(client, text);
    return true;
}

/* ---- receiving ---- */

/* Whether fd has something to read, or has ended, before the deadline. */
static bool await_bytes(int fd, int64_t deadline)
{
    struct pollfd entry = {.fd = fd, .events = POLLIN};
    int ready = 0;
    do {
        int64_t left = deadline - now_ms();
        ready = left > 0 ? poll(&entry, 1, (int)left) : 0;
    } while (ready == -1 && errno == EINTR);
    return ready > 0;
}

/* Receives more bytes, behind those that are here. Returns false at the end. */
static bool receive_more(struct line_reader *reader)
{
    ssize_t len;
    do
        len = recv(reader->fd, reader->bytes + reader->end,
                   READ_SIZE - reader->end, 0);
    while (len == -1 && errno == EINTR);
    if (len > 0)
        reader->end += (size_t)len;
    return len > 0;
}

/* Waits a second for a whole line, which read_line will read. */
static bool await_line(struct line_reader *reader)
{
    int64_t deadline = now_ms() + 1000;
    while (!line_waiting(reader) && reader->end < READ_SIZE &&
           await_bytes(reader->fd, deadline) && receive_more(reader))
        ;
    return line_waiting(reader);
}

/* Takes the next len bytes. Returns false when the stream ends before. */
static bool take_bytes(struct line_reader *reader, unsigned char *bytes,
                       size_t len)
{
    while (len > 0) {
        if (reader->start == reader->end) {
            reader->start = reader->end = 0;
            if (!receive_more(reader))
                return false;
        }
        size_t here = reader->end - reader->start;
        size_t taken = here < len ? here : len;
        memcpy(bytes, reader->bytes + reader->start, taken);
        reader->start += taken;
        bytes += taken;
        len -= taken;
    }
    return true;
}

/*
 * Says that no more will come, and drops what the other side still sends, for a
 * second: close() with bytes unread resets a connection, and what we said last
 * might get lost.
 */
static void hang_up(int fd)
{
    char dropped[READ_SIZE];
    int64_t deadline = now_ms() + 1000;
    shutdown(fd, SHUT_WR);
    while (await_bytes(fd, deadline) &&
           recv(fd, dropped, sizeof dropped, 0) > 0)
        ;
}

/* ---- http ---- */

/* What we need to know of a request; "" for what it does not say. */
struct request {
    char target[LINE_SIZE]; /* "GET /", say */
    char host[LINE_SIZE], origin[LINE_SIZE];
    char upgrade[LINE_SIZE], connection[LINE_SIZE];
    char version[LINE_SIZE], key[LINE_SIZE];
};

/* Whether line begins a request, and cuts off how it ends if it does. */
static bool begins_request(char *line)
{
    static const char ending[] = " HTTP/1.1";
    size_t len = strlen(line), end = sizeof ending - 1;
    if (len < end || strcmp(line + len - end, ending) != 0)
        return false;
    line[len - end] = '\0';
    return true;
}

/* Whether one of the words between commas is this, or THIS. */
static bool has_word(const char *list, const char *word)
{
    size_t len = strlen(word);
    while (*list != '\0') {
        list += strspn(list, " ,");
        size_t here = strcspn(list, " ,");
        if (here == len && strncasecmp(list, word, len) == 0)
            return true;
        list += here;
    }
    return false;
}

/* Keeps what "Name: value" says, if it is of use to us. */
static void note_header(struct request *request, char *line)
{
    const struct {
        const char *name;
        char *value;
    } headers[] = {{"Host", request->host},
                   {"Origin", request->origin},
                   {"Upgrade", request->upgrade},
                   {"Connection", request->connection},
                   {"Sec-WebSocket-Version", request->version},
                   {"Sec-WebSocket-Key", request->key}};
    char *value = line + strcspn(line, ":");
    if (*value != '\0')
        *value++ = '\0';
    value += strspn(value, " ");
    size_t len = strlen(value);
    while (len > 0 && value[len - 1] == ' ')
        value[--len] = '\0';
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        if (strcasecmp(line, headers[i].name) == 0)
            strcpy(headers[i].value, value);
}

/* Reads the headers, up to the empty line. Returns false where none comes. */
static bool read_headers(struct line_reader *reader, struct request *request)
{
    char line[LINE_SIZE];
    for (int i = 0; i < 100; i++) {
        enum line_status status = read_line(reader, line, LINE_SIZE);
        if (status == LINE_END)
            return false;
        if (status == LINE_READ && line[0] == '\0')
            return true;
        if (status == LINE_READ) /* a long cookie says nothing to us */
            note_header(request, line);
    }
    return false;
}

/* Whether the page that asks came from us, or no page asks. RFC 6455, 10.2 */
static bool is_own_origin(const struct request *request)
{
    static const char scheme[] = "http://";
    size_t len = sizeof scheme - 1;
    return request->origin[0] == '\0' ||
           (strncasecmp(request->origin, scheme, len) == 0 &&
            strcasecmp(request->origin + len, request->host) == 0);
}

/* Whether key is 16 bytes in Base64: 22 digits, and "==". RFC 4648 */
static bool is_key(const char *key)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    return strspn(key, digits) == 22 && strcmp(key + 22, "==") == 0;
}

/* Returns why there is no page for this request, or NULL. */
static const char *page_refused(const struct request *request)
{
    if (strncmp(request->target, "GET ", 4) != 0)
        return "405 Method Not Allowed\r\nAllow: GET";
    if (request->host[0] == '\0')
        return "400 Bad Request";
    return strcmp(request->target, "GET /") == 0 ? NULL : "404 Not Found";
}

/* Returns why no WebSocket is opened for this request, or NULL. */
static const char *upgrade_refused(const struct request *request)
{
    if (!is_own_origin(request))
        return "403 Forbidden";
    if (strcmp(request->version, "13") != 0)
        return "426 Upgrade Required\r\nUpgrade: websocket\r\n"
               "Sec-WebSocket-Version: 13";
    bool asked = has_word(request->connection, "upgrade");
    return asked && is_key(request->key) ? NULL : "400 Bad Request";
}

/* Answers a request that opens nothing. */
static void send_answer(int fd, const char *status, const char *type,
                        const char *body, size_t len)
{
    char head[LINE_SIZE];
    snprintf(head, sizeof head,
             "HTTP/1.1 %s\r\n"
             "Content-Type: %s; charset=utf-8\r\n"
             "Content-Length: %zu\r\n"
             "Connection: close\r\n\r\n",
             status, type, len);
    if (send_all(fd, head, strlen(head)) == 0)
        send_all(fd, body, len); /* or it has gone: there is no more to do */
    hang_up(fd);
}

/* Says that we speak WebSocket from now on. RFC 6455, 4.2.2 */
static bool send_upgrade(int fd, const char *key)
{
    char text[24 + 36 + 1], accept[32], head[LINE_SIZE];
    unsigned char digest[SHA_DIGEST_LENGTH];
    snprintf(text, sizeof text, "%.24s%s", key,
             "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    SHA1((unsigned char *)text, strlen(text), digest);
    EVP_EncodeBlock((unsigned char *)accept, digest, sizeof digest);
    snprintf(head, sizeof head,
             "HTTP/1.1 101 Switching Protocols\r\n"
             "Upgrade: websocket\r\n"
             "Connection: Upgrade\r\n"
             "Sec-WebSocket-Accept: %s\r\n\r\n",
             accept);
    return send_all(fd, head, strlen(head)) == 0;
}

/*
 * Answers the request that begins with target. Returns whether frames follow
 * from now on.
 */
static bool answer_request(struct client *client, const char *target)
{
    static const char hint[] = "There is a page here, at /\n";
    struct request request = {.host = ""};
    strcpy(request.target, target);
    if (!read_headers(&client->reader, &request)) {
        hang_up(client->fd);
        return false;
    }
    const char *refused = page_refused(&request);
    bool upgrade = has_word(request.upgrade, "websocket");
    if (refused == NULL && upgrade)
        refused = upgrade_refused(&request);
    if (refused != NULL)
        send_answer(client->fd, refused, "text/plain", hint, strlen(hint));
    else if (!upgrade)
        send_answer(client->fd, "200 OK", "text/html", page, page_length);
    else
        return send_upgrade(client->fd, request.key);
    return false;
}

/* ---- websocket ---- */

struct frame {
    bool is_final;
    unsigned opcode;
    uint64_t len;
    unsigned char mask[4];
};

/* What has come of a message, with room for a NUL. */
struct message {
    bool begun;
    size_t len;
    unsigned char bytes[MESSAGE_LIMIT + 1];
};

static bool is_control(const struct frame *frame)
{
    return frame->opcode >= CLOSE;
}

/* Whether the first two bytes of a frame are as they must be. */
static bool may_begin(const unsigned char head[2], const struct frame *frame)
{
    bool known = frame->opcode <= BINARY ||
                 (frame->opcode >= CLOSE && frame->opcode <= PONG);
    bool is_masked = (head[1] & 0x80) != 0;
    bool is_short = frame->is_final && frame->len <= CONTROL_LIMIT;
    return (head[0] & RESERVED) == 0 && known && is_masked &&
           (is_short || !is_control(frame));
}

/* Reads a longer length, of 2 or 8 bytes. Returns why it may not be. */
static int read_length(struct line_reader *reader, struct frame *frame)
{
    unsigned char bytes[8];
    size_t size = frame->len == 126 ? 2 : 8;
    uint64_t least = size == 2 ? 126 : 65536;
    if (!take_bytes(reader, bytes, size))
        return GONE;
    frame->len = 0;
    for (size_t i = 0; i < size; i++)
        frame->len = frame->len << 8 | bytes[i];
    if (frame->len < least || frame->len > INT64_MAX)
        return PROTOCOL_ERROR;
    return GO_ON;
}

/* Reads what stands before a frame's bytes. RFC 6455, 5.2 */
static int read_head(struct line_reader *reader, struct frame *frame)
{
    unsigned char head[2];
    if (!take_bytes(reader, head, 2))
        return GONE;
    frame->is_final = (head[0] & IS_FINAL) != 0;
    frame->opcode = head[0] & OPCODE;
    frame->len = head[1] & 0x7F;
    if (!may_begin(head, frame))
        return PROTOCOL_ERROR;
    int why = frame->len >= 126 ? read_length(reader, frame) : GO_ON;
    if (why != GO_ON)
        return why;
    return take_bytes(reader, frame->mask, 4) ? GO_ON : GONE;
}

/* Reads a frame's bytes, and takes the mask off. */
static bool read_body(struct line_reader *reader, const struct frame *frame,
                      unsigned char *bytes)
{
    size_t len = (size_t)frame->len; /* it has been found small enough */
    if (!take_bytes(reader, bytes, len))
        return false;
    for (size_t i = 0; i < len; i++)
        bytes[i] ^= frame->mask[i % 4];
    return true;
}

/* Returns the size of the UTF-8 character at text, or 0. RFC 3629, 4 */
static size_t character_size(const unsigned char *text, size_t len)
{
    static const struct {
        unsigned char first, last; /* of the first byte */
        unsigned char low, high;   /* of the second one */
        size_t size;
    } forms[] = {{0x00, 0x7F, 0x00, 0x00, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2},
                 {0xE0, 0xE0, 0xA0, 0xBF, 3}, {0xE1, 0xEC, 0x80, 0xBF, 3},
                 {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
                 {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4},
                 {0xF4, 0xF4, 0x80, 0x8F, 4}};
    size_t i = 0, count = sizeof forms / sizeof forms[0];
    while (i < count && (text[0] < forms[i].first || text[0] > forms[i].last))
        i++;
    if (i == count || forms[i].size > len)
        return 0;
    if (forms[i].size > 1 &&
        (text[1] < forms[i].low || text[1] > forms[i].high))
        return 0;
    for (size_t at = 2; at < forms[i].size; at++)
        if ((text[at] & 0xC0) != 0x80)
            return 0;
    return forms[i].size;
}

static bool is_utf8(const unsigned char *text, size_t len)
{
    size_t at = 0, size = 1;
    while (at < len && size > 0) {
        size = character_size(text + at, len - at);
        at += size;
    }
    return at == len;
}

/* Whether a close frame may bring this code. RFC 6455, 7.4 */
static bool may_be_sent(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

/* Returns what answers a close frame. */
static int answer_to_close(const unsigned char *bytes, size_t len)
{
    if (len == 0)
        return NO_CODE;
    int code = len == 1 ? 0 : bytes[0] << 8 | bytes[1];
    if (!may_be_sent(code))
        return PROTOCOL_ERROR;
    return is_utf8(bytes + 2, len - 2) ? code : NOT_UTF8;
}

/* Takes a ping, a pong or a close frame. Returns why client cannot stay. */
static int take_control(struct client *client, const struct frame *frame)
{
    unsigned char bytes[CONTROL_LIMIT];
    size_t len = (size_t)frame->len;
    if (!read_body(&client->reader, frame, bytes))
        return GONE;
    if (frame->opcode == CLOSE)
        return answer_to_close(bytes, len);
    if (frame->opcode == PONG)
        return GO_ON;
    pthread_mutex_lock(&room_lock);
    int sent = send_frame(client, PONG, (char *)bytes, len);
    pthread_mutex_unlock(&room_lock);
    return sent == 0 ? GO_ON : GONE;
}

/* Does what a whole message asks for. Returns why client cannot stay. */
static int take_message(struct client *client, struct message *message)
{
    if (!is_utf8(message->bytes, message->len))
        return NOT_UTF8;
    bool fits = message->len < LINE_SIZE;
    char *line = (char *)message->bytes;
    clean_text(line, fits ? message->len : LINE_SIZE - 1);
    pthread_mutex_lock(&room_lock);
    bool stays = handle_line(client, fits ? LINE_READ : LINE_TOO_LONG, line);
    pthread_mutex_unlock(&room_lock);
    return stays ? GO_ON : NORMAL;
}

/* Takes a message, or a part of one. Returns why client cannot stay. */
static int take_part(struct client *client, const struct frame *frame,
                     struct message *message)
{
    if ((frame->opcode == MORE) != message->begun)
        return PROTOCOL_ERROR;
    if (frame->opcode == BINARY)
        return NOT_ACCEPTED;
    if (frame->len > MESSAGE_LIMIT - message->len)
        return TOO_BIG;
    if (!read_body(&client->reader, frame, message->bytes + message->len))
        return GONE;
    message->len += (size_t)frame->len;
    message->begun = true;
    if (!frame->is_final)
        return GO_ON;
    int why = take_message(client, message);
    message->begun = false;
    message->len = 0;
    return why;
}

/* Takes client's frames until it cannot stay, and returns why. */
static int take_frames(struct client *client, struct message *message)
{
    struct frame frame;
    int why = GO_ON;
    while (why == GO_ON) {
        why = read_head(&client->reader, &frame);
        if (why == GO_ON && is_control(&frame))
            why = take_control(client, &frame);
        else if (why == GO_ON)
            why = take_part(client, &frame, message);
    }
    return why;
}

/* Says why we close, for one that has left the room. RFC 6455, 5.5.1 */
static void send_close(const struct client *client, int why)
{
    if (why == GONE)
        return;
    const char code[] = {(char)(why >> 8), (char)why};
    send_frame(client, CLOSE, code, why == NO_CODE ? 0 : 2);
    hang_up(client->fd);
}

/* ---- clients ---- */

/* Takes client's lines until there are no more. */
static void take_lines(struct client *client)
{
    char line[LINE_SIZE];
    enum line_status status;
    bool stays = true;
    while (stays &&
           (status = read_line(&client->reader, line, LINE_SIZE)) != LINE_END) {
        pthread_mutex_lock(&room_lock);
        stays = handle_line(client, status, line);
        pthread_mutex_unlock(&room_lock);
    }
}

/* Lets client into the room. */
static void enter(struct client *client)
{
    pthread_mutex_lock(&room_lock);
    room_add(client);
    notice(client, "joined", "");
    pthread_mutex_unlock(&room_lock);
}

/* Sees client out: nobody sends it anything from now on. */
static void go_out(struct client *client)
{
    pthread_mutex_lock(&room_lock);
    notice(client, "left", "");
    room_remove(client);
    pthread_mutex_unlock(&room_lock);
}

/* Serves one who sends lines. */
static void serve_lines(struct client *client)
{
    enter(client);
    take_lines(client);
    go_out(client);
}

/* Serves one who sends frames. */
static void serve_frames(struct client *client)
{
    struct message *message = calloc(1, sizeof *message);
    if (message == NULL)
        return; /* no memory for one more */
    client->is_web = true;
    enter(client);
    int why = take_frames(client, message);
    go_out(client);
    send_close(client, why);
    free(message);
}

/* Whether a request comes; its first line then is read, up to its version. */
static bool request_comes(struct line_reader *reader, char *line)
{
    if (!await_line(reader))
        return false;
    struct line_reader ahead = *reader; /* it reads what is here already */
    if (read_line(&ahead, line, LINE_SIZE) != LINE_READ ||
        !begins_request(line))
        return false;
    *reader = ahead;
    return true;
}

/* Serves client, whatever it speaks, then closes its connection. */
static void serve_client(struct client *client)
{
    char line[LINE_SIZE];
    log_line("Connected by %s", client->name);
    client->reader.fd = client->fd;
    if (!request_comes(&client->reader, line))
        serve_lines(client);
    else if (answer_request(client, line))
        serve_frames(client);
    log_line("Closing connection of %s", client->name);
    close(client->fd);
}

/* A client's thread, from beginning to end. */
static void *client_thread(void *argument)
{
    struct client *client = argument;
    pthread_detach(pthread_self()); /* nobody waits for it */
    serve_client(client);
    free(client);
    return NULL;
}

/* Starts a thread that serves fd, or tells the client that there is none. */
static void start_client(int fd, const char *name)
{
    struct client *client = calloc(1, sizeof *client);
    pthread_t thread;
    if (client != NULL) {
        client->fd = fd;
        strcpy(client->name, name);
        if (pthread_create(&thread, NULL, client_thread, client) == 0)
            return;
    }
    log_line("Refused %s", name);
    send_line(fd, "* too many clients: try again later");
    close(fd);
    free(client);
}

/* Makes the best of an accept() that failed: the next one may succeed. */
static void accept_failed(int error)
{
    if (error == EINTR || error == ECONNABORTED)
        return; /* a signal, or a client that has gone already */
    struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
    log_line("accept: %s, trying again", strerror(error));
    nanosleep(&pause, NULL); /* out of descriptors: they may come back */
}

/* ---- main ---- */

int main(int argc, char *argv[])
{
    int listener = tcp_listen(server_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */
    raise_descriptor_limit();

    for (;;) {
        char name[NAME_SIZE];
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            start_client(client, name);
    }
}
