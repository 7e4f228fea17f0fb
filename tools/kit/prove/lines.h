/*
 * lines.h: what read_line should say, by a plain reference that has the whole
 * stream before it. For the proof, and for the fuzzer.
 */
#ifndef LINES_H
#define LINES_H

#include "net.h"

#include <string.h>

/*
 * Reads the line at *from into line, which has room for size bytes, and moves
 * *from past it. At `end` the stream ends, or reading fails: what has no end
 * then is no line.
 */
static enum line_status plain_line(const char **from, const char *end,
                                   bool fails, char *line, size_t size)
{
    const char *newline = memchr(*from, '\n', (size_t)(end - *from));
    if (newline == NULL && (*from == end || fails))
        return LINE_END;
    const char *start = *from;
    size_t len = (size_t)((newline != NULL ? newline : end) - start);
    *from = newline != NULL ? newline + 1 : end;

    if (len > 0 && start[len - 1] == '\r')
        len--;
    bool fits = len < size;
    memcpy(line, start, fits ? len : size - 1);
    clean_text(line, fits ? len : size - 1);
    return fits ? LINE_READ : LINE_TOO_LONG;
}

#endif
