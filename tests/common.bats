#!/usr/bin/env bats
# What common/ does for all steps, and the deck's activity in pairs.
# shellcheck disable=SC2030,SC2031,SC2154 # what `run` sets
bats_require_minimum_version 1.5.0
load lib/helpers

setup_file() {
    env -u MAKEFLAGS -u MAKELEVEL make -s SANITIZE="${SANITIZE:-}" "$BUILD/tests/common"
    begin servers_refuse clients_refuse unfinished_line_typed
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
    for step in {1..10}; do
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
    for step in {1..10}; do
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
    for step in {3..10}; do
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
    for step in {3..10}; do
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
