#!/usr/bin/env bats
# make trace3: the calls of a step's programs, as they happen.
bats_require_minimum_version 1.5.0
load see

can_trace() { [ -z "${SANITIZE:-}" ] && strace -o /dev/null true 2>/dev/null; }

setup_file() { ! can_trace || begin_to_wait_for_an_answer; }
teardown_file() { end_jobs; }

setup() {
    note_failures
    [ -z "${SANITIZE:-}" ] || skip 'a sanitizer makes calls of its own'
    needs strace
    can_trace || skip 'strace may not trace here'
    mkdir "$BATS_TEST_TMPDIR/tmp"
    export TMPDIR=$BATS_TEST_TMPDIR/tmp TIMELINE=$BATS_TEST_TMPDIR/timeline BUILD
}

# trace STEP [NAME=VALUE...]: runs it; what it prints goes to TIMELINE too.
trace() {
    env "${@:2}" timeout -k 5 $((60 * ${TIMEOUT_SCALE:-1})) tools/see/trace "$1" >"$TIMELINE" 2>"$BATS_TEST_TMPDIR/errors.log" || {
        echo "Exit status $?:"
        tail_of "$BATS_TEST_TMPDIR/errors.log"
        return 1
    }
    [ ! -s "$BATS_TEST_TMPDIR/errors.log" ] || { tail_of "$BATS_TEST_TMPDIR/errors.log"; return 1; }
    nothing_is_left
}

nothing_is_left() {
    [ -z "$(ls -A "$TMPDIR")" ] || { echo "It left: $(ls -A "$TMPDIR")"; return 1; }
    run ! pgrep -fl "$TMPDIR"
}

# in_order PATTERN...: the timeline has lines that match, one after another.
in_order() {
    local pattern line from=1
    for pattern; do
        line=$(tail -n "+$from" "$TIMELINE" | grep -nE -m 1 -- "$pattern" | cut -d : -f 1)
        if [ -z "$line" ]; then
            echo "There is no '$pattern' from line $from on:"
            cat -n "$TIMELINE"
            return 1
        fi
        from=$((from + line))
    done
}

has_lanes() {
    local name
    for name; do
        grep -qE "^[ |]*$name\$" "$TIMELINE" || { echo "No lane is called $name:"; head -n 12 "$TIMELINE"; return 1; }
    done
}

# lanes_of_threads NAME...: the same, where strace knows the names of functions.
lanes_of_threads() {
    [[ $(strace -V) == *stack-trace=* ]] || return 0
    has_lanes "$@"
}

@test "trace: step 01 in the order in which it happens, on both sides" {
    trace 1
    has_lanes server 'client 1'
    run ! grep -E 'log_thread|: thread|^ *[0-9.]+   write\(|starts' "$TIMELINE" # the log is no lesson yet
    in_order '^ +[0-9.]+   prints "Listening on 127\.0\.0\.1:[0-9]+"$' '   prints "Connected by 127' \
        '   prints "127\.0\.0\.1:[0-9]+ hello"$' '   prints "Closing connection of 127\.0\.0\.1:[0-9]+"$'
    in_order ' socket\(' ' bind\(3, \{127\.0\.0\.1:[0-9]+\}' ' listen\(3, 1\) = 0' \
        '\|  +socket\(' '\|  +connect\(3, \{127\.0\.0\.1:[0-9]+\}, 16\) = 0' \
        '^ +[0-9.]+   accept\(3, .* = 4   \(waited [0-9.]+ m?s\)' \
        '\|  +read\(0, "hello\\n", 4096\) = 6   \(waited [0-9.]+ m?s\)' \
        '\|  +send\(3, "hello", 5, 0\) = 5' '^ +[0-9.]+   recv\(4, "hello", 1024, 0\) = 5   \(waited' \
        '^ +[0-9.]+   close\(4\) = 0' '^ +[0-9.]+   exited with 0'
    # The server may be the first to end: then there is no | for it any more.
    in_order ' send\(' '   [| ] {5,}close\(3\)' '   [| ] {5,}exited with 0'
}

