#!/usr/bin/env bats
# Step 03: a conversation, line by line.
bats_require_minimum_version 1.5.0
load lib/helpers

STEP=3
TOO_LONG='* too long: at most 1024 bytes a line'

setup_file() {
    keep_server 4
    keep_server 5
    begin thousand_lines
}

# conversation <<script: it holds with this step's server, which then ends, and
# with those of 04 and 05, which go on: they serve a client in the same way.
conversation() {
    local step script
    IFS= read -rd '' script || true
    start_server $STEP
    peer <<<"$script"
    server_says 'Closing connection of 127\.0\.0\.1:[0-9]+'
    ends "$SERVER" 0
    for step in 4 5; do
        echo "The server of step $step:"
        use_server $step
        peer <<<"$script"
        wait_until all_are_closed
        alive "$SERVER"
    done
}

# all_are_closed: whether the server has closed each connection that came.
all_are_closed() {
    local line open=0
    while IFS= read -r line; do
        case $line in
        'Connected by '*) open=$((open + 1)) ;;
        'Closing connection of '*) open=$((open - 1)) ;;
        esac
    done <"$SERVER_LOG"
    [ $open = 0 ]
}

needs_ipv6() {
    grep -qs . /proc/net/if_inet6 || skip 'this machine has no IPv6'
}

@test "step 03: each line comes back, until the end of input" {
    start_server $STEP
    start_client ana $STEP
    types ana 'hello\n'
    shows ana hello
    types ana 'again\n'
    shows ana again
    stops_typing ana
    ends "${CLIENT[ana]}" 0
    ends "$SERVER" 0
    grep -qE '^Closing connection of 127\.0\.0\.1:[0-9]+$' "$SERVER_LOG"
}

@test "step 03: a line may come byte by byte, and several in one segment" {
    conversation <<'SCRIPT'
open ana
trickle ana "one\n"
line ana "one"
send ana "two\nthree\nfo"
line ana "two"
line ana "three"
send ana "ur\n"
line ana "four"
SCRIPT
}

@test "step 03: a line may end in \\r\\n, in one segment or two" {
    conversation <<'SCRIPT'
open ana
send ana "one\r\ntwo\r\n"
line ana "one"
line ana "two"
trickle ana "three\r\n"
line ana "three"
send ana "a\rb\r\r\n\r\n"
line ana "ab"
line ana ""
SCRIPT
}

@test "step 03: empty lines are lines" {
    conversation <<'SCRIPT'
open ana
send ana "\n\none\n\n"
line ana ""
line ana ""
line ana "one"
line ana ""
SCRIPT
}

@test "step 03: after a half-close the rest still comes, the unfinished line too" {
    conversation <<'SCRIPT'
open ana
send ana "one\ntwo\nthr"
shut ana
line ana "one"
line ana "two"
line ana "thr"
eof ana
SCRIPT
}

@test "step 03: a line of 1024 bytes is whole, with \\r\\n too" {
    local whole
    printf -v whole '%01024d' 0
    conversation <<SCRIPT
open ana
send ana "$whole\n$whole\r\n"
line ana "$whole"
line ana "$whole"
trickle ana "$whole\r\n"
line ana "$whole"
send ana "$whole"
shut ana
line ana "$whole"
eof ana
SCRIPT
}

@test "step 03: a longer line is refused, and the next one served" {
    conversation <<SCRIPT
open ana
send ana "x" 1025
send ana "\nafter 1025\n"
line ana "$TOO_LONG"
line ana "after 1025"
send ana "x" 1024
send ana "\rx\r\nafter 1026\n"
line ana "$TOO_LONG"
line ana "after 1026"
send ana "x" 1000000
send ana "\nafter a million\n"
line ana "$TOO_LONG"
line ana "after a million"
send ana "x" 1025
shut ana
line ana "$TOO_LONG"
eof ana
SCRIPT
}

