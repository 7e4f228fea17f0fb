#!/usr/bin/env bats
# Exercise 4: a time limit for silence. Each silence here lasts as long as IDLE,
# and no test asks that a server be quick about anything.
export EXERCISE=4
load lib/exercise

setup_file() {
    builds_once
    begin signs_of_life silent_in_a_row silent_in_mid_line silent_client silent_without_idle
}

@test "exercise 4: server.c builds" {
    it_builds server
}

silent_client() {
    judges server
    start 0 127.0.0.1 1
    peer <<'SCRIPT'
open ana bob
send bob "hello\n"
line ana "* silent for 1 s: goodbye"
eof ana
line bob "hello"
SCRIPT
}

@test "exercise 4: a silent client is told so, its connection ends, and the next one is served [2]" {
    outcome_of silent_client
}

# bob waits for his turn, and then thinks for a moment: less than 2 s.
silent_in_mid_line() {
    judges server
    start 0 127.0.0.1 2
    local begun=${EPOCHREALTIME/[.,]/}
    peer <<'SCRIPT'
open ana bob
send ana "one\n"
line ana "one"
send ana "hel"
line ana "* silent for 2 s: goodbye"
eof ana
shell "sleep 0.2"
send bob "it is my turn now\n"
line bob "it is my turn now"
SCRIPT
    ((${EPOCHREALTIME/[.,]/} - begun > 2000000)) ||
        { echo "ana got her goodbye before 2 s were over."; return 1; }
}

@test "exercise 4: one who falls silent in mid-line is told so too, and hears no echo of it [1]" {
    outcome_of silent_in_mid_line
}

silent_in_a_row() {
    judges server
    start "$(port_to_keep)" 127.0.0.1 1
    local before given=$PORT
    before=$(descriptors "$SERVER")
    start_client ana 4 # which shows what is said to her person
    peer <<'SCRIPT'
open bob carla dora
abort carla
send dora "hello\n"
line bob "* silent for 1 s: goodbye"
eof bob
until dora "hello"
SCRIPT
    shows ana '* silent for 1 s: goodbye'
    ends "${CLIENT[ana]}" 1
    wait_until has_descriptors "$SERVER" "$before"
    end_jobs
    start "$given" 127.0.0.1 3600
    listens_at "$given"
}

@test "exercise 4: silent ones in a row are all told so, and nothing of them stays [2]" {
    outcome_of silent_in_a_row
}

# talks_slowly NAME: a client sends 12 bytes, one every 0.2 s, then a newline,
# and gets its echo. Sets busy if a pause was so long that 2 s may have passed.
talks_slowly() {
    local i before=$SECONDS last=$SECONDS
    busy=false
    start_peer "$1"
    types "$1" 'open ana\n'
    for i in {1..12}; do
        types "$1" 'send ana "x"\nsay %d\n' "$i"
        shows "$1" "$i" || return 1
        ((SECONDS - before <= 1)) || busy=true
        before=$last last=$SECONDS
        sleep 0.2
    done
    types "$1" 'send ana "\\n"\nline ana "xxxxxxxxxxxx"\n'
    stops_typing "$1"
    ends "${CLIENT[$1]}" 0
}

# is_heard_to_the_end: as that client, again where the machine was too busy.
is_heard_to_the_end() {
    local try busy
    for try in 1 2 3; do
        ! talks_slowly "ana$try" || return 0
        $busy || break
    done
    ! $busy || grader_trouble 'this machine is too busy to send a byte every 2 s'
    echo "One byte came every 0.2 s, IDLE was 2 s. What the client got:"
    tail_of "$BATS_TEST_TMPDIR/ana$try.log"
    return 1
}

signs_of_life() {
    judges server
    start 0 127.0.0.1 2
    is_heard_to_the_end
}

@test "exercise 4: every byte is a sign of life, without a newline too [3]" {
    outcome_of signs_of_life
}

# One is silent where no IDLE was given, for as long as signs_of_life takes: more
# than 2 s. That it would be told after 60 s no test waits to see.
silent_without_idle() {
    judges server
    start
    start_peer ana
    types ana 'open ana\nsend ana "hello\\n"\nline ana "hello"\nsay in\n'
    shows ana in
    PATIENCE=$((PATIENCE * 12)) wait_until begun_ended "$BATS_FILE_TMPDIR/signs_of_life"
    types ana 'send ana "still here\\n"\nline ana "still here"\n'
    stops_typing ana
    ends "${CLIENT[ana]}" 0 || { tail_of "$BATS_TEST_TMPDIR/ana.log"; false; }
}

# is_stopped: whether a signal has stopped the server (Linux only).
is_stopped() {
    local state
    [ -r "/proc/$SERVER/stat" ] || return 0
    read -r _ _ state _ <"/proc/$SERVER/stat" && [ "$state" = T ]
}

# While ana is served, eva and fay have gone. The first send() to eva fails, the
# second raises SIGPIPE; to fay, who has half-closed, the first one does already.
@test "exercise 4: whoever speaks in time is served as in step 04 [1]" {
    judges server
    start 0 127.0.0.1 3600
    peer <<'SCRIPT'
open ana
send ana "x" 1025
send ana "\nJoão\r\nlast"
line ana "* too long: at most 1024 bytes a line"
line ana "João"
open eva fay
send eva "is somebody here?\n" 3000
abort eva
send fay "is nobody here?\n" 3000
shut fay
abort fay
shut ana
line ana "last"
eof ana
open bob
send bob "one\nhel"
line bob "one"
abort bob
open carla
trickle carla "two\n"
line carla "two"
SCRIPT
    echo 'Then the server is stopped and goes on, while it waits for a client:'
    start_peer dora
    types dora 'open dora\nsend dora "three\\n"\nline dora "three"\nsay heard\n'
    shows dora heard
    kill -STOP "$SERVER"
    wait_until is_stopped
    kill -CONT "$SERVER"
    types dora 'send dora "four\\n"\nline dora "four"\n'
    stops_typing dora
    ends "${CLIENT[dora]}" 0 || { tail_of "$BATS_TEST_TMPDIR/dora.log"; false; }
    outcome_of silent_without_idle
}

# refuses ARGUMENT...: the server ends with one line on stderr and status 2.
refuses() {
    local status=0 said=$BATS_TEST_TMPDIR/said
    find_program "$STEP" server
    patiently "${PROGRAM[@]}" "$@" >"$said" 2>"$said.errors" </dev/null 3>&- || status=$?
    [ "$status" = 2 ] && [ ! -s "$said" ] && [ "$(wc -l <"$said.errors")" = 1 ] && return
    echo "server$(printf ' %q' "$@") $(ending "$status"), expected exit status 2."
    echo "It printed:" && tail_of "$said"
    echo "and on stderr, where one line was expected:" && tail_of "$said.errors"
    return 1
}

@test "exercise 4: a wrong IDLE ends the server before it listens [1]" {
    judges server
    local idle
    for idle in 0 -1 5x '' 3601 ' 5' '5 ' +5 0x5 5.0 $'5\n' 99999999999 4294967297 99999999999999999999; do
        refuses 0 127.0.0.1 "$idle"
    done
    refuses 0 127.0.0.1 60 60
    start 0 127.0.0.1 1
    start 0 127.0.0.1 3600
    start
}
