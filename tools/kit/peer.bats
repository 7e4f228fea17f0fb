#!/usr/bin/env bats
# The scripted peer: what it says when something goes wrong is what happened.
# shellcheck disable=SC2154,SC2016 # what `run` sets; a length in RESP begins with $
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

# What a peer has left behind shall not outlive its test.
teardown() {
    say_where_it_failed
    [ ! -e "$BATS_TEST_TMPDIR/asleep" ] || xargs kill -KILL <"$BATS_TEST_TMPDIR/asleep" 2>/dev/null || true
    end_jobs
}

# plays [HOST PORT] <<script: sets status and output.
plays() {
    cat >"$BATS_TEST_TMPDIR/played"
    run "$BUILD/tests/peer" "$@" <"$BATS_TEST_TMPDIR/played"
    echo "$output"
}

# says <<text: its last lines are these.
says() {
    local wanted
    wanted=$(cat)
    [ "$status" = "${1:-1}" ]
    [ "${output: -${#wanted}}" = "$wanted" ]
}

# serves <<script: a peer that waits for this test's own one; sets PORT.
serves() { fake_server; }

@test "peer: what came and was as expected is shown, when more does not come" {
    serves <<'SCRIPT'
listen here
accept ana here
send ana "one\nJo\xC3\xA3o\nthree"
line ana "hello"
close ana
SCRIPT
    plays 127.0.0.1 "$PORT" <<'SCRIPT'
open ana
line ana "one"
line ana "João"
send ana "hello\n"
line ana "three"
SCRIPT
    says <<'TEXT'
script line 5: line ana "three"
  received so far, all as expected: one\nJoão\n
  and then: three
  sent so far: hello\n
The server closed the connection, though more was to come.
TEXT
}

@test "peer: (nothing) is said where nothing came" {
    serves <<<$'listen here\naccept ana here\nclose ana'
    plays 127.0.0.1 "$PORT" <<<$'open ana\nline ana "hi"'
    says <<'TEXT'
  received so far: (nothing)
  sent so far: (nothing)
The server closed the connection, though more was to come.
TEXT
}

@test "peer: of much that came the end is shown" {
    serves <<'SCRIPT'
listen here
accept ana here
send ana "0123456789" 100000
send ana "the end\n"
close ana
SCRIPT
    plays 127.0.0.1 "$PORT" <<'SCRIPT'
open ana
bytes ana "0123456789" 100000
line ana "the end"
line ana "more"
SCRIPT
    [[ $output == *'received so far, all as expected: ...'*'0123456789the end\n'$'\n'* ]]
    says <<'TEXT'
  sent so far: (nothing)
The server closed the connection, though more was to come.
TEXT
}

@test "peer: datagrams that were as expected are shown, too" {
    serves <<<$'mailbox here\nbytes here "1 hello"\nsend here "ack 1"'
    TIMEOUT_SCALE=0.3 plays 127.0.0.1 "$PORT" <<<$'datagram ana\nsend ana "1 hello"\nbytes ana "ack 1"\nbytes ana "ack 2"'
    says <<'TEXT'
  received so far, all as expected: ack 1
  sent so far: 1 hello
Nothing more came within 1.5 s.
TEXT
}

@test "peer: arrays of bulk strings go out with their lengths, and are checked word by word" {
    serves <<'SCRIPT'
listen here
accept redis here
bytes redis "*3\r\n$7\r\nPUBLISH\r\n$4\r\nchat\r\n$5\r\nJo\xC3\xA3o\r\n"
array redis message chat "a b\r\nc" ""
drip redis message chat "João"
asked redis GET "[0-9][0-9]?"
eof redis
SCRIPT
    plays 127.0.0.1 "$PORT" <<'SCRIPT'
open ana
array ana PUBLISH chat "João"
bytes ana "*4\r\n$7\r\nmessage\r\n$4\r\nchat\r\n$6\r\na b\r\nc\r\n$0\r\n\r\n"
asked ana message ch* "Jo*o"
trickle ana "*2\r\n$3\r\nGET\r\n$3\r\n12\n\r\n"
SCRIPT
    [ "$status" = 0 ]
    ends "$SERVER" 0
}

@test "peer: an array that does not match is shown, and so is what is none" {
    local sent
    for sent in 'array ana message talk hi' 'send ana "*3\r\n$7\r\nmessage\n$4\r\n"' 'send ana "message\r\n"' \
        'send ana "*3\r\n$7\r\nmessage\r\n$5\r\nchat\r\n$2\r\nhi\r\n"' 'array ana message chat'; do
        serves <<<$'listen here\naccept ana here\n'"$sent"$'\ngone ana'
        plays 127.0.0.1 "$PORT" <<<$'open ana\nasked ana message chat hi'
        case $sent in
            *talk*) says <<<$'  received: talk\n  sent so far: (nothing)\nana got a word that does not match.' ;;
            *) says <<<"ana got no array of bulk strings: $(wanted "$sent") of what came last." ;;
        esac
        ends "$SERVER" 0
    done
}

# wanted COMMAND: what was to stand where, when this was sent.
wanted() {
    case $1 in
        *'message\n'*) printf '%s' '\r\n was to stand at byte 16' ;;
        *'"message'*) echo '* was to stand at byte 1' ;;
        *'$5'*) printf '%s' '\r\n was to stand at byte 27' ;;
        *) echo 'how many words were expected was to stand at byte 2' ;;
    esac
}

@test "peer: it plays a Redis, which passes on what it is told to publish" {
    serves <<<$'listen here\naccept pub here\naccept sub here\npublish pub sub chat "* hello"\neof pub'
    plays 127.0.0.1 "$PORT" <<'SCRIPT'
open pub
open sub
array pub PUBLISH chat "ana: hello"
line pub ":1\r"
asked sub message chat "ana: hello"
SCRIPT
    [ "$status" = 0 ]
    ends "$SERVER" 0
}

