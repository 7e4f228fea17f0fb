#!/usr/bin/env bats
# Exercise 6: the homework, a chat. What stands before a line is up to whoever
# wrote the server: *hello is any line that ends with hello.
export EXERCISE=6
load lib/exercise
load lib/chat

setup_file() {
    builds_once
    begin no_data_race
}

@test "exercise 6: server.c and client.c build" {
    it_builds server client
}

# enter NAME...: what a script says to bring these in, one after another: whoever
# has the answer to a line that is too long is in the room.
enter() {
    local name
    for name; do
        printf 'open %s\nsend %s "x" 1025\nsend %s "\\n"\n' "$name" "$name" "$name"
        printf 'line %s "%s"\n' "$name" "$TOO_LONG"
    done
}

@test "exercise 6: what one says all others hear, and the speaker does not [1]" {
    judges server
    start
    peer <<SCRIPT >"$BATS_TEST_TMPDIR/heard"
$(enter ana bob carla)
send ana "hello, João\n"
match bob "*hello, João"
match carla "*hello, João"
send bob "hi\n"
match ana "*hi"
match carla "*hi"
send carla "and me\n"
match ana "*and me"
match bob "*and me"
send ana "bye\n"
match bob "*bye"
shut carla
dump carla
SCRIPT
    echo 'Before a text at most 100 bytes may stand. carla heard:'
    ! LC_ALL=C grep -E '^.{101,}bye$' "$BATS_TEST_TMPDIR/heard" || false
}

@test "exercise 6: of fifty the last may speak first, and a newcomer hears what is said from now on [1]" {
    judges server
    start
    local names=(n{1..48}) name
    peer <<SCRIPT
open silent
$(enter "${names[@]}")
send n48 "first\n"
$(for name in "${names[@]:0:47}"; do echo "match $name \"*first\""; done)
$(enter late)
send n1 "second\n"
match late "*second"
$(for name in "${names[@]:1}"; do echo "until $name \"*second\""; done)
SCRIPT
}

@test "exercise 6: lines come whole and in order, however they are cut and whoever else speaks [1]" {
    judges server
    start
    peer <<SCRIPT
$(enter ana bob carla dora)
trickle ana "one\n"
send ana "two\nth"
send bob "between\n"
match ana "*between"
send ana "ree\r\n"
send ana "y" 1025
send ana "\n"
send ana "z" 1024
send ana "\nthe last"
line ana "$TOO_LONG"
shut ana
eof ana
match bob "*one"
match bob "*two"
match bob "*three"
match bob "*$(printf '%01024d' 0 | tr 0 z)"
match bob "*the last"
until dora "*the last"
until carla "*the last"
$(enter eva fay gil hugo ines jose lia)
flood 1000 64 eva bob fay gil hugo ines jose lia > carla dora eva bob
SCRIPT
}

# has_threads_for COUNT: so many or more (Linux only).
has_threads_for() { [ ! -r /proc/self/task ] || [ "$(threads "$SERVER")" -ge "$1" ]; }

# two_speak_and_reset NAME NAME: while the server stands still, so that it sends what
# the one said to the other, whose connection is no more: SIGPIPE.
two_speak_and_reset() {
    printf '%s\n' "shell \"kill -STOP $SERVER\""
    printf 'send %s "no more\\n" 100\nshut %s\nabort %s\n' "$1" "$1" "$1" "$2" "$2" "$2"
    printf '%s\n' "shell \"kill -CONT $SERVER\""
}

@test "exercise 6: those who leave, reset or fall silent in mid-line disturb nobody, and nothing of them stays [1]" {
    judges server
    start
    local files tasks
    files=$(descriptors "$SERVER")
    tasks=$(threads "$SERVER")
    peer <<SCRIPT
$(enter ana bob carla dora eva fay)
$(asks wait_until has_threads_for $((tasks + 6)))
send dora "what is cut off"
abort dora
$(back_to $((files + 5)))
send bob "what comes next\n"
match ana "*what comes next"
send carla "half a "
close eva
send bob "many lines\n" 1000
abort fay
storm 50 close
storm 50 abort "half a line"
send bob "the last\n"
until ana "*the last"
send carla "line\n"
until ana "*half a line"
until bob "*half a line"
SCRIPT
    wait_until has_descriptors "$SERVER" "$files"
    wait_until has_threads "$SERVER" "$tasks"
    peer <<SCRIPT
$(enter ana bob carla dora)
$(two_speak_and_reset carla dora)
send ana "one\ntwo\n"
until bob "*one"
until bob "*two"
SCRIPT
}