@test "trace: step 02 has no connection, and one datagram" {
    trace 2
    in_order ' bind\(' ' sendto\(3, "hello", 5, 0, \{127\.0\.0\.1:[0-9]+\}, 16\) = 5' \
        ' recvfrom\(3, "hello", .*\{127\.0\.0\.1:[0-9]+\}.* = 5   \(waited'
    run ! grep -E 'listen\(|accept\(|connect\(' "$TIMELINE"
}

@test "trace: step 03 asks and answers, line by line, to the half-close" {
    trace 3
    in_order 'connect' 'accept' '\|  +send\(3, "hello\\n"' '   read\(4, "hello\\n"' '   send\(4, "hello\\n"' \
        '\|  +read\(3, "hello\\n"' '\|  +send\(3, "bye\\n"' '   read\(4, "bye\\n"' '   send\(4, "bye\\n"' \
        '\|  +read\(3, "bye\\n"' '\|  +shutdown\(3, SHUT_WR\)' '   read\(4, "", 1024\) = 0' '   [| ] {5,}read\(3, "", 1024\) = 0'
}

@test "trace: steps 04 and 05 sit in accept when all is over" {
    local step
    for step in 4 5; do
        trace $step
        in_order 'accept' 'send\(' '   read\(' 'shutdown' 'accept\(3, .* = interrupted   \(waited' 'gets SIGTERM' 'killed by SIGTERM'
    done
    lanes_of_threads 'server: client_thread'
    in_order 'starts server: client_thread' '\|  +read\(4, "hello'
}

@test "trace: step 06 has a lane for each thread of the server and of two clients" {
    trace 6
    has_lanes server 'client 1' 'client 2'
    lanes_of_threads 'server: client_thread 1' 'server: client_thread 2' 'client 1: print_lines' 'client 2: print_lines'
    in_order 'send\(3, "hello\\n"' 'read\(4, "hello\\n"' 'send\(5, "127.0.0.1:[0-9]+: hello\\n"' \
        'read\(3, "127.0.0.1:[0-9]+: hello\\n"' 'send\(3, "hi\\n"' 'read\(5, "hi\\n"' 'read\(3, "127.0.0.1:[0-9]+: hi\\n"'
}

@test "trace: step 07 has the notices in both clients" {
    trace 7
    in_order '"\* guest-1 joined' '"\* guest-2 joined' 'read\(3, "guest-1: hello\\n"' 'read\(3, "guest-2: hi\\n"'
}

@test "trace: step 08 sends from a writer thread of each client" {
    trace 8
    lanes_of_threads 'server: writer_thread 1' 'server: writer_thread 2'
    in_order 'starts server: ' 'read\(4, "hello' 'send\(5, "guest-1: hello' 'read\(3, "guest-1: hello'
}

@test "trace: step 09 sends from writer threads, too" {
    trace 9
    lanes_of_threads 'server: writer_thread 1' 'server: writer_thread 2'
    in_order 'read\(4, "hello' 'send\(5, "guest-1: hello' 'read\(3, "guest-1: hello'
}

@test "trace: step 10 wakes its postman through a pipe, and he sends" {
    trace 10
    lanes_of_threads 'server: postman_thread'
    in_order '   pipe\(\[4, 5\]\) = 0' 'read\([0-9]+, "hello' 'write\(5, "\\0", 1\) = 1' \
        'poll\(\[\{fd=4, events=POLLIN\}\], 1, -1\) = 1 \(\[\{fd=4, revents=POLLIN\}\]\)' 'read\(4, "\\0", 1\) = 1' \
        'send\([0-9]+, "guest-1: hello\\n", 15, MSG_DONTWAIT\) = 15' 'read\(3, "guest-1: hello'
}

@test "trace: in step 11 who speaks in a quiet room sends, and wakes nobody" {
    trace 11
    in_order 'read\([0-9]+, "hello' 'sendmsg\([0-9]+, \["guest-1: hello\\n"\], MSG_DONTWAIT\) = 15' 'read\(3, "guest-1: hello'
    run ! grep 'write([0-9]*, "\\0", 1)' "$TIMELINE"
}

