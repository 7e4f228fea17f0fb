#!/usr/bin/env bats
# Exercise 1: a reply in upper case.
export EXERCISE=1
load lib/exercise

@test "exercise 1: server.c and client.c build" {
    it_builds server client
}

@test "exercise 1: the server sends the text back in upper case, then closes [1]" {
    judges server
    start
    peer <<'SCRIPT'
open ana
send ana "Hello, world 123, abcdefghijklmnopqrstuvwxyz"
shut ana
bytes ana "HELLO, WORLD 123, ABCDEFGHIJKLMNOPQRSTUVWXYZ"
eof ana
SCRIPT
}

@test "exercise 1: all bytes but a to z come back untouched [1]" {
    judges server
    start
    peer <<'SCRIPT'
open ana
send ana "a\0b\n\r\t\e\x01\x7F\x80\xFF`{@[ z Jo\xC3\xA3o"
shut ana
bytes ana "A\0B\n\r\t\e\x01\x7F\x80\xFF`{@[ Z JO\xC3\xA3O"
eof ana
SCRIPT
}

@test "exercise 1: a text in many segments, or longer than any buffer, comes back whole [1]" {
    judges server
    start
    peer <<'SCRIPT'
open ana
trickle ana "one\npiece "
bytes ana "ONE\nPIECE "
send ana "after another"
shut ana
bytes ana "AFTER ANOTHER"
eof ana
open bob
send bob "0123456789abcdef" 10000
shut bob
bytes bob "0123456789ABCDEF" 10000
eof bob
SCRIPT
}

@test "exercise 1: one client after another is answered, and nothing stays open [1]" {
    judges server
    start
    local before i
    before=$(descriptors "$SERVER")
    for i in {1..10}; do
        printf 'open guest%d\nsend guest%d "one %d"\nshut guest%d\n' "$i" "$i" "$i" "$i"
        printf 'bytes guest%d "ONE %d"\neof guest%d\nclose guest%d\n' "$i" "$i" "$i" "$i"
    done >"$BATS_TEST_TMPDIR/ten"
    peer <"$BATS_TEST_TMPDIR/ten"
    resets_midway '"one"' '"ONE"' '"sixteen letters " 3750'
    peer <<'SCRIPT'
open ana bob
send ana "hello"
bytes ana "HELLO"
abort ana
send bob "bye"
shut bob
bytes bob "BYE"
eof bob
SCRIPT
    wait_until has_descriptors "$SERVER" "$before"
}

@test "exercise 1: the server listens at the port it is given, also right after a restart [1]" {
    judges server
    start "$(port_to_keep)"
    peer <<<$'open ana\nsend ana "one"\nshut ana\nbytes ana "ONE"\neof ana'
    restart
    peer <<<$'open ana\nsend ana "two"\nshut ana\nbytes ana "TWO"\neof ana'
}

@test "exercise 1: the client prints what the server replies, and ends well [2]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
bytes ana "hello"
send ana "SO YOU SAY"
close ana
SCRIPT
    typing 'hello\n'
    exits 0
    prints 'SO YOU SAY\n'
    as_scripted
}

@test "exercise 1: the client half-closes after its line, and hears the reply then [1]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
bytes ana "one\0line "
bytes ana "0" 100000
eof ana
send ana "LATE"
close ana
SCRIPT
    typing 'one\0line %0100000d\nnot this one\n'
    exits 0
    prints 'LATE\n'
    as_scripted
}

@test "exercise 1: a reply in many pieces, or longer than any buffer, is printed whole [1]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
bytes ana "hello"
trickle ana "AB\0CD\n%s\xFF, and "
send ana "0123456789ABCDEF" 10000
close ana
SCRIPT
    typing 'hello\n'
    exits 0
    prints "AB\\0CD\\n%%s\\377, and $(printf '0123456789ABCDEF%.0s' {1..10000})\n"
    as_scripted
}

# fails_by COMMAND...: of a server, once it has the client's line.
fails_by() {
    printf '%s\n' 'listen here' 'accept ana here' 'bytes ana "hello"' "$@" >"$BATS_TEST_TMPDIR/failure"
    fake_server <"$BATS_TEST_TMPDIR/failure"
    typing 'hello\n'
    exits 1
    says_why
}

@test "exercise 1: where the connection fails before the reply ends, the client says so and exits 1 [1]" {
    judges client
    fails_by 'abort ana'
    fails_by 'send ana "PART"' 'abort ana'
    fails_where_the_server_has_gone
}
