/*
 * What three clients of step 10 may type: lines and commands, as read_line
 * would give them. All names stay valid and different, and what is posted is
 * whole lines that nobody could have forged.
 * Input: for each line a byte that says who types it, the line, a newline.
 */
#define main server_main
#include "../../../steps/10-chat/server.c"
#undef main

#include <fcntl.h>

enum { PEOPLE = 3 };

/* Whether one post is whole lines: notices, or what its sender said. */
static bool is_well_formed(const struct post *post)
{
    if (post->len == 0 || post->len > sizeof post->text ||
        post->text[post->len - 1] != '\n')
        return false;
    for (const char *line = post->text, *end = line + post->len; line < end;) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        if (post->from == NULL && strncmp(line, "* ", 2) != 0)
            return false;
        if (post->from != NULL && line[0] == '*' && line[1] == ' ')
            return false;
        char copy[MESSAGE_SIZE];
        size_t len = (size_t)(newline - line);
        memcpy(copy, line, len);
        if (clean_text(copy, len) != len || memcmp(copy, line, len) != 0)
            return false;
        line = newline + 1;
    }
    return true;
}

static void check_room(struct client *people)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        if (!is_nickname(people[i].name))
            __builtin_trap();
        for (size_t k = 0; k < i; k++)
            if (strcasecmp(people[i].name, people[k].name) == 0)
                __builtin_trap();
    }
    for (size_t i = posts_begin; i != posts_end; i++)
        if (!is_well_formed(&posts[i % POSTS]))
            __builtin_trap();
    posts_begin = seen = posts_end; /* all have got all */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct client people[PEOPLE] = {{.fd = -1}, {.fd = -1}, {.fd = -1}};
    if (wake_pipe[1] == 0)
        wake_pipe[1] = open("/dev/null", O_WRONLY);
    room = NULL;
    for (size_t i = 0; i < PEOPLE; i++)
        room_add(&people[i]);
    for (const uint8_t *end = data + len; data < end;) {
        struct client *client = &people[*data++ % PEOPLE];
        const uint8_t *newline = memchr(data, '\n', (size_t)(end - data));
        size_t most = (size_t)((newline != NULL ? newline : end) - data);
        char line[LINE_SIZE];
        memcpy(line, data, most < LINE_SIZE ? most : LINE_SIZE - 1);
        clean_text(line, most < LINE_SIZE ? most : LINE_SIZE - 1);
        bool stays = handle_line(
            client, most < LINE_SIZE ? LINE_READ : LINE_TOO_LONG, line);
        if (!stays && strcmp(line, "/quit") != 0)
            __builtin_trap();
        check_room(people);
        data += most + (newline != NULL);
    }
    return 0;
}
