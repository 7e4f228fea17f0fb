#!/usr/bin/env bats
# Step 03: a conversation, line by line.
load helpers

STEP=3

@test "step 03: each line comes back, until the end of input" {
    start_server $STEP
    start_client ana $STEP
    types ana 'hello\n'
    shows ana hello
    types ana 'again\n'
    shows ana again
    stops_typing ana
    ends "${CLIENT[ana]}" 0
    ends "$SERVER" 0
    grep -qE '^Closing connection of 127\.0\.0\.1:[0-9]+$' "$SERVER_LOG"
}

@test "step 03: a line may come byte by byte, and several in one segment" {
    start_server $STEP
    peer <<'SCRIPT'
open ana
trickle ana "one\n"
line ana "one"
send ana "two\nthree\nfo"
line ana "two"
line ana "three"
send ana "ur\n"
line ana "four"
SCRIPT
}

@test "step 03: the client says when the server goes first, also while one types" {
    start_server $STEP
    start_client ana $STEP
    types ana 'hello\n'
    shows ana hello
    kill -KILL "$SERVER"
    ends "${CLIENT[ana]}" 1
    shows ana 'The server closed the connection.'
}