@test "step 03: control characters are taken out, a tab becomes a space" {
    conversation <<'SCRIPT'
open ana
send ana "\e[31mred\x07\x7F\n"
line ana "[31mred"
send ana "a\0b\n"
line ana "ab"
send ana "\xC2\x9B31m \xC2\x80\xC2\x9F\xC2\xA0\n"
line ana "31m \xC2\xA0"
send ana "one\ttwo\n"
line ana "one two"
send ana "\0\n"
line ana ""
SCRIPT
    run -1 grep -q '[^[:print:]]' <(LC_ALL=C tr -d '\n\302\240' <"$SERVER_LOG")
}

@test "step 03: bytes that are not UTF-8 become question marks" {
    conversation <<'SCRIPT'
open ana
send ana "Jo\xE3o\n"
line ana "Jo?o"
send ana "\xC0\x80 \xED\xA0\x80 \xFF \xF0\x9F\x98\n"
line ana "?? ??? ? ???"
SCRIPT
}

@test "step 03: João and an emoji pass whole, in pieces too" {
    conversation <<'SCRIPT'
open ana
send ana "João 😀\n"
line ana "João 😀"
trickle ana "João 😀\n"
line ana "João 😀"
SCRIPT
}

@test "step 03: what the server prints is clean too" {
    start_server $STEP
    peer <<'SCRIPT'
open ana
send ana "\e[31mJo\xE3o\0\n"
line ana "[31mJo?o"
SCRIPT
    server_says '127\.0\.0\.1:[0-9]+ \[31mJo\?o'
}

@test "step 03: an overlong line typed gets the server's error line" {
    local more
    printf -v more '%01025d' 0
    start_server $STEP
    start_client ana $STEP
    types ana "$more\n"
    shows ana "$TOO_LONG"
    types ana "$more$more$more\nhello\n"
    shows ana hello
    stops_typing ana
    ends "${CLIENT[ana]}" 0
    printf '%s\n' "$TOO_LONG" "$TOO_LONG" hello | diff - "$BATS_TEST_TMPDIR/ana.log"
}

@test "step 03: nothing typed, nothing said" {
    start_server $STEP
    run patiently "$BUILD/step$STEP/client" 127.0.0.1 "$PORT" </dev/null
    [ "$status" = 0 ]
    [ -z "$output" ]
    ends "$SERVER" 0
    [ "$(wc -l <"$SERVER_LOG")" = 3 ]
}

@test "step 03: a last line typed without a newline comes back" {
    start_server $STEP
    run patiently "$BUILD/step$STEP/client" 127.0.0.1 "$PORT" < <(printf 'one\ntwo')
    [ "$status" = 0 ]
    [ "$output" = $'one\ntwo' ]
}

@test "step 03: after the end of input the client prints all that still comes" {
    cat >"$BATS_TEST_TMPDIR/server" <<'SCRIPT'
listen listener
accept ana listener
line ana "hello"
send ana "hello\n"
eof ana
send ana "one more\nand the last"
SCRIPT
    local where log=$BATS_TEST_TMPDIR/server.log
    in_background "$BATS_TEST_TMPDIR/server" "$log" "$BUILD/tests/peer"
    wait_until grep -q '^Listening on ' "$log"
    where=$(sed -n 's/^Listening on .*://p;q' "$log")
    run patiently "$BUILD/step$STEP/client" 127.0.0.1 "$where" <<<hello
    [ "$status" = 0 ]
    [ "$output" = $'hello\none more\nand the last' ]
}

thousand_lines() {
    local step
    seq -f 'line %g of a thousand' 1000 >"$BATS_TEST_TMPDIR/typed"
    for step in 3 4 5; do
        start_server "$step"
        patiently "$BUILD/step$step/client" 127.0.0.1 "$PORT" \
            <"$BATS_TEST_TMPDIR/typed" >"$BATS_TEST_TMPDIR/shown"
        cmp "$BATS_TEST_TMPDIR/typed" "$BATS_TEST_TMPDIR/shown"
    done
}

@test "step 03: a thousand lines come back in order" {
    outcome_of thousand_lines
}

