#!/usr/bin/env bats
# Step 12: everybody gets home.
load lib/helpers
export STEP=12
load lib/chat

# These take their time, beside the others.
setup_file() {
    begin drops_the_deaf loses_nothing deaf_flooder deaf_asks slow_but_steady \
        name_of_the_dropped rests_below_its_limit storm_of_resets names_the_slow \
        ends_under_traffic ends_while_held_up announces_nobody_late second_interrupt \
        ends_in_a_flood ends_in_silence other_signal
}

@test "step 12: what one says all others hear, and the speaker does not" {
    says_to_all_others
}

@test "step 12: the order of lines is the same for all" {
    one_order_of_lines
}

@test "step 12: the client prints while its person types" {
    prints_while_one_types
}

@test "step 12: at the end of input the client prints the rest and ends well" {
    prints_the_rest
}

@test "step 12: what was typed before the end of input arrives" {
    leaves_at_the_end_of_input
}

@test "step 12: the client says when the server goes first, and ends well" {
    server_goes_first
}

@test "step 12: the client says when the server is cut off, and fails" {
    server_resets
}

@test "step 12: lines may be cut into any segments" {
    any_segments
}

@test "step 12: a line over 1024 bytes is answered to its sender alone, and skipped" {
    too_long
}

@test "step 12: control characters are taken out, invalid UTF-8 becomes ?" {
    cleans_text
}

@test "step 12: after a half-close the unfinished last line is passed on too" {
    unfinished_last_line
}

@test "step 12: of ten clients the last may talk first" {
    last_of_ten_first
}

@test "step 12: two who reset in mid-broadcast disturb nobody" {
    reset_in_mid_broadcast
}

@test "step 12: one who resets in mid-line disturbs nobody" {
    reset_in_mid_line
}

@test "step 12: one who says nothing disturbs nobody" {
    silent_client
}

@test "step 12: newcomers are guest-N, and all see who joins and leaves" {
    guests_join
}

@test "step 12: /nick gives a name, which all see" {
    takes_a_name
}

@test "step 12: a name has 1 to 20 characters" {
    name_is_1_to_20_characters
}

@test "step 12: a name is of letters, digits, - and _: nothing invisible, no space, no star" {
    name_is_of_letters
}

@test "step 12: a name is cleaned as a line is" {
    name_is_cleaned
}

@test "step 12: a name is taken in upper and lower case, but for its owner" {
    name_is_taken
}

@test "step 12: the name of one who left is free at once" {
    name_is_free_again
}

@test "step 12: a newcomer gets no guest-N that somebody took as a name" {
    guest_is_skipped
}

@test "step 12: /who lists all who are here, and nobody who left" {
    who_is_here
}

@test "step 12: /quit ends the connection, and what follows it is ignored" {
    quits
}

@test "step 12: an unknown command is answered to its sender alone" {
    unknown_command
}

@test "step 12: nobody can forge a notice" {
    no_forged_notice
}

@test "step 12: commands and lines of one segment keep their order" {
    keeps_the_order_of_a_segment
}

@test "step 12: joins, leaves and new names come in the same order to all" {
    one_order_of_notices
}

@test "step 12: one can take part with nc" {
    works_with_nc
}

@test "step 12: one can take part with socat" {
    works_with_socat
}

@test "step 12: a connection on which send() fails is given up and closed" {
    gives_up
}

@test "step 12: one who never reads is dropped, the others get all in order" {
    outcome_of drops_the_deaf
}

@test "step 12: a flood among people who read loses nothing" {
    outcome_of loses_nothing
}

@test "step 12: one who floods and never reads takes nothing from the others" {
    outcome_of deaf_flooder
}

@test "step 12: one who speaks alone wakes no other thread" {
    wakes_nobody
}

@test "step 12: many lines of one alone leave together" {
    puts_together
}

@test "step 12: one who asks and takes no answer is in nobody's way" {
    outcome_of deaf_asks
}

@test "step 12: one who reads slowly while others flood is dropped, and they go on" {
    outcome_of slow_but_steady
}

