/*
 * The line reader, however the stream is cut into segments, against the plain
 * reference of the proof, which tries all short streams.
 * Input: how large the line may be, how many cuts, the cuts, the stream.
 */
#include "../prove/lines.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* What read_line reads from: at most segment[i] bytes at a time. */
static const uint8_t *stream, *segments;
static size_t left, segment_count, next_segment;

static ssize_t fed_read(int fd, void *bytes, size_t len)
{
    (void)fd;
    if (segment_count > 0) {
        size_t most = 1 + (size_t)segments[next_segment++ % segment_count] * 4;
        len = most < len ? most : len;
    }
    len = left < len ? left : len;
    memcpy(bytes, stream, len);
    stream += len;
    left -= len;
    return (ssize_t)len;
}

#define read fed_read
#include "../../../common/lines.c"
#undef read

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len < 2 || len - 2 < data[1])
        return 0;
    size_t size = data[0] < 250 ? (size_t)data[0] + 1 : LINE_SIZE;
    segment_count = data[1];
    segments = data + 2;
    next_segment = 0;
    stream = segments + segment_count;
    left = len - 2 - segment_count;

    const char *from = (const char *)stream, *end = (const char *)data + len;
    struct line_reader reader = {.fd = -1};
    char line[LINE_SIZE], wanted[LINE_SIZE];
    enum line_status status;
    do {
        bool was_waiting = line_waiting(&reader);
        size_t untouched = left;
        status = read_line(&reader, line, size);
        if (status != plain_line(&from, end, false, wanted, size))
            __builtin_trap();
        if (status != LINE_END && strcmp(line, wanted) != 0)
            __builtin_trap();
        if (was_waiting && left != untouched)
            __builtin_trap(); /* it said that read_line would not wait */
    } while (status != LINE_END);
    return 0;
}
