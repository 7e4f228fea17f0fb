/*
 * What three clients of step 12 may type: lines and commands, as read_line
 * would give them. All names stay valid and different, what is posted is whole
 * lines that nobody could have forged, and each client gets what is for it,
 * byte for byte, however little of it a sendmsg() takes.
 * Input: for each line a byte that says who types it, the line, a newline.
 */
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>

static ssize_t taking_sendmsg(int fd, const struct msghdr *message, int flags);

#define main server_main
#define sendmsg taking_sendmsg
#include "../../../steps/12-chat/server.c"
#undef main
#undef sendmsg

enum { PEOPLE = 3, FIRST_FD = 1 << 20 /* which nobody has */ };

/* What each is to get, and how much of it it has. */
static struct {
    char bytes[1 << 16];
    size_t len, taken;
} inbox[PEOPLE];
static unsigned calls; /* of sendmsg() */

/* Takes some, nothing, or is interrupted, in turn. */
static ssize_t taking_sendmsg(int fd, const struct msghdr *message, int flags)
{
    static const size_t most[] = {1, 7, 100000, 0, 40};
    size_t who = (size_t)(fd - FIRST_FD), taken = 0;
    size_t left = most[calls++ % 5];
    if (who >= PEOPLE || message->msg_iovlen == 0 || flags != MSG_DONTWAIT)
        __builtin_trap();
    errno = calls % 2 == 0 ? EAGAIN : EINTR;
    if (left == 0)
        return -1;
    for (size_t i = 0; i < (size_t)message->msg_iovlen && left > 0; i++) {
        struct iovec piece = message->msg_iov[i];
        size_t take = piece.iov_len < left ? piece.iov_len : left;
        if (take == 0 || take > inbox[who].len - inbox[who].taken ||
            memcmp(piece.iov_base, inbox[who].bytes + inbox[who].taken, take) !=
                0)
            __builtin_trap();
        inbox[who].taken += take;
        taken += take;
        left -= take;
    }
    return (ssize_t)taken;
}

/* Where the text of a post begins. */
static const char *text_of(const struct post *post)
{
    return log_bytes + post->start % LOG_SIZE;
}

/* Whether a post is one whole line: a notice, or what its sender says. */
static bool is_well_formed(const struct post *post)
{
    char line[MESSAGE_SIZE], prefix[NAME_SIZE + 2] = "* ";
    if (post->len < 1 || post->len >= sizeof line ||
        text_of(post)[post->len - 1] != '\n')
        return false;
    memcpy(line, text_of(post), post->len - 1);
    if (clean_text(line, post->len - 1) != post->len - 1 ||
        memcmp(line, text_of(post), post->len - 1) != 0)
        return false;
    if (post->from != NULL)
        sprintf(prefix, "%s: ", post->from->name);
    return strncmp(line, prefix, strlen(prefix)) == 0 &&
           (post->from == NULL || strncmp(line, "* ", 2) != 0);
}

static void check_names(const struct client *people)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        size_t length = name_length(people[i].name);
        if (length < 1 || length > 20)
            __builtin_trap();
        for (size_t k = 0; k < i; k++)
            if (same_name(people[i].name, people[k].name))
                __builtin_trap();
    }
}

/* Checks post i, which follows the one before, and notes who is to get it. */
static void check_post(const struct client *people, size_t i)
{
    const struct post *post = &posts[i % POSTS];
    size_t end = i + 1 == posts_end ? log_end : posts[(i + 1) % POSTS].start;
    if (!is_well_formed(post) || post->start + post->len != end)
        __builtin_trap();
    for (size_t k = 0; k < PEOPLE; k++) {
        if (post->from == &people[k] ||
            (post->to != NULL && post->to != &people[k]))
            continue;
        memcpy(inbox[k].bytes + inbox[k].len, text_of(post), post->len);
        inbox[k].len += post->len;
    }
}

/* One line of one of the people. */
static void type(struct client *people, const uint8_t *data, size_t len)
{
    char line[LINE_SIZE];
    size_t first = posts_end;
    memcpy(line, data + 1, len < LINE_SIZE ? len : LINE_SIZE - 1);
    clean_text(line, len < LINE_SIZE ? len : LINE_SIZE - 1);
    bool stays = handle_line(&people[*data % PEOPLE],
                             len < LINE_SIZE ? LINE_READ : LINE_TOO_LONG, line);
    if (!stays && strcmp(line, "/quit") != 0)
        __builtin_trap();
    if (posts_end != first + stays) /* each line is answered, or said */
        __builtin_trap();
    for (size_t i = first; i != posts_end; i++)
        check_post(people, i);
    check_names(people);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct client people[PEOPLE] = {0};
    struct pollfd watched[WATCHED];
    char *argv[] = {"build/step12/server", NULL};
    static bool begun;
    if (!begun)
        server_arguments(1, argv); /* which letters there are */
    begun = true;
    pthread_mutex_lock(&room_lock);
    room = NULL;
    calls = 0;
    for (size_t i = 0; i < PEOPLE; i++) {
        people[i].fd = FIRST_FD + (int)i;
        room_add(&people[i]);
        inbox[i].len = inbox[i].taken = 0;
    }
    for (const uint8_t *end = data + len; data < end;) {
        const uint8_t *newline = memchr(data, '\n', (size_t)(end - data));
        size_t most = (size_t)((newline != NULL ? newline : end) - data);
        if (most > 0)
            type(people, data, most - 1);
        if (most % 2 == 0)
            make_round(watched);
        data += most + (newline != NULL);
    }
    for (size_t i = 0; i < PEOPLE; i++)
        while (has_unsent(&people[i]))
            make_round(watched);
    make_round(watched);
    for (size_t i = 0; i < PEOPLE; i++)
        if (inbox[i].taken != inbox[i].len || posts_begin != posts_end)
            __builtin_trap();
    pthread_mutex_unlock(&room_lock);
    return 0;
}