@test "peer: frames of WebSocket are whole, so many pongs, and a close frame last" {
    local sent long
    printf -v long '%0200d' 0
    while IFS='|' read -r sent said; do
        serves <<<$'listen here\naccept ana here\nsend ana "'"$sent"$'"\nclose ana'
        plays 127.0.0.1 "$PORT" <<<$'open ana\nframes ana 2'
        if [ -z "$said" ]; then [ "$status" = 0 ]; else says <<<"ana got $said"; fi
        ends "$SERVER" 0
    done <<FRAMES
\x81\x02hi\x8A\x00\x81\x7E\x00\xC8$long\x8A\x01p\x88\x02\x03\xE8|
\x8A\x00\x88\x00|1 of 2 pongs, and a close frame.
\x8A\x00\x8A\x00|2 of 2 pongs, and no close frame.
\x8A\x00\x8A\x00\x88\x00\x81\x00|more behind the close frame, from byte 7 of 8 on.
\x8A\x00\x8A\x00\x88\x02\x03|no whole frame at byte 5 of 7: is one in another?
\x8A\x00\x81\x05hi\x8A\x00\x88\x00|no whole frame at byte 10 of 10: is one in another?
\x8A\x00\x8A\x00\x81\xFE\x00\x00\x88\x00|no whole frame at byte 5 of 10: is one in another?
FRAMES
}

@test "peer: it listens where it is told to, also again, and connects to two ports" {
    local first
    first=$(port_to_keep)
    plays <<SCRIPT
listen one $first
listen two $((first + 1))
at $first
open ana
accept ana-here one
at $((first + 1))
open bob
accept bob-here two
send ana "to ana\n"
send bob "to bob\n"
line ana-here "to ana"
line bob-here "to bob"
close ana-here ana one
listen one $first
SCRIPT
    [ "$status" = 0 ]
    plays <<<$'listen one\nlisten two 1\nat 0'
    [ "$status" = 2 ]
}

# takes LEAST MOST: what takes 50 ms and some.
takes() { plays <<<$'stopwatch\nshell "sleep 0.05"\n'"took $1 $2"; }

@test "peer: a stopwatch says how long it took, and a slow machine may be later" {
    takes 50 60000
    [ "$status" = 0 ]
    TIMEOUT_SCALE=1 takes 5000 6000
    [ "$status" = 1 ]
    [[ $output == *'It took '*' ms, not 5000 to 6000.' ]]
    TIMEOUT_SCALE=1 takes 0 10
    [ "$status" = 1 ]
    TIMEOUT_SCALE=1000 takes 0 10
    [ "$status" = 0 ]
    TIMEOUT_SCALE=1000 takes 10 10
    [ "$status" = 1 ]
}

@test "peer: a script that takes too long ends, and says what it was at" {
    TIMEOUT_SCALE=0.01 plays <<<$'say hello\nshell "sleep 30"'
    says <<'TEXT'
hello
The whole script took longer than 0.6 s. At work then:
script line 2: shell "sleep 30"
TEXT
}

# began_to_sleep: whether the command of the shell below has come so far.
began_to_sleep() { [ "$(wc -l <"$BATS_TEST_TMPDIR/asleep")" = 2 ]; }
has_gone() { ! ps -p "$1" >/dev/null; }

@test "peer: it takes the commands of shell along, and what those have started" {
    needs ps
    [ "${SANITIZE:-}" != thread ] || skip 'ThreadSanitizer keeps a signal back until system() returns'
    : >"$BATS_TEST_TMPDIR/asleep"
    echo "shell \"echo \$\$ >>$BATS_TEST_TMPDIR/asleep; sh -c 'echo \$\$ >>$BATS_TEST_TMPDIR/asleep; exec sleep 1000'; true\"" >"$BATS_TEST_TMPDIR/sleeps"
    "$BUILD/tests/peer" <"$BATS_TEST_TMPDIR/sleeps" 3>&- 4>&- >"$BATS_TEST_TMPDIR/said" 2>&1 &
    local peer=$! sleeper
    wait_until began_to_sleep
    kill -ALRM "$peer" # its time is over
    ends "$peer" 1
    grep -q 'took longer than' "$BATS_TEST_TMPDIR/said"
    while read -r sleeper; do
        wait_until has_gone "$sleeper"
    done <"$BATS_TEST_TMPDIR/asleep"
}

# asleep PID: it waits for something (Linux only).
asleep() { [ ! -e "/proc/$1/stat" ] || [[ $(<"/proc/$1/stat") == *') S '* ]]; }

@test "peer: where it waits for its script it says so" {
    start_server 3
    start_peer ana
    types ana 'say "here I am"\n'
    shows ana 'here I am'
    wait_until asleep "${CLIENT[ana]}"
    kill -ALRM "${CLIENT[ana]}"
    ends "${CLIENT[ana]}" 1
    shows ana 'It waited for the next line of its script.'
}

@test "peer: trouble of the script is not the program's" {
    local script
    for script in 'fly ana' 'open' 'open ana' 'say "x' 'say \q' 'line ana "x"'; do
        plays <<<"$script"
        case $script in
            'say \q') [ "$status" = 0 ] ;; # it is not quoted
            *) says 2 <<<'peer: This is trouble of the test tool or of its script, not of the program under test.' ;;
        esac
    done
}

@test "peer: its header names the commands that it has" {
    diff <(sed -nE 's/^ \*   ([a-z|]+) .*/\1/p' tests/peer/peer.c | tr '|' '\n' | sort) \
        <(sed -nE 's/^    \{"([a-z]+)", run_.*/\1/p' tests/peer/peer.c | sort)
}
