/*
 * deaf.h - a side that has vanished, as when its cable is cut: nothing that is
 * sent to it arrives any more, and so it acknowledges nothing.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Has the kernel throw away what comes for fd. Returns whether it can. */
static inline bool deafen(int fd)
{
#ifdef SO_ATTACH_FILTER /* a filter of one instruction: keep 0 bytes */
    struct {
        uint16_t code;
        uint8_t jump_true, jump_false;
        uint32_t value;
    } keep_nothing = {.code = 6 /* return */, .value = 0};
    struct {
        unsigned short len;
        void *instructions;
    } filter = {.len = 1, .instructions = &keep_nothing};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
                      sizeof filter) == 0;
#else
    (void)fd;
    return false;
#endif
}