@test "step 12: the name of one who is dropped is free when all have heard of it" {
    outcome_of name_of_the_dropped
}

@test "step 12: a limit that is lowered lets it rest, and it goes on" {
    outcome_of rests_below_its_limit
}

# One thousand clients, descriptors, memory.

# start_with_few COUNT: a server that may have so many descriptors only.
start_with_few() {
    local folder=$BATS_TEST_TMPDIR/few
    mkdir -p "$folder/step12"
    printf '#!/bin/sh\nulimit -n %s\nexec "%s" "$@"\n' "$1" "$PWD/$BUILD/step12/server" \
        >"$folder/step12/server"
    chmod +x "$folder/step12/server"
    BUILD=$folder start_server 12
}

@test "step 12: 1,000 clients talk, the next is refused until one leaves" {
    [ -z "${SANITIZE:-}" ] || skip "1,000 threads are too slow under a sanitizer"
    start_server 12
    wait_until rests # all its threads are there
    local files tasks
    files=$(descriptors "$SERVER")
    tasks=$(threads "$SERVER")
    peer <<SCRIPT
crowd c 1000
$(asks reaches 1000 logged joined)
$(asks wait_until has_threads "$SERVER" $((tasks + 1000)))
send c1000 "hello\n"
until c1 "*: hello"
send c1 "/who\n"
until c1 "[*] here: * and * more"
send c1 "it works\n"
until c1000 "*: it works"
open late
line late "* too many clients: try again later"
eof late
close c500
$(asks wait_until has_threads "$SERVER" $((tasks + 999)))
open later
until later "[*] guest-1001 joined"
send later "so do I\n"
until c1 "guest-1001: so do I"
SCRIPT
    server_says 'Refused 127\.0\.0\.1:[0-9]+'
    reaches 1002 served
    wait_until has_descriptors "$SERVER" "$files"
    wait_until has_threads "$SERVER" "$tasks"
}

@test "step 12: 1,000 who only sit there cost at most 12 MB" {
    measures_memory
    local limit=12000
    ! ${CC:-cc} --version | grep -q clang || limit=16000 # it makes one function of several
    start_server 12
    peer <<SCRIPT
crowd c 1000
$(asks reaches 1000 logged joined)
$(asks at_most_kb RSS $limit)
SCRIPT
}

@test "step 12: without descriptors it says so, waits, and goes on" {
    start_with_few 24
    local files
    files=$(descriptors "$SERVER")
    server_says 'Only 24 descriptors: see ulimit -n'
    peer <<SCRIPT
crowd c 30
$(asks server_says ".*accept:.*,.trying.again.*")
send c1 "hello\n"
until c2 "*: hello"
closeall c 30
$(asks reaches 30 served)
$(back_to "$files")
$(enter ana bob)
send ana "hello\n"
match bob "$WHO: hello"
SCRIPT
}

storm_of_resets() {
    start_server 12
    wait_until rests # all its threads are there
    local files tasks memory
    files=$(descriptors "$SERVER")
    tasks=$(threads "$SERVER")
    peer <<<'storm 100 abort "hello\n"'
    reaches 100 served
    wait_until has_threads "$SERVER" "$tasks"
    memory=$(memory_kb "$SERVER" RSS)
    peer <<<'storm 5000 abort "hello\n"'
    reaches 5100 served
    wait_until has_descriptors "$SERVER" "$files"
    wait_until has_threads "$SERVER" "$tasks"
    at_most_kb RSS $((memory * 3 / 2 + 4096))
    peer <<SCRIPT
$(enter ana bob)
send ana "hello\n"
match bob "$WHO: hello"
SCRIPT
}

@test "step 12: 5,000 who reset in a storm leave nothing behind" {
    outcome_of storm_of_resets
}

