#!/usr/bin/env bats
# The load generator tells the truth: of a chat that does right, and of one that
# drops, doubles, swaps or damages a line on purpose.
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    [ "$(uname)" = Linux ] || skip 'the load generator is for Linux: epoll'
}

setup_file() {
    [ "$(uname)" = Linux ] || return 0
    env -u MAKEFLAGS -u MAKELEVEL make -s SANITIZE="${SANITIZE:-}" "$BUILD/kit/load"
    begin_faulty_chats
}

teardown_file() { end_jobs; }

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

# faulty NAME STATEMENTS OPTION...: a chat as step 06 is, but that it does this
# where line number `n` is passed on; and how it is loaded. All of them run at the
# same time, since a line that is lost is waited for.
declare -A FAULT LOAD
faulty() {
    FAULT[$1]=$2
    LOAD[$1]=${*:3}
}

begin_faulty_chats() {
    local source=$BATS_FILE_TMPDIR/server.c program=$BATS_FILE_TMPDIR/server name statements=''
    for name in "${!FAULT[@]}"; do
        statements+="if (strcmp(getenv(\"FAULT\"), \"$name\") == 0) { ${FAULT[$name]} } "
    done
    sed "s|^        broadcast(client, text);|    {\n    static int n; n += text[strlen(text) - 2] != '~'; $statements\n&\n    }|" \
        steps/06-broadcast/server.c >"$source"
    ! cmp -s "$source" steps/06-broadcast/server.c
    cc -std=c11 -D_POSIX_C_SOURCE=200809L -Icommon -o "$program" "$source" common/*.c -pthread
    for name in "${!FAULT[@]}"; do
        local BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR/$name
        mkdir "$BATS_TEST_TMPDIR"
        await_server /dev/null env FAULT="$name" "$program" 0 127.0.0.1
        # shellcheck disable=SC2086
        in_background /dev/null "$BATS_TEST_TMPDIR/report" timeout -k 5 $((PATIENCE * 12)) \
            "$BUILD/kit/load" -P "$SERVER" ${LOAD[$name]} "$PORT"
        echo $! >"$BATS_TEST_TMPDIR/load"
    done
}

# chat NAME: sets output to what is reported of this faulty chat.
chat() {
    PATIENCE=$((PATIENCE * 13)) wait_until dead "$(<"$BATS_FILE_TMPDIR/$1/load")"
    output=$(<"$BATS_FILE_TMPDIR/$1/report")
    echo "$1: $output"
}

@test "load: of a chat that does right it says so, whatever the pace" {
    local pace
    start_server 12
    for pace in '' '-w 1' '-w 4' '-r 200'; do
        # shellcheck disable=SC2086
        load_it -n 20 -m 3 -k 100 $pace
        all_is_well clients 20 senders 3 lines 100 said 300 deliveries 5700
    done
}

@test "load: clients of several servers are one room" {
    start_server 12
    load_it -n 21 -m 3 -k 100 "$PORT" "$PORT"
    all_is_well said 300 deliveries 6000
    local one=$PORT
    start_server 12
    run -1 timeout -k 5 $((PATIENCE * 12)) "$BUILD/kit/load" -n 20 -m 1 -k 1 -t 1 "$one" "$PORT"
    [[ $output == *' hear nothing: is this a chat?'* ]]
}

@test "load: the ladder's chats do right, from step 06 on" {
    local step
    for step in 6 7 8 9 10; do
        start_server $step
        load_it -n 20 -m 20 -k 20 -w 2
        all_is_well deliveries 7600
    done
}

@test "load: both chats in one event loop do right, whoever is behind or resets" {
    local peer pace
    for peer in epoll epoll-log; do
        env -u MAKEFLAGS -u MAKELEVEL make -s SANITIZE="${SANITIZE:-}" "$BUILD/kit/$peer"
        await_server /dev/null "$BUILD/kit/$peer" 0
        for pace in '' '-w 1' '-s 3 -x 200' '-l 1'; do
            # shellcheck disable=SC2086
            load_it -n 50 -m 20 -k 500 -b 200 $pace
            all_is_well deliveries 490000
        done
    done
}

faulty dropped 'if (n == 150) return;' -n 10 -m 2 -k 100 -i 2
@test "load: a line that is dropped is lost to all others" {
    chat dropped
    reports lost 9 duplicated 0 reordered 0 damaged 0 deliveries 1791
}

faulty doubled 'if (n == 150) broadcast(client, text);' -n 10 -m 2 -k 100
@test "load: a line that comes twice is a duplicate" {
    chat doubled
    reports lost 0 duplicated 9 reordered 0 damaged 0 deliveries 1800
}

faulty doubled-last 'if (n == 200) broadcast(client, text);' -n 10 -m 2 -k 100
@test "load: the last line of all may be the one that comes twice" {
    chat doubled-last
    reports lost 0 duplicated 9 deliveries 1800
}

faulty swapped 'static char kept[MESSAGE_SIZE]; if (n == 50) { strcpy(kept, text); return; } if (n == 51) { broadcast(client, text); strcpy(text, kept); }' \
    -n 10 -m 1 -k 100
@test "load: two lines of a sender that change places are out of order" {
    chat swapped
    reports lost 0 duplicated 0 reordered 9 damaged 0 deliveries 900
}

for at in 6 10 20 4; do
    faulty damaged-at-$at "if (n == 150) text[strlen(text) - 64 + $at] ^= 2;" -n 10 -m 2 -k 100 -i 2
done
@test "load: a line with one bit of its text or number wrong is damaged" {
    local at
    for at in 6 10 20 4; do
        chat damaged-at-$at
        reports lost 9 duplicated 0 damaged 9 deliveries 1791
    done
}

faulty cut 'if (n == 150) strcpy(text + strlen(text) - 20, "\\n");' -n 10 -m 2 -k 100 -i 2
faulty misnamed 'if (n == 150) text[3]++;' -n 10 -m 2 -k 100 -i 2
@test "load: a line that is cut short, or under another's name, is damaged" {
    local name
    for name in cut misnamed; do
        chat $name
        reports lost 9 damaged 9 deliveries 1791
    done
}

faulty echoed 'if (n == 150) tell((struct client *)client, text);' -n 10 -m 2 -k 100
faulty told-to-one 'if (n == 150) { tell(room == client ? room->next : room, text); return; }' -n 10 -m 2 -k 100 -i 2
@test "load: who speaks must not hear it, and who is told nothing has lost it" {
    chat echoed
    reports lost 0 duplicated 1 deliveries 1800
    chat told-to-one
    reports lost 8 duplicated 0 deliveries 1792
}

faulty window-of-1 'if (n == 50) return;' -n 10 -m 1 -k 100 -w 1 -i 2
faulty window-of-2 'if (n == 50) return;' -n 10 -m 1 -k 100 -w 2 -i 2
@test "load: in a window a line that one has not got holds its sender up" {
    chat window-of-1
    reports said 50 lost 9 deliveries 441
    chat window-of-2
    reports said 100 lost 9 deliveries 891
}

faulty cut-off 'if (n == 150) shutdown(room->fd, SHUT_RDWR);' -n 10 -m 2 -k 100 -i 2
@test "load: a client that the server closes is counted" {
    chat cut-off
    reports closed 1
}

@test "load: at a fixed rate it takes its time" {
    start_server 12
    load_it -n 5 -m 2 -k 50 -r 100
    all_is_well said 100
    [[ $output =~ \"seconds\":0*([0-9]+)[.]([0-9]+) ]]
    [ "${BASH_REMATCH[1]}${BASH_REMATCH[2]}" -ge 4900 ] # 49 pauses of 10 ms
}

@test "load: by the clock they stop before all lines are said, and none is lost" {
    start_server 12
    load_it -n 5 -m 2 -k 100000 -w 1 -d 300
    all_is_well senders 2
    [[ $output =~ \"said\":([0-9]+) ]]
    [ "${BASH_REMATCH[1]}" -gt 0 ]
    [ "${BASH_REMATCH[1]}" -lt 200000 ]
}

@test "load: when all leave, the server has closed every connection" {
    start_server 12
    local own
    own=$(descriptors "$SERVER")
    load_it -n 50 -m 5 -k 20 -l 1
    all_is_well deliveries 4900
    [[ $output =~ \"left_s\":[0-9.]+ ]]
    [ "$(descriptors "$SERVER")" = "$own" ]
}

@test "load: some who never read, and many who connect and reset, harm nobody" {
    start_server 12
    load_it -n 20 -m 5 -k 200 -s 3 -x 500
    all_is_well deliveries 19000 sleepers 3 resets 500
}

@test "load: it tells what the server has" {
    [ -r /proc/self/status ] || skip 'there is no /proc'
    [ "${SANITIZE:-}" != thread ] || skip 'the thread sanitizer has threads of its own'
    start_server 6
    local own
    own=$(descriptors "$SERVER") # while nobody is there, or still leaving
    load_it -n 20 -m 5 -k 50
    reports threads 22 descriptors $((20 + own))
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
    bench_it PEERS='step6 step12 telepathy' SCENES='busy-100 one'
    grep -q '^| step 12 against | 100 clients, 10 talk | one line at a time, 100 clients |$' <<<"$output"
    grep -qE '^\| step 06 \| [0-9.]+× \| [0-9.]+× \|$' <<<"$output"
    grep -q '^Left out: telepathy ' <<<"$output"
    grep -q '<title>step 12</title>' "$BATS_TEST_TMPDIR/bench/clients.svg"
    [ "$(jq -s 'map(.lost) == [0, 0, 0, 0]' "$BATS_TEST_TMPDIR/bench/results.jsonl")" = true ]
}

@test "bench: without anything to draw there is the table alone" {
    bench_it PEERS=step6 SCENES=flood
    grep -qE '^\| step 06 \| [0-9]+ \|' <<<"$output"
    run ! grep svg <<<"$output"
}

@test "bench: a line that a step lost is told; 08 and 09 say that they drop people" {
    needs jq
    local peer
    for peer in step6 step8 step9 step10 step12 redis; do
        printf '{"peer": "%s", "lost": 1, "duplicated": 0, "reordered": 0, "damaged": 0, "closed": 0}\n' $peer
    done >"$BATS_TEST_TMPDIR/results.jsonl"
    run -0 jq -rs -L tools/kit/bench 'include "report"; broken_promises | fromjson.peer' "$BATS_TEST_TMPDIR/results.jsonl"
    [ "$output" = $'step6\nstep10\nstep12' ]
}

# made_up PEER SCENE RATE CPU: a result as bench writes it.
made_up() {
    printf '{"peer": "%s", "scene": "%s", "deliveries_per_second": %s, "cpu_s_per_million": %s, "lost": 0, "closed": 0,
        "p50_us": 1, "p99_us": 1, "rss_kb": 1024, "peak_kb": 2048, "threads": 1, "clients": 10, "came_s": 1.5 %s}\n' "${@:1:4}" "${5:-}"
}

@test "bench: two tables of ratios, one of lines and one of CPU, and quartiles" {
    needs jq
    local rate
    {
        for rate in 1000000 2000000 3000000 4000000; do made_up step12 one-10 $rate 0.3; done
        made_up epoll-log one-10 1500000 0.2
        made_up old loaded-500 100000 0.4
        made_up step12 loaded-500 200000 0.1
    } >"$BATS_TEST_TMPDIR/results.jsonl"
    run -0 jq -rs -L tools/kit/bench 'include "report"; report' "$BATS_TEST_TMPDIR/results.jsonl"
    [ "$(grep -F '| epoll with the log |' <<<"$output" | head -n 2)" = '| epoll with the log | 2× | – |
| epoll with the log | 1.5× | – |' ]
    [ "$(grep -F '| old build |' <<<"$output" | head -n 2)" = '| old build | – | 2× |
| old build | – | 0.25× |' ]
    grep -qF '| step 12 | 3000 | 2000 to 4000 | 0.3 |' <<<"$output"
    run ! grep -F 'all came' <<<"$output"
}

@test "bench: of ten thousand it says how long they took to come and to leave" {
    needs jq
    made_up step12 busy-10000 1000000 0.2 ', "left_s": 2.5' >"$BATS_TEST_TMPDIR/results.jsonl"
    run -0 jq -rs -L tools/kit/bench 'include "report"; report' "$BATS_TEST_TMPDIR/results.jsonl"
    grep -qF '| step 12 | 1.5 | 2.5 | 2 | 0 | 0 |' <<<"$output"
}

@test "bench: OLD adds the last step of another copy, built if need be" {
    local old=$BATS_TEST_TMPDIR/old
    env -u MAKEFLAGS -u MAKELEVEL make -s build_step12
    mkdir -p "$old/steps/09-log" "$old/steps/10-postman"
    printf '.PHONY: steps\nsteps:\n\tmkdir -p build/step10 && cp "%s" build/step10/server\n' "$(realpath "$BUILD/step12/server")" >"$old/Makefile"
    bench_it OLD="$old" PEERS='old step12' SCENES=one-10
    grep -qE '^\| old build \| [0-9.]+× \|$' <<<"$output"
    [ -x "$old/build/step10/server" ]
}

says_listening() { grep -qs '^Listening on ' "$BATS_TEST_TMPDIR/bench/server.log"; }
group_is_gone() { ! pgrep -g "$1" >/dev/null; }

@test "bench: Ctrl-C ends it at once, with the server that it measures" {
    needs jq gnuplot pgrep
    [ -z "${SANITIZE:-}${EMULATED:-}" ] || skip 'bench measures what make builds here'
    in_background /dev/null "$BATS_TEST_TMPDIR/said" env -u MAKEFLAGS -u MAKELEVEL \
        BENCH_OUT="$BATS_TEST_TMPDIR/bench" RUNS=1 PEERS=step6 SCENES=busy-1000 tools/kit/bench/bench
    local bench=$!
    wait_until says_listening
    kill -INT -- "-$bench"
    ends "$bench" 130
    wait_until group_is_gone "$bench"
    run ! grep -E 'broken|Left out' "$BATS_TEST_TMPDIR/said"
}

burners_are_there() { [ "$(pgrep -g "$1" -x bash | wc -l)" -gt "$(getconf _NPROCESSORS_ONLN)" ] && says_listening; }

@test "bench: what keeps the cores busy ends with it, on Ctrl-C and when it is killed" {
    needs jq gnuplot pgrep
    [ -z "${SANITIZE:-}${EMULATED:-}" ] || skip 'bench measures what make builds here'
    local signal bench
    for signal in INT KILL; do
        rm -rf "$BATS_TEST_TMPDIR/bench"
        in_background /dev/null "$BATS_TEST_TMPDIR/said" env -u MAKEFLAGS -u MAKELEVEL \
            BENCH_OUT="$BATS_TEST_TMPDIR/bench" RUNS=9 PEERS=step6 SCENES=loaded-500 tools/kit/bench/bench
        bench=$!
        wait_until burners_are_there "$bench"
        if [ $signal = INT ]; then
            kill -INT -- "-$bench"
            wait_until group_is_gone "$bench"
        else
            kill -KILL "$bench"
            wait_until no_bash_is_left "$bench"
        fi
    done
}
no_bash_is_left() { ! pgrep -g "$1" -x bash >/dev/null; }
