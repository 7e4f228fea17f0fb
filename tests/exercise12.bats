#!/usr/bin/env bats
# Exercise 12: the chat over TLS.
export EXERCISE=12
load lib/exercise
load lib/chat

setup_file() {
    builds_once
    tools_are_built >"$BATS_FILE_TMPDIR/tools" 2>&1 || true # need_tools tells
    begin no_tls no_data_race silent_server full_both_ways no_data_race_in_the_client
}

# What the scripts of peer lack, TLS, is in a program of ours. A student's programs see
# their own folder alone, so all certificates are there, and the witness. The grader has
# built these, as it has the peer.
tools_are_built() {
    [ -x "$BUILD/$STEP/server" ] || [ -x "$BUILD/$STEP/client" ] || return
    local folder
    [ -n "${SANDBOX:-}" ] || kit_makes SANITIZE= build_tls
    for folder in "$BUILD/$STEP" "build/thread/$STEP"; do
        mkdir -p "$folder"
        rm -rf "${folder:?}/certificates"
        cp -Rp build/tests/certificates build/tests/witness.so "$folder/" || return
    done
    # Once, and not by two tests at a time.
    [ -n "${SANDBOX:-}" ] || kit_makes SANITIZE=thread build_common build/thread/tests/peer
}
kit_makes() { env -u MAKEFLAGS -u MAKELEVEL make -s "$@"; }

# need_tools: skips a test where they could not be made.
need_tools() {
    needs openssl
    [ -e "$BUILD/$STEP/certificates" ] && return
    cat "$BATS_FILE_TMPDIR/tools"
    grader_trouble 'make build_tls fails: OpenSSL 3.0 or later, and what belongs to it, must be installed'
}

# judges_tls PROGRAM; judges_tls_races PROGRAM: the latter under ThreadSanitizer, with
# a witness of what is done to each SSL object.
judges_tls() { judges "$1" && need_tools; }
judges_tls_races() {
    judges_under thread "$1"
    need_tools
    WITNESS=$PWD/$BUILD/$STEP/witness.so
}

# find_program STEP NAME: as elsewhere, with the files that the statement names.
find_program() {
    PROGRAM=("$BUILD/step$1/$2")
    [[ $1 == exercise* ]] || return 0
    local folder=$BUILD/$1/certificates
    PROGRAM=(${SANDBOX:+bash "$SANDBOX" run "$1"} env "CERTIFICATE=$folder/${IDENTITY:-right}/certificate.pem"
        "KEY=$folder/${IDENTITY:-right}/key.pem" "TRUST=$folder/${TRUSTED:-right}/authority.pem"
        ${WITNESS:+"LD_PRELOAD=$WITNESS"} "$BUILD/$1/$2")
}