@test "trace: step 12 waits for a signal, and says goodbye to those who are still there" {
    trace 12
    lanes_of_threads 'server: end_thread'
    in_order 'sigwait\(\[HUP INT TERM\], \.\.\.\) = SIGTERM   \(waited' 'sendmsg\([0-9]+, \["\* server is shutting down\\n"\], MSG_DONTWAIT\) = 26' \
        'read\(3, "\* server is shutting down' 'write\(2, "The server closed the connection' 'exited with 0'
}

@test "trace: it says first that it types by itself, and nothing in what it prints is of the recorder" {
    trace 3
    [[ $(head -n 1 "$TIMELINE") == 'The server and a client run now.'*'trace types by itself'* ]]
    in_order '^The server and a client' '^ +server$' ' read\(0, "hello'
    trace 6
    [[ $(head -n 1 "$TIMELINE") == 'The server and two clients run now.'*'trace types by itself'* ]]
    run ! grep -E '0x[0-9a-f]+\]|pthread_create|marks' "$TIMELINE"
}

# left_out STEP NAME...: its last line counts what was left out, and names these.
left_out() {
    local names
    printf -v names '%s, ' "${@:2}"
    echo "The last line, for ${names%, }:" && tail -n 1 "$TIMELINE"
    [[ $(tail -n 1 "$TIMELINE") =~ ^"Left out: "([0-9]+)" call"s?" that this step is not about (${names%, }). To see them: make trace$1 ALL=1"$ ]]
    count=${BASH_REMATCH[1]}
}

calls_in() { grep -cE '^ +[0-9.]+   ' "$TIMELINE"; }

@test "trace: what the step is not about is left out, counted and named; ALL=1 shows it" {
    local count shown
    trace 3
    left_out 3 setsockopt getsockname
    [ "$count" = 2 ] # SO_REUSEADDR and getsockname
    in_order 'setsockopt\(3, SOL_TCP, TCP_NODELAY' '   poll\(\[\{fd=0' '   poll\(\[\{fd=3, events=POLLIN\}, \{fd=1, events=0\}'
    run ! grep -E 'SO_REUSEADDR|getsockname\(' "$TIMELINE"
    shown=$(calls_in)
    trace 3 ALL=1
    in_order 'SO_REUSEADDR' 'TCP_NODELAY' 'getsockname' 'starts server: ' '   write\(1, "Listening'
    run ! grep -E 'Left out|   prints ' "$TIMELINE"
    [ "$(calls_in)" -gt $((shown + count)) ] # the log's thread, too
}

@test "trace: where nothing is left out, nothing is said of it" {
    trace 1
    run ! grep 'Left out' "$TIMELINE"
    in_order 'SO_REUSEADDR' 'getsockname' '   exited with 0'
}

@test "trace: an option is shown in the step that explains it, and so is the postman's pipe" {
    trace 8
    left_out 8 setsockopt getsockname poll
    in_order 'SO_SNDTIMEO' 'SO_SNDTIMEO'
    trace 12
    left_out 12 setsockopt getsockname pipe poll write read
    in_order 'SO_KEEPALIVE' 'TCP_KEEPIDLE' 'TCP_USER_TIMEOUT'
    run ! grep -E 'SO_SNDTIMEO|SO_REUSEADDR|TCP_NODELAY|   pipe\(|"\\0", 1|   poll\(' "$TIMELINE"
    in_order ' write\(1, "\* guest-1 joined' # what a client prints is no pipe
}

