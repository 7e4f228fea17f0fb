/*
 * server.c: sends each client's frames back to it.
 * Run it: server [PORT [ADDRESS]]
 *
 * New: a frame says its length first, so its body may be any bytes at all.
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BODY_SIZE = 65536 };

/* A message on its way. Only so much of body is sent as length says. */
struct frame {
    uint32_t length; /* most significant byte first */
    char body[BODY_SIZE];
};

enum frame_status { FRAME_END, FRAME_READ, FRAME_CUT, FRAME_TOO_LONG };

/*
 * Receives len bytes, in as many calls as it takes. Returns how many came
 * before the stream ended, or -1 with errno set.
 */
static ssize_t recv_all(int fd, void *bytes, size_t len)
{
    size_t got = 0;
    while (got < len) {
        ssize_t more = recv(fd, (char *)bytes + got, len - got, 0);
        if (more == 0)
            break;
        if (more == -1 && errno != EINTR)
            return -1;
        got += more == -1 ? 0 : (size_t)more;
    }
    return (ssize_t)got;
}

/* Receives the next frame. FRAME_END: the stream ended, and not in a frame. */
static enum frame_status recv_frame(int fd, struct frame *frame)
{
    ssize_t got = recv_all(fd, &frame->length, sizeof frame->length);
    if (got == 0)
        return FRAME_END;
    if (got != sizeof frame->length)
        return FRAME_CUT;
    size_t len = ntohl(frame->length);
    if (len > BODY_SIZE)
        return FRAME_TOO_LONG;
    return recv_all(fd, frame->body, len) == (ssize_t)len ? FRAME_READ
                                                          : FRAME_CUT;
}

/* Sends a frame all in one go. Returns 0, or -1 with errno set. */
static int send_frame(int fd, const struct frame *frame)
{
    return send_all(fd, (const char *)frame,
                    sizeof frame->length + ntohl(frame->length));
}

/* Sends client's frames back to it until it has no more, then closes. */
static void serve_client(int client, const char *name)
{
    log_line("Connected by %s", name);

    struct frame frame;
    enum frame_status status;
    while ((status = recv_frame(client, &frame)) == FRAME_READ) {
        log_line("%s %lu bytes", name, (unsigned long)ntohl(frame.length));
        if (send_frame(client, &frame) == -1)
            break;
    }
    if (status == FRAME_TOO_LONG)
        log_line("%s error: a frame that is too long", name);
    else if (status != FRAME_END)
        log_line("%s error: the connection failed in a frame", name);

    log_line("Closing connection of %s", name);
    close(client);
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

int main(int argc, char *argv[])
{
    int listener = tcp_listen(server_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */

    for (;;) {
        char name[NAME_SIZE];
        int client = accept_client(listener, name);
        if (client == -1)
            accept_failed(errno);
        else
            serve_client(client, name);
    }
}