# tunnel client|server HOW [IDENTITY]: between a script and the program at PORT, which
# becomes that of the tunnel. Sets TUNNEL.
tunnel() {
    local log=$BATS_TEST_TMPDIR/tunnel.${#JOBS[@]}.log folder=build/tests/certificates/${3:-right}
    local files=()
    [ "$1" = client ] || files=("$folder/certificate.pem" "$folder/key.pem")
    in_background /dev/null "$log" build/tests/tls "$1" "$PORT" "$2" "${files[@]}"
    TUNNEL=$! TUNNEL_LOG=$log
    wait_until listening_or_dead "$log" "$TUNNEL"
    TUNNEL_FILES=$(descriptors "$TUNNEL")
    read -rn 100 PORT <"$log"
    PORT=${PORT##*:}
}

# start_server STEP: the bodies of chat.bash find it behind a tunnel; at SERVER_PORT
# it is itself.
eval "$(declare -f start_server | sed '1s/start_server/start_plainly/')"
start_server() {
    start_plainly "$@"
    listens_itself
    SERVER_PORT=$PORT
    tunnel client rst
}

# What they call a real client is that of step 07: through the tunnel it will do.
listens() {
    local name
    for name; do
        start_client "$name" 7
        types "$name" '%01025d\n' 0
        shows "$name" "$TOO_LONG"
    done
}

# left_in_tunnel COUNT: what a script says to wait until so few connections are left in
# the tunnel: it has cut the others.
left_in_tunnel() { asks wait_until has_descriptors "$TUNNEL" $((TUNNEL_FILES + 2 * $1)); }

@test "exercise 12: server.c and client.c build" {
    it_builds server client
}

# says_what_it_lacks: a server without its files, or with the key of another one, ends
# before it listens.
says_what_it_lacks() {
    local folder=$BUILD/$STEP/certificates which output status
    find_program "$STEP" server
    for which in 'none right' 'right none' 'right other'; do
        status=0
        output=$(patiently "${PROGRAM[@]:0:${#PROGRAM[@]}-1}" "CERTIFICATE=$folder/${which% *}/certificate.pem" \
            "KEY=$folder/${which#* }/key.pem" "${PROGRAM[-1]}" 0 127.0.0.1 2>&1) || status=$?
        [[ $status == 1 && -n $output && $output != *Listening* ]] && continue
        echo "With the certificate of '${which% *}' and the key of '${which#* }' it $(ending "$status") and said: $output"
        return 1
    done
}

# The \r of \r\n does not count: 1024 bytes are not too long with it.
longest_with_cr() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "$(printf '%01024d' 0)\r\n"
line bob "guest-1: $(printf '%01024d' 0)"
SCRIPT
}

@test "exercise 12: over TLS it is the chat of step 07, to the letter [1]" {
    judges_tls server
    local body
    says_what_it_lacks
    for body in longest_with_cr says_to_all_others guests_join takes_a_name who_is_here quits unknown_command \
        too_long cleans_text unfinished_last_line any_segments keeps_the_order_of_a_segment; do
        "$body"
        end_jobs
    done
}

# s_client, socat, ncat and Python: each comes in where bob is, talks and leaves.

# meets NAME COMMAND...: bob, from step 07, and this program hear each other.
meets() {
    local name=$1
    shift
    with_keyboard "$name" "$@"
    types "$name" '/nick %s\nhello\n' "$name"
    shows bob "$name: hello"
    types bob 'hi, %s\n' "$name"
    shows "$name" "guest-1: hi, $name"
    types "$name" '/quit\n'
    shows "$name" "* $name left"
    stops_typing "$name"
    wait_until dead "${CLIENT[$name]}"
    shows bob "* $name left"
}

# refuses COMMAND...: this program and the server have no TLS in common.
refuses() {
    local output status=0
    output=$(patiently "$@" 2>&1 </dev/null) || status=$?
    [ "$status" = 1 ] || { echo "$*: status $status, where there was to be no TLS: $output"; return 1; }
}

keep_python() {
    keep_script "$1" <<'PYTHON'
import socket, ssl, sys, threading

trusted = ssl.create_default_context(cafile=sys.argv[1])
address = ("127.0.0.1", int(sys.argv[2]))
with trusted.wrap_socket(socket.create_connection(address), server_hostname=address[0]) as server:

    def hear():
        for line in server.makefile():
            print(line, end="", flush=True)
        print("the end", flush=True)

    hearing = threading.Thread(target=hear)
    hearing.start()
    for line in sys.stdin:
        server.sendall(line.encode())
        if line == "/quit\n":
            break
    hearing.join()
PYTHON
}

@test "exercise 12: openssl s_client, socat, ncat and Python take part [1]" {
    judges_tls server
    local authority=build/tests/certificates/right/authority.pem program version
    start_server "$STEP"
    listens bob
    for version in 2 3; do
        meets "s_client1_$version" openssl s_client -quiet -no_ign_eof "-tls1_$version" -verify_return_error -verify_quiet \
            -CAfile "$authority" -verify_ip 127.0.0.1 -connect "127.0.0.1:$SERVER_PORT"
    done
    refuses openssl s_client -tls1_1 -cipher DEFAULT@SECLEVEL=0 -connect "127.0.0.1:$SERVER_PORT"
    for program in socat ncat python3; do
        command -v $program >/dev/null || continue
        case $program in
        socat) meets socat socat - "OPENSSL:127.0.0.1:$SERVER_PORT,cafile=$authority" ;;
        ncat) meets ncat ncat --ssl 127.0.0.1 "$SERVER_PORT" ;;
        python3)
            keep_python "$BATS_TEST_TMPDIR/client.py"
            meets python python3 "$BATS_TEST_TMPDIR/client.py" "$authority" "$SERVER_PORT"
            shows python 'the end'
            ;;
        esac
    done
    needs socat ncat python3
}

