/*
 * marks.c - marks each line that is logged and each thread that is started,
 * where it is: with a write to nowhere, which strace sees together with who
 * called. (The call of the kernel that starts a thread has no stack, and a line
 * that is logged is written by another thread.) A program that is recorded is
 * linked with it and -Wl,--wrap=log_line,--wrap=pthread_create;
 * tools/see/calls.awk knows the mark.
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

/* The linker's names: a call of log_line() comes to the second, and that goes
   on to the first, which is log_line() itself. */
void __real_log_line(const char *format, ...);
void __wrap_log_line(const char *format, ...);
int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument);

void __wrap_log_line(const char *format, ...)
{
    char line[4096];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (len >= 0 && write(-1, line, (size_t)len) == -1)
        __real_log_line("%s", line);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *), void *argument)
{
    if (write(-1, "pthread_create", 14) == -1)
        return __real_pthread_create(thread, attributes, run, argument);
    return 0; /* never: nobody takes what is written to nowhere */
}
