#!/usr/bin/env bash
# cflow-threads: a function that is handed to pthread_create stands in the tree as
# one that the caller calls itself, beside pthread_create and not below it.
#
# Package: cflow 1:1.7-4 (Debian 12).
# Guessed: it is a value there, not a call: serve is not in the tree of main.
# Seen:    main > pthread_create, main > serve, serve > answer, main > pthread_join
# Why:     cflow has no types: a known function's name in an expression is a call.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download cflow=1:1.7-4 2>warnings || { cat warnings; exit 1; }
dpkg -x cflow_*.deb root
cat >threads.c <<'SOURCE'
#include <pthread.h>
#include <unistd.h>

static void answer(int fd)
{
    write(fd, "hello\n", 6);
}

static void *serve(void *arg)
{
    answer(*(int *)arg);
    return NULL;
}

int main(int argc, char *argv[])
{
    pthread_t worker;
    int fd = STDOUT_FILENO;
    pthread_create(&worker, NULL, serve, &fd);
    pthread_join(worker, NULL);
    return 0;
}
SOURCE
seen=$(root/usr/bin/cflow --omit-arguments threads.c | awk '
    { match($0, /^ */); depth = RLENGTH / 4; sub(/^ */, ""); sub(/\(.*/, "") }
    depth > 0 && $0 != "write" { print above[depth - 1] " > " $0 }
    { above[depth] = $0 }' | paste -sd , | sed 's/,/, /g')
echo "$seen"
[ "$seen" = 'main > pthread_create, main > serve, serve > answer, main > pthread_join' ]