# drips_until_closed: one more byte now and then, of a record that is announced to have
# 16 KiB, until the server has closed all but two connections.
drips_until_closed() {
    local PORT=$SERVER_PORT deadline=$((SECONDS + 4 * PATIENCE))
    start_peer drip
    types drip 'open drip\nsend drip "\\x16\\x03\\x01\\x40\\x00\\x01"\nsay in\n'
    shows drip in
    until has_descriptors "$SERVER" "$1"; do
        ((SECONDS <= deadline)) || { echo 'One who sends a byte now and then is not closed.'; return 1; }
        types drip 'send drip "\\x00"\n'
        pause 300
    done
}

# Crowds, or one server that deals with one after another would do.
no_tls() {
    local files began
    judges_tls server
    start_server "$STEP"
    files=$(descriptors "$SERVER")
    began=${EPOCHREALTIME/[.,]/}
    TIMEOUT_SCALE=$((4 * ${TIMEOUT_SCALE:-1})) peer_at_server <<'SCRIPT'
crowd silent 20
crowd stuck 20
send stuck1 "\x16\x03\x01"
say here
match silent1 "[*] *TLS*"
eof silent1
match silent20 "[*] *TLS*"
gone stuck1
gone stuck20
say closed
SCRIPT
    wait_until has_match "$PEER_LOG" here
    peer_to "$SERVER_PORT" <<'SCRIPT'
open plain short much
send plain "hello\n"
match plain "[*] *TLS*"
eof plain
send short "x"
match short "[*] *TLS*"
eof short
send much "hello\n" 2000
match much "[*] *TLS*"
eof much
SCRIPT
    peer <<SCRIPT
$(enter ana bob)
send ana "hello\n"
line bob "guest-1: hello"
SCRIPT
    drips_until_closed "$files"
    wait_until has_match "$PEER_LOG" closed
    [ $((${EPOCHREALTIME/[.,]/} - began)) -ge 5000000 ] || { echo 'It did not wait for a handshake for 5 s.'; return 1; }
    ends "$PEER" 0
}

# peer_to PORT: a script that comes in the plain. peer_at_server: behind.
peer_to() {
    local PORT=$1
    peer
}
peer_at_server() {
    local PORT=$SERVER_PORT
    peer_behind
}

@test "exercise 12: who says nothing, or no TLS, is told so, and holds nobody up [1]" {
    outcome_of no_tls
}

@test "exercise 12: who leaves is told so, who is cut has not ended its line, and nothing stays open [1]" {
    judges_tls server
    local files how first=1
    start_server "$STEP"
    files=$(descriptors "$SERVER")
    for how in rst fin; do
        PORT=$SERVER_PORT
        tunnel client $how
        peer <<SCRIPT
$(enter ana bob carla)
send bob "whole\nhalf"
shut bob
until ana "guest-$((first + 1)): half"
line ana "* guest-$((first + 1)) left"
until bob "* guest-$((first + 1)) left"
eof bob
send carla "whole\nhalf"
until ana "guest-$((first + 2)): whole"
abort carla
line ana "* guest-$((first + 2)) left"
send ana "/quit\n"
line ana "* guest-$first left"
eof ana
close ana
$(back_to "$files")
SCRIPT
        first=$((first + 3))
    done
    PORT=$SERVER_PORT
    tunnel client rst
    gone_before_it_answers "$files"
    heard_though_deaf
}

# is_half_closed PORT: the server there has the FIN of a client. To look is slow.
is_half_closed() {
    pause 50
    [ ! -r /proc/net/tcp ] ||
        awk -v port="$(printf ':%04X$' "$1")" '$2 ~ port && $4 == "08" { found = 1 } END { exit !found }' /proc/net/tcp
}

