/*
 * server.c: a chat: sends what one client says to all others.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: one thread for all. poll() says who has sent something, and who can
 * take more of what waits for it. No call on a client's socket ever waits.
 */
#include "net.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLIENTS_MAX 1000
#define WAITING_MAX (256 * 1024) /* bytes that may wait for one client */
#define PAUSE_MS 100             /* until it tries again what has failed */

/* A client, the line that it has begun, and the bytes that it has not taken. */
struct client {
    int fd;
    char name[NAME_SIZE];
    struct client *next;
    bool leaving, too_slow; /* it wants to go, or has to */
    bool left;              /* all know that: it gets what waits, is closed */
    size_t line_len; /* may be more than line holds: then it is too long */
    char line[LINE_SIZE];
    size_t waiting_len;
    char *waiting; /* WAITING_MAX bytes, or NULL while nothing waits */
};

/* ---- room ---- */

static struct client *room;
static nfds_t clients;                         /* how many are in the room */
static struct pollfd watched[1 + CLIENTS_MAX]; /* the listener, then the room */
static int64_t accept_at; /* when to accept clients again, in ms */

/* Whether somebody has this name, or Ana for ana. */
static bool is_taken(const char *name)
{
    for (const struct client *other = room; other != NULL; other = other->next)
        if (!other->left && same_name(other->name, name))
            return true;
    return false;
}

/* Adds client to the room, as guest-N. */
static void room_add(struct client *client)
{
    static unsigned guests;
    do
        snprintf(client->name, NAME_SIZE, "guest-%u", ++guests);
    while (is_taken(client->name));
    client->next = room;
    room = client;
}

/* ---- sending ---- */

/* Gives client up: poll() tells of it at once, and its connection is closed. */
static void give_up(struct client *client)
{
    client->leaving = true;
    client->waiting_len = 0;
    shutdown(client->fd, SHUT_RDWR);
}

/* Sends client what waits for it, as far as it takes that at once. */
static void send_waiting(struct client *client)
{
    while (client->waiting_len > 0) {
        ssize_t sent =
            send(client->fd, client->waiting, client->waiting_len, 0);
        if (sent == -1 && errno == EAGAIN)
            return; /* poll() will say when it takes more */
        if (sent == -1 && errno == EINTR)
            continue;
        if (sent == -1) {
            give_up(client);
            break;
        }
        client->waiting_len -= (size_t)sent;
        memmove(client->waiting, client->waiting + sent, client->waiting_len);
    }
    free(client->waiting);
    client->waiting = NULL;
}

/* Puts text with what waits for client, or finds that client is too slow. */
static void tell(struct client *client, const char *text)
{
    size_t len = strlen(text);
    if (client->waiting_len + len > WAITING_MAX)
        send_waiting(client); /* it may have read meanwhile */
    if (client->waiting == NULL)
        client->waiting = malloc(WAITING_MAX);
    if (client->waiting == NULL || client->waiting_len + len > WAITING_MAX) {
        client->leaving = true;
        client->too_slow = true;
    }
    if (client->too_slow)
        return;
    memcpy(client->waiting + client->waiting_len, text, len);
    client->waiting_len += len;
}

/* Sends text to everybody but its sender. */
static void broadcast(const struct client *sender, const char *text)
{
    for (struct client *other = room; other != NULL; other = other->next)
        if (other != sender && !other->left)
            tell(other, text);
}

/* Tells everybody what client has done. */
static void notice(const struct client *client, const char *done,
                   const char *what)
{
    char text[MESSAGE_SIZE];
    snprintf(text, sizeof text, "* %s %s%s\n", client->name, done, what);
    broadcast(NULL, text);
}

/* ---- commands ---- */

/*
 * Each command is given what follows its name, and returns whether the client
 * stays.
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
        if (each->left)
            continue;
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

/* ---- clients ---- */

/* Does what client's line asks for, now that all of it has come. */
static void end_line(struct client *client)
{
    size_t len = client->line_len;
    if (len > 0 && len <= LINE_SIZE && client->line[len - 1] == '\r')
        len--;
    enum line_status status = len < LINE_SIZE ? LINE_READ : LINE_TOO_LONG;
    clean_text(client->line, status == LINE_READ ? len : LINE_SIZE - 1);
    client->line_len = 0;
    if (!handle_line(client, status, client->line))
        client->leaving = true;
}

