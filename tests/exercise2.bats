#!/usr/bin/env bats
# Exercise 2: messages over UDP, sent again until they are acknowledged.
export EXERCISE=2
load lib/exercise

LONGEST=$(printf '%01024d' 0)

setup_file() {
    builds_once
    begin gives_up_after_five sends_again any_other_ack
}

# said COUNT PATTERN: the server has printed so many such lines of a client's.
said() {
    local count
    count=$(grep -cE "^127\.0\.0\.1:[0-9]+ $2\$" "$SERVER_LOG" || true)
    [ "$count" = "$1" ] && return
    echo "Lines 'ADDRESS:PORT TEXT' with this TEXT: $2"
    echo "expected $1, printed $count. The server said:"
    tail_of "$SERVER_LOG"
    echo "after this script for $BUILD/tests/peer:"
    head -n 30 "$BATS_TEST_TMPDIR/script"
    return 1
}

# said_in_all COUNT: such lines, whatever their TEXT; and nothing else but its first
# line.
said_in_all() {
    said "$1" '.*'
    [ "$(wc -l <"$SERVER_LOG")" = $(($1 + 1)) ] && return
    echo "The server printed something else, too. It said:"
    tail_of "$SERVER_LOG"
    return 1
}

# refused: how many datagrams came to this machine for ports where nobody listens.
refused() { awk '$1 == "Udp:" { if (column) print $column; else for (i = 1; i <= NF; i++) if ($i == "NoPorts") column = i }' /proc/net/snmp; }

# tried_five_times: what the mailbox of the last test has to say.
tried_five_times() {
    if grep -q '^five$' "$SERVER_LOG" && ! grep -q '^six$' "$SERVER_LOG"; then
        return
    fi
    echo 'The client did not send the same datagram five times, and no more.'
    return 1
}

@test "exercise 2: server.c and client.c build" {
    it_builds server client
}

@test "exercise 2: each new message is acknowledged, and printed with its sender [1]" {
    judges server
    start
    peer <<'SCRIPT'
datagram ana
send ana "1 hello"
bytes ana "ack 1"
datagram bob
send bob "1 Jo\xC3\xA3o \e[31m\x07"
bytes bob "ack 1"
datagram gone
send gone "1 bye"
close gone
send ana "2 "
bytes ana "ack 2"
SCRIPT
    peer <<SCRIPT
datagram carla
send carla "1 $LONGEST"
bytes carla "ack 1"
send carla "3 4 the end"
bytes carla "ack 3"
SCRIPT
    server_says '127\.0\.0\.1:[0-9]+ 4 the end'
    said 1 "$LONGEST"
    said 1 'hello'
    said 1 'João \[31m'
    said 1 'bye'
    said 1 ''
    said_in_all 6
}

@test "exercise 2: a message that comes again is acknowledged again, but not printed [1]" {
    judges server
    start
    peer <<'SCRIPT'
datagram ana
send ana "1 one"
bytes ana "ack 1"
send ana "1 one"
bytes ana "ack 1"
send ana "9 nine"
send ana "9 nine"
send ana "9 nine"
bytes ana "ack 9"
bytes ana "ack 9"
bytes ana "ack 9"
send ana "1 one"
bytes ana "ack 1"
send ana "8 eight"
bytes ana "ack 8"
send ana "10 ten"
bytes ana "ack 10"
SCRIPT
    server_says '127\.0\.0\.1:[0-9]+ ten'
    said 1 'one'
    said 1 'nine'
    said_in_all 3
}

@test "exercise 2: what is no message is neither acknowledged nor printed [1]" {
    judges server
    start
    peer <<'SCRIPT'
datagram ana
send ana "hello"
send ana "hello 1 you"
send ana "x 1"
send ana "1"
send ana "1x hello"
send ana " 1 hello"
send ana "+1 hello"
send ana "0 hello"
send ana "-1 hello"
send ana "2147483648 hello"
send ana "4294967297 hello"
send ana "18446744073709551617 hello"
send ana ""
send ana "2147483647 the largest"
bytes ana "ack 2147483647"
SCRIPT
    server_says '127\.0\.0\.1:[0-9]+ the largest'
    said_in_all 1
}