# waits_for COMMAND...: as wait_until does, but goes on all the same. Where a test cannot
# bring about what it looks at, no student is to blame.
waits_for() { wait_until "$@" >/dev/null || true; }

# The server stands still while a client sends what it has to answer, ends and resets:
# then send() raises SIGPIPE at once.
gone_before_it_answers() {
    local PATIENCE=$((4 * PATIENCE))
    peer <<SCRIPT
open ana
until ana "[*] guest-7 joined"
shell "kill -STOP $SERVER"
send ana "/who\n" 50
shut ana
$(asks waits_for is_half_closed "$SERVER_PORT")
abort ana
$(left_in_tunnel 0)
shell "kill -CONT $SERVER"
$(back_to "$1")
open bob
until bob "[*] guest-8 joined"
SCRIPT
}

# Twenty who never read, not even what comes with the handshake, and go. Who closes with
# bytes unread resets, and a reset may overtake a line on a busy machine, whatever the
# server does: sixteen must be heard.
heard_though_deaf() {
    local i
    peer_behind <<SCRIPT
open bob
until bob "[*] guest-9 joined"
say in
$(printf 'until bob "*: I am gone"\n%.0s' {1..16})
SCRIPT
    wait_until has_match "$PEER_LOG" in
    PORT=$SERVER_PORT
    tunnel client deaf
    peer < <(for i in {1..20}; do
        printf 'open deaf\nsend deaf "I am gone\\n"\nshut deaf\ngone deaf\nclose deaf\n'
    done)
    ends "$PEER" 0 || { tail_of "$PEER_LOG"; return 1; }
}

# more_than_fits: sets MUCH, lines of 1000 bytes: more than a connection holds, which
# is made narrow but for what the kernel keeps for a sender.
more_than_fits() {
    local most=4194304
    read -r _ _ most 2>/dev/null </proc/sys/net/ipv4/tcp_wmem || true
    MUCH=$(((most / 1000 + 1000) / 1000 * 1000))
}

# much NAME COMMAND LINE: what a script says to send or get so much, in parts: peer
# compares all of a part each time that something comes.
much() {
    local left
    for ((left = MUCH; left > 0; left -= 200)); do
        printf '%s %s "%s\\n" 200\n' "$2" "$1" "$3"
    done
}

# freezes_the_room WORD: ana says more than fits, late does not read, and bob does not
# get it all. The server waits, and uses no processor.
freezes_the_room() {
    types bob 'until bob "guest-3: end"\nsay %s\n' "$1"
    types ana '%s\nsend ana "end\\n"\nsay %s\n' "$(much ana send "$LINE_1000")" "$1"
    wait_until rests 1000
    ! has_line "$BATS_TEST_TMPDIR/bob.log" "$1" || { echo 'Nobody had to wait for one who does not read.'; return 1; }
}

holds_up_for_a_while() {
    judges_tls server
    start_server "$STEP"
    local -x TIMEOUT_SCALE=$((4 * ${TIMEOUT_SCALE:-1}))
    local PATIENCE=$((4 * PATIENCE)) # so much takes its time on a busy machine
    more_than_fits
    start_peer late
    types late 'narrow late\nuntil late "[*] guest-1 joined"\nsay in\n'
    shows late in
    start_peer bob
    types bob 'open bob\nuntil bob "[*] guest-2 joined"\nsay in\n'
    shows bob in
    start_peer ana
    types ana 'open ana\nuntil ana "[*] guest-3 joined"\nsay in\n'
    shows ana in
    freezes_the_room one
    types late 'until late "[*] guest-3 joined"\n%s\nsay all\n' "$(much late bytes "guest-3: $LINE_1000")"
    shows late all
    shows bob one
    freezes_the_room two
    types late 'abort late\n'
    shows bob two
}

@test "exercise 12: who does not read holds the others up no longer than in step 07, and gets every line [1]" {
    holds_up_for_a_while
}

# both_hear WORD: dora says it, then eva; each has read all that came before.
both_hear() { printf 'send dora "%s\\n"\nuntil eva "guest-2: %s"\nsend eva "%s\\n"\nuntil dora "eva: %s"\n' "$1" "$1" "$1" "$1"; }

