#!/usr/bin/env bats
# Step 01: the deck's pair of programs: one connection, one message.
bats_require_minimum_version 1.5.0
load lib/helpers

STEP=1

# printed TEXT: the server has ended well, and this is all that it printed.
printed() {
    ends "$SERVER" 0
    local client
    client=$(sed -n 's/^Connected by //p' "$SERVER_LOG")
    [[ $client =~ ^127\.0\.0\.1:[0-9]+$ ]] ||
        { echo "The server says:"; tail_of "$SERVER_LOG"; return 1; }
    diff - "$SERVER_LOG" <<END
Listening on 127.0.0.1:$PORT
Connected by $client
$client $1
Closing connection of $client
END
}

# start_other_server COMMAND...: one that says where it is listening.
start_other_server() {
    SERVER_LOG=$BATS_TEST_TMPDIR/server.log
    in_background /dev/null "$SERVER_LOG" "$@"
    SERVER=$!
    wait_until grep -qi 'listening on ' "$SERVER_LOG"
    PORT=$(sed -nE 's/^.*[Ll]istening on .*[: ]([0-9]+)$/\1/p;q' "$SERVER_LOG")
}

@test "step 01: the deck's conversation, to the letter" {
    start_server $STEP
    run --separate-stderr sends 'hello\n'
    [ "$status" = 0 ]
    [ -z "$output$stderr" ]
    printed hello
}

@test "step 01: the server takes one segment for the message, whole or not" {
    start_server $STEP
    peer <<'SCRIPT'
open ana
send ana "hel"
eof ana
SCRIPT
    printed hel
}

@test "step 01: of two lines typed, the client sends the first" {
    start_server $STEP
    sends 'one\ntwo\n'
    printed one
}

@test "step 01: a line that the end of input ends is a line" {
    start_server $STEP
    sends 'hello'
    printed hello
}

@test "step 01: an empty line, or none at all, is an empty message" {
    local typed
    for typed in '\n' ''; do
        start_server $STEP
        sends "$typed"
        printed ''
    done
}

@test "step 01: at most 1024 bytes are taken" {
    local whole
    printf -v whole '%01024d' 0
    start_server $STEP
    sends "$whole\n"
    printed "$whole"
    start_server $STEP
    sends "${whole}1\n"
    printed "$whole"
}

@test "step 01: control bytes are not printed" {
    start_server $STEP
    sends 'a\033[31mb\007\0c\177\302\233d\te\n'
    printed 'a[31mbcd e'
}

@test "step 01: João is printed whole, and what is no UTF-8 as a question mark" {
    start_server $STEP
    sends 'João\n'
    printed 'João'
    start_server $STEP
    sends 'Jo\343o \360\237\230\200 \303\n'
    printed 'Jo?o 😀 ?'
}

@test "step 01: Python 3, as on the slides, is the server" {
    needs python3
    start_other_server python3 -u -c '
import socket
HOST = "127.0.0.1"
PORT = 0
tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
orig = (HOST, PORT)
tcp.bind(orig)
tcp.listen(1)
print("Listening on 127.0.0.1:%d" % tcp.getsockname()[1])
con, cliente = tcp.accept()
print("Conectado por", cliente)
msg = con.recv(1024)
print("mensagem", msg)
con.close()
'
    sends 'Olá\n'
    ends "$SERVER" 0
    server_says "Conectado por \('127\.0\.0\.1', [0-9]+\)"
    server_says "mensagem b'Ol\\\\xc3\\\\xa1'"
}

@test "step 01: Python 3, as on the slides, is the client" {
    needs python3
    start_server $STEP
    patiently python3 -c '
import socket
import sys
HOST = "127.0.0.1"
PORT = int(sys.argv[1])
tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
dest = (HOST, PORT)
tcp.connect(dest)
msg = sys.argv[2]
tcp.send(msg.encode())
tcp.close()
' "$PORT" 'Olá'
    printed 'Olá'
}

@test "step 01: nc is the client" {
    needs nc
    start_server $STEP
    patiently nc 127.0.0.1 "$PORT" <<<hello
    printed hello
}

@test "step 01: nc is the server" {
    needs nc
    nc -h 2>&1 | grep -q OpenBSD || skip "this nc may not say on which port it listens"
    start_other_server nc -lvn 127.0.0.1 0
    sends 'hello\n'
    ends "$SERVER" 0
    server_says hello
}

@test "step 01: socat is the client" {
    needs socat
    start_server $STEP
    patiently socat - "TCP:127.0.0.1:$PORT" <<<hello
    printed hello
}

@test "step 01: socat is the server" {
    needs socat
    start_other_server socat -d -d -u TCP4-LISTEN:0,bind=127.0.0.1 STDOUT
    sends 'hello\n'
    ends "$SERVER" 0
    grep -q hello "$SERVER_LOG"
}

@test "step 01: a port that is taken: one line says so, one what to try" {
    start_server $STEP
    run --separate-stderr patiently "$BUILD/step$STEP/server" "$PORT" 127.0.0.1
    complains "server: bind 127.0.0.1:$PORT: Address*in use"
}

@test "step 01: no server there: one line says so, one what to try" {
    start_server $STEP
    kill -KILL "$SERVER"
    ends "$SERVER" 137
    run --separate-stderr patiently "$BUILD/step$STEP/client" 127.0.0.1 "$PORT" </dev/null
    complains "client: connect 127.0.0.1:$PORT: Connection refused"
}

@test "step 01: a host that is no address: one line says so, one what to try" {
    run --separate-stderr patiently "$BUILD/step$STEP/client" nonsense 5000 </dev/null
    complains 'client: address nonsense: Invalid argument'
    run --separate-stderr patiently "$BUILD/step$STEP/server" 0 127.0.0.256
    complains 'server: address 127.0.0.256: Invalid argument'
}

@test "step 01: the same port again at once after a conversation" {
    start_server $STEP "$(port_to_keep)" 127.0.0.1
    peer <<'SCRIPT'
open ana
send ana "hello"
eof ana
SCRIPT
    printed hello
    start_server $STEP "$PORT" 127.0.0.1
    sends 'again\n'
    printed again
}

# All of them, for there is a line for each of the machine's addresses.
announces_each_address() {
    ip -4 -o addr | awk -v client="$BUILD/step$STEP/client" -v port="$PORT" '
        { sub("/.*", "", $4) }
        $4 !~ /^127\./ { print "From another machine:", client, $4, port }' |
        sort >"$BATS_TEST_TMPDIR/expected"
    sed 1d "$SERVER_LOG" | sort | diff "$BATS_TEST_TMPDIR/expected" -
}

@test "step 01: a server on all addresses says what to type on another machine" {
    start_server $STEP 0
    server_says "Listening on 0\.0\.0\.0:$PORT"
    needs ip
    wait_until announces_each_address
}

@test "step 01: a server on one address says nothing of other machines" {
    start_server $STEP
    sends 'hello\n'
    printed hello
}
