/* shares.c: what a proof tries, in shares on all cores; see shares.h. */
#include "shares.h"
#include "net.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { THREADS_MAX = 64 };

static uint64_t (*work_on)(unsigned share);
static unsigned shares;
static atomic_uint next_share;
static atomic_ullong tried;

/* A thread takes shares as long as there are any. */
static void *take_shares(void *unused)
{
    unsigned share;
    while ((share = next_share++) < shares)
        tried += work_on(share);
    return unused;
}

uint64_t share_out(unsigned count, uint64_t (*work)(unsigned share))
{
    pthread_t threads[THREADS_MAX];
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    int started = 0;
    work_on = work;
    shares = count;
    next_share = 0;
    tried = 0;
    for (; started < cores && started < THREADS_MAX; started++) {
        errno = pthread_create(&threads[started], NULL, take_shares, NULL);
        if (errno != 0)
            die("pthread_create", "share");
    }
    while (started > 0)
        pthread_join(threads[--started], NULL);
    return tried;
}

void begin_report(void)
{
    static pthread_mutex_t report_lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&report_lock); /* until the program ends */
}

void print_hex(const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        printf(" %02X", (unsigned char)bytes[i]);
}