@test "trace: who waited in a poll that is left out, waited" {
    trace 6
    run ! grep ' poll(' "$TIMELINE"
    in_order ' read\(3, "127.*hello\\n", 1024\) = 23   \(waited [0-9.]+ m?s, in poll\)'
    run awk -v step=6 -v said="$BATS_TEST_TMPDIR/said" -f tools/see/noise.awk <<'EVENTS'
1	1.0	client1	11	poll	c	s	1	0.050000	poll([{fd=3, events=POLLIN}, {fd=1, events=0}], 2, -1) = 1 ([{fd=3, revents=POLLIN}])
2	1.1	server	10	recv	s	c	1	0.000000	read(4, "x", 1024) = 1
3	1.2	client1	11	recv	c	s	1	0.000000	read(3, "x", 1024) = 1
4	1.3	client1	11	recv	c	s	1	0.000000	read(3, "x", 1024) = 1
EVENTS
    echo "$output"
    [ "$(cut -f 9 <<<"$output" | tr '\n' ' ')" = '0.000000 0.050000 poll 0.000000 ' ] # this thread's next, once
    [ "$(cat "$BATS_TEST_TMPDIR/said")" = 'Left out: 1 call that this step is not about (poll).' ]
}

@test "trace: nothing of the loader, and no time runs backwards" {
    trace 6
    run ! grep -E '\.so|/etc|/proc|AF_UNIX|AF_NETLINK|openat|ELF' "$TIMELINE"
    sed -nE 's/^ +([0-9]+\.[0-9])   .*/\1/p' "$TIMELINE" >"$BATS_TEST_TMPDIR/times"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/times")" -gt 40 ]
    sort -n "$BATS_TEST_TMPDIR/times" | diff "$BATS_TEST_TMPDIR/times" -
}

# events <<lines: what order.awk makes of events, written with blanks.
events() { tr ' ' '\t' | awk -F '\t' -f tools/see/order.awk; }

@test "trace: nobody receives before it was sent, whatever the clocks say" {
    run events <<'EVENTS'
1.0 client1 11 connect x  0 0 connect
1.1 server 10 accept s c 0 0 accept
1.2 server 10 recv s c 6 0 recv-6
1.3 server 10 call s  0 0 after-it
1.4 client1 11 send c s 3 0 send-3
1.5 client1 11 send c s 3 0 send-3-more
1.6 client1 11 end c s 0 0 close
1.55 server 10 recv s c 0 0 recv-0
EVENTS
    echo "$output"
    [ "$(cut -f 10 <<<"$output" | xargs)" = 'connect accept send-3 send-3-more recv-6 after-it close recv-0' ]
    [ "$(grep recv-6 <<<"$output" | cut -f 11)" = '3 4' ] # what brought it: both sends
    [ "$(grep recv-0 <<<"$output" | cut -f 11)" = 7 ]
    [ "$(cut -f 2 <<<"$output" | sort -n)" = "$(cut -f 2 <<<"$output")" ]
}

@test "trace: a call that failed or was interrupted is no end of a stream" {
    local calls=$BATS_TEST_TMPDIR/server.10
    cat >"$calls" <<'CALLS'
1.0 recvfrom(4<TCP:[1.2.3.4:5->6.7.8.9:10]>, 0x7ff, 1024, 0, NULL, NULL) = -1 EAGAIN (Resource temporarily unavailable) <0.000020>
2.0 read(4<TCP:[1.2.3.4:5->6.7.8.9:10]>, 0x7ff, 4096) = ? ERESTARTSYS (To be restarted if SA_RESTART is set) <0.500000>
3.0 read(4<TCP:[1.2.3.4:5->6.7.8.9:10]>, "", 4096) = 0 <0.000020>
CALLS
    run awk -f tools/see/calls.awk "$calls"
    echo "$output"
    [ "$(cut -f 4 <<<"$output" | xargs)" = 'call call recv' ]
}

@test "trace: poll finds nothing to read before it was sent, in a pipe neither, which has no wire" {
    run events <<'EVENTS'
1.0 client1 11 poll c s 0 0 poll
1.1 server 10 send s c 3 0 send-3
1.2 client1 11 recv c s 3 0 recv-3
1.3 client1 11 poll c s 0 0 poll-again
1.4 server 10 end s c 0 0 close
EVENTS
    echo "$output"
    [ "$(cut -f 10 <<<"$output" | xargs)" = 'send-3 poll recv-3 close poll-again' ]
    run events <<'EVENTS'
1.0 wire wire data c s 0 0 data
1.1 server 12 poll w <pipe:[7]> 0 0 poll
1.2 server 12 recv w <pipe:[7]> 1 0 read
1.3 server 10 send <pipe:[7]> w 1 0 write
1.4 server 10 call s  0 0 later
EVENTS
    echo "$output"
    [ "$(cut -f 10 <<<"$output" | xargs)" = 'data write poll read later' ]
}