@test "step 03: the client says when the server goes first, also while one types" {
    start_server $STEP
    start_client ana $STEP
    types ana 'hello\n'
    shows ana hello
    kill -KILL "$SERVER"
    ends "${CLIENT[ana]}" 1
    shows ana 'The server closed the connection.'
}

@test "step 03: nc is the client" {
    needs nc
    nc -h 2>&1 | grep -q -- -N || skip 'this nc knows no -N: it does not half-close'
    start_server $STEP
    run patiently nc -N 127.0.0.1 "$PORT" < <(printf 'one\ntwo\n')
    [ "$status" = 0 ]
    [ "$output" = $'one\ntwo' ]
    ends "$SERVER" 0
}

@test "step 03: socat is the client" {
    needs socat
    start_server $STEP
    run patiently socat -t "$PATIENCE" - "TCP:127.0.0.1:$PORT" < <(printf 'one\ntwo\n')
    [ "$status" = 0 ]
    [ "$output" = $'one\ntwo' ]
    ends "$SERVER" 0
}

@test "step 03: a port that is taken: one line says so, one what to try" {
    start_server $STEP
    run --separate-stderr patiently "$BUILD/step$STEP/server" "$PORT" 127.0.0.1
    complains "server: bind 127.0.0.1:$PORT: Address*in use"
}

@test "step 03: no server there: one line says so, one what to try" {
    start_server $STEP
    kill -KILL "$SERVER"
    ends "$SERVER" 137
    run --separate-stderr patiently "$BUILD/step$STEP/client" 127.0.0.1 "$PORT" </dev/null
    complains "client: connect 127.0.0.1:$PORT: Connection refused"
}

@test "step 03: the same port again at once, though the server went first" {
    start_server $STEP "$(port_to_keep)" 127.0.0.1
    start_client ana $STEP
    types ana 'hello\n'
    shows ana hello
    kill -KILL "$SERVER"
    ends "${CLIENT[ana]}" 1
    start_server $STEP "$PORT" 127.0.0.1
    peer <<'SCRIPT'
open bob
send bob "again\n"
line bob "again"
SCRIPT
}

@test "step 03: over IPv6" {
    needs_ipv6
    start_server $STEP 0 ::1
    start_client ana $STEP ::1 "$PORT"
    types ana 'hello\n'
    shows ana hello
    server_says "Listening on \[::1\]:$PORT"
    server_says '\[::1\]:[0-9]+ hello'
}

@test "step 03: localhost will do for an address" {
    start_server $STEP 0 localhost
    start_client ana $STEP localhost "$PORT"
    types ana 'hello\n'
    shows ana hello
}

# as_pair COMMAND...: runs it where a host named pair has two addresses.
as_pair() {
    # shellcheck disable=SC2016
    patiently unshare -m sh -c 'mount --bind "$1" /etc/hosts && shift && exec "$@"' \
        sh "$BATS_TEST_TMPDIR/hosts" "$@"
}

@test "step 03: the client tries each address of the host" {
    needs unshare
    printf '127.0.0.%d pair\n' 1 2 >"$BATS_TEST_TMPDIR/hosts"
    if ! as_pair true; then
        [ "$(id -u)" != 0 ] || [ -z "${CI:-}" ] || return 1
        skip 'a hosts file of our own needs root'
    fi
    local address
    for address in 127.0.0.1 127.0.0.2; do # one of them comes second
        start_server $STEP 0 $address
        run as_pair "$BUILD/step$STEP/client" pair "$PORT" <<<hello
        [ "$status" = 0 ]
        [ "$output" = hello ]
    done
}

@test "step 03: all addresses are those of IPv6 and IPv4" {
    needs_ipv6
    local host
    for host in ::1 127.0.0.1; do
        start_server $STEP 0
        server_says "Listening on \[::\]:$PORT"
        patiently "$BUILD/step$STEP/client" $host "$PORT" <<<hello
        case $host in
        ::1) server_says '\[::1\]:[0-9]+ hello' ;;
        *) server_says '127\.0\.0\.1:[0-9]+ hello' ;;
        esac
    done
}
