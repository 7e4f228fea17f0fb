#!/usr/bin/env bats
# What common/ does for all steps, and the deck's activity in pairs.
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
bats_require_minimum_version 1.5.0
load lib/helpers

setup_file() {
    env -u MAKEFLAGS -u MAKELEVEL make -s SANITIZE="${SANITIZE:-}" "$BUILD/tests/common"
    begin servers_refuse clients_refuse unfinished_line_typed full_pipe paused_terminal closed_streams \
        nobody_takes_it ends_with_its_reader input_fails
}

# check NAME: one of the checks of tests/lib/common.c.
check() { timeout -k 5 $((PATIENCE * 4)) "$BUILD/tests/common" "$1"; }

@test "common: clean_text takes out controls and lets UTF-8 pass" {
    check clean_known
}

@test "common: clean_text is right about each text of one or two bytes" {
    check clean_small
}

@test "common: clean_text is right where UTF-8 comes to its limits" {
    check clean_edges
}

@test "common: clean_text is right about 20,000 random texts" {
    check clean_random
}

@test "common: read_line gives the same lines wherever the stream is cut" {
    check read_split
}

@test "common: read_line takes just as many bytes as it has room for" {
    check read_buffer
}

@test "common: read_line takes 1024 bytes, with \\r\\n too, and skips what is longer" {
    check read_lengths
}

@test "common: read_line takes no half line before an error for a line" {
    check read_error
}

@test "common: line_waiting tells whether a whole line has come" {
    check line_waiting
}

# says CHECK WHAT ADVICE: it dies with these two lines; stdout has the reason.
says() {
    run --separate-stderr check "$1"
    echo "status $status, stdout: $output, stderr: $stderr"
    [ "$status" = 1 ]
    [ "$stderr" = "$2: $output"$'\n'"$3" ]
}

@test "common: what has failed is called by its name, and its errno is not lost" {
    local away='Check the address, the network and the firewall.'
    says no_route ": connect [fe80::1]:5000" "$away"
    says forbidden ": connect [fe80::1]:5000" "$away"
    local close='Too many files are open: close some, or see ulimit -n.'
    says no_socket ": socket [fe80::1]:5000" "$close"
    says no_socket_to_listen ": socket 192.0.2.1:80" "$close"
}

@test "common: what to try fits the call that failed" {
    says reserved ": bind 192.0.2.1:80" 'That port is reserved: try another, such as 5001.'
    says taken ": listen 192.0.2.1:80" 'The port is taken: try another, such as 5001.'
    says too_long ": sendto 192.0.2.1:5000" 'That is too long for one datagram: send less.'
    run --separate-stderr check no_dns
    [[ ${stderr_lines[0]} == ': host example.org: '* ]]
    [ "${stderr_lines[1]}" = 'No name server answers: check the network, or give an address.' ]
}

@test "common: a client that has gone before it is accepted has no address" {
    check accept_nobody
}

@test "common: of the addresses that begin with ::ffff: only the mapped ones are IPv4" {
    check addresses
}

# refuses PROGRAM ARGUMENT...: one line of usage, and nothing else.
refuses() {
    local status=0 said output=$BATS_TEST_TMPDIR/output
    "$@" >"$output" 2>"$output.errors" </dev/null || status=$?
    mapfile -t said <"$output.errors"
    [ "$status" = 2 ] && [ ! -s "$output" ] && [ "${#said[@]}" = 1 ] && [[ ${said[0]} == 'usage: '* ]] && return
    printf 'These arguments:'
    printf " '%s'" "$@"
    printf '\nstatus %s, stdout: %s, stderr: %s\n' "$status" "$(<"$output")" "${said[*]}"
    return 1
}

WRONG_PORTS=(99999 -1 5000x '' ' 5000' +5000 65536 1e3)

servers_refuse() {
    local step port
    for step in {1..12}; do
        for port in "${WRONG_PORTS[@]}"; do
            refuses "$BUILD/step$step/server" "$port"
        done
        refuses "$BUILD/step$step/server" 0 ''
        refuses "$BUILD/step$step/server" 0 127.0.0.1 more
    done
}

@test "common: each step's server refuses wrong arguments with a line of usage" {
    outcome_of servers_refuse
}

clients_refuse() {
    local step port
    for step in {1..12}; do
        for port in "${WRONG_PORTS[@]}" 0; do
            refuses "$BUILD/step$step/client" 127.0.0.1 "$port"
        done
        refuses "$BUILD/step$step/client" '' 5000
        refuses "$BUILD/step$step/client" 127.0.0.1 5000 more
    done
}

@test "common: each step's client refuses wrong arguments with a line of usage" {
    outcome_of clients_refuse
}