@test "step 12: the log has a line for each join, leave, rename, refusal" {
    start_server 12
    peer <<SCRIPT
$(enter ana bob)
send ana "/nick ana\n"
line bob "* guest-1 is now ana"
close ana
line bob "* ana left"
SCRIPT
    server_says '\* guest-2 left'
    server_says 'Closing connection of .*'
    run grep '^\* ' "$SERVER_LOG"
    diff - <(head -n 4 <<<"$output") <<'LOG'
* guest-1 joined
* guest-2 joined
* guest-1 is now ana
* ana left
LOG
    [ "$(grep -cE '^Connected by 127\.0\.0\.1:[0-9]+$' "$SERVER_LOG")" = 2 ]
}

names_the_slow() {
    start_server 12
    listens eva
    peer <<SCRIPT
$(enter ana bob deaf)
$(heavy_traffic bob)
SCRIPT
    server_says '\* guest-4 left: too slow'
}

@test "step 12: one who was too slow is named in the log" {
    outcome_of names_the_slow
}

# has_keepalive: whether each connection of the server has a keepalive timer.
has_keepalive() {
    local hex
    # shellcheck disable=SC2153 # start_server sets it
    hex=$(printf '%04X' "$PORT")
    awk -v from=":$hex\$" '$2 ~ from && $4 == "01" { n++; if ($6 !~ /^02:/) bad++ }
        END { exit n == 2 && bad == 0 ? 0 : 1 }' /proc/net/tcp
}

@test "step 12: the kernel watches for dead peers" {
    [ -r /proc/net/tcp ] || skip "there is no /proc/net/tcp"
    start_server 12
    peer <<SCRIPT
$(enter ana bob)
$(asks wait_until has_keepalive)
SCRIPT
}

# How it ends.

DOWN='* server is shutting down'

# ends_soon: within 3 s, and well.
ends_soon() { PATIENCE=$((3 * ${TIMEOUT_SCALE:-1})) ends "$SERVER" 0; }

# hears COMMAND...: what runs it so that it hears of Ctrl-C, and of a terminal that
# closes. It would not where the tests themselves run behind nohup, or behind a &.
hears() {
    HEARS=(env '--default-signal=INT,HUP')
    "${HEARS[@]}" true 2>/dev/null || HEARS=(env)
    await_server /dev/null "${HEARS[@]}" "$@"
}
start_at_a_terminal() { hears "$BUILD/step12/server" 0 127.0.0.1; }

# kills SIGNAL: what a script says to send it.
kills() { echo "shell \"kill -$1 $SERVER\""; }

ends_under_traffic() {
    local i count=30000
    [ -z "${SANITIZE:-}${EMULATED:-}" ] || count=3000
    start_server 12
    {
        echo 'crowd c 50'
        for i in {1..50}; do
            echo "until c$i \"[*] guest-50 joined\""
        done
        echo 'open watcher'
        echo 'until watcher "[*] guest-51 joined"'
        for i in {1..4}; do
            printf 'send c%s "talker %s\\n" %s\n' "$i" "$i" "$count"
        done
        echo 'until watcher "*: talker 4"'
        kills TERM
        # The talkers have more to say than is taken.
        for i in {1..50}; do
            echo "say \"of c$i\""
            echo "dump c$i"
            echo "eof c$i"
        done
    } >"$BATS_TEST_TMPDIR/script50"
    peer <"$BATS_TEST_TMPDIR/script50" >"$BATS_TEST_TMPDIR/heard"
    ends_soon
    # What each has heard goes into a file of its own: of.cN.
    (cd "$BATS_TEST_TMPDIR" && awk '/^of c[0-9]+$/ { out = "of." $2; next } { print > out }' heard)
    for i in {5..50}; do
        cmp "$BATS_TEST_TMPDIR/of.c5" "$BATS_TEST_TMPDIR/of.c$i"
    done
    echo "Before it ended the server passed on $(wc -l <"$BATS_TEST_TMPDIR/of.c5") lines"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/of.c5")" -gt 1 ]
    for i in {1..50}; do
        echo "The last that c$i got: $(tail -n 1 "$BATS_TEST_TMPDIR/of.c$i")"
        [ "$(tail -n 1 "$BATS_TEST_TMPDIR/of.c$i")" = "$DOWN" ]
    done
}