/* Takes what has come from client: some lines, a part of one, or the end. */
static void receive(struct client *client)
{
    char bytes[READ_SIZE];
    ssize_t len = recv(client->fd, bytes, sizeof bytes, 0);
    if (len == -1 && (errno == EAGAIN || errno == EINTR))
        return;
    for (ssize_t i = 0; i < len && !client->leaving; i++) {
        if (bytes[i] == '\n')
            end_line(client);
        else if (client->line_len++ < LINE_SIZE)
            client->line[client->line_len - 1] = bytes[i];
    }
    if (len == 0 && client->line_len > 0)
        end_line(client); /* the unfinished last line */
    if (len <= 0)
        client->leaving = true;
}

/* Has no call on fd wait. Of a socket that is open this cannot fail. */
static void set_nonblocking(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Makes a client of fd, or tells it that there are too many. */
static void start_client(int fd, const char *name)
{
    struct client *client = calloc(1, sizeof *client);
    if (client == NULL || clients == CLIENTS_MAX) {
        log_line("Refused %s", name);
        send_line(fd, "* too many clients: try again later");
        close(fd);
        free(client);
        return;
    }
    log_line("Connected by %s", name);
    set_nonblocking(fd);
    client->fd = fd;
    clients++;
    room_add(client);
    notice(client, "joined", "");
}

/* Makes the best of an accept() that failed: the next one may succeed. */
static void accept_failed(int error)
{
    if (error == EINTR || error == ECONNABORTED || error == EAGAIN)
        return; /* a signal, or a client that has gone already */
    log_line("accept: %s, trying again", strerror(error));
    accept_at = now_ms() + PAUSE_MS; /* descriptors may come back */
}

/* ---- main ---- */

/* Waits until somebody has sent something, can take more, or wants to join. */
static void wait_for_any(int listener)
{
    bool paused = now_ms() < accept_at;
    watched[0] =
        (struct pollfd){.fd = paused ? -1 : listener, .events = POLLIN};
    struct pollfd *next = watched + 1;
    for (struct client *each = room; each != NULL; each = each->next) {
        short in = each->left ? 0 : POLLIN;
        short out = each->waiting_len > 0 ? POLLOUT : 0;
        *next++ = (struct pollfd){.fd = each->fd, .events = (short)(in | out)};
    }
    if (poll(watched, 1 + clients, paused ? PAUSE_MS : -1) != -1 ||
        errno == EINTR)
        return; /* after a signal nothing has come */

    poll(NULL, 0, PAUSE_MS); /* it may not watch so many: it asks them all */
    for (nfds_t i = 1; i <= clients; i++)
        watched[i].revents = POLLIN;
}

/* Takes all that has come: what clients have sent, then one new client. */
static void take_what_came(int listener)
{
    struct pollfd *next = watched + 1;
    for (struct client *each = room; each != NULL; each = each->next) {
        if ((next->revents & ~POLLOUT) != 0 && !each->leaving)
            receive(each);
        next++;
    }
    if (watched[0].revents == 0)
        return;
    char name[NAME_SIZE];
    int client = accept_client(listener, name);
    if (client == -1)
        accept_failed(errno);
    else
        start_client(client, name);
}

/* Tells everybody who is leaving; who is too slow for that leaves as well. */
static void announce_leavers(void)
{
    for (struct client *each = room; each != NULL;) {
        if (!each->leaving || each->left) {
            each = each->next;
            continue;
        }
        notice(each, "left", each->too_slow ? ": too slow" : "");
        each->left = true;
        if (each->too_slow)
            each->waiting_len = 0;
        each = room; /* from the start: an earlier one may be leaving now */
    }
}

/* Sends what waits, and closes the connections of those who have all. */
static void send_and_close(void)
{
    for (struct client **link = &room; *link != NULL;) {
        struct client *client = *link;
        send_waiting(client);
        if (!client->left || client->waiting_len > 0) {
            link = &client->next;
            continue;
        }
        log_line("Closing connection of %s", client->name);
        *link = client->next;
        close(client->fd);
        free(client);
        clients--;
    }
}

int main(int argc, char *argv[])
{
    int listener = tcp_listen(server_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */
    raise_descriptor_limit();
    set_nonblocking(listener); /* who wanted to join may have gone again */

    for (;;) {
        wait_for_any(listener);
        take_what_came(listener);
        announce_leavers();
        send_and_close();
    }
}
