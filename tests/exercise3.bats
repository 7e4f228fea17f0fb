#!/usr/bin/env bats
# Exercise 3: frames, whose length goes before their body.
export EXERCISE=3
load lib/exercise

# reports COUNT: the server has printed at least so many lines with an error.
reports() { [ "$(grep -ci error "$SERVER_LOG")" -ge "$1" ]; }

# no_other_error COUNT: the server has printed so many such lines, and no more.
no_other_error() {
    ! reports $(($1 + 1)) && return
    echo "More lines with the word error than errors, of which there were $1:"
    tail_of "$SERVER_LOG"
    return 1
}

# reports_error COUNT: so many errors are reported by now, or soon.
reports_error() {
    wait_until reports "$1" && return
    echo "Line number $1 with the word error is missing. The server said:"
    tail_of "$SERVER_LOG"
    echo "after this script for $BUILD/tests/peer:"
    cat "$BATS_TEST_TMPDIR/script"
    return 1
}

# still_echoes: the server serves the next one.
still_echoes() {
    peer <<'SCRIPT'
open next
send next "\0\0\0\x05still"
bytes next "\0\0\0\x05still"
shut next
eof next
SCRIPT
}

@test "exercise 3: server.c and client.c build" {
    it_builds server client
}

@test "exercise 3: the server sends each frame back, whatever bytes it has, or none [1]" {
    judges server
    start
    peer <<'SCRIPT'
open ana
send ana "\0\0\0\x05hello"
bytes ana "\0\0\0\x05hello"
send ana "\0\0\0\0"
bytes ana "\0\0\0\0"
send ana "\0\0\0\x16\e[31ma\nb\0\0c\r\n\x7F\x80\xFF Jo\xC3\xA3o"
bytes ana "\0\0\0\x16\e[31ma\nb\0\0c\r\n\x7F\x80\xFF Jo\xC3\xA3o"
send ana "\0\0\0\x01\n"
bytes ana "\0\0\0\x01\n"
shut ana
eof ana
SCRIPT
    if grep -q $'\e' "$SERVER_LOG"; then
        echo "The server prints the control bytes of a body:"
        tail_of "$SERVER_LOG"
        return 1
    fi
}

# By the time of an echo the server has the beginning of the next frame, too, and
# no more of it. `shell true` takes a moment, in which it may be taken for whole.
@test "exercise 3: frames in many segments, several in one, or of 65536 bytes come back whole [1]" {
    judges server
    start
    peer <<'SCRIPT'
open ana
trickle ana "\0\0\0\x0Abit by bit"
bytes ana "\0\0\0\x0Abit by bit"
send ana "\0\0\0\x03one\0\0\0\x03two\0\0\0\0\0\0\0\x05three"
bytes ana "\0\0\0\x03one\0\0\0\x03two\0\0\0\0\0\0\0\x05three"
send ana "\0\0\0\x04four\0\0"
bytes ana "\0\0\0\x04four"
shell true
send ana "\0\x04five\0\0\0\x03s"
bytes ana "\0\0\0\x04five"
shell true
send ana "ix\0\0\0"
bytes ana "\0\0\0\x03six"
shell true
send ana "\x05seven\0\0\0\x05ei"
bytes ana "\0\0\0\x05seven"
shell true
send ana "ght"
bytes ana "\0\0\0\x05eight"
send ana "\0\x01\0\0"
send ana "0123456789abcdef" 4096
bytes ana "\0\x01\0\0"
bytes ana "0123456789abcdef" 4096
shut ana
eof ana
SCRIPT
}

# One server in eight takes a negative length for an error by luck: so close to
# the end of its memory lies its stack that recv fails with 2 GB. Hence three.
@test "exercise 3: a length over 65536 ends that connection with an error, before a body comes [1]" {
    judges server
    start
    peer <<'SCRIPT'
open ana
send ana "\0\0\0\x02ok"
bytes ana "\0\0\0\x02ok"
send ana "\0\x01\0\x01"
gone ana
SCRIPT
    reports_error 1
    for _ in 1 2 3; do
        start
        peer <<<$'open bob\nsend bob "\\xFF\\xFF\\xFF\\xFF"\ngone bob'
        reports_error 1
        peer <<<$'open carla\nsend carla "\\x80\\0\\0\\x05hello"\ngone carla'
        reports_error 2
    done
    still_echoes
}

@test "exercise 3: a frame that is cut is an error, and an end between frames is none [1]" {
    judges server
    start
    peer <<<$'open nobody\nshut nobody\neof nobody'
    still_echoes
    still_echoes
    no_other_error 0
    peer <<<$'open ana\nsend ana "\\0\\0"\nshut ana\ngone ana'
    reports_error 1
    peer <<<$'open ana\nsend ana "\\0\\0\\0\\x05hel"\nshut ana\ngone ana'
    reports_error 2
    peer <<<$'open ana\nsend ana "\\0\\0\\0\\x05"\nshut ana\ngone ana'
    reports_error 3
    peer <<'SCRIPT'
open ana
send ana "\0\0\0\x02ok\0\0\0\x05hel"
bytes ana "\0\0\0\x02ok"
abort ana
SCRIPT
    reports_error 4
    peer <<'SCRIPT'
open ana
send ana "\0\0\0\x02ok\0\0"
bytes ana "\0\0\0\x02ok"
abort ana
SCRIPT
    reports_error 5
    still_echoes
    no_other_error 5
}

