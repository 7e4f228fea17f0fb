/* output.c - what a program prints; see net.h. */
#include "net.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* log_lock guards the lines of the log that are still to be written. */
static pthread_mutex_t log_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t log_changed = PTHREAD_COND_INITIALIZER;
static char waiting[512 * 1024];
static size_t waiting_len;
static unsigned left_out; /* lines for which there was no space */
static bool writing;      /* the thread has taken some, not yet written */

/* Writes len bytes to stdout; what nobody takes any more is lost. write(2) */
static void write_out(const char *bytes, size_t len)
{
    size_t written = 0;
    while (written < len) {
        ssize_t taken = write(STDOUT_FILENO, bytes + written, len - written);
        if (taken == -1 && errno != EINTR)
            return;
        written += taken == -1 ? 0 : (size_t)taken;
    }
}

/* Takes what is waiting into bytes, once there is any. Returns its length. */
static size_t take_waiting(char bytes[sizeof waiting + 100])
{
    pthread_mutex_lock(&log_lock);
    writing = false;
    pthread_cond_broadcast(&log_changed);
    while (waiting_len == 0)
        pthread_cond_wait(&log_changed, &log_lock);
    writing = true;
    size_t len = waiting_len;
    memcpy(bytes, waiting, len);
    waiting_len = 0;
    if (left_out > 0)
        len += (size_t)sprintf(bytes + len, "(left out: %u lines)\n", left_out);
    left_out = 0;
    pthread_mutex_unlock(&log_lock);
    return len;
}

/* The log's thread: it alone waits until stdout takes what is written. */
static void *log_thread(void *unused)
{
    static char bytes[sizeof waiting + 100];
    sigset_t all; /* signals are for the others; a closed pipe is none here */
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    for (;;)
        write_out(bytes, take_waiting(bytes));
    return unused;
}

/* At the end: waits for the thread, but for a paused terminal a second only. */
static void finish_log(void)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    pthread_mutex_lock(&log_lock);
    int error = 0;
    while ((writing || waiting_len > 0) && error == 0)
        error = pthread_cond_timedwait(&log_changed, &log_lock, &until);
    pthread_mutex_unlock(&log_lock);
}

/* Starts the log's thread. */
static void start_log(void)
{
    start_thread(log_thread);
    atexit(finish_log);
}

void log_line(const char *format, ...)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_log);

    va_list arguments;
    va_start(arguments, format);
    pthread_mutex_lock(&log_lock);
    char *end = waiting + waiting_len;
    size_t room = sizeof waiting - waiting_len - 1; /* after it comes a \n */
    size_t len = (size_t)vsnprintf(end, room, format, arguments);
    if (len < room) {
        end[len] = '\n';
        waiting_len += len + 1;
    } else {
        left_out++;
    }
    pthread_cond_broadcast(&log_changed);
    pthread_mutex_unlock(&log_lock);
    va_end(arguments);
}

void print_line(const char *line)
{
    if (puts(line) == EOF || fflush(stdout) == EOF)
        die("write", "stdout");
}