# They read so often that no connection is ever full.
no_data_race() {
    judges_tls_races server
    start_server "$STEP"
    local i
    {
        enter eva dora
        printf 'send eva "/nick eva\\n"\nuntil dora "[*] * is now eva"\n'
        for i in {1..15}; do
            printf 'send dora "psst\\n/who\\n" 20\nopen bob%d\n' "$i"
            printf 'send bob%d "/nick bob%d\\npsst\\n" 5\nsend eva "psst\\n/who\\n" 20\n' "$i" "$i"
            if ((i % 3 == 0)); then printf 'abort bob%d\n' "$i"; else printf 'shut bob%d\n' "$i"; fi
            both_hear "$i"
        done
        for i in {1..10}; do
            printf 'send eva "psst\\n" 20\nsend dora "psst\\n" 20\n'
            both_hear "end $i"
        done
        for i in {1..15}; do
            ((i % 3 == 0)) || printf 'gone bob%d\n' "$i"
        done
    } >"$BATS_TEST_TMPDIR/talk"
    peer <"$BATS_TEST_TMPDIR/talk"
}

@test "exercise 12: all talk while others come and go, and no two threads use one SSL object at once [1]" {
    outcome_of no_data_race
}

# Then the client. fake_tls_server HOW [IDENTITY] <<script: a script of peer that
# listens, and TLS before it.
fake_tls_server() {
    fake_server
    tunnel server "$@"
}

# turned_down WORDS: the client has printed nothing, said in one line, with these words,
# why it goes no further, and sent nothing.
# shellcheck disable=SC2154
turned_down() {
    exits 1
    prints ''
    [ "$(wc -l <"$errors")" = 1 ] && grep -qiF -- "$1" "$errors" && grep -qF 127.0.0.1 "$errors" && return
    echo "It was to say in one line that 127.0.0.1 is not to be trusted: $1. It said:"
    tail_of "$errors"
    return 1
}

@test "exercise 12: the client talks to nobody who cannot prove to be HOST, and says why not [1]" {
    judges_tls client
    local identity why TRUSTED
    while IFS='|' read -r identity TRUSTED why; do
        fake_tls_server rst "$identity" <<<$'listen here\naccept ana here\ngone ana'
        typing 'secret\n'
        turned_down "$why"
        wait_until grep -q '^No TLS: ' "$TUNNEL_LOG"
        alive "$FAKE_SERVER" # it takes no connection
        end_jobs
    done <<'WRONG'
wrong-name|wrong-name|IP address mismatch
expired|expired|certificate has expired
other|right|unable to get local issuer certificate
self-made|right|self-signed certificate
WRONG
    TRUSTED=right
    fake_tls_server rst <<<$'listen here\naccept ana here\nsend ana "welcome\\n"\nline ana "secret"\nclose ana'
    start_client ana "$STEP"
    shows ana welcome
    types ana 'secret\n'
    ends "${CLIENT[ana]}" 0
    as_scripted
    TRUSTED=none
    typing 'secret\n'
    exits 1
    grep -qF certificates/none "$errors" || { echo 'It did not say that it cannot read what TRUST names. It said:'; tail_of "$errors"; return 1; }
}

# The server of step 07, which speaks first; and one that says nothing.
silent_server() {
    judges_tls client
    local began
    TIMEOUT_SCALE=$((8 * ${TIMEOUT_SCALE:-1})) \
        fake_server <<<$'listen here\naccept ana here\nsend ana "* guest-1 joined\\n"\ngone ana\naccept eva here\nsay here\ngone eva'
    typing 'secret\n'
    turned_down 'no TLS'
    began=${EPOCHREALTIME/[.,]/}
    PATIENCE=$((4 * PATIENCE)) typing 'secret\n'
    turned_down 'no TLS'
    [ $((${EPOCHREALTIME/[.,]/} - began)) -ge 5000000 ] || { echo 'It did not wait for a handshake for 5 s.'; return 1; }
}

@test "exercise 12: a server that speaks no TLS, or nothing at all, is given up [1]" {
    outcome_of silent_server
}

