#!/usr/bin/env bats
# Exercise 9: one thread and poll().
export EXERCISE=9
load lib/exercise
load lib/chat

setup_file() {
    builds_once
    begin reads_late
}

# What the bodies of chat.bash call a real client is that of step 07 here: only
# the server is handed in.
listens() {
    local name
    for name; do
        start_client "$name" 7
        types "$name" '%01025d\n' 0
        shows "$name" "$TOO_LONG"
    done
}

# in_one_thread: what a script of peer says to see that the server has one, and
# the log's.
in_one_thread() {
    [ -r "/proc/$SERVER/status" ] || return 0
    # The thread sanitizer may have one of its own.
    [ "${SANITIZE:-}" != thread ] || return 0
    echo "shell \"set -- /proc/$SERVER/task/*; [ -e \$1 ] && [ \$# -le 2 ] || ! echo The server has \$# threads, and must have one beside that of the log.\""
}

# What every script of peer ends with here, while its clients are still in.
eval "$(declare -f peer | sed '1s/peer/plain_peer/')"
peer() {
    { cat && in_one_thread; } >"$BATS_TEST_TMPDIR/asked"
    plain_peer <"$BATS_TEST_TMPDIR/asked"
}

# as_in_step_7 BODY...: bodies of chat.bash, each on a server of its own.
as_in_step_7() {
    local body
    for body; do
        "$body"
        listens_itself
        end_jobs
    done
}

@test "exercise 9: server.c builds" {
    it_builds server
}

@test "exercise 9: twenty talk, the last of them first, and leave nothing open [1]" {
    judges server
    start
    local round i files
    files=$(descriptors "$SERVER")
    for round in 0 20; do
        [ $round = 0 ] || back_to "$files"
        enter c{1..20}
        for i in {20..1}; do
            printf 'send c%d "I am %d\\n"\n' "$i" "$i"
        done
        for i in {1..20}; do
            echo "until c$i \"guest-$((round + (i == 1 ? 2 : 1))): I am $((i == 1 ? 2 : 1))\""
        done
        [ $round = 20 ] || echo 'closeall c 20'
    done >"$BATS_TEST_TMPDIR/twenty"
    peer <"$BATS_TEST_TMPDIR/twenty"
    wait_until has_descriptors "$SERVER" "$files"
}

@test "exercise 9: names, notices and commands are those of step 07 [1]" {
    judges server
    as_in_step_7 guests_join takes_a_name name_is_1_to_20_characters name_is_taken \
        who_is_here quits unknown_command no_forged_notice
}

@test "exercise 9: lines may be cut into any segments, and a begun one keeps nobody waiting [1]" {
    judges server
    as_in_step_7 any_segments keeps_the_order_of_a_segment
}

@test "exercise 9: long lines, control bytes and an unfinished last line are as in step 07 [1]" {
    judges server
    as_in_step_7 too_long cleans_text unfinished_last_line
}

@test "exercise 9: who never reads is dropped, and the others get every line in order [2]" {
    judges server
    start
    local files
    files=$(descriptors "$SERVER")
    peer_behind <<<$'open eva\nuntil eva "[*] guest-4 left*"'
    wait_until has_descriptors "$SERVER" $((files + 1))
    peer <<SCRIPT
$(enter ana bob deaf)
flood 13000 1000 ana > bob
$(back_to $((files + 2)))
send ana "/who\n"
until ana "[*] here: guest-3 guest-2"
flood 1000 1000 bob > ana
SCRIPT
    ends "$PEER" 0
    at_most_kb HWM 20000
}

# in_order FILE: all lines that the speakers said in fill_up came, each one whole,
# and those of each speaker in order.
in_order() {
    awk -v first="$FIRST" -v count="$SAID" '$2 != "flood" { next }
        { who = $1 " " $3 }
        $4 != before[who] % first + 1 && $4 != 1 || length($0) != 1008 {
            print "after line " before[who] " of " who " came, " length($0) " bytes of 1008: " substr($0, 1, 60); bad = 1; exit }
        { before[who] = $4; n++ }
        END { if (!bad) print n " lines came"; exit bad || n != count }' "$1"
}