@test "common: an unknown host: one line says so, one what to try" {
    local step program
    export RES_OPTIONS='timeout:1 attempts:1'
    for step in {3..12}; do
        for program in server client; do
            set -- 0 nosuch.invalid
            [ $program = server ] || set -- nosuch.invalid 5000
            run --separate-stderr patiently "$BUILD/step$step/$program" "$@" </dev/null
            echo "step $step: status $status, stdout: $output, stderr: $stderr"
            [ "$status" = 1 ]
            [ -z "$output" ]
            [ "${#stderr_lines[@]}" = 2 ]
            [[ ${stderr_lines[0]} == "$program: host nosuch.invalid: "* ]]
        done
    done
}

# in_a_terminal TYPED COMMAND...: runs it there; nothing but this is ever typed.
in_a_terminal() {
    patiently python3 -c '
import os, subprocess, sys
hands, keyboard = os.openpty()
program = subprocess.Popen(sys.argv[2:], stdin=keyboard)
os.write(hands, sys.argv[1].encode())
sys.exit(program.wait())' "$@"
}

unfinished_line_typed() {
    needs python3
    local step
    for step in {3..12}; do
        start_server "$step"
        run in_a_terminal $'one\nlast\4\4' "$BUILD/step$step/client" 127.0.0.1 "$PORT"
        echo "step $step: status $status, $output"
        [ "$status" = 0 ]
        [ "$step" -gt 5 ] || [ "$output" = $'one\nlast' ]
    done
}

@test "common: after an unfinished line a terminal needs two Ctrl-D, in each client" {
    outcome_of unfinished_line_typed
}

# Standard streams: a server goes on without them, a client says what is wrong.

# greets STEP: a new client of this server is served, to its end.
greets() {
    local says=$'send new "/quit\\n"'
    [ "$1" -gt 5 ] || says=$'send new "hello\\n"\nline new "hello"'
    peer <<<$'open new\n'"$says"$'\nshut new\ngone new'
}

# is_asleep PROCESS: it waits for something.
is_asleep() { [[ $(ps -o stat= -p "$1") == S* ]]; }

# Nobody reads what the server prints but for its first line, and another who writes
# to that pipe has filled it when 50 come and go.
full_pipe() {
    local step filler
    needs ps
    for step in {4..12}; do
        mkfifo "$BATS_TEST_TMPDIR/pipe$step"
        # shellcheck disable=SC2016 # the shell that is started expands it
        in_background /dev/null "$BATS_TEST_TMPDIR/server$step" \
            bash -c 'exec "$0" 0 127.0.0.1 >"$1"' "$BUILD/step$step/server" "$BATS_TEST_TMPDIR/pipe$step"
        SERVER=$! SERVER_LOG=$BATS_TEST_TMPDIR/server$step
        exec {PIPE}<"$BATS_TEST_TMPDIR/pipe$step"
        read -r -u "$PIPE" PORT
        PORT=${PORT##*:}
        echo "step $step"
        in_background /dev/zero "$BATS_TEST_TMPDIR/filler$step" tee "$BATS_TEST_TMPDIR/pipe$step"
        filler=$!
        wait_until is_asleep "$filler"
        peer <<<$'storm 50 close "hello\\n"'
        greets "$step"
        kill -TERM "$SERVER"
        ends "$SERVER" $((step == 12 ? 0 : 143))
        exec {PIPE}<&-
    done
}

@test "common: a full pipe at a server's stdout stops nobody, nor its end" {
    outcome_of full_pipe
}

# A server in a terminal of its own, in which Ctrl-S has been typed.
paused_terminal() {
    needs python3
    local step
    for step in 6 8 12; do
        in_background /dev/null "$BATS_TEST_TMPDIR/terminal$step" python3 -c '
import os, pty, signal, sys
child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], sys.argv[1:])
signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
said = b""
while not said.endswith(b"\n"):
    said += os.read(terminal, 1)
os.write(terminal, b"\x13")
sys.stdout.buffer.write(said)
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256)' "$BUILD/step$step/server" 0 127.0.0.1
        SERVER=$! SERVER_LOG=$BATS_TEST_TMPDIR/terminal$step
        server_says 'Listening on .*'
        PORT=$(sed -n 's/.*:\([0-9]*\).*/\1/p;q' "$SERVER_LOG")
        echo "step $step"
        greets "$step"
        if [ "$step" -gt 6 ]; then
            peer <<<$'open ana bob\nuntil ana "*guest-3 joined"\nsend ana "/nick ana\\n"\nuntil bob "* is now ana"'
        fi
        greets "$step"
        kill -TERM "$SERVER"
        ends "$SERVER" $((step == 12 ? 0 : 241)) # 256 - 15: ended by the signal
    done
}