@test "exercise 12: the client tells an end from a cut [1]" {
    judges_tls client
    local how
    fake_tls_server rst <<<$'listen here\naccept ana here\nsend ana "one\\nthe last"\nclose ana'
    start_client ana "$STEP"
    ends "${CLIENT[ana]}" 0
    diff "$BATS_TEST_TMPDIR/ana.log" - <<<$'one\nthe last\nThe server closed the connection.'
    end_jobs
    for how in fin rst; do
        fake_tls_server $how <<<$'listen here\naccept ana here\nsend ana "one\\nhalf"\nline ana "and?"\nabort ana'
        start_client "$how" "$STEP"
        shows "$how" one
        types "$how" 'and?\n'
        ends "${CLIENT[$how]}" 1
        grep -q half "$BATS_TEST_TMPDIR/$how.log" && { echo 'It printed the beginning of a line.'; return 1; }
        has_match "$BATS_TEST_TMPDIR/$how.log" '.*[Cc]ut.*'
        end_jobs
        fake_tls_server $how <<<$'listen here\naccept ana here\nline ana "bye"\neof ana\nsend ana "one\\n"\nabort ana'
        typing 'bye\n'
        exits 1
        prints 'one\n'
        grep -qi cut "$errors"
        end_jobs
    done
    fake_tls_server rst <<<$'listen here\naccept ana here\nbytes ana "bye\\n"\neof ana\nsend ana "this is\\nthe rest\\n"\nclose ana'
    typing 'bye'
    exits 0
    prints 'this is\nthe rest\n'
    as_scripted
}

# talks_at_length: the client sends and gets MUCH at the same time. Its server begins when
# the client waits, and reads when it has sent all.
talks_at_length() {
    local typed=$BATS_TEST_TMPDIR/typed
    yes "$LINE_1000" | head -n "$MUCH" >"$typed"
    start_script_server
    find_program "$STEP" client
    in_background "$typed" "$BATS_TEST_TMPDIR/client.log" "${PROGRAM[@]}" 127.0.0.1 "$PORT"
    CLIENT[ana]=$!
    PATIENCE=$((4 * PATIENCE)) wait_until sends_no_more "$PORT"
    types server '%s\n%s\neof ana\nsend ana "end\\n"\nclose ana\nsay all\n' "$(much ana send "$LINE_1000")" "$(much ana bytes "$LINE_1000")"
    PATIENCE=$((4 * PATIENCE)) ends "${CLIENT[ana]}" 0
    { cat "$typed" && echo end; } | cmp - "$BATS_TEST_TMPDIR/client.log"
    shows server all
}

# start_script_server: a server whose script is typed, behind TLS.
start_script_server() {
    with_keyboard server env TIMEOUT_SCALE=$((4 * ${TIMEOUT_SCALE:-1})) "$BUILD/tests/peer"
    types server 'listen here\n'
    wait_until has_match "$BATS_TEST_TMPDIR/server.log" 'Listening on .*'
    read -rn 100 PORT <"$BATS_TEST_TMPDIR/server.log"
    PORT=${PORT##*:}
    types server 'accept ana here\n'
    tunnel server rst
}

# sends_no_more PORT: who is connected there has bytes that are not taken, and has had as
# many for a while.
sends_no_more() {
    [ -r /proc/net/tcp ] || return 0
    local before
    before=$(unsent "$1")
    pause 200
    [ "${before:-0}" != 0 ] || return
    [ "$(unsent "$1")" = "$before" ]
}
unsent() {
    awk -v port="$(printf ':%04X$' "$1")" '$3 ~ port && $4 == "01" { split($5, queue, ":"); if (queue[1] !~ /^0*$/) print queue[1] }' /proc/net/tcp
}

# Both send more than the connection holds before one reads.
full_both_ways() {
    judges_tls client
    more_than_fits
    talks_at_length
}

no_data_race_in_the_client() {
    judges_tls_races client
    MUCH=600
    talks_at_length
}

@test "exercise 12: the client sends and prints at the same time, and no two threads use its SSL object at once [1]" {
    outcome_of full_both_ways
    outcome_of no_data_race_in_the_client
}
