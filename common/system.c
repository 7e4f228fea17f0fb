/* system.c - threads, time, descriptors, signals; see net.h. */
#include "net.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>

void raise_descriptor_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == -1)
        die("getrlimit", "the descriptors");
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files); /* what it brought is asked for anew */
    getrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_cur < 1000)
        log_line("Only %d descriptors: see ulimit -n", (int)files.rlim_cur);
}

int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now); /* which every system has */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void start_thread(void *(*run)(void *))
{
    pthread_t thread;
    errno = pthread_create(&thread, NULL, run, NULL);
    if (errno != 0)
        die("pthread_create", "a thread");
    pthread_detach(thread);
}

sigset_t block_endings(void)
{
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    sigset_t endings;
    sigemptyset(&endings);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction action;
        if (sigaction(numbers[i], NULL, &action) == 0 &&
            action.sa_handler != SIG_IGN)
            sigaddset(&endings, numbers[i]);
    }
    pthread_sigmask(SIG_BLOCK, &endings, NULL);
    return endings;
}