@test "common: Ctrl-S in a server's terminal stops nobody, nor its end" {
    outcome_of paused_terminal
}

# has_on_null PID FD...: these descriptors of it are open on /dev/null.
has_on_null() {
    local pid=$1 fd
    shift
    for fd; do
        [ "$(readlink "/proc/$pid/fd/$fd")" = /dev/null ] ||
            { echo "Descriptor $fd is $(readlink "/proc/$pid/fd/$fd")"; return 1; }
    done
}

# Whatever is closed at the start, no socket takes its number.
closed_streams() {
    local step
    [ -d /proc/self/fd ] || skip 'there is no /proc to look at'
    for step in {1..12}; do
        # shellcheck disable=SC2016 # the shell that is started expands it
        in_background /dev/null "$BATS_TEST_TMPDIR/log" bash -c 'exec "$0" 0 127.0.0.1 <&- >&- 2>&-' "$BUILD/step$step/server"
        SERVER=$!
        wait_until has_on_null "$SERVER" 0 1 2
        kill -KILL "$SERVER"
        [ "$step" != 2 ] || continue
        fake_server <<<$'listen listener\naccept ana listener\neof ana\nsend ana "hello\\n"\nclose ana'
        status=0
        patiently "$BUILD/step$step/client" 127.0.0.1 "$PORT" <&- >"$BATS_TEST_TMPDIR/shown" || status=$?
        echo "step $step: client <&- ended with $status and showed: $(<"$BATS_TEST_TMPDIR/shown")"
        [ "$status" = 0 ]
        [ "$step" = 1 ] || [ "$(<"$BATS_TEST_TMPDIR/shown")" = hello ]
        ends "$SERVER" 0
    done
}

@test "common: no socket takes the number of a standard stream that is closed" {
    outcome_of closed_streams
}

nobody_takes_it() {
    local step
    [ -c /dev/full ] || skip 'there is no /dev/full'
    for step in {3..12}; do
        fake_server <<<$'listen listener\naccept ana listener\nline ana "hello"\nsend ana "hello\\n"\ngone ana'
        status=0
        patiently "$BUILD/step$step/client" 127.0.0.1 "$PORT" <<<hello >/dev/full 2>"$BATS_TEST_TMPDIR/errors" || status=$?
        echo "step $step: status $status: $(<"$BATS_TEST_TMPDIR/errors")"
        [ "$status" = 1 ]
        [[ $(<"$BATS_TEST_TMPDIR/errors") == 'client: write stdout: '*$'\nThere is no room for the output: write it elsewhere.' ]]
        ends "$SERVER" 0
    done
}

@test "common: a client whose output nobody takes says so, and fails" {
    outcome_of nobody_takes_it
}

# yes | client | head -n 1, where the server says one line and then no more.
ends_with_its_reader() {
    local step
    for step in {3..12}; do
        fake_server <<<$'listen listener\naccept ana listener\nline ana "more"\nsend ana "hello\\n"\ngone ana'
        (
            trap '' PIPE # as under a parent that ignores it: this client must see for itself
            set +o pipefail
            while printf 'more\n'; do :; done 2>/dev/null |
                { patiently "$BUILD/step$step/client" 127.0.0.1 "$PORT" 2>"$BATS_TEST_TMPDIR/errors" ||
                  echo $? >"$BATS_TEST_TMPDIR/status"; } | head -n 1
        )
        echo "step $step: status $(<"$BATS_TEST_TMPDIR/status"): $(<"$BATS_TEST_TMPDIR/errors")"
        [ "$(<"$BATS_TEST_TMPDIR/status")" = 1 ]
        [[ $(<"$BATS_TEST_TMPDIR/errors") == 'client: write stdout: '* ]]
        ends "$SERVER" 0
    done
}

@test "common: yes | client | head -n 1 comes to its end" {
    outcome_of ends_with_its_reader
}

input_fails() {
    local step
    for step in {1..12}; do
        fake_server <<<$'listen listener\naccept ana listener\ngone ana'
        run --separate-stderr patiently "$BUILD/step$step/client" 127.0.0.1 "$PORT" </
        echo "step $step: status $status: $stderr"
        [ "$status" = 1 ]
        [ "$stderr" = 'client: read stdin: Is a directory'$'\n''That is a folder: give it a file, or type.' ]
        [ "$step" = 2 ] || ends "$SERVER" 0
    done
}

@test "common: a client whose input cannot be read says so, and fails" {
    outcome_of input_fails
}

# The deck's activity in pairs: two hosts, which network namespaces play.
link_is_up() { ip -n "$1" link show eth0 | grep -q 'state UP'; }