@test "exercise 2: each of a hundred senders has numbers of its own [1]" {
    judges server
    start
    local i
    {
        for i in {1..100}; do
            printf 'datagram n%d\nsend n%d "7 I am %d"\nbytes n%d "ack 7"\n' "$i" "$i" "$i" "$i"
        done
        for i in {100..1}; do
            printf 'send n%d "7 I am %d"\nbytes n%d "ack 7"\n' "$i" "$i" "$i"
        done
        for i in {100..1}; do
            printf 'send n%d "8 still me"\nbytes n%d "ack 8"\n' "$i" "$i"
        done
        # Two hundred more; then the last hundred are those that it must know.
        for i in {101..300}; do
            printf 'datagram n%d\nsend n%d "7 I am %d"\nbytes n%d "ack 7"\n' "$i" "$i" "$i" "$i"
        done
        for i in {201..300}; do
            printf 'send n%d "7 I am %d"\nbytes n%d "ack 7"\n' "$i" "$i" "$i"
        done
        printf 'send n300 "9 the end"\nbytes n300 "ack 9"\n'
    } >"$BATS_TEST_TMPDIR/hundred"
    peer <"$BATS_TEST_TMPDIR/hundred"
    server_says '127\.0\.0\.1:[0-9]+ the end'
    said 300 'I am [0-9]+'
    said 100 'still me'
    said_in_all 401
}

@test "exercise 2: the server serves the port that it is given, also right after a restart [1]" {
    judges server
    start "$(port_to_keep)"
    peer <<<$'datagram ana\nsend ana "1 one"\nbytes ana "ack 1"'
    restart
    peer <<<$'datagram ana\nsend ana "1 two"\nbytes ana "ack 1"'
    server_says '127\.0\.0\.1:[0-9]+ two'
}

@test "exercise 2: the client sends each line with its number, one after another [2]" {
    judges client
    fake_server <<SCRIPT
mailbox ana
bytes ana "1 hello"
send ana "ack 1"
bytes ana "2 "
send ana "ack 2"
bytes ana "3 $LONGEST"
send ana "ack 3"
bytes ana "4 João 5"
send ana "ack 4"
SCRIPT
    typing 'hello\n\n%01024d\nJoão 5'
    exits 0
    prints ''
    as_scripted
}

# A busy machine may make one wait longer than 500 ms, but hardly all four.
sends_again() {
    judges client
    fake_server <<'SCRIPT'
mailbox ana
bytes ana "1 hello"
bytes ana "1 hello"
apart ana 400
bytes ana "1 hello"
bytes ana "1 hello"
bytes ana "1 hello"
within ana 700
send ana "ack 1"
bytes ana "2 you"
send ana "ack 2"
SCRIPT
    typing 'hello\nyou\n'
    exits 0
    prints ''
    as_scripted
}

@test "exercise 2: without an ack the client waits, and sends the same again [1]" {
    outcome_of sends_again
}

any_other_ack() {
    judges client
    fake_server <<'SCRIPT'
mailbox ana
bytes ana "1 one"
send ana "ack 1"
send ana "ack 1"
bytes ana "2 two"
send ana "ack 1"
send ana "ack 3"
send ana "ack 20"
send ana "ack 2 two"
send ana "ack 2\n"
send ana "ack"
send ana "2"
send ana "no"
send ana ""
bytes ana "2 two"
send ana "ack 2"
bytes ana "3 three"
send ana "ack 3"
SCRIPT
    typing 'one\ntwo\nthree\n'
    exits 0
    prints ''
    as_scripted
}

@test "exercise 2: nothing counts but the ack of this message [1]" {
    outcome_of any_other_ack
}

gives_up_after_five() {
    judges client
    fake_server <<<'mailbox nobody'
    ends "$SERVER"
    local nobody=$PORT begun before=0 after=5
    fake_server <<'SCRIPT'
mailbox ana
bytes ana "1 hello"
send ana "ack 1"
bytes ana "2 you"
bytes ana "2 you"
bytes ana "2 you"
bytes ana "2 you"
bytes ana "2 you"
say five
bytes ana "2 you"
say six
SCRIPT
    start_client ana "$STEP"
    types ana 'hello\nyou\nbye\n'
    stops_typing ana

    PORT=$nobody
    begun=${EPOCHREALTIME/[.,]/}
    [ ! -r /proc/net/snmp ] || before=$(refused)
    typing 'hello\nyou\n'
    echo 'A client whose datagrams nobody receives (the script below is for the other):'
    exits 1
    says_why
    ((${EPOCHREALTIME/[.,]/} - begun > 2000000)) ||
        { echo "It gave up before five times 500 ms were over."; return 1; }

    [ ! -r /proc/net/snmp ] || after=$(refused)
    ((after - before >= 5)) ||
        { echo "Only $((after - before)) datagrams went out, not five. (Is one counted whose send failed?)"; return 1; }

    echo 'A client whose datagrams are received, but never acknowledged:'
    ends "${CLIENT[ana]}" 1
    grep -qE '(^|[^0-9])2([^0-9]|$)' "$BATS_TEST_TMPDIR/ana.log" ||
        { echo "It did not say that message 2 had no answer. It said:"; tail_of "$BATS_TEST_TMPDIR/ana.log"; return 1; }
    tried_five_times
}

@test "exercise 2: after five tries, also where nobody listens, the client says so and exits 1 [1]" {
    outcome_of gives_up_after_five
}