@test "exercise 3: one client after another is served, and nothing stays open [1]" {
    judges server
    start "$(port_to_keep)" 127.0.0.1
    local before i
    before=$(descriptors "$SERVER")
    {
        for i in {1..9}; do
            printf 'open n%d\nsend n%d "\\0\\0\\0\\x05I am%d"\n' "$i" "$i" "$i"
        done
        for i in {1..9}; do
            printf 'bytes n%d "\\0\\0\\0\\x05I am%d"\n' "$i" "$i"
            ((i % 3)) && printf 'shut n%d\neof n%d\n' "$i" "$i"
            ((i % 3)) || printf 'abort n%d\n' "$i"
        done
    } >"$BATS_TEST_TMPDIR/nine"
    peer <"$BATS_TEST_TMPDIR/nine"
    resets_midway '"\0\0\0\x03one"' '"\0\0\0\x03one"' '"\0\0\0\x05hello" 3000'
    still_echoes
    wait_until has_descriptors "$SERVER" "$before"
    restart
    still_echoes
}

# waits_for_the_end: the client does, when it has half-closed the connection.
waits_for_the_end() {
    fake_server <<<$'listen here\naccept ana here\neof ana\nsay half-closed\naccept nobody here'
    start_client idle "$STEP"
    stops_typing idle
    server_says half-closed
    local inside
    inside=$(innermost "${CLIENT[idle]}")
    settle "$inside"
    alive "$inside" && return
    echo "The client did not wait until the server closed the connection, too."
    return 1
}

@test "exercise 3: the client sends each line as a frame, and prints what is answered [1]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
bytes ana "\0\0\0\x05hello"
send ana "\0\0\0\x06so you"
bytes ana "\0\0\0\x05João"
send ana "\0\0\0\x03say"
bytes ana "\0\0\0\x08the last"
send ana "\0\0\0\x03bye"
eof ana
close ana
SCRIPT
    typing 'hello\nJoão\nthe last'
    exits 0
    prints 'so you\nsay\nbye\n'
    as_scripted
    waits_for_the_end
}

@test "exercise 3: NUL bytes, newlines and empty frames pass through the client [1]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
bytes ana "\0\0\0\x03a\0b"
send ana "\0\0\0\x05\0x\n\0y"
bytes ana "\0\0\0\0"
send ana "\0\0\0\0"
bytes ana "\0\0\0\x01\0"
send ana "\0\0\0\x04\n\n\xFF\0"
eof ana
close ana
SCRIPT
    typing 'a\0b\n\n\0\n'
    exits 0
    prints '\0x\n\0y\n\n\n\n\377\0\n'
    as_scripted
}

@test "exercise 3: frames of 65536 bytes, and answers in many segments, are whole [1]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
bytes ana "\0\x01\0\0"
bytes ana "0" 65536
send ana "\0\x01\0\0"
send ana "01234567" 8192
bytes ana "\0\0\0\x03one"
send ana "\0"
shell true
send ana "\0\0\x05fi"
shell true
send ana "rst"
bytes ana "\0\0\0\x03two"
send ana "\0\0\0"
shell true
send ana "\x06s"
shell true
send ana "econd"
bytes ana "\0\0\0\x05three"
trickle ana "\0\0\0\x0Abit by bit"
eof ana
close ana
SCRIPT
    typing '%065536d\none\ntwo\nthree\n'
    exits 0
    prints "$(printf '01234567%.0s' {1..8192})\nfirst\nsecond\nbit by bit\n"
    as_scripted
}

@test "exercise 3: a line of more than 65536 bytes is not sent, and the client goes on [1]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
bytes ana "\0\0\0\x03one"
send ana "\0\0\0\x01A"
bytes ana "\0\0\0\x03two"
send ana "\0\0\0\x01B"
eof ana
close ana
SCRIPT
    typing 'one\n%065537d\n%0200000d\ntwo\n'
    exits 0
    prints 'A\nB\n'
    says_why
    as_scripted
}

# gives_up_after COMMAND...: of a script, once a first frame has been answered, and
# a second one, empty, has come.
gives_up_after() {
    printf '%s\n' 'listen here' 'accept ana here' 'bytes ana "\0\0\0\x03one"' \
        'send ana "\0\0\0\x02ok"' 'bytes ana "\0\0\0\0"' "$@" >"$BATS_TEST_TMPDIR/what"
    fake_server <"$BATS_TEST_TMPDIR/what"
    typing 'one\n\nthree\n'
    exits 1
    says_why
    as_scripted
}

@test "exercise 3: without a whole answer of at most 65536 bytes the client says so and exits 1 [1]" {
    judges client
    gives_up_after 'shut ana' 'eof ana'
    gives_up_after 'abort ana'
    gives_up_after 'send ana "\0\0\0"' 'shut ana' 'eof ana'
    gives_up_after 'send ana "\0\0\0\x05hell"' 'shut ana' 'eof ana'
    gives_up_after 'send ana "\0\x01\0\x01"' 'eof ana'
    gives_up_after 'send ana "\xFF\xFF\xFF\xFF"' 'eof ana'
    fails_where_the_server_has_gone
}
