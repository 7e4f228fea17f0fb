#!/usr/bin/env bats
# The scripted peer: what it says when something goes wrong is what happened.
# shellcheck disable=SC2154
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

@test "peer: where it waits for its script it says so" {
    start_server 3
    start_peer ana
    types ana 'say "here I am"\n'
    shows ana 'here I am'
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
