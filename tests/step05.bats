#!/usr/bin/env bats
# Step 05: a thread per client. What 03 and 04 promise is tested there, on this
# step's server too.
load lib/helpers

STEP=5

setup_file() { begin ten_thousand; }

# start_limited_server LIMITS: as start_server, after these commands of a shell.
start_limited_server() {
    await_server /dev/null bash -c "$1; exec $BUILD/step$STEP/server 0 127.0.0.1"
}

@test "step 05: of ten connected, the last one talks first, and all are answered" {
    start_server $STEP
    local round i
    for round in 1 2; do
        {
            echo 'crowd guest 10'
            for i in {10..1}; do
                printf 'send guest%d "hello from %d\\n"\n' "$i" "$i"
                printf 'line guest%d "hello from %d"\n' "$i" "$i"
            done
            echo 'closeall guest 10'
        } >"$BATS_TEST_TMPDIR/round$round"
        peer <"$BATS_TEST_TMPDIR/round$round"
    done
}

@test "step 05: two of our clients talk by turns" {
    start_server $STEP
    start_client ana $STEP
    start_client bob $STEP
    types bob 'one\n'
    shows bob one
    types ana 'two\n'
    shows ana two
    types bob 'three\n'
    shows bob three
    run grep -c '' "$BATS_TEST_TMPDIR/ana.log"
    [ "$output" = 1 ]
}

@test "step 05: a silent client, and one in mid-line, keep nobody waiting" {
    start_server $STEP
    peer <<'SCRIPT'
open silent slow ana
send slow "hel"
send ana "hello\n"
line ana "hello"
open bob
send bob "hello\n"
line bob "hello"
send slow "lo\n"
line slow "hello"
SCRIPT
}

@test "step 05: one resets, the others do not notice" {
    start_server $STEP
    peer <<'SCRIPT'
open ana bob
send bob "hello\n" 1000
abort bob
send ana "hello\n"
line ana "hello"
SCRIPT
}

# One client is there, and served: what the server has now, it has with one.
start_resident() {
    start_peer resident
    types resident 'open ana\nsend ana "one\\n"\nline ana "one"\nsay here\n'
    shows resident here
}

@test "step 05: a client's thread ends with it" {
    local before
    start_server $STEP
    start_resident
    before=$(threads "$SERVER")
    types resident 'crowd guest 10\n'
    wait_until has_threads "$SERVER" $((before + 10))
    types resident 'closeall guest 5\nabort guest6 guest7 guest8\n'
    wait_until has_threads "$SERVER" $((before + 2))
    types resident 'abort guest9 guest10\n'
    wait_until has_threads "$SERVER" "$before"
}

ten_thousand() {
    [ -d /proc/self/fd ] || skip 'this machine has no /proc'
    local descriptors_before threads_before memory_before memory_after
    start_server $STEP
    start_resident
    descriptors_before=$(descriptors "$SERVER")
    threads_before=$(threads "$SERVER")
    peer <<<'storm 200 close'
    wait_until has_threads "$SERVER" "$threads_before"
    memory_before=$(memory_kb "$SERVER" RSS)
    peer <<'SCRIPT'
storm 5000 close
storm 5000 abort
SCRIPT
    reaches 10200 grep -c '^Closing connection' "$SERVER_LOG"
    still_serves
    wait_until has_threads "$SERVER" "$threads_before"
    wait_until has_descriptors "$SERVER" "$descriptors_before"
    types resident 'send ana "two\\n"\nline ana "two"\n'
    stops_typing resident
    ends "${CLIENT[resident]}" 0
    [ -z "${SANITIZE:-}${EMULATED:-}" ] || return 0 # it keeps what was freed
    memory_after=$(memory_kb "$SERVER" RSS)
    echo "memory: $memory_before kB before, $memory_after kB after"
    [ "$memory_after" -le $((memory_before * 3 / 2 + 4096)) ]
}

@test "step 05: ten thousand clients come and go, and leave nothing behind" {
    outcome_of ten_thousand
}

@test "step 05: without descriptors the server says so, and serves again later" {
    start_limited_server 'ulimit -n 12'
    start_peer crowd
    types crowd 'crowd guest 20\nsay here\n'
    shows crowd here
    wait_until grep -qx 'accept: .*, trying again' "$SERVER_LOG"
    types crowd 'send guest1 "hello\\n"\nline guest1 "hello"\nsay served\n'
    shows crowd served
    stops_typing crowd
    ends "${CLIENT[crowd]}" 0
    still_serves
}

@test "step 05: the server takes all the descriptors that it may have" {
    start_limited_server 'ulimit -Sn 12'
    peer <<'SCRIPT'
crowd guest 20
send guest20 "hello\n"
line guest20 "hello"
SCRIPT
}

@test "step 05: a client for whom there is no thread is told so, the others live on" {
    measures_memory
    start_limited_server 'ulimit -s 8192; ulimit -v 30000'
    start_peer crowd
    types crowd 'crowd guest 300\nline guest300 "* too many clients: try again later"\neof guest300\n'
    types crowd 'send guest1 "hello\\n"\nline guest1 "hello"\nsay served\n'
    shows crowd served
    server_says 'Refused 127\.0\.0\.1:[0-9]+'
    stops_typing crowd
    ends "${CLIENT[crowd]}" 0
    wait_until has_threads "$SERVER" 2 # main, and the log
    still_serves
}