@test "step 12: SIGTERM under traffic: 50 clients get the same, to the last line" {
    outcome_of ends_under_traffic
}

@test "step 12: SIGINT says goodbye to all, and nothing after it" {
    start_at_a_terminal
    peer <<SCRIPT
$(enter ana bob carla)
send ana "bye\n"
line bob "guest-1: bye"
line carla "guest-1: bye"
$(kills INT)
line ana "$DOWN"
eof ana
line bob "$DOWN"
eof bob
line carla "$DOWN"
eof carla
SCRIPT
    ends_soon
}

# A server that closes while something from ana is unread, or still to come,
# resets the connection, and what is under way to her is lost.
@test "step 12: one who talks on after SIGTERM gets all that was said, and the goodbye" {
    start_server 12
    peer <<SCRIPT
$(enter ana bob carla)
send bob "$LINE_1000\n" 1000
send bob "the last\n"
until carla "guest-2: the last"
$(kills TERM)
send ana "me too\n" 20
until carla "[*] server is shutting down"
send ana "me too\n" 20
bytes ana "guest-2: $LINE_1000\n" 1000
line ana "guest-2: the last"
line ana "$DOWN"
eof ana
eof carla
SCRIPT
    ends_soon
}

@test "step 12: the client shows the goodbye and ends well" {
    start_server 12
    listens ana
    kill -TERM "$SERVER"
    ends "${CLIENT[ana]}" 0
    shows ana "$DOWN"
    shows ana 'The server closed the connection.'
    ends_soon
}

@test "step 12: SIGTERM when nobody is there ends at once" {
    start_server 12
    kill -TERM "$SERVER"
    ends_soon
}

@test "step 12: after SIGTERM nobody gets in" {
    start_server 12
    peer <<SCRIPT
$(enter ana)
$(kills TERM)
line ana "$DOWN"
eof ana
SCRIPT
    ends_soon
    run "$BUILD/step12/client" 127.0.0.1 "$PORT"
    [ "$status" = 1 ]
}

# stands_still FILE: whether it has grown, and does not any more.
stands_still() {
    local before
    before=$(wc -c <"$1")
    sleep 0.05
    [ "$before" -gt 1000000 ] && [ "$(wc -c <"$1")" = "$before" ]
}

ends_while_held_up() {
    start_server 12
    listens eva
    peer_behind <<SCRIPT
$(enter deaf ana | sed 's/^open deaf/narrow deaf/')
send ana "$LINE_1000\n" 2000
gone ana
SCRIPT
    wait_until stands_still "$BATS_TEST_TMPDIR/eva.log"
    kill -TERM "$SERVER"
    ends_soon
    ends "${CLIENT[eva]}" 0
    shows eva "$DOWN"
}

@test "step 12: SIGTERM while one who never reads holds the room up" {
    outcome_of ends_while_held_up
}

# Nobody says anything, so the postman sleeps; one stays after the goodbye.
ends_in_silence() {
    start_server 12
    start_peer room
    types room '%s\n' "$(enter ana)" 'say "ana is in"'
    shows room 'ana is in'
    kill -TERM "$SERVER"
    ends_soon
}

@test "step 12: SIGTERM while all are silent: who stays after the goodbye is cut off" {
    outcome_of ends_in_silence
}

# The log is full all the time: of what 100 say, and by one who reads slowly.
ends_in_a_flood() {
    local babble sip count=100
    [ -z "${SANITIZE:-}${EMULATED:-}" ] || count=10
    start_server 12
    listens eva
    peer_behind <<<"crowd c $count"$'\nbabble c '"$count \"$LINE_1000"$'\\n"'
    babble=$PEER
    reaches $((count + 1)) heard eva '^\* guest-.* joined$'
    peer_behind <<<$'narrow slow\nsip slow'
    sip=$PEER
    reaches 1000 heard eva '^guest-.*: 0'
    kill -TERM "$SERVER"
    ends_soon
    ends "$babble" 0
    kill -KILL "$sip" 2>/dev/null || true # it has much to read still
    # Two seconds may be too short for eva if all is ten times slower.
    [ -n "${SANITIZE:-}${EMULATED:-}" ] || [ "$(tail -n 2 "$BATS_TEST_TMPDIR/eva.log" | head -n 1)" = "$DOWN" ]
}

