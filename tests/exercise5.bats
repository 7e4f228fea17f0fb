#!/usr/bin/env bats
# Exercise 5: a count that the threads of all clients share.
export EXERCISE=5
load lib/exercise

setup_file() {
    builds_once
    begin no_data_race
}

TOO_LONG='* too long: at most 1024 bytes a line'

@test "exercise 5: server.c builds" {
    it_builds server
}

@test "exercise 5: /count answers with the number of lines so far [1]" {
    judges server
    start
    peer <<'SCRIPT'
open ana
send ana "one\n\nJoão\r\n"
line ana "one"
line ana ""
line ana "João"
send ana "/count\n"
line ana "* count: 3"
SCRIPT
}

@test "exercise 5: /count itself does not count and is not echoed, what only looks like it is [1]" {
    judges server
    start
    peer <<'SCRIPT'
open ana
send ana "/count\n/count\r\n"
line ana "* count: 0"
line ana "* count: 0"
send ana "/counts\n /count\n/count \n/COUNT\n/count 1\ncount\n/count\n"
line ana "/counts"
line ana " /count"
line ana "/count "
line ana "/COUNT"
line ana "/count 1"
line ana "count"
line ana "* count: 6"
SCRIPT
}

@test "exercise 5: of ten connected the last may speak first, and all see one count [1]" {
    judges server
    start
    local round i
    for round in 1 2; do
        {
            echo 'crowd guest 10'
            for i in {10..1}; do
                printf 'send guest%d "line\\n/count\\n"\nline guest%d "line"\n' "$i" "$i"
                printf 'line guest%d "* count: %d"\n' "$i" $((round * 10 + 1 - i))
            done
            printf 'send guest10 "/count\\n"\nline guest10 "* count: %d"\n' $((round * 10))
            echo 'closeall guest 10'
        } >"$BATS_TEST_TMPDIR/round$round"
        peer <"$BATS_TEST_TMPDIR/round$round"
    done
}

@test "exercise 5: what those said who have left or were reset still counts, and nothing of them stays [1]" {
    judges server
    start
    local files tasks
    files=$(descriptors "$SERVER")
    tasks=$(threads "$SERVER")
    peer <<'SCRIPT'
open silent
crowd guest 10
send guest1 "one\ntwo\n"
line guest1 "one"
line guest1 "two"
send guest10 "three\nhalf a li"
line guest10 "three"
abortall guest 10
storm 50 close
storm 50 abort
open ana
send ana "/count\n"
line ana "* count: 3"
SCRIPT
    wait_until has_descriptors "$SERVER" "$files"
    wait_until has_threads "$SERVER" "$tasks"
}

@test "exercise 5: an unfinished last line counts too [1]" {
    judges server
    start
    peer <<'SCRIPT'
open ana bob
send ana "one\ntw"
shut ana
line ana "one"
line ana "tw"
eof ana
send bob "/count"
shut bob
line bob "* count: 2"
eof bob
SCRIPT
}

@test "exercise 5: a line that is too long does not count, and holds nobody up [1]" {
    judges server
    start
    peer <<SCRIPT
open ana bob
send ana "x" 1025
send ana "\n"
line ana "$TOO_LONG"
send bob "y" 1024
send bob "\n/count\n"
bytes bob "y" 1024
line bob ""
line bob "* count: 1"
send ana "z" 100000
send ana "\nafter\n/count\n"
line ana "$TOO_LONG"
line ana "after"
line ana "* count: 2"
SCRIPT
}

# all_send NAME COUNT BYTES TIMES, all_get ...: NAME1 to NAMECOUNT do so.
all_send() {
    local i
    for ((i = $2; i > 0; i--)); do
        printf 'send %s%d "%s" %d\n' "$1" "$i" "$3" "$4"
    done
}
all_get() { all_send "$@" | sed 's/^send/bytes/'; }

@test "exercise 5: 50 clients that speak at once are counted exactly [2]" {
    judges server
    start
    peer <<SCRIPT
crowd guest 46
crowd busy 4
$(all_send busy 4 'x\n' 2000)
$(all_send guest 46 'hello\n' 100)
$(all_get busy 4 'x\n' 2000)
$(all_get guest 46 'hello\n' 100)
open ana
send ana "/count\n"
line ana "* count: 12600"
SCRIPT
}

# The newcomer's thread starts when a report that is under way has been written.
no_data_race() {
    judges_under thread server
    start
    peer <<SCRIPT
crowd guest 4
open ana bob
$(all_send guest 4 'x\n' 2000)
send ana "/count\n" 500
send bob "/count\n" 1000
abort ana
storm 10 close
$(all_get guest 4 'x\n' 2000)
send bob "last\n"
until bob "last"
open newcomer
send newcomer "/count\n"
match newcomer "[*] count: *"
SCRIPT
}

@test "exercise 5: no data race is seen by ThreadSanitizer [2]" {
    outcome_of no_data_race
}
