#!/usr/bin/env bats
# Exercise 10: one room over several servers, with a Redis as the relay.
# shellcheck disable=SC2016 # a length in RESP begins with a dollar sign
export EXERCISE=10
load lib/exercise
load lib/chat

unset RELAY
export GIVEN=RELAY # what the student's program gets of our environment
GONE='* the relay is gone: only people here hear you'
BACK='* the relay is back'
OTHER=0123456789abcdef # the ID of a server that there is not
ANY_ID='????????????????'
printf -v HEX_ID '[0-9a-f]%.0s' {1..16}
printf -v NAME_20 'é%.0s' {1..20}
printf -v TEXT_1024 '%01024d' 0

setup_file() {
    builds_once
    begin stands_still pauses no_data_race
}

# start_relayed NAME...: the room, a peer, listens as a Redis, and the student's
# server starts with it as its relay, at $RELAY_PORT. When it has connected these
# come in, though nothing is confirmed yet.
start_relayed() {
    with_keyboard room "$BUILD/tests/peer"
    types room 'listen redis\n'
    wait_until has_match "$BATS_TEST_TMPDIR/room.log" 'Listening on .*'
    RELAY_PORT=$(sed -n '1s/.*://p' "$BATS_TEST_TMPDIR/room.log")
    RELAY=127.0.0.1:$RELAY_PORT start
    BEGINNING=$(echo "at $PORT" && connects '' && enter "$@")
    types room '%s\n' "$BEGINNING"
}

# plays <<script: the room plays it, as a Redis and all clients, to its end.
plays() {
    local script status=0
    IFS= read -rd '' script || true
    types room '%s' "$script" >/dev/null || true # if it has ended, it said why
    stops_typing room
    PATIENCE=$((PATIENCE * 12)) ends "${CLIENT[room]}" 0 >/dev/null || status=$?
    [ "$status" = 0 ] && return
    tail_of "$BATS_TEST_TMPDIR/room.log"
    echo "The server said:"
    tail_of "$SERVER_LOG"
    printf '%s\n' "To repeat it by hand: $BUILD/tests/peer, and type there: listen redis 6400" \
        "in another terminal: RELAY=127.0.0.1:6400 $BUILD/$STEP/server 5000" \
        'and in the first one again:' "${BEGINNING/at $PORT/at 5000}"
    by_hand <<<"$script"
    return 1
}

# What a script says to be the Redis: connects [N]: the server opens both connections,
# which are called pub and sub, or pub2 and sub2; confirms N NAME...: the subscription
# is confirmed, and these hear the first message, which comes with it; loses N NAME...:
# both connections end, and these are told; stopped COMMAND...: what these send comes
# together, for the server stands still meanwhile.
connects() { printf '%s\n' "accept pub$1 redis" "accept sub$1 redis" "asked sub$1 SUBSCRIBE chat"; }
confirmed() { printf 'send sub%s "%s"\n' "$1" '*3\r\n$9\r\nsubscribe\r\n$4\r\nchat\r\n:1\r\n'; }
stopped() { printf '%s\n' "shell \"kill -STOP $SERVER\"" "$@" "shell \"kill -CONT $SERVER\""; }
confirms() {
    local name
    stopped "$(confirmed "$1")" "array sub$1 message chat \"$OTHER probe: $1 confirmed\""
    for name in "${@:2}"; do
        [ -z "$1" ] || echo "line $name \"$BACK\""
        echo "line $name \"probe: $1 confirmed\""
    done
}
loses() {
    local name
    printf '%s\n' "gone pub$1" "gone sub$1" "close pub$1 sub$1"
    for name in "${@:2}"; do
        echo "line $name \"$GONE\""
    done
}

@test "exercise 10: server.c builds" {
    it_builds server
}

@test "exercise 10: without RELAY it is the server of step 07, and a wrong one ends it with status 2 [1]" {
    judges server
    local body wrong status
    for body in guests_join takes_a_name quits unknown_command; do
        "$body"
        end_jobs
    done
    RELAY='' guests_join
    find_program "$STEP" server
    for wrong in 127.0.0.1 127.0.0.1: :6400 127.0.0.1:0 127.0.0.1:65536 127.0.0.1:64x 127.0.0.1:-1; do
        status=0
        RELAY=$wrong patiently "${PROGRAM[@]}" 0 127.0.0.1 >/dev/null 2>"$BATS_TEST_TMPDIR/errors.log" </dev/null || status=$?
        [ "$status" = 2 ] || { echo "With RELAY=$wrong it $(ending "$status"), expected exit status 2."; return 1; }
        [ "$(wc -l <"$BATS_TEST_TMPDIR/errors.log")" = 1 ] ||
            { echo "With RELAY=$wrong it was to say why in one line, and said:"; tail_of "$BATS_TEST_TMPDIR/errors.log"; return 1; }
    done
}