@test "step 12: SIGTERM while 100 flood and one reads slowly" {
    outcome_of ends_in_a_flood
}

@test "step 12: who comes in after SIGTERM gets the goodbye, and nothing else" {
    start_server 12
    peer <<SCRIPT
$(enter ana)
$(kills TERM)
until ana "[*] server is shutting down"
open bob
line bob "$DOWN"
eof bob
send bob "hello\n"
close bob
eof ana
SCRIPT
    ends_soon
}

@test "step 12: SIGHUP, as a terminal that closes sends it, ends as SIGTERM does" {
    start_at_a_terminal
    peer <<SCRIPT
$(enter ana bob)
$(kills HUP)
$(kills HUP)
line ana "$DOWN"
eof ana
line bob "$DOWN"
eof bob
SCRIPT
    ends_soon
}

@test "step 12: a signal that was ignored stays ignored: nohup" {
    hears nohup "$BUILD/step12/server" 0 127.0.0.1
    kill -HUP "$SERVER"
    peer <<SCRIPT
$(enter ana bob)
$(kills HUP)
send ana "still here\n"
match bob "$WHO: still here"
$(kills INT)
line bob "$DOWN"
SCRIPT
    ends_soon
}

# comes_in_deaf NAME: one who never reads, and has little room. It has a process of
# its own, so that it stays as long as the server does.
comes_in_deaf() {
    start_peer "$1"
    types "$1" 'narrow deaf\nuntil deaf "[*] guest-1 joined"\nsay in\n'
    shows "$1" in
}

# held_up_and_ended_by FIRST SECOND STATUS: that it ends with this status by the
# second signal, while one who never reads is awaited.
held_up_and_ended_by() {
    start_at_a_terminal
    comes_in_deaf "deaf to $1 and $2"
    peer <<SCRIPT
$(enter ana)
send ana "$LINE_1000\n" 500
send ana "/who\n"
until ana "[*] here*"
$(kills "$1")
until ana "[*] server is shutting down"
$(kills "$2")
SCRIPT
    ends "$SERVER" "$3"
}

other_signal() {
    held_up_and_ended_by INT TERM 143
    held_up_and_ended_by HUP INT 130
    held_up_and_ended_by TERM TERM 143
}

@test "step 12: a second signal, of whichever kind, ends it at once" {
    outcome_of other_signal
}

# interrupts: another Ctrl-C; whether that was enough.
interrupts() {
    kill -INT "$SERVER" 2>/dev/null || true
    dead "$SERVER"
}

# Telling one that it was dropped holds the server up for 1 s, but for the rare
# time that its connection has just room for it: then once more.
announces_nobody_late() {
    for _ in {1..10}; do
        start_server "$STEP"
        peer <<SCRIPT
$(enter ana)
crowd c 100
shell "kill -TERM $SERVER"
until ana "[*] server is shutting down"
eof ana
SCRIPT
        ends "$SERVER" 0
    done
}

@test "step 12: nobody is announced after the goodbye" {
    outcome_of announces_nobody_late
}

second_interrupt() {
    local i
    for i in {1..5}; do
        start_at_a_terminal
        comes_in_deaf "deaf $i"
        peer_behind <<SCRIPT
$(enter ana)
send ana "$LINE_1000\n" 2000
gone ana
SCRIPT
        server_says '\* guest-1 left: too slow'
        wait_until interrupts
        status=0
        wait "$SERVER" || status=$?
        [ "$status" != 130 ] || return 0
        [ "$status" = 0 ]
    done
    echo 'It waited for all clients, each time.'
    return 1
}

@test "step 12: a second SIGINT does not wait for one who never reads" {
    outcome_of second_interrupt
}