# The first thread of a server, whose other one writes.
CALLS_OF_A_LOG='1.0 socket(AF_INET, SOCK_STREAM, 0) = 3<TCP:[1]> <0.000020>
1.1 clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 11 <0.000020>
1.3 close(3<TCP:[1.2.3.4:5->6.7.8.9:10]>) = 0 <0.000020>'
@test "trace: the log is printed by whoever started its thread, line by line, whatever strace knows of names" {
    local calls=$BATS_TEST_TMPDIR named
    printf '%s\n' "$CALLS_OF_A_LOG" >"$calls/server.10"
    for named in '' ' > /build/step3/server(log_thread+0x20) [0x1]'; do
        printf '%s\n' '1.2 write(1</dev/pts/0>, "one\ntwo\n", 8) = 8 <0.000020>' ${named:+"$named"} '1.4 +++ exited with 0 +++' >"$calls/server.11"
        run awk -f tools/see/calls.awk "$calls/server.11" "$calls/server.10"
        echo "$output"
        [ "$(cut -f 3,9 <<<"$output" | grep '"' | tr '\t' ' ')" = '10 prints "one"
10 prints "two"' ]
        run ! grep -E $'\t11(\t|$)' <<<"$output"
    done
    printf '%s\n' '1.2 write(1</dev/pts/0>, "mine\n", 5) = 5 <0.000020>' ' > /build/step3/server(client_thread+0x20) [0x1]' >"$calls/server.11"
    run awk -f tools/see/calls.awk "$calls/server.11" "$calls/server.10"
    grep -q $'\t11\tsend\t.*write(1, "mine' <<<"$output"
}

@test "trace: SVG=1 draws it, with an arrow from each send to what it brought" {
    needs xmllint
    local svg=build/trace6.svg
    rm -f $svg
    trace 6 SVG=1
    grep -qx "See $svg" "$TIMELINE"
    xmllint --noout $svg
    [ "$(grep -c '<circle' $svg)" = "$(grep -cE '^ +[0-9.]+   ' "$TIMELINE")" ]
    # 2 connects, 2 lines to the server and 2 from it, 2 ends of a stream to it and 2 back.
    [ "$(grep -c 'class="sent"' $svg)" -ge 10 ]
    [ "$(grep -c 'class="started"' $svg)" = 4 ]
    grep -qF '>send(3, &quot;hello' $svg || grep -qF '>send(3, "hello' $svg
}

@test "trace: WIRE=1 adds what crossed the wire" {
    needs tcpdump ip unshare
    local own=(unshare --net)
    [ "$EUID" = 0 ] || own+=(--user --map-current-user --keep-caps)
    "${own[@]}" true || skip 'no network namespaces here'
    trace 3 WIRE=1
    has_lanes server 'on the wire' 'client 1'
    in_order 'connect\(3, \{127.0.0.1:5000\}' 'SYN  client 1 -> server' 'SYN-ACK  server -> client 1' '   accept\(' \
        'send\(3, "hello' ' 6 bytes  client 1 -> server' '   read\(4, "hello' \
        '   send\(4, "hello' ' 6 bytes  server -> client 1' 'read\(3, "hello' \
        'shutdown' 'FIN  client 1 -> server' '   close\(4\)' 'FIN  server -> client 1'
    trace 12 WIRE=1 ALL=1
    in_order '= SIGTERM' 'write\(5, ' 'read\(4, ' 'sendmsg\(.*shutting down' ' 26 bytes  server -> client 1' 'shutting down'
    trace 2 WIRE=1
    in_order 'sendto' 'UDP, 5 bytes  127.0.0.1:[0-9]+ -> server' 'recvfrom'
}

# fake_step: a step 3 whose server and client are these shell scripts.
fake_step() {
    BUILD=$BATS_TEST_TMPDIR/build
    mkdir -p "$BUILD/step3"
    printf '#!/bin/sh\n%s\n' "$1" >"$BUILD/step3/server"
    printf '#!/bin/sh\n%s\n' "$2" >"$BUILD/step3/client"
    chmod +x "$BUILD"/step3/*
}

port_5000_is_taken() { "$BUILD/step4/client" 127.0.0.1 5000 </dev/null; }

@test "trace: where port 5000 is taken it takes another" {
    in_background /dev/null "$BATS_TEST_TMPDIR/other.log" "$BUILD/step4/server" 5000 127.0.0.1
    wait_until port_5000_is_taken
    trace 3
    has_lanes server 'client 1'
    in_order 'bind\(3, \{127.0.0.1:0\}' 'connect' 'read\(3, "bye'
    run ! grep EADDRINUSE "$TIMELINE"
}

@test "trace: a server that does not start is said to, in its own words" {
    fake_step 'echo "server: I would rather not" >&2; exit 1' true
    run -1 tools/see/trace 3
    echo "$output"
    [[ $output == *'the server does not start'* ]]
    [[ $output == *'I would rather not'* ]]
    nothing_is_left
}

both_are_traced() { [ "$(pgrep -cf "$TMPDIR")" -ge 2 ]; }

@test "trace: Ctrl-C ends all that it began" {
    fake_step "exec $PWD/$BUILD/step3/server 0 127.0.0.1" 'cat >/dev/null' # it waits for an answer
    in_background /dev/null "$BATS_TEST_TMPDIR/trace.log" tools/see/trace 3
    local trace=$!
    wait_until both_are_traced
    kill -INT -- "-$trace"
    ends "$trace" 130
    nothing_is_left
}

# without COMMAND: a PATH on which all of ours is but this.
without() {
    local tool
    mkdir "$BIN"
    for tool in bash dirname uname cat grep sed awk env mktemp mkfifo sleep sort rm true strace tcpdump ip unshare; do
        [ "$tool" = "$1" ] || ln -s "$(type -P "$tool")" "$BIN/$tool"
    done
}

@test "trace: without strace or tcpdump it says how to install it" {
    without strace
    PATH=$BIN run -1 tools/see/trace 1
    [ "${#lines[@]}" = 1 ]
    [[ $output == *'strace is missing.'*'apt-get install strace'* ]]
    rm "$BIN/tcpdump"
    ln -s "$(type -P strace)" "$BIN/strace"
    WIRE=1 PATH=$BIN run -1 tools/see/trace 1
    echo "$output"
    [ "${#lines[@]}" = 1 ]
    [[ $output == *'tcpdump is missing.'*'apt-get install tcpdump'* ]]
}

@test "trace: elsewhere than on Linux it says so" {
    without uname
    stub uname 'echo Darwin'
    PATH=$BIN run -1 tools/see/trace 1
    [[ $output == *'works on Linux only'* ]]
}

# It takes its time, while the other tests run.
begin_to_wait_for_an_answer() {
    local BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR kit=$PWD/$BUILD
    fake_step "exec $kit/step3/server 0 127.0.0.1" 'cat >/dev/null'
    mkdir "$BATS_FILE_TMPDIR/tmp"
    TMPDIR=$BATS_FILE_TMPDIR/tmp in_background /dev/null "$BATS_FILE_TMPDIR/said" env BUILD="$BUILD" tools/see/trace 3
    export WAITING=$!
}

@test "trace: where an answer never comes, it says so, and shows what did happen" {
    wait_until dead "$WAITING"
    TMPDIR=$BATS_FILE_TMPDIR/tmp
    local output
    output=$(cat "$BATS_FILE_TMPDIR/said")
    echo "$output"
    [[ $output == *'client1 never printed: hello'* ]]
    [[ $output == *'accept('* ]]
    nothing_is_left
}