# At the end ana speaks to gil, who resets: nothing but a lock says that his
# connection is not closed before she has sent. The newcomer's thread starts when a
# report that is under way has been written.
no_data_race() {
    judges_under thread server
    start
    local files
    files=$(descriptors "$SERVER")
    peer <<SCRIPT
$(enter ana bob carla)
send ana "one\n" 300
send bob "two\n" 300
$(enter dora | grep -v '^line')
storm 20 abort "three\n"
crowd guest 10
closeall guest 10
send dora "four\n"
abort carla
until ana "*four"
until bob "*four"
close dora
send ana "the last\n"
until bob "*the last"
$(enter gil | sed 's/^line/until/')
send ana "hello, gil\n"
until gil "*hello, gil"
until bob "*hello, gil"
abort gil
$(back_to $((files + 2)))
$(enter newcomer | sed 's/^line/until/')
SCRIPT
}

@test "exercise 6: no data race is seen by ThreadSanitizer [1]" {
    outcome_of no_data_race
}

# joins NAME: the student's client, in the background: NAME.log is what it
# prints, NAME.errors what it says on stderr.
joins() {
    find_program "$STEP" client
    # shellcheck disable=SC2016
    with_keyboard "$1" bash -c 'exec "$@" 2>"$0"' "$BATS_TEST_TMPDIR/$1.errors" \
        "${PROGRAM[@]}" 127.0.0.1 "$PORT"
}

@test "exercise 6: the client prints what comes while nobody types, and sends what is typed [2]" {
    judges client
    fake_server <<SCRIPT
listen here
accept ana here
send ana "good morning\nJoão\n"
line ana "hello"
line ana "is somebody here?"
send ana "we are\n"
send ana "all here\n"
send ana "127.0.0.1:40000: $(printf '%01024d' 0)\n"
line ana "good"
close ana
SCRIPT
    joins ana
    shows ana 'good morning'
    shows ana 'João'
    types ana 'hello\nis somebody here?\n'
    shows ana 'we are'
    shows ana 'all here'
    shows ana "127.0.0.1:40000: $(printf '%01024d' 0)"
    types ana 'good\n'
    as_scripted
}

# has_read_all: whether the client has taken all that was sent to it (Linux only).
has_read_all() {
    [ ! -r /proc/net/tcp ] || awk -v port="$(printf ':%04X$' "$PORT")" \
        '$3 ~ port && $5 !~ /:0+$/ { left = 1 } END { exit left }' /proc/net/tcp
}

@test "exercise 6: half a line from the server keeps nobody from speaking [1]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
send ana "one\n"
line ana "typed first"
send ana "half "
say half
line ana "typed meanwhile"
send ana "a line\n"
line ana "bye"
close ana
SCRIPT
    joins ana
    shows ana one
    types ana 'typed first\n'
    server_says half
    wait_until has_read_all
    types ana 'typed meanwhile\n'
    shows ana 'half a line'
    types ana 'bye\n'
    as_scripted
}

@test "exercise 6: at the end of its input the client half-closes, prints the rest and exits 0 [1]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
line ana "one"
line ana "two"
line ana "the unfinished last"
eof ana
send ana "this is\n"
send ana "the rest\n"
close ana
SCRIPT
    typing 'one\ntwo\nthe unfinished last'
    exits 0
    prints 'this is\nthe rest\n'
    as_scripted
}

# has_ended NAME: with status 0 or 1, and a word on stderr.
has_ended() {
    local status=0 errors=$BATS_TEST_TMPDIR/$1.errors
    wait_until dead "${CLIENT[$1]}" || { echo 'The client did not end.'; return 1; }
    wait "${CLIENT[$1]}" || status=$?
    [ "$status" -le 1 ] && [ -s "$errors" ] && return
    echo "The client's exit status was $status, expected 0 or 1. On stderr it said:"
    tail_of "$errors"
    return 1
}

# all_has_come: nothing of what the server has sent is still on its way.
all_has_come() { queue 2>/dev/null; [ "$QUEUE" = 0 ]; }

# speaks_too_late: the client cannot know yet that the server has gone, since nobody
# takes what it prints. Then its person speaks: send() raises SIGPIPE.
speaks_too_late() {
    local late=$BATS_TEST_TMPDIR/late fd
    mkfifo "$late.pipe"
    fake_server <<'SCRIPT'
listen here
accept late here
send late "more than a pipe holds\n" 4000
say sent
accept other here
shut late
abort late
say gone
SCRIPT
    find_program "$STEP" client
    # shellcheck disable=SC2016
    with_keyboard late bash -c 'exec "$@" 2>"$0.errors" >"$0.pipe"' "$late" "${PROGRAM[@]}" 127.0.0.1 "$PORT"
    exec {fd}<"$late.pipe"
    server_says sent
    wait_until all_has_come
    peer <<<'open other'
    server_says gone
    types late 'too late\n'
    cat <&"$fd" >/dev/null
    exec {fd}<&-
    has_ended late
}

@test "exercise 6: when the server goes first the client says so and ends, also while nobody types [1]" {
    judges client
    fake_server <<'SCRIPT'
listen here
accept ana here
send ana "hi\n"
line ana "hello"
line ana "and now?"
send ana "goodbye\n"
close ana
SCRIPT
    joins ana
    shows ana hi
    types ana 'hello\nand now?\n'
    shows ana goodbye
    has_ended ana
    as_scripted
    speaks_too_late
}