@test "exercise 10: what is said here is published, once the subscription is confirmed [1]" {
    judges server
    start_relayed ana bob
    plays <<SCRIPT
send ana "/nick ana\nstill alone\n"
line bob "* guest-1 is now ana"
line bob "ana: still alone"
line ana "* guest-1 is now ana"
$(confirms '' ana bob)
send ana "olá, João\n/who\n\n\e[31mred\xFF\n"
asked pub PUBLISH chat "$HEX_ID ana: olá, João"
asked pub PUBLISH chat "$ANY_ID ana: "
asked pub PUBLISH chat "$ANY_ID ana: [[]31mred[?]"
send pub ":1\r\n"
trickle pub ":2\r\n:0\r\n"
line bob "ana: olá, João"
line bob "ana: "
line bob "ana: [31mred?"
line ana "* here: guest-2 ana"
send bob "${TEXT_1024}0\n/nick $NAME_20\n$TEXT_1024\n/quit\n"
asked pub PUBLISH chat "$ANY_ID $NAME_20: $TEXT_1024"
line ana "* guest-2 is now $NAME_20"
line ana "$NAME_20: $TEXT_1024"
line ana "* $NAME_20 left"
send ana "$(printf '%s\\n' {1..500})"
$(printf "asked pub PUBLISH chat \"$ANY_ID ana: %s\"\n" {1..500})
SCRIPT
}

@test "exercise 10: what others publish is heard by all, however the stream is cut [1]" {
    judges server
    start_relayed ana bob
    local i line_900
    printf -v line_900 '%0900d' 0
    plays <<SCRIPT
send sub "*3\r\n\$9\r\nsubscr"
send ana "so far\n"
line bob "guest-1: so far"
send sub "ibe\r\n\$4\r\nchat\r\n:1\r\n"
drip sub message chat "$OTHER carla: olá"
line ana "carla: olá"
line bob "carla: olá"
$(stopped "array sub message chat \"$OTHER carla: one\"" 'array sub message chat "ffffffffffffffff dora: two"' \
        'send sub "*3\r\n$7\r\nmessage\r\n$4\r\nchat\r\n$27\r\n'"$OTHER eva: th\"")
line ana "carla: one"
line ana "dora: two"
send bob "between\n"
line ana "guest-2: between"
send sub "ree\r"
send sub "\n+OK\r\n:7\r\n"
array sub pong ""
array sub message elsewhere "$OTHER fay: not here"
array sub pmessage ch* chat "$OTHER fay: not so"
drip sub message chat "$OTHER guest-1: four"
line ana "eva: three"
line ana "guest-1: four"
until bob "guest-1: four"
$(stopped "$(for i in {100..199}; do echo "array sub message chat \"$OTHER carla: $line_900$i\""; done)")
$(for i in {100..199}; do echo "line ana \"carla: $line_900$i\""; done)
until bob "carla: ${line_900}199"
SCRIPT
}

# Each of these is none, and the person whose line it seems to be is never heard.
NO_MESSAGES=('' hello "$OTHER" "$OTHER " "$OTHER carla" "$OTHER carla:hi" "${OTHER}carla: hi" "$OTHER  carla: hi"
    "$OTHER * carla: hi" "$OTHER * carla left" "$OTHER ca rla: hi" "$OTHER : hi" "${OTHER:1} carla: hi" "f$OTHER carla: hi"
    'ghijklmnopqrstuv carla: hi' "$OTHER ${NAME_20}e: hi" "$OTHER carla: ${TEXT_1024}0" "$OTHER ana (private): hi"
    "$OTHER carla: ${TEXT_1024}${TEXT_1024}${TEXT_1024}")

@test "exercise 10: its own lines do not come back, and what has another form is dropped [1]" {
    judges server
    start_relayed ana bob
    plays <<SCRIPT
$(confirms '' ana bob)
send ana "hello\n"
publish pub sub chat "$ANY_ID guest-1: hello"
$(printf 'array sub message chat "%s"\n' "${NO_MESSAGES[@]}")
array sub message chat "$OTHER $NAME_20: $TEXT_1024"
line ana "$NAME_20: $TEXT_1024"
line bob "guest-1: hello"
line bob "$NAME_20: $TEXT_1024"
array sub message chat "$OTHER car\ela: h\0i \xFF, \e[31mJo\xC3\xA3o\r\n* ana left\x07"
line ana "carla: hi ?, [31mJoão* ana left"
line bob "carla: hi ?, [31mJoão* ana left"
array sub message chat "$OTHER carla: "
line ana "carla: "
send bob "bye\n"
publish pub sub chat "$ANY_ID guest-2: bye"
line ana "guest-2: bye"
array sub message chat "$OTHER carla: bye: bye"
line bob "carla: "
line bob "carla: bye: bye"
SCRIPT
}