reads_late() {
    judges server
    start
    start_peer room
    local speakers=(ana bea carla dora eva fred gil hugo)
    types room '%s\n' "$(enter "${speakers[@]}" bob late)"
    fill_up "${speakers[@]}"
    SAID=$((${#speakers[@]} * (FIRST + CHUNKS * NEXT)))
    types room '%s\n' "$(in_one_thread)" "close ${speakers[*]} bob" \
        'shut late' 'say "now late reads"' 'dump late' 'say "\ndone"'
    shows room 'done'
    echo "Of the $SAID lines that eight said late got, when it read at last:"
    sed '1,/^now late reads$/d' "$BATS_TEST_TMPDIR/room.log" >"$BATS_TEST_TMPDIR/heard"
    in_order "$BATS_TEST_TMPDIR/heard"
}

@test "exercise 9: who reads late gets every byte, in order [1]" {
    outcome_of reads_late
}

@test "exercise 9: many who talk at once are heard by all, in the same order [1]" {
    judges server
    start
    local name
    peer <<SCRIPT >"$BATS_TEST_TMPDIR/heard"
$(enter ana bob carla dora eva)
send ana "from ana\n" 500
send bob "from bob\n" 500
send carla "from carla\n" 500
$(printf 'send %s "end\\n"\n' ana bob carla)
$(printf 'until %s "*: end"\n' ana ana bob bob carla carla)
shut dora
dump dora
say "eva:"
shut eva
dump eva
SCRIPT
    sed '/^eva:/,$d' "$BATS_TEST_TMPDIR/heard" | grep ': ' >"$BATS_TEST_TMPDIR/dora"
    sed '1,/^eva:/d' "$BATS_TEST_TMPDIR/heard" | grep ': ' >"$BATS_TEST_TMPDIR/eva"
    for name in ana bob carla; do
        echo "Of the 500 lines of $name dora heard $(grep -c ": from $name\$" "$BATS_TEST_TMPDIR/dora")."
        [ "$(grep -c ": from $name\$" "$BATS_TEST_TMPDIR/dora")" = 500 ]
    done
    if ! cmp "$BATS_TEST_TMPDIR/dora" "$BATS_TEST_TMPDIR/eva"; then
        echo "dora and eva heard them in different orders."
        return 1
    fi
}

@test "exercise 9: resets, half-closes and silence leave nothing open, and the server rests [1]" {
    judges server
    start
    local files
    files=$(descriptors "$SERVER")
    peer <<SCRIPT
$(enter silent ana carla dora)
send ana "half a line"
send carla "half a li"
abort carla
line ana "* guest-3 left"
send dora "hello\nlast words"
shut dora
line ana "guest-4: hello"
line ana "guest-4: last words"
line ana "* guest-4 left"
until dora "[*] guest-4 left"
eof dora
storm 100 abort "hello\nand half"
storm 100 close "hello\nand half"
$(back_to $((files + 2)))
$(asks wait_until rests)
send ana ", and the rest\n"
until silent "guest-2: half a line, and the rest"
close ana
until silent "[*] guest-2 left"
SCRIPT
    wait_until has_descriptors "$SERVER" "$files"
}

@test "exercise 9: without descriptors the server rests, serves those inside, and goes on [1]" {
    judges server
    start
    local files
    files=$(descriptors "$SERVER")
    peer <<SCRIPT
$(enter ana bob)
$(may_open $((files + 6)))
crowd c 10
until ana "[*] guest-6 joined"
$(asks wait_until rests)
send ana "hello\n"
until bob "guest-1: hello"
closeall c 10
$(back_to $((files + 2)))
$(enter carla)
send carla "I am in\n"
until ana "guest-*: I am in"
$(may_open 2)
$(asks wait_until rests)
send ana "still here\n"
until bob "guest-1: still here"
$(asks wait_until rests)
SCRIPT
}
