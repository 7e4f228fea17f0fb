#!/usr/bin/env bats
# Exercise 9: one thread and poll().
export EXERCISE=9
load lib/exercise
load lib/chat

setup_file() {
    builds_once
    begin reads_late quits_late
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

# in_one_process: neither a parent nor a child of the server runs its program.
in_one_process() {
    [ -r "/proc/$SERVER/status" ] || return 0
    local pid stat parent children=()
    read -r stat 2>/dev/null <"/proc/$SERVER/stat" || return 0 # it has gone
    read -r _ parent _ <<<"${stat##*) }"
    read -ra children 2>/dev/null <"/proc/$SERVER/task/$SERVER/children" || true
    for pid in "$parent" "${children[@]}"; do
        [ ! "/proc/$pid/exe" -ef "/proc/$SERVER/exe" ] ||
            { echo "The processes $SERVER and $pid run the server, and one was to do it all." >&2; return 1; }
    done
}

# What every script of peer ends with here, while its clients are still in.
eval "$(declare -f peer | sed '1s/peer/plain_peer/')"
peer() {
    local script
    IFS= read -rd '' script || true
    plain_peer <<<"$script$(in_one_thread)"
    in_one_process
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
    printf '%s\n' 'crowd more 180' 'send more180 "I am the last\n"' \
        'until c1 "*: I am the last"' 'until more1 "*: I am the last"' >>"$BATS_TEST_TMPDIR/twenty"
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

# Rounds of 1 MB are enough where the kernel takes little for deaf; it is deaf to
# 13 MB at most.
@test "exercise 9: who never reads is dropped, and the others get every line in order [2]" {
    judges server
    start
    local files i
    files=$(descriptors "$SERVER")
    listens bob
    start_peer deaf
    types deaf 'narrow deaf\nuntil deaf "[*] guest-2 joined"\nsay in\n'
    shows deaf in
    listens carla
    peer_behind <<<$'open eva\nuntil eva "[*] guest-2 left*"\nabort eva'
    wait_until has_descriptors "$SERVER" $((files + 4))
    start_peer room
    types room '%s\n' "$(enter ana dora)" 'send ana "begin\n"' 'until dora "guest-5: begin"'
    for i in {1..13}; do
        types room 'flood 1000 1000 ana > dora\nsend ana "mark %s\\n"\nuntil dora "*: mark %s"\nsay %s\n' "$i" "$i" "$i"
        shows room "$i"
        wait_until just_heard bob "mark $i"
        wait_until just_heard carla "mark $i"
        ! has_heard bob '^\* guest-2 left' 1 || break
    done
    types room '%s\n' "$(back_to $((files + 4)))" \
        'send ana "/who\n"' 'until ana "[*] here: guest-6 guest-5 guest-3 guest-1"' \
        'flood 200 1000 dora > ana' 'send ana "end\n"' 'until dora "guest-5: end"' "$(in_one_thread)"
    stops_typing room
    ends "${CLIENT[room]}" 0 || { tail_of "$BATS_TEST_TMPDIR/room.log"; false; }
    in_one_process
    ends "$PEER" 0
    at_most_kb HWM 20000
    wait_until has_heard bob '^guest-5: end$' 1
    wait_until has_heard carla '^guest-5: end$' 1
    echo "bob and carla heard in different orders:"
    same_for bob carla '^guest-5: begin$' '^guest-5: end$'
}

# in_order FILE: all lines that the speakers said came, each one whole, and those
# of each speaker in order.
in_order() {
    awk -v count="$SAID" '$2 != "flood" { next }
        { who = $1 " " $3 }
        $4 != before[who] + 1 || length($0) != 1008 {
            print "after line " before[who] " of " who " came, " length($0) " bytes of 1008: " substr($0, 1, 60); bad = 1; exit }
        { before[who] = $4; n++ }
        END { if (!bad) print n " lines came"; exit bad || n != count }' "$1"
}

# leaves_late COMMAND: what late has not read yet when it leaves it still gets, and
# then the notice that it has left, at which its connection ends. It is told 250 kB:
# less than may wait, and more than the kernel takes beside 64 KiB.
leaves_late() {
    judges server
    start
    local files speakers=(ana bea carla dora eva fred gil hugo)
    files=$(descriptors "$SERVER")
    peer <<SCRIPT >"$BATS_TEST_TMPDIR/all"
$(enter "${speakers[@]}" bob late | sed 's/^open late/narrow late/')
flood 31 1000 ${speakers[*]} > bob
close ${speakers[*]} bob
open gone
abort gone
$(back_to $((files + 1)))
open witness
until witness "[*] * joined"
$1
until witness "[*] guest-10 left"
say "now late reads"
dump late
SCRIPT
    sed '1,/^now late reads$/d' "$BATS_TEST_TMPDIR/all" >"$BATS_TEST_TMPDIR/heard"
    SAID=$((${#speakers[@]} * 31))
    echo "Of the $SAID lines that eight said late got, when it read at last:"
    in_order "$BATS_TEST_TMPDIR/heard"
    echo "and at the end, where that it left was to stand:"
    tail -n 1 "$BATS_TEST_TMPDIR/heard"
    [ "$(tail -n 1 "$BATS_TEST_TMPDIR/heard")" = '* guest-10 left' ]
}
reads_late() { leaves_late 'shut late'; }
quits_late() { leaves_late 'send late "/quit\n"'; }

@test "exercise 9: who reads late gets every byte, in order [1]" {
    outcome_of reads_late
    outcome_of quits_late
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
    end_jobs
    much_at_once
}

# much_at_once: while the server stands still six of long names send empty lines, so
# that more than 256 KiB are for bob in one turn. His connection takes it all.
much_at_once() {
    local i speakers=(a b c d e f)
    start
    peer <<SCRIPT
$(enter bob "${speakers[@]}")
$(for i in "${speakers[@]}"; do
        printf 'send %s "/nick %s%s\\n"\nuntil bob "[*] * is now %s*"\n' "$i" "$i" "$(printf '𠀀%.0s' {1..19})" "$i"
    done)
shell "kill -STOP $SERVER"
$(printf 'send %s "\\n" 2048\n' "${speakers[@]}")
shell "kill -CONT $SERVER"
$(printf 'send %s "end\\n"\n' "${speakers[@]}")
$(for i in "${speakers[@]}"; do echo 'until bob "*: end"'; done)
send bob "still here\n"
until a "guest-1: still here"
SCRIPT
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