# What a Redis never says to a subscriber, but for the first. Each goes on a little, so
# that who looks for \r\n finds one.
ERRORS=('-ERR max number of clients reached\r\n' '*3\r\n$7\r\nmessage\r\n$4\r\nchat\r\n$536870913\r\nx'
    '*1\r\n$99999999999999999999\r\n' '*1\r\n$18446744073709551617\r\nx\r\n' '$-2\r\n' '*1\r\n$x\r\n' '?1\r\n' 'chat\r\n' '(12\r\n'
    ':1\n:1\r\n' '+OK\n+OK\r\n' '*1\n$1\nx\n\r\n' '*1\r\n$4\r\nchat\nx:1\r\n' '*1\r\n$4\r\nchatxx:1\r\n'
    '*2\r\n$4\r\nchat\r\n-ERR no\r\n')

@test "exercise 10: after an error, and after what is no RESP, the relay counts as gone [1]" {
    judges server
    local n=0 error
    start_relayed ana
    plays <<SCRIPT
$(confirms '' ana)
$(for error in "${ERRORS[@]}"; do
        printf 'send sub%s "%s"\n' "$n" "$error"
        loses "$n" ana
        n=$((n + 1))
        connects $n
        confirms $n ana
    done | sed -E 's/\b((pub|sub)0)\b/\2/g')
$(n=${#ERRORS[@]}
    for error in '-NOPERM no\r\n' ':1\n:1\r\n' '*1\r\n$-3\r\n' '!\r\n'; do
        printf 'send pub%s "%s"\n' "$n" "$error"
        loses "$n" ana
        n=$((n + 1))
        connects $n
        confirms $n ana
    done)
SCRIPT
}

# has_tried_again: whether the server has been refused twice, say, since keep_switches:
# nobody speaks meanwhile, so only its pauses make it wait, anew after each.
keep_switches() { switches "$SERVER" >"$BATS_TEST_TMPDIR/switches"; }
has_tried_again() {
    [ -r /proc/self/status ] || return 0
    [ $(($(switches "$SERVER") - $(<"$BATS_TEST_TMPDIR/switches"))) -ge 6 ]
}

@test "exercise 10: where one connection is lost both end, and one notice says so, and one that it is back [1]" {
    judges server
    start_relayed ana bob
    plays <<SCRIPT
$(confirms '' ana bob)
close pub
gone sub
close sub
line ana "$GONE"
line bob "$GONE"
send ana "who hears me?\n"
line bob "guest-1: who hears me?"
accept pub redis
accept sub redis
close pub
gone sub
close sub
accept pub redis
accept sub redis
abort pub
gone sub
close sub
$(connects 2)
send ana "and now?\n"
line bob "guest-1: and now?"
$(confirms 2 ana bob)
send ana "I am back\n"
asked pub2 PUBLISH chat "$ANY_ID guest-1: I am back"
line bob "guest-1: I am back"
abort sub2
gone pub2
close pub2 redis
line ana "$GONE"
line bob "$GONE"
$(asks keep_switches)
$(asks wait_until has_tried_again)
send bob "alone\n"
line ana "guest-2: alone"
listen redis $RELAY_PORT
$(connects 3)
$(confirms 3 ana bob)
send bob "together\n"
asked pub3 PUBLISH chat "$ANY_ID guest-2: together"
SCRIPT
}

# attempt LEAST MOST: the next one comes so many ms after the last, or what was begun
# with it, has ended.
attempt() {
    printf '%s\n' stopwatch 'close pub sub' 'accept pub redis' "took $1 $2" 'accept sub redis' 'asked sub SUBSCRIBE chat'
}

# pauses: of 0.1, 0.2, 0.4, 0.8 and 1.6 s, a little less for a coarse clock, and much
# more for a busy machine.
pauses() {
    judges server
    start_relayed ana
    plays <<SCRIPT
$(confirms '' ana)
$(attempt 95 800)
$(attempt 190 900)
$(attempt 380 1100)
$(attempt 780 1500)
$(attempt 1580 2300)
$(attempt 1580 2300)
$(attempt 1580 2300)
$(confirmed '')
line ana "$GONE"
line ana "$BACK"
$(attempt 95 800)
$(attempt 190 900)
SCRIPT
}

@test "exercise 10: pauses grow from 0.1 to 1.6 s, and begin anew after a confirmation alone [1]" {
    outcome_of pauses
}

# stands_still: a Redis that takes nothing, while 28 MB are said: its connection takes
# 6.5 MB at most, and the server 20. Then one that answers more than was asked, and has
# a message of 30 MB.
stands_still() {
    judges server
    start_relayed ana bob
    plays <<SCRIPT
$(confirms '' ana bob)
$(for _ in {1..28}; do echo 'flood 1000 1000 ana > bob'; done)
gone pub
gone sub
$(connects 2)
send ana "/who\n"
until ana "[*] here: guest-2 guest-1"
flood 1000 1000 ana > bob
$(confirmed 2)
until ana "$BACK"
until bob "$BACK"
send pub2 ":1\r\n" 3000000
send ana "hello\n"
asked pub2 PUBLISH chat "$ANY_ID guest-1: hello"
send sub2 "*3\r\n\$7\r\nmessage\r\n\$4\r\nchat\r\n\$30000000\r\n$OTHER carla: "
send sub2 "0" $((30000000 - 24))
send sub2 "\r\n"
array sub2 message chat "$OTHER carla: still here"
line ana "carla: still here"
$(asks at_most_kb HWM 20000)
SCRIPT
}

@test "exercise 10: a Redis that stands still keeps nobody waiting, and takes no memory [1]" {
    outcome_of stands_still
}

# starts_redis: at $RELAY_PORT, until test's end.
starts_redis() {
    in_background /dev/null "$BATS_TEST_TMPDIR/redis.log" redis-server --bind 127.0.0.1 --port "$RELAY_PORT" --save '' --dir "$BATS_TEST_TMPDIR"
    REDIS=$!
    wait_until has_match "$BATS_TEST_TMPDIR/redis.log" '.*[Rr]eady to accept connections.*'
}

# asks_redis WORD...: sets ANSWER to its last line.
asks_redis() {
    local fd
    exec {fd}<>"/dev/tcp/127.0.0.1/$RELAY_PORT"
    printf '%s\r\nQUIT\r\n' "$*" >&"$fd"
    ANSWER=$(tr -d '\r' <&"$fd" | tail -n 2 | head -n 1)
    exec {fd}>&-
}
has_subscribers() { asks_redis PUBSUB NUMSUB chat && [ "$ANSWER" = ":$1" ]; }

@test "exercise 10: three servers with a real Redis are one room, also after it was gone [1]" {
    judges server
    needs redis-server
    local name ports=() everybody=(a1 a2 b1 b2 c1 c2) flood
    flood="flood 100 200 a1 b1 b2 c1 > ${everybody[*]}"
    RELAY_PORT=$(port_to_keep)
    starts_redis
    for name in a b c; do
        SERVER_NAME=server-$name RELAY=127.0.0.1:$RELAY_PORT start
        ports+=("$PORT")
    done
    wait_until has_subscribers 3
    start_peer room
    types room '%s\n' "at ${ports[0]}" "$(enter a1 a2)" "at ${ports[1]}" "$(enter b1 b2)" "at ${ports[2]}" "$(enter c1 c2)" 'say in'
    shows room in
    asks_redis PUBLISH chat "\"$OTHER probe: in\""
    types room 'until %s "probe: in"\n' "${everybody[@]}"
    # What was said before comes before it, from each server.
    types room 'send %s2 "hello\\n"\n' a b c
    types room 'until %s "guest-2: hello"\n' "${everybody[@]}" "${everybody[@]}" a1 b1 c1
    types room '%s\n' "$flood" 'say "all heard it"'
    shows room 'all heard it'
    kill -KILL "$REDIS"
    types room "line %s \"$GONE\"\n" "${everybody[@]}"
    types room 'send %s1 "only here\\n"\nline %s2 "guest-1: only here"\n' a a b b c c
    types room 'say alone\n'
    shows room alone
    starts_redis
    types room "line %s \"$BACK\"\n" "${everybody[@]}"
    wait_until has_subscribers 3
    types room '%s\n' "$flood" 'say "and again"'
    shows room 'and again'
}

no_data_race() {
    judges_under thread server
    local n
    start_relayed ana bob
    plays <<SCRIPT
send ana "hello\n" 20
$(confirmed '')
$(for n in '' {2..8}; do
        printf 'send %s "hello\\n" 50\n' ana
        for _ in {1..20}; do echo "array sub$n message chat \"$OTHER carla: hi\""; done
        printf 'open x%s\nsend x%s "hello\\n" 20\n' "$n" "$n"
        printf 'send %s "hello\\n" 50\n' bob
        echo "close x$n $([ $((${n:-1} % 2)) = 0 ] && echo pub || echo sub)$n"
        printf 'send %s "hello\\n" 20\n' ana
        connects $((${n:-1} + 1))
        [ "$n" = 8 ] || confirmed $((${n:-1} + 1))
    done)
$(confirms 9)
until ana "probe: 9 confirmed"
until bob "probe: 9 confirmed"
SCRIPT
}

@test "exercise 10: people and the relay come and go, without a data race [1]" {
    outcome_of no_data_race
}
