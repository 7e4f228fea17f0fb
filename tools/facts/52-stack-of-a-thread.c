/*
 * Question: How large is the stack of a thread, and how much of that does it take in memory?
 * Pergunta: De que tamanho é a pilha de uma thread, e quanto disso ela ocupa na memória?
 * Usually: 8192 KiB, of which less than 32 KiB
 * Why: The kernel gives memory page by page, to what is touched. The rest is a promise.
 * Por quê: O kernel dá memória página a página, a quem toca nela. O resto é uma promessa.
 * See: pthread_create(3), getrlimit(2), mincore(2)
 * Step: 05
 * Promised: no
 */
#include "fact.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#ifdef __linux__
static size_t in_memory; /* bytes of the thread's stack */

static void *measure(void *unused)
{
    pthread_attr_t own;
    void *lowest;
    size_t size, page = (size_t)sysconf(_SC_PAGESIZE);
    (void)unused;
    pthread_getattr_np(pthread_self(), &own);
    pthread_attr_getstack(&own, &lowest, &size);

    uintptr_t first = ((uintptr_t)lowest + page - 1) / page * page;
    size_t pages = ((uintptr_t)lowest + size - first) / page;
    unsigned char *there = calloc(pages, 1);
    must(mincore((void *)first, pages * page, there), "mincore");
    for (size_t i = 0; i < pages; i++)
        if ((there[i] & 1) != 0)
            in_memory += page;
    free(there);
    return NULL;
}
#endif

int main(void)
{
#ifdef __linux__
    pthread_attr_t usual;
    pthread_t measured;
    size_t size;

    pthread_attr_init(&usual);
    pthread_attr_getstacksize(&usual, &size);
    must(-(pthread_create(&measured, NULL, measure, NULL) != 0), "a thread");
    pthread_join(measured, NULL);
    answer("%zu KiB, of which %s than 32 KiB", size / 1024,
           in_memory < 32 * 1024 ? "less" : "more");
#else
    answer("not tried: no way to ask for a thread's stack here");
#endif
}
