#!/usr/bin/env bats
# Exercise 5: a count that the threads of all clients share.
export EXERCISE=5
load lib/exercise
load lib/chat

setup_file() {
    builds_once
    begin no_data_race
}

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

# each_echo_counts: once ana has an echo, bob asks for the count. That is no proof:
# where a line is counted after its echo, he is too early now and then only.
each_echo_counts() {
    echo 'open ana bob'
    printf 'send ana "x\\n"\nline ana "x"\nsend bob "/count\\n"\nline bob "* count: %d"\n' {1..4000}
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
    end_jobs
    start
    each_echo_counts >"$BATS_TEST_TMPDIR/rounds"
    "$BUILD/tests/peer" 127.0.0.1 "$PORT" <"$BATS_TEST_TMPDIR/rounds" ||
        { echo 'ana had the echo of her line, and bob asked for the count then.'; false; }
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

# stands_still: whether all threads of the server sleep, whenever one looks (Linux
# only). One that has work, but no processor yet, does not.
stands_still() {
    [ -r "/proc/$SERVER/stat" ] || return 0
    local _ thread state
    for _ in {1..5}; do
        for thread in "/proc/$SERVER/task/"*/stat; do
            read -r _ _ state _ <"$thread" && [ "$state" = S ] || return 1
        done
        pause 50
    done
}

# Two never read, and are owed more than their connections hold. So the server
# waits to send: an echo to the one, a count to the other. Then both are gone; and
# so are others before the server sends at all.
@test "exercise 5: one who never reads keeps nobody from the echo and the count [1]" {
    judges server
    start
    local files
    files=$(descriptors "$SERVER")
    peer <<SCRIPT
open ana bob
narrow deaf deafer
send deaf "$LINE_1000\n" 400
send deafer "$LINE_1000\n" 100
send deafer "/count\n" 30000
$(asks wait_until stands_still)
send ana "hello\n/count\n"
line ana "hello"
match ana "[*] count: *"
send bob "/count\n"
match bob "[*] count: *"
abort deaf deafer
$(back_to $((files + 2)))
send ana "/count\n"
match ana "[*] count: *"
SCRIPT
    resets_midway '"one\n"' '"one\n"' '"hello\n" 3000'
    resets_midway '"one\n"' '"one\n"' '"/count\n" 3000'
    peer <<'SCRIPT'
open carla
send carla "/count\n"
match carla "[*] count: *"
SCRIPT
    wait_until has_descriptors "$SERVER" "$files"
}

# all_send NAME COUNT BYTES TIMES, all_get ...: NAME1 to NAMECOUNT do so.
all_send() {
    local i
    for ((i = $2; i > 0; i--)); do
        printf 'send %s%d "%s" %d\n' "$1" "$i" "$3" "$4"
    done
}
all_get() { all_send "$@" | sed 's/^send/bytes/'; }

@test "exercise 5: 50 clients that speak at once are counted exactly [1]" {
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

# The server stands still until ana has gone: so it is sure to send to her then, and
# all begin at once. The newcomer's thread starts when a report that is under way
# has been written.
no_data_race() {
    judges_under thread server
    start
    peer <<SCRIPT
crowd guest 4
open ana bob
shell "kill -STOP $SERVER"
$(all_send guest 4 'x\n' 2000)
send ana "/count\n" 500
send bob "/count\n" 1000
abort ana
shell "kill -CONT $SERVER"
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
