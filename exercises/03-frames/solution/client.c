/*
 * client.c: sends lines over TCP as frames and prints what comes back.
 * Run it: client [HOST [PORT]]
 *
 * New: a frame says its length first, so its body may be any bytes at all.
 */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Sends a line as a frame and prints the answer; false if there is none. */
static bool ask(int server, const char *line, size_t len)
{
    struct frame frame;
    frame.length = htonl((uint32_t)len);
    memcpy(frame.body, line, len);
    if (send_frame(server, &frame) == -1 ||
        recv_frame(server, &frame) != FRAME_READ)
        return false;
    fwrite(frame.body, 1, ntohl(frame.length), stdout);
    putchar('\n');
    if (fflush(stdout) == EOF || ferror(stdout))
        die("write", "stdout"); /* nobody takes its output */
    return true;
}

/* Sends each line typed and prints its answer. Returns the exit status. */
static int talk(int server)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    bool good = true;
    while (good && (len = getline(&line, &size, stdin)) != -1) {
        if (len > 0 && line[len - 1] == '\n')
            len--;
        if (len > BODY_SIZE)
            fputs("Not sent: a line of more than 65536 bytes.\n", stderr);
        else
            good = ask(server, line, (size_t)len);
    }
    if (good && ferror(stdin))
        die("read", "stdin");
    free(line);
    shutdown(server, SHUT_WR);
    char more;
    good = good && recv_all(server, &more, 1) == 0;
    close(server);
    if (!good)
        fputs("The connection failed, or what came was no frame.\n", stderr);
    return good ? 0 : 1;
}

int main(int argc, char *argv[])
{
    int server = tcp_connect(client_arguments(argc, argv));
    signal(SIGPIPE, SIG_IGN); /* the server may go first: send() will say so */
    return talk(server);
}