start_hosts() {
    [ "$(id -u)" = 0 ] || skip 'network namespaces need root'
    needs ip
    if ! ip netns add "lab$$a"; then
        [ -z "${CI:-}" ] || return 1
        skip 'network namespaces do not work here'
    fi
    ip netns add "lab$$b"
    ip link add eth0 netns "lab$$a" type veth peer name eth0 netns "lab$$b"
    local host
    for host in a b; do
        ip -n "lab$$$host" link set lo up
        ip -n "lab$$$host" link set eth0 up
    done
    ip -n "lab$$a" addr add 10.7.0.1/24 dev eth0
    ip -n "lab$$b" addr add 10.7.0.2/24 dev eth0
    wait_until link_is_up "lab$$a"
    wait_until link_is_up "lab$$b"
}

# on HOST COMMAND...: runs it on one of the two.
on() {
    local host=$1
    shift
    patiently ip netns exec "lab$$$host" "$@"
}

# start_server_on HOST STEP ARGUMENT...: as start_server does.
start_server_on() {
    local host=$1 step=$2
    shift 2
    SERVER_LOG=$BATS_TEST_TMPDIR/server$step.log
    in_background /dev/null "$SERVER_LOG" \
        ip netns exec "lab$$$host" "$BUILD/step$step/server" "$@"
    SERVER=$!
    wait_until listening_or_dead "$SERVER_LOG" "$SERVER"
    PORT=$(sed -n 's/^Listening on .*://p;q' "$SERVER_LOG")
    [ -n "$PORT" ] || { cat "$SERVER_LOG"; return 1; }
}

teardown() {
    say_where_it_failed
    end_jobs
    local host
    for host in a b; do
        if [ -e "/run/netns/lab$$$host" ]; then
            ip netns del "lab$$$host"
        fi
    done
    no_reports "$BATS_TEST_TMPDIR"/*.log
}

@test "common: two hosts over IPv4: the deck's activity in pairs" {
    start_hosts
    start_server_on a 1 0 10.7.0.1
    on b "$BUILD/step1/client" 10.7.0.1 "$PORT" <<<'hello from b'
    ends "$SERVER" 0
    server_says "Listening on 10\.7\.0\.1:$PORT"
    server_says '10\.7\.0\.2:[0-9]+ hello from b'
}

@test "common: two hosts: what the server says to type on another machine works" {
    start_hosts
    local step
    for step in 1 3; do
        start_server_on a $step 0
        server_says "From another machine: $BUILD/step$step/client 10\.7\.0\.1 $PORT"
        on b bash -c "$(sed -n 's/^From another machine: //p' "$SERVER_LOG" | head -n 1)" \
            <<<'hello from b'
        ends "$SERVER" 0
        server_says '10\.7\.0\.2:[0-9]+ hello from b'
    done
}

@test "common: two hosts over IPv6" {
    grep -qs . /proc/net/if_inet6 || skip 'this machine has no IPv6'
    start_hosts
    ip -n "lab$$a" addr add fd07::1/64 dev eth0 nodad
    ip -n "lab$$b" addr add fd07::2/64 dev eth0 nodad
    start_server_on a 3 0
    run on b "$BUILD/step3/client" fd07::1 "$PORT" <<<'hello from b'
    [ "$status" = 0 ]
    [ "$output" = 'hello from b' ]
    ends "$SERVER" 0
    server_says "Listening on \[::\]:$PORT"
    server_says "From another machine: $BUILD/step3/client fd07::1 $PORT"
    server_says "From another machine: $BUILD/step3/client fe80::.*%eth0 $PORT"
    server_says '\[fd07::2\]:[0-9]+ hello from b'
}

# The last step, but that it waits for one second instead of two minutes. Then b is
# cut off, and ana goes on talking to it: nobody but the kernel can notice.
@test "common: two hosts: one that is dead is noticed while lines are sent to it" {
    local program=$BATS_TEST_TMPDIR/server
    [ "$(uname)" = Linux ] || skip 'there is no TCP_USER_TIMEOUT'
    start_hosts
    sed 's/int dead = 120 \* 1000;/int dead = 1000;/' steps/12-chat/server.c >"$program.c"
    run ! cmp -s "$program.c" steps/12-chat/server.c
    compile ${SANITIZE:+"-fsanitize=$SANITIZE"} -Icommon -o "$program" "$program.c" common/*.c -pthread
    await_server /dev/null ip netns exec "lab$$a" "$program" 0
    with_keyboard bob ip netns exec "lab$$b" "$BUILD/step12/client" 10.7.0.1 "$PORT"
    shows bob '* guest-1 joined'
    with_keyboard ana ip netns exec "lab$$a" "$BUILD/step12/client" 127.0.0.1 "$PORT"
    shows ana '* guest-2 joined'
    ip -n "lab$$b" link set eth0 down
    types ana 'is somebody there?\n'
    shows ana '* guest-1 left'
}
