#!/usr/bin/env bats
# The load generator tells the truth: of a chat that does right, and of one that
# drops, doubles, swaps or damages a line on purpose.
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup_file() {
    [ "$(uname)" = Linux ] || skip 'the load generator is for Linux: epoll'
    env -u MAKEFLAGS -u MAKELEVEL make -s SANITIZE="${SANITIZE:-}" "$BUILD/kit/load"
}

# load_it OPTION...: sets output to what it reports.
load_it() {
    run -0 --separate-stderr timeout -k 5 $((PATIENCE * 12)) "$BUILD/kit/load" -P "$SERVER" "$@" "$PORT"
    echo "$output"
}

# reports KEY VALUE...: the report has these.
reports() {
    while [ $# -gt 0 ]; do
        [[ $output =~ [{,]\"$1\":([0-9.]+) ]] || { echo "no $1"; return 1; }
        [ "${BASH_REMATCH[1]}" = "$2" ] || { echo "$1 is ${BASH_REMATCH[1]}, not $2"; return 1; }
        shift 2
    done
}

all_is_well() { reports lost 0 duplicated 0 reordered 0 damaged 0 closed 0 "$@"; }

# A chat as step 06 is, but for STATEMENTS where line number `n` is passed on.
faulty() {
    local source=$BATS_TEST_TMPDIR/server.c
    sed "s|^    broadcast(client, text);|    static int n; n += text[strlen(text) - 2] != '~'; $1\n&|" \
        steps/06-broadcast/server.c >"$source"
    ! cmp -s "$source" steps/06-broadcast/server.c
    cc -std=c11 -D_POSIX_C_SOURCE=200809L -Icommon -o "$BATS_TEST_TMPDIR/server" "$source" common/*.c -pthread
    await_server /dev/null "$BATS_TEST_TMPDIR/server" 0 127.0.0.1
}

@test "load: of a chat that does right it says so, whatever the pace" {
    local pace
    start_server 10
    for pace in '' '-w 1' '-w 4' '-r 200'; do
        # shellcheck disable=SC2086
        load_it -n 20 -m 3 -k 100 $pace
        all_is_well clients 20 senders 3 lines 100 said 300 deliveries 5700
    done
}

@test "load: the ladder's chats do right, from step 06 on" {
    local step
    for step in 6 7 8 9; do
        start_server $step
        load_it -n 20 -m 20 -k 20 -w 2
        all_is_well deliveries 7600
    done
}

@test "load: a line that is dropped is lost to all others" {
    faulty 'if (n == 150) return;'
    load_it -n 10 -m 2 -k 100 -i 1
    reports lost 9 duplicated 0 reordered 0 damaged 0 deliveries 1791
}

@test "load: a line that comes twice is a duplicate" {
    faulty 'if (n == 150) broadcast(client, text);'
    load_it -n 10 -m 2 -k 100
    reports lost 0 duplicated 9 reordered 0 damaged 0 deliveries 1800
}

@test "load: the last line of all may be the one that comes twice" {
    faulty 'if (n == 200) broadcast(client, text);'
    load_it -n 10 -m 2 -k 100
    reports lost 0 duplicated 9 deliveries 1800
}

@test "load: two lines of a sender that change places are out of order" {
    faulty 'static char kept[MESSAGE_SIZE]; if (n == 50) { strcpy(kept, text); return; } if (n == 51) { broadcast(client, text); strcpy(text, kept); }'
    load_it -n 10 -m 1 -k 100
    reports lost 0 duplicated 0 reordered 9 damaged 0 deliveries 900
}

@test "load: a line with one bit of its text, number or time wrong is damaged" {
    local at
    for at in 6 10 20 4; do
        faulty "if (n == 150) text[strlen(text) - 64 + $at] ^= 2;"
        load_it -n 10 -m 2 -k 100 -i 1
        reports lost 9 duplicated 0 damaged 9 deliveries 1791
        end_jobs
    done
}

@test "load: a line that is cut short, or under another's name, is damaged" {
    faulty 'if (n == 150) strcpy(text + strlen(text) - 20, "\\n");'
    load_it -n 10 -m 2 -k 100 -i 1
    reports lost 9 damaged 9 deliveries 1791
    end_jobs
    faulty 'if (n == 150) text[3]++;'
    load_it -n 10 -m 2 -k 100 -i 1
    reports lost 9 damaged 9 deliveries 1791
}

@test "load: who speaks must not hear it, and who is told nothing has lost it" {
    faulty 'if (n == 150) tell((struct client *)client, text);'
    load_it -n 10 -m 2 -k 100
    reports lost 0 duplicated 1 deliveries 1800
    end_jobs
    faulty 'if (n == 150) { tell(room == client ? room->next : room, text); return; }'
    load_it -n 10 -m 2 -k 100 -i 1
    reports lost 8 duplicated 0 deliveries 1792
}

@test "load: in a window a line that one has not got holds its sender up" {
    faulty 'if (n == 50) return;'
    load_it -n 10 -m 1 -k 100 -w 1 -i 1
    reports said 50 lost 9 deliveries 441
    end_jobs
    faulty 'if (n == 50) return;'
    load_it -n 10 -m 1 -k 100 -w 2 -i 1
    reports said 100 lost 9 deliveries 891
}

@test "load: a client that the server closes is counted" {
    faulty 'if (n == 150) shutdown(room->fd, SHUT_RDWR);'
    load_it -n 10 -m 2 -k 100 -i 1
    reports closed 1
}

@test "load: at a fixed rate it takes its time" {
    start_server 10
    load_it -n 5 -m 2 -k 50 -r 100
    all_is_well said 100
    [[ $output =~ \"seconds\":0*([0-9]+)[.]([0-9]+) ]]
    [ "${BASH_REMATCH[1]}${BASH_REMATCH[2]}" -ge 4900 ] # 49 pauses of 10 ms
}

@test "load: some who never read, and many who connect and reset, harm nobody" {
    start_server 10
    load_it -n 20 -m 5 -k 200 -s 3 -x 500
    all_is_well deliveries 19000 sleepers 3 resets 500
}

@test "load: it tells what the server has" {
    [ -r /proc/self/status ] || skip 'there is no /proc'
    [ "${SANITIZE:-}" != thread ] || skip 'the thread sanitizer has threads of its own'
    start_server 6
    load_it -n 20 -m 5 -k 50
    reports threads 21 descriptors $((20 + $(descriptors "$SERVER")))
    [[ $output =~ \"cpu_s_per_million\":([0-9.]+),\"rss_kb\":([0-9]+) ]]
    [ "${BASH_REMATCH[1]}" != 0.0000 ]
    [ "${BASH_REMATCH[2]}" -gt 500 ]
}

@test "load: wrong usage and a port at which nobody listens are told in a line" {
    run -2 "$BUILD/kit/load"
    [[ $output == 'usage: load '* ]]
    run -2 "$BUILD/kit/load" -n none 5000
    [ "$output" = 'load: none: not a whole number from 1 to 20000' ]
    run -2 "$BUILD/kit/load" -p irc 5000
    [ "$output" = 'load: irc: not chat, redis or nats' ]
    run -1 "$BUILD/kit/load" 1
    [ "$output" = 'load: client 1 cannot connect to 127.0.0.1:1: Connection refused' ]
}

# bench_it VARIABLE=VALUE...: make bench, quick, into a folder of this test's.
bench_it() {
    needs jq gnuplot
    [ -z "${SANITIZE:-}${EMULATED:-}" ] || skip 'bench measures what make builds here'
    run -0 --separate-stderr env -u MAKEFLAGS -u MAKELEVEL BENCH_OUT="$BATS_TEST_TMPDIR/bench" QUICK=1 "$@" tools/kit/bench/bench
    echo "$output"
}

@test "bench: a table of what was asked for, plots, and what was left out" {
    bench_it PEERS='step6 step10 telepathy' SCENES='busy-100 one'
    grep -q '^| step 10 against | 100 clients, 10 talk | one line at a time, 100 clients |$' <<<"$output"
    grep -qE '^\| step 06 \| [0-9.]+× \| [0-9.]+× \|$' <<<"$output"
    grep -q '^Left out: telepathy ' <<<"$output"
    grep -q '<title>step 10</title>' "$BATS_TEST_TMPDIR/bench/clients.svg"
    [ "$(jq -s 'map(.lost) == [0, 0, 0, 0]' "$BATS_TEST_TMPDIR/bench/results.jsonl")" = true ]
}

@test "bench: without anything to draw there is the table alone" {
    bench_it PEERS=step6 SCENES=flood
    grep -qE '^\| step 06 \| [0-9]+ \|' <<<"$output"
    run ! grep svg <<<"$output"
}
