#!/usr/bin/env bats
# Step 02: the same with datagrams.
bats_require_minimum_version 1.5.0
load lib/helpers

STEP=2
CUT='The datagram was cut: only 1024 bytes of it are shown.'

# printed TEXT [LINE]: the server has ended well, and this is all it printed.
printed() {
    ends "$SERVER" 0
    local client
    client=$(sed -nE '2s/^(127\.0\.0\.1:[0-9]+) .*/\1/p' "$SERVER_LOG")
    [ -n "$client" ] || { tail_of "$SERVER_LOG"; return 1; }
    {
        echo "Listening on 127.0.0.1:$PORT"
        echo "$client $1"
        [ $# -lt 2 ] || echo "$2"
    } | diff - "$SERVER_LOG"
}

@test "step 02: one datagram, one line printed" {
    start_server $STEP
    run --separate-stderr sends 'hello\n'
    [ "$status" = 0 ]
    # shellcheck disable=SC2154
    [ -z "$output$stderr" ]
    printed hello
}

@test "step 02: of two lines typed, the client sends the first" {
    start_server $STEP
    sends 'one\ntwo\n'
    printed one
}

@test "step 02: an empty line is an empty datagram, and a message too" {
    start_server $STEP
    sends '\n'
    printed ''
}

@test "step 02: nothing typed, nothing sent: the server still waits" {
    start_server $STEP
    sends ''
    sends 'hello\n'
    printed hello
}

@test "step 02: a datagram of 1024 bytes is printed whole" {
    local whole
    printf -v whole '%01024d' 0
    start_server $STEP
    sends "$whole\n"
    printed "$whole"
}

@test "step 02: a longer datagram is reported as cut" {
    local whole size more
    printf -v whole '%01024d' 0
    for size in 1025 3000; do
        printf -v more "%0${size}d" 0
        start_server $STEP
        sends "$more\n"
        printed "$whole" "$CUT"
    done
}

@test "step 02: control bytes are not printed" {
    start_server $STEP
    sends 'a\033[31mb\007\0c\177\302\233d\te\n'
    printed 'a[31mbcd e'
}

@test "step 02: João is printed whole, and what is no UTF-8 as a question mark" {
    start_server $STEP
    sends 'João\n'
    printed 'João'
    start_server $STEP
    sends 'Jo\343o \360\237\230\200 \303\n'
    printed 'Jo?o 😀 ?'
}

@test "step 02: each datagram is a record of its own: the second one is not read" {
    start_server $STEP
    kill -STOP "$SERVER"
    peer <<'SCRIPT'
datagram ana
send ana "one"
send ana "two"
SCRIPT
    kill -CONT "$SERVER"
    printed one
}

@test "step 02: the server answers nothing" {
    start_server $STEP
    TIMEOUT_SCALE=0.05 run peer <<SCRIPT
datagram ana
send ana "hello"
shell "timeout $PATIENCE sh -c 'until grep -q hello \"\$BATS_TEST_TMPDIR/server.log\"; do sleep 0.01; done'"
bytes ana ""
SCRIPT
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'Nothing more came'* ]]
    printed hello
}

@test "step 02: nobody listens, and the client cannot know: it exits 0" {
    start_server $STEP
    kill -KILL "$SERVER"
    ends "$SERVER" 137
    run --separate-stderr sends 'hello\n'
    [ "$status" = 0 ]
    [ -z "$output$stderr" ]
}

@test "step 02: a port that is taken: one line says so, one what to try" {
    start_server $STEP
    run --separate-stderr patiently "$BUILD/step$STEP/server" "$PORT" 127.0.0.1
    complains "server: bind 127.0.0.1:$PORT: Address*in use"
}

@test "step 02: a line that no datagram can hold: one line says so, one what to try" {
    start_server $STEP
    local huge
    printf -v huge '%070000d' 0
    run --separate-stderr sends "$huge\n"
    complains "client: sendto 127.0.0.1:$PORT: Message too l*"
}
