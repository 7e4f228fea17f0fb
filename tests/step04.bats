#!/usr/bin/env bats
# Step 04: one client after another; no client ends the server.
# shellcheck disable=SC2030,SC2031 # what `run` sets
load lib/helpers

STEP=4

setup_file() { begin last_of_ten; }

# This step's server, and those of the next, take what a client does.
survives() {
    local step script
    script=$(cat)
    for step in 4 5; do
        echo "The server of step $step:"
        start_server "$step"
        peer <<<"$script"
        still_serves
    done
}

both_have_gone() { [ "$(grep -c '^Closing connection of ' "$SERVER_LOG")" = 2 ]; }

@test "step 04: a second client is served after the first" {
    local name
    start_server $STEP
    for name in ana bob; do
        start_client $name $STEP
        types $name 'hello\n'
        shows $name hello
        stops_typing $name
        ends "${CLIENT[$name]}" 0
    done
    wait_until both_have_gone
    alive "$SERVER"
}

@test "step 04: a client that is waiting is served when the first one leaves" {
    start_server $STEP
    start_client ana $STEP
    types ana 'hello\n'
    shows ana hello
    start_client bob $STEP
    types bob 'my turn\n'
    stops_typing ana
    shows bob 'my turn'
}

# Of ten connected, the last one talks first.
last_of_ten() {
    start_server $STEP
    TIMEOUT_SCALE=0.1 run peer <<'SCRIPT'
crowd guest 10
send guest10 "hello\n"
line guest10 "hello"
SCRIPT
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'Nothing more came'* ]]
    peer <<'SCRIPT'
crowd guest 10
send guest10 "hello\n"
closeall guest 9
line guest10 "hello"
SCRIPT
}

@test "step 04: of ten connected, the last one talks first and waits in vain" {
    outcome_of last_of_ten
}

@test "step 04: a client that leaves at once" {
    survives <<'SCRIPT'
open ana
close ana
SCRIPT
}

@test "step 04: a client that resets at once" {
    survives <<'SCRIPT'
open ana
abort ana
SCRIPT
}

@test "step 04: a client that resets in mid-line" {
    survives <<'SCRIPT'
open ana
send ana "one\ntw"
line ana "one"
abort ana
SCRIPT
}

@test "step 04: a client that talks but leaves before the answer" {
    survives <<'SCRIPT'
open ana
send ana "hello\n" 1000
close ana
SCRIPT
}

@test "step 04: a client that talks but resets before the answer" {
    survives <<'SCRIPT'
open ana
send ana "hello\n" 1000
abort ana
SCRIPT
}

@test "step 04: a client that leaves in mid-line" {
    survives <<'SCRIPT'
open ana
send ana "hel"
close ana
SCRIPT
}

@test "step 04: a client that half-closes" {
    survives <<'SCRIPT'
open ana
send ana "one\ntw"
shut ana
line ana "one"
line ana "tw"
eof ana
SCRIPT
}

@test "step 04: a client that resets while it waits for its turn" {
    survives <<'SCRIPT'
open ana bob eva
abort bob
send ana "hello\n"
line ana "hello"
close ana
send eva "hello\n"
line eva "hello"
SCRIPT
}

@test "step 04: without descriptors the server says so, and serves again later" {
    needs prlimit
    start_server $STEP
    prlimit --pid "$SERVER" --nofile=4:
    start_peer crowd
    types crowd 'crowd guest 20\nclose guest1\nsay here\n' # its accept was under way
    shows crowd here
    wait_until grep -qx 'accept: .*, trying again' "$SERVER_LOG"
    prlimit --pid "$SERVER" --nofile=64:
    types crowd 'send guest2 "hello\\n"\nline guest2 "hello"\n'
    stops_typing crowd
    ends "${CLIENT[crowd]}" 0
    still_serves
}

@test "step 04: stopped and continued, the server goes on" {
    local step
    for step in 4 5; do
        start_server $step
        start_client "ana$step" $step
        types "ana$step" 'hello\n'
        shows "ana$step" hello
        kill -STOP "$SERVER"
        types "ana$step" 'again\n'
        kill -CONT "$SERVER"
        shows "ana$step" again
        kill -STOP "$SERVER"
        stops_typing "ana$step"
        kill -CONT "$SERVER"
        ends "${CLIENT[ana$step]}" 0
        kill -STOP "$SERVER"
        kill -CONT "$SERVER"
        still_serves
    done
}

@test "step 04: a thousand clients come and go, and leave no descriptor open" {
    local before
    start_server $STEP
    before=$(descriptors "$SERVER")
    peer <<'SCRIPT'
storm 400 close
storm 400 abort
storm 200 abort "hello\nhel"
SCRIPT
    still_serves
    wait_until has_descriptors "$SERVER" "$before"
}
