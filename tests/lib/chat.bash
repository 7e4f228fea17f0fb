# chat.bash: the promises of the chat. Each step from 06 on that makes a promise
# runs its body, on the server of step $STEP. Until they take a name, speakers
# are called $WHO: by their address in 06, guest-N from 07 on.
# shellcheck shell=bash

WHO='guest-*'
[ "$STEP" != 6 ] || WHO='127.0.0.1:*'
TOO_LONG='* too long: at most 1024 bytes a line'
printf -v LINE_1000 '%0999d' 0

# enter NAME...: what a script says to bring these in, one after another; the
# answer to a line that is too long shows that one is in. All have read all.
enter() {
    local name
    for name; do
        printf 'open %s\nsend %s x 1025\nsend %s "\\n"\n' "$name" "$name" "$name"
        printf 'until %s "[*] too long*"\n' "$name"
    done
    [ $# -gt 1 ] || return 0
    printf 'send %s "in\\n"\n' "$name"
    for name in "${@:1:$#-1}"; do
        printf 'until %s "*: in"\n' "$name"
    done
}

# left N NAME...: what a script says where these see that guest-N has left.
left() {
    local guest=$1 name
    shift
    [ "$STEP" != 6 ] || return 0
    for name; do
        printf 'line %s "* guest-%s left"\n' "$name" "$guest"
    done
}

# asks WORD...: what a script says to run a command of ours, say wait_until.
asks() {
    { declare -f && declare -p PATIENCE BATS_TEST_TMPDIR SERVER SERVER_LOG PORT; } >"$BATS_TEST_TMPDIR/functions"
    # shellcheck disable=SC2016 # the shell that runs it expands it
    printf 'shell "bash -c '\''. \\"$BATS_TEST_TMPDIR/functions\\"; %s'\''"\n' "$*"
}

# back_to COUNT: what a script says to wait until so many descriptors are open.
back_to() { asks wait_until has_descriptors "$SERVER" "$1"; }

# peer_behind <<script: like peer, but in the background; $PEER is it, and what it
# says is in $PEER_LOG.
peer_behind() {
    local script=$BATS_TEST_TMPDIR/script.${#JOBS[@]}
    keep_script "$script"
    in_background "$script" "$script.log" "$BUILD/tests/peer" 127.0.0.1 "$PORT"
    # shellcheck disable=SC2034 # the tests read it
    PEER=$! PEER_LOG=$script.log
}

# listens NAME...: real clients that come in one after another.
listens() {
    local name
    for name; do
        start_client "$name" "$STEP"
        types "$name" '%01025d\n' 0
        shows "$name" "$TOO_LONG"
    done
}

# heard NAME PATTERN: how many matching lines NAME shows. has_heard NAME PATTERN
# COUNT: whether it is so many; for many, `reaches COUNT heard` is the way to wait.
heard() { grep -c -- "$2" "$BATS_TEST_TMPDIR/$1.log"; }
has_heard() { [ "$(heard "$1" "$2")" -ge "$3" ]; }

# just_heard NAME PATTERN: whether this was among the last that NAME shows.
just_heard() { tail -n 20 "$BATS_TEST_TMPDIR/$1.log" | grep -q -- "$2"; }

# same_for NAME NAME FROM TO: both show the same between two matching lines.
same_for() {
    local name
    for name in "$1" "$2"; do
        sed -n "/$3/,/$4/p" "$BATS_TEST_TMPDIR/$name.log" |
            grep -vxF "$TOO_LONG" >"$BATS_TEST_TMPDIR/$name.heard"
    done
    [ -s "$BATS_TEST_TMPDIR/$1.heard" ] || { echo "Nothing was heard"; return 1; }
    diff "$BATS_TEST_TMPDIR/$1.heard" "$BATS_TEST_TMPDIR/$2.heard"
}

# at_most_kb FIGURE LIMIT: what the server has used, but for sanitizers.
at_most_kb() {
    local used
    used=$(memory_kb "$SERVER" "$1")
    echo "The server's Vm$1: $used kB"
    [ -n "${SANITIZE:-}${EMULATED:-}" ] || [ "$used" -le "$2" ]
}

# From 06 on: the broadcast.

says_to_all_others() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob carla)
send ana "hello\n"
match bob "$WHO: hello"
match carla "$WHO: hello"
send bob "hi\n"
match ana "$WHO: hi"
match carla "$WHO: hi"
send carla "and me\n"
match ana "$WHO: and me"
match bob "$WHO: and me"
SCRIPT
}

one_order_of_lines() {
    local name
    start_server "$STEP"
    listens bob carla
    peer <<SCRIPT
$(enter ana dora eva)
send ana "begin\n"
until dora "*: begin"
until eva "*: begin"
send ana "one\n" 500
send dora "two\n" 500
send eva "three\n" 500
send ana "end\n"
send dora "end\n"
send eva "end\n"
until ana "*: end"
until ana "*: end"
until dora "*: end"
until dora "*: end"
SCRIPT
    for name in bob carla; do
        reaches 500 heard $name ': one$'
        reaches 500 heard $name ': two$'
        reaches 500 heard $name ': three$'
        wait_until has_heard $name ': end$' 3
        # Those who leave are part of the order.
        [ "$STEP" = 6 ] || wait_until has_heard $name ' left$' 3
    done
    same_for bob carla ': begin$' '^never$'
}

prints_while_one_types() {
    start_server "$STEP"
    listens ana bob
    types bob 'is somebody here?\n'
    wait_until has_heard ana ': is somebody here?$' 1
    types ana 'I am\n'
    wait_until has_heard bob ': I am$' 1
    types bob 'good\n'
    wait_until has_heard ana ': good$' 1
}

prints_the_rest() {
    fake_server <<'SCRIPT'
listen listener
accept ana listener
line ana "bye"
eof ana
send ana "this is\nthe rest\n"
close ana
SCRIPT
    start_client ana "$STEP"
    types ana 'bye\n'
    stops_typing ana
    ends "${CLIENT[ana]}" 0
    ends "$SERVER" 0
    diff "$BATS_TEST_TMPDIR/ana.log" - <<<$'this is\nthe rest'
}

leaves_at_the_end_of_input() {
    start_server "$STEP"
    listens ana bob
    types ana 'one\ntwo\nthe unfinished last'
    stops_typing ana
    ends "${CLIENT[ana]}" 0
    wait_until has_heard bob ': the unfinished last$' 1
    has_heard bob ': one$' 1
    has_heard bob ': two$' 1
}

server_goes_first() {
    fake_server <<'SCRIPT'
listen listener
accept ana listener
line ana "hello"
send ana "hi\n"
close ana
SCRIPT
    start_client ana "$STEP"
    types ana 'hello\n'
    ends "${CLIENT[ana]}" 0
    diff "$BATS_TEST_TMPDIR/ana.log" - <<<$'hi\nThe server closed the connection.'
}

server_resets() {
    fake_server <<'SCRIPT'
listen listener
accept ana listener
line ana "hello"
abort ana
SCRIPT
    start_client ana "$STEP"
    types ana 'hello\n'
    ends "${CLIENT[ana]}" 1
    shows ana 'The server closed the connection.'
}

any_segments() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
trickle ana "João\n"
match bob "$WHO: João"
send ana "one\ntwo\r\nth"
match bob "$WHO: one"
match bob "$WHO: two"
send ana "ree\r"
send ana "\n"
match bob "$WHO: three"
send ana "Jo\xC3"
send bob "between\n"
match ana "$WHO: between"
send ana "\xA3o\n"
match bob "$WHO: João"
SCRIPT
}

too_long() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "x" 1024
send ana "\n"
match bob "$WHO: $(printf '%01024d' 0 | tr 0 x)"
send ana "y" 1025
send ana "\nafter\n"
line ana "$TOO_LONG"
match bob "$WHO: after"
send ana "z" 1000000
send ana "\nstill here\n"
line ana "$TOO_LONG"
match bob "$WHO: still here"
SCRIPT
}

cleans_text() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "a\0b\e[31mc\x7Fd\x07e\xC2\x9Bf\n"
match bob "$WHO: ab[[]31mcdef"
send ana "bad \xFF\xC3 end, ol\xC3\xA9, \xF0\x9F\x98\x80\n"
match bob "$WHO: bad [?][?] end, olé, 😀"
send ana "a\xE2\x80\xAEb\xE2\x81\xA6c\xE2\x80\x8Fd\xD8\x9Ce\xE2\x80\xA8f\xE2\x80\xA9g\n"
match bob "$WHO: abcdefg"
SCRIPT
}

unfinished_last_line() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "whole\nnot whole"
shut ana
match bob "$WHO: whole"
match bob "$WHO: not whole"
$(left 1 bob ana)
eof ana
SCRIPT
}

last_of_ten_first() {
    local names=(n1 n2 n3 n4 n5 n6 n7 n8 n9 n10) name
    start_server "$STEP"
    peer <<SCRIPT
$(enter "${names[@]}")
send n10 "first\n"
$(for name in "${names[@]:0:9}"; do echo "match $name \"$WHO: first\""; done)
send n1 "second\n"
$(for name in "${names[@]:1}"; do echo "match $name \"$WHO: second\""; done)
SCRIPT
}

reset_in_mid_broadcast() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob carla dora)
send bob "many lines\n" 3000
abort carla dora
send bob "the last\n"
until ana "$WHO: the last"
send ana "still here\n"
until bob "$WHO: still here"
SCRIPT
    alive "$SERVER"
}

reset_in_mid_line() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob carla)
send carla "half a li"
abort carla
$(back_to $(($(descriptors "$SERVER") + 2)))
$(left 3 ana bob)
send bob "still here\n"
match ana "$WHO: still here"
SCRIPT
}

silent_client() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter silent ana bob)
send ana "hello\n"
match bob "$WHO: hello"
send bob "hello to you\n"
match ana "$WHO: hello to you"
until silent "$WHO: hello"
SCRIPT
}

# logged PATTERN: how many lines of the server's match. served: how many clients have
# come and gone; more may wait outside.
logged() { grep -cE -- "$1" "$SERVER_LOG"; }
served() { logged '^(Closing connection|Refused)'; }

# quick_connects COUNT close|abort
quick_connects() {
    start_server "$STEP"
    wait_until rests # all its threads are there
    local files tasks
    files=$(descriptors "$SERVER")
    tasks=$(threads "$SERVER")
    peer <<SCRIPT
storm $1 $2 "hello\n"
SCRIPT
    reaches "$1" served
    wait_until has_descriptors "$SERVER" "$files"
    wait_until has_threads "$SERVER" "$tasks"
    at_most_kb Size 3000000 # the stacks of threads that nobody joined
    peer <<SCRIPT
$(enter ana bob)
send ana "hello\n"
match bob "$WHO: hello"
SCRIPT
}

freezes() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob deaf)
stall 13000 1000 ana > bob
SCRIPT
}

# From 07 on: names, notices, commands.

guests_join() {
    start_server "$STEP"
    peer <<'SCRIPT'
open ana
line ana "* guest-1 joined"
open bob
line bob "* guest-2 joined"
line ana "* guest-2 joined"
send bob "hello\n"
line ana "guest-2: hello"
close bob
line ana "* guest-2 left"
open carla
line carla "* guest-3 joined"
line ana "* guest-3 joined"
SCRIPT
}

takes_a_name() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "/nick ana\n"
line ana "* guest-1 is now ana"
line bob "* guest-1 is now ana"
send ana "hello\n"
line bob "ana: hello"
send ana "/nick eva\r\nit is me\n"
line ana "* ana is now eva"
line bob "* ana is now eva"
line bob "eva: it is me"
SCRIPT
}

NICK_RULE='* /nick NAME: 1 to 20 letters, digits, - and _'

name_is_1_to_20_characters() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "/nick\n"
line ana "$NICK_RULE"
send ana "/nick \n"
line ana "$NICK_RULE"
send ana "/nick abcdefghijklmnopqrstu\n"
line ana "$NICK_RULE"
send ana "/nick çãçãçãçãçãçãçãçãçãçãç\n"
line ana "$NICK_RULE"
send ana "/nick ana maria\n"
line ana "$NICK_RULE"
send ana "/nick  ana\n"
line ana "$NICK_RULE"
send ana "/nick \e\0\n"
line ana "$NICK_RULE"
send ana "/nick abcdefghijklmnopqrst\n"
line bob "* guest-1 is now abcdefghijklmnopqrst"
send ana "/nick 鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴\n"
line bob "* abcdefghijklmnopqrst is now 鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴鈴"
SCRIPT
}

# What is no letter, digit, - or _: spaces of any kind, what nobody sees, what turns
# text round, what notices are made of, emoji.
NO_NAMES=('a b' 'a\xC2\xA0b' 'a\xE2\x80\x83b' 'a\xE3\x80\x80b' 'a\xE2\x80\x8Bb' 'a\xEF\xBB\xBFb'
    'a\xE2\xA0\x80b' 'a\xE3\x85\xA4b' 'a\xE1\x85\x9Fb' 'a\xEF\xBE\xA0b' 'a\xC2\xADb' 'a\xE2\x81\xA0b'
    '*' 'a*' 'ana:' 'ana,' 'a.b' 'ana(private)' '\xF0\x9F\x98\x80')

name_is_of_letters() {
    local name
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
$(for name in "${NO_NAMES[@]}"; do
        printf 'send ana "/nick %s\\n"\nline ana "%s"\n' "$name" "$NICK_RULE"
    done)
send ana "/nick João-2_x\n"
line bob "* guest-1 is now João-2_x"
send ana "/nick Ж鈴ا\n"
line bob "* João-2_x is now Ж鈴ا"
SCRIPT
}

name_is_cleaned() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "/nick a\en\0\x07a\n"
line ana "* guest-1 is now ana"
line bob "* guest-1 is now ana"
send ana "/nick an\xFF\n"
line ana "$NICK_RULE"
SCRIPT
}

name_is_taken() {
    local taken='* that name is taken: choose another'
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "/nick ana\n"
line bob "* guest-1 is now ana"
send bob "/nick ana\n"
line bob "$taken"
send bob "/nick ANA\n"
line bob "$taken"
send bob "/nick Guest-2\n"
line bob "* guest-2 is now Guest-2"
send bob "/nick guest-1\n"
line bob "* Guest-2 is now guest-1"
send ana "/nick Ana\n"
line bob "* ana is now Ana"
send ana "/nick Ângela\n"
line bob "* Ana is now Ângela"
send bob "/nick ângela\n"
until bob "$taken"
send bob "/nick ÂNGELA\n"
line bob "$taken"
SCRIPT
}

name_is_free_again() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "/nick ana\n"
line bob "* guest-1 is now ana"
close ana
line bob "* ana left"
send bob "/nick ana\n"
line bob "* guest-2 is now ana"
send bob "/nick bob\n/nick ana\n"
line bob "* ana is now bob"
line bob "* bob is now ana"
SCRIPT
}

guest_is_skipped() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana)
send ana "/nick Guest-2\n"
line ana "* guest-1 is now Guest-2"
open bob
line bob "* guest-3 joined"
SCRIPT
}

who_is_here() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob carla)
send bob "/nick bob\n"
until ana "* guest-2 is now bob"
until carla "* guest-2 is now bob"
send ana "/who\n"
line ana "* here: guest-3 bob guest-1"
send bob "/quit\n"
line ana "* bob left"
send ana "/who\n"
line ana "* here: guest-3 guest-1"
send ana "hello\n"
line carla "* bob left"
line carla "guest-1: hello"
SCRIPT
}

quits() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "bye\n/quit\nignored\n/nick ghost\n"
line ana "* guest-1 left"
eof ana
line bob "guest-1: bye"
line bob "* guest-1 left"
send bob "/who\n"
line bob "* here: guest-2"
SCRIPT
}

unknown_command() {
    local help='* no such command: there are /nick NAME, /who, /quit'
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "/foo\n"
line ana "$help"
send ana "/\n"
line ana "$help"
send ana "/nickname ana\n"
line ana "$help"
send ana "hello /who\n"
line bob "guest-1: hello /who"
send bob "hi\n"
line ana "guest-2: hi"
SCRIPT
}

no_forged_notice() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send bob "* ana left\n"
line ana "guest-2: * ana left"
send bob "x\r* ana left\n"
line ana "guest-2: x* ana left"
send bob "x\x0B\x0C\xC2\x85* ana left\n"
line ana "guest-2: x* ana left"
send bob "/nick *\n"
line bob "$NICK_RULE"
SCRIPT
}

keeps_the_order_of_a_segment() {
    start_server "$STEP"
    peer <<SCRIPT
$(enter ana bob)
send ana "/nick ana\none\n/who\n/nick eva\ntwo\n/foo\nthree\n"
line bob "* guest-1 is now ana"
line bob "ana: one"
line bob "* ana is now eva"
line bob "eva: two"
line bob "eva: three"
line ana "* guest-1 is now ana"
line ana "* here: guest-2 ana"
line ana "* ana is now eva"
match ana "* no such command*"
SCRIPT
}

one_order_of_notices() {
    local name peers=()
    start_server "$STEP"
    listens bob carla
    for name in dora eva fay; do
        peer_behind < <(for _ in {1..25}; do
            printf 'open %s\nuntil %s "* joined"\n' $name $name
            printf 'send %s "/nick %s\\nhello\\n/nick x%s\\n"\n' $name $name $name
            printf 'shut %s\ngone %s\nclose %s\n' $name $name $name
        done)
        peers+=("$PEER")
    done
    reaches 75 heard bob ': hello$'
    for PEER in "${peers[@]}"; do
        ends "$PEER" 0
    done
    peer <<SCRIPT
$(enter ana)
send ana "end\n"
shut ana
gone ana
SCRIPT
    for name in bob carla; do
        wait_until has_heard $name ': end$' 1
        has_heard $name ': hello$' 75
        has_heard $name ' is now xeva$' 25
        has_heard $name '^\* xfay left$' 25
    done
    same_for bob carla '^\* guest-2 joined$' ': end$'
}

# takes_part COMMAND...: someone with this program, where bob is already.
takes_part() {
    mkfifo "$BATS_TEST_TMPDIR/ana.keyboard"
    in_background "$BATS_TEST_TMPDIR/ana.keyboard" "$BATS_TEST_TMPDIR/ana.log" "$@"
    local ana=$! fd
    exec {fd}>"$BATS_TEST_TMPDIR/ana.keyboard"
    # shellcheck disable=SC2034 # types uses it
    KEYBOARD[ana]=$fd
    shows ana '* guest-2 joined'
    types ana '/nick ana\r\nhello\n'
    shows bob 'ana: hello'
    types bob 'hi\n'
    shows ana 'guest-1: hi'
    types ana '/quit\n'
    shows bob '* ana left'
    shows ana '* ana left'
    stops_typing ana
    wait_until dead "$ana"
}

works_with_nc() {
    needs nc
    start_server "$STEP"
    listens bob
    takes_part nc 127.0.0.1 "$PORT"
}

works_with_socat() {
    needs socat
    start_server "$STEP"
    listens bob
    takes_part socat - "TCP:127.0.0.1:$PORT"
}

# From 08 on: nobody waits for one who does not read.

# heavy_traffic NAME...: what a script says to have ana send 13 MB to these and
# to eva, who listens: at once; or (08, 09) so that what is missing finds space, and
# under a sanitizer, where eva is slow, so much as the kernel keeps for her.
heavy_traffic() {
    local i name count=13000
    [ -z "${SANITIZE:-}${EMULATED:-}" ] || count=1000
    [ "$STEP" -gt 9 ] || count=200
    for ((i = 1; i <= 13000 / count; i++)); do
        echo "flood $count 1000 ana > $*"
        printf 'send ana "mark %s\\n"\n' "$i"
        for name; do
            echo "until $name \"*: mark $i\""
        done
        asks reaches $((i * count)) heard eva flood.ana
    done
}

drops_the_deaf() {
    local files
    start_server "$STEP"
    files=$(descriptors "$SERVER")
    listens eva
    peer <<SCRIPT
$(enter ana bob carla dora deaf)
$(heavy_traffic bob carla dora)
$(asks wait_until has_heard eva 'left' 1)
$(back_to $((files + 5)))
send bob "/who\n"
until bob "[*] here: guest-5 guest-4 guest-3 guest-2 guest-1"
flood 200 1000 bob > ana carla dora
SCRIPT
    has_heard eva '^* guest-6 left' 1
    has_heard eva ': flood ana ' 13000
    at_most_kb HWM 40000
}

# The server waits for 1 s before it gives up: this one reads before that. ana waits
# for an answer now and then, so that a burst does not drop her, too.
says_too_slow() {
    local i
    start_server "$STEP"
    start_peer room
    types room 'narrow late\nuntil late "[*] guest-1 joined"\n%s\nsay in\n' "$(enter ana)"
    shows room in
    listens eva
    for i in {1..200}; do
        types room 'send ana "%s\\n" 100\nsend ana "/who\\n"\nuntil ana "[*] here*"\nsay "%s more"\n' "$LINE_1000" "$i"
        shows room "$i more"
        ! has_heard eva '^\* guest-1 left' 1 || break
    done
    types room 'until late "[*] too slow: disconnected"\neof late\nsay told\n'
    shows room told
}

# fails_to_send STEP: starts its server with a send() and a sendmsg() that fail with
# ENOBUFS, as they do where the kernel has no memory, for bytes that hold `poison`.
# It aborts after 50,000 calls of sendmsg().
fails_to_send() {
    if [ -n "${SANITIZE:-}${EMULATED:-}" ] || [ "$(uname)" != Linux ]; then
        skip 'another library cannot stand before this one'
    fi
    cat >"$BATS_TEST_TMPDIR/poison.c" <<'CODE'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

ssize_t send(int fd, const void *bytes, size_t len, int flags)
{
    ssize_t (*real)(int, const void *, size_t, int);
    *(void **)&real = dlsym(RTLD_NEXT, "send");
    if (memmem(bytes, len, "poison", 6) == NULL)
        return real(fd, bytes, len, flags);
    errno = ENOBUFS;
    return -1;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    static int calls;
    ssize_t (*real)(int, const struct msghdr *, int);
    *(void **)&real = dlsym(RTLD_NEXT, "sendmsg");
    if (++calls == 50000)
        abort(); /* puts_together */
    for (size_t i = 0; i < message->msg_iovlen; i++)
        if (memmem(message->msg_iov[i].iov_base, message->msg_iov[i].iov_len,
                   "poison", 6) != NULL) {
            errno = ENOBUFS;
            return -1;
        }
    return real(fd, message, flags);
}
CODE
    compile -shared -fPIC -o "$BATS_TEST_TMPDIR/poison.so" "$BATS_TEST_TMPDIR/poison.c" -ldl
    await_server /dev/null env LD_PRELOAD="$BATS_TEST_TMPDIR/poison.so" "$BUILD/step$1/server" 0 127.0.0.1
}

# Whoever a line cannot be sent to is given up, and does not stay without it.
gives_up() {
    local files
    fails_to_send "$STEP"
    files=$(descriptors "$SERVER")
    peer <<SCRIPT
$(enter ana bob carla)
send ana "poison\n"
eof bob
eof carla
$(back_to $((files + 1)))
open dora
$([ "$STEP" = 6 ] || echo 'until dora "[*] guest-4 joined"')
send dora "so much for them\n"
until ana "$WHO: so much for them"
SCRIPT
}

# Ctrl-Z and fg, a debugger, strace -p: send() returns EINTR, though no signal has
# a handler, if it has a time-out. Whose writer waits in it then still gets all.
survives_a_stop() {
    [ -r /proc/self/stat ] || skip 'there is no /proc to see it stop'
    start_server "$STEP"
    start_peer room
    types room '%s\n' "$(enter late bob ana)"
    fill_slowly ana
    for _ in 1 2 3; do
        kill -STOP "$SERVER"
        wait_until is_stopped "$SERVER"
        kill -CONT "$SERVER"
    done
    types room 'send ana "after it\\n"\nuntil late "*: after it"\nsay good\n'
    shows room good
}
is_stopped() { [ "$(sed 's/.*) //; s/ .*//' "/proc/$1/stat")" = T ]; }

# used: sets STATE, and USED, what the server has used of a processor, in ticks of
# 10 ms.
used() {
    local words
    read -r words <"/proc/$SERVER/stat"
    read -ra words <<<"${words##*) }"
    STATE=${words[0]} USED=$((words[11] + words[12]))
}

# rests: whether the server sleeps now and has done next to nothing for 0.1 s
# (Linux only).
rests() {
    [ -r "/proc/$SERVER/stat" ] || return 0
    local STATE USED was before
    used
    was=$STATE before=$USED
    pause "${1:-100}"
    used
    [ "$was$STATE" = SS ] && [ $((USED - before)) -le 2 ]
}

# may_open COUNT: what a script says to leave the server so many descriptors.
may_open() {
    ! command -v prlimit >/dev/null || echo "shell \"${SANDBOX:+bash $SANDBOX see }prlimit --pid $SERVER --nofile=$1\""
}

# Everybody reads: ten who talk and ten who listen.
loses_nothing() {
    local names=(s1 s2 s3 s4 s5 s6 s7 s8 s9 s10 r1 r2 r3 r4 r5 r6 r7 r8 r9 r10)
    start_server "$STEP"
    peer <<SCRIPT
$(enter "${names[@]}")
flood 2000 64 ${names[*]:0:10} > ${names[*]}
SCRIPT
}

# in_tens SCRIPT COUNT LINES: types LINES, a part of a script, for each number up to
# COUNT, in the place of each N, and waits after every ten. So a wait is for ten,
# however busy the machine is.
in_tens() {
    local i ten=''
    for ((i = 1; i <= $2; i++)); do
        ten+="${3//N/$i}\n"
        ((i % 10 == 0)) || continue
        types "$1" "${ten}say \"ten more: %s\"\n" $((++TENS))
        shows "$1" "ten more: $TENS" || return
        ten=''
    done
}

# Who speaks alone wakes its own thread for each line, and no other (Linux only).
wakes_nobody() {
    [ -r /proc/self/status ] || skip 'there is no /proc to count in'
    start_server "$STEP"
    start_peer room
    types room '%s\n' "$(enter ana bob)"
    wait_until one_switch_a_line
}
one_switch_a_line() {
    local before
    before=$(switches "$SERVER")
    in_tens room 100 'send ana "ping N\\n"\nuntil bob "*: ping N"' || return
    [ $(($(switches "$SERVER") - before)) -lt 150 ]
}
# switches PID: how often its threads have waited for something; one may just end.
switches() { { cat "/proc/$1"/task/*/status 2>/dev/null || true; } | awk '/^voluntary/ { sum += $2 } END { print sum }'; }

# Many lines of one alone leave together: not each in a call of its own.
puts_together() {
    fails_to_send "$STEP"
    peer <<<$'crowd c 11\nuntil c1 "[*] guest-11 joined"\nsend c1 "once more\\n" 20000\nsend c1 "end\\n"\nuntil c11 "*: end"'
}

# From 10 on: who does not read is not heard, so that its answers fill no log.

# late reads nothing any more, and asks and asks. The others go on; it is in nobody's
# way, so it stays.
deaf_asks() {
    start_server "$STEP"
    start_peer room
    types room '%s\n' "$(enter late bob ana)"
    fill_up ana
    types room 'send late "/who\\n/nick a\\n/nick b\\n" 2000\n'
    in_tens room 300 'send ana "ping N\\n"\nuntil bob "*: ping N"\nsend bob "pong N\\n"\nuntil ana "*: pong N"'
    types room 'send ana "/who\\n"\nuntil ana "[*] here: guest-3 guest-2 *"\nsay "late is here"\n'
    shows room 'late is here'
}

# One who reads 40 kB/s would set the pace for all: two would talk for minutes.
slow_but_steady() {
    start_server "$STEP"
    start_peer slow
    types slow 'narrow slow\nuntil slow "[*] guest-1 joined"\nsay in\nsip slow\n'
    shows slow in
    peer <<SCRIPT
$(enter ana bob)
$(for _ in {1..30}; do echo 'flood 100 1000 ana bob > ana bob'; done)
send ana "/who\n"
until ana "[*] here: guest-3 guest-2"
SCRIPT
}

# A server that may watch fewer descriptors than it does must not turn round and
# round: poll() fails at once, again and again.
rests_below_its_limit() {
    needs prlimit
    [ -r /proc/self/stat ] || skip 'there is no /proc to see it rest'
    start_server "$STEP"
    start_peer room
    types room '%s\n' "$(enter late bob ana)"
    fill_up ana
    prlimit --nofile=1:1 --pid "$SERVER"
    wait_until rests 500
    types room 'send ana "goes on\\n"\nuntil bob "*: goes on"\nsay good\n'
    shows room good
}

# A name is free when all have heard that its owner left, and not before. Who has
# been dropped says nothing more.
name_of_the_dropped() {
    local i
    start_server "$STEP"
    listens eva
    start_peer deaf
    types deaf 'open zoe\nsend zoe "/nick zoe\\n"\nuntil zoe "* is now zoe"\nsend zoe "I am zoe\\n" 100\nsay in\n'
    shows deaf in
    peer <<SCRIPT
$(enter ana bob)
$(for i in {1..130}; do
        printf 'flood 100 1000 ana > bob\nsend bob "/nick zoe\\n"\n'
        ((i % 10 > 0)) || asks reaches "${i}00" heard eva flood.ana
    done)
SCRIPT
    wait_until has_heard eva '^\* guest-4 is now zoe$' 1
    grep -E '^(\* (zoe left|guest-. is now zoe)|zoe: I am zoe)' "$BATS_TEST_TMPDIR/eva.log" |
        uniq | sed -n 1,4p >"$BATS_TEST_TMPDIR/zoe"
    diff "$BATS_TEST_TMPDIR/zoe" - <<'HEARD'
* guest-2 is now zoe
zoe: I am zoe
* zoe left: too slow
* guest-4 is now zoe
HEARD
}

# One who floods and reads nothing, and dora, who gives it 3 MB not to read: it has
# room for much less. She reads late, so that what she gets must be less than a
# connection holds.
deaf_flooder() {
    local i name
    start_server "$STEP"
    listens bob carla
    start_peer deaf
    types deaf '%s\n' 'narrow deaf' 'until deaf "[*] guest-3 joined"' 'send deaf "deaf\n"' "send deaf \"${LINE_1000:1}\n\" 2000"
    wait_until has_heard bob '^guest-3: deaf$' 1
    peer <<SCRIPT
open dora
until dora "[*] guest-4 joined"
send dora "begin\n"
$(for i in {1..3}; do
        printf 'send dora "%s\\n" 1000\n' "$LINE_1000"
        asks reaches "${i}000" heard bob guest-4:.0
    done)
send dora "end\n"
$(asks wait_until has_heard bob guest-4:.end 1)
SCRIPT
    for name in bob carla; do
        reaches 3000 heard $name '^guest-4: 0'
        wait_until has_heard $name '^guest-4: end$' 1
        wait_until has_heard $name '^\* guest-3 left: too slow$' 1
        [ "$(grep -E '^(\* guest-3 left|guest-3: )' "$BATS_TEST_TMPDIR/$name.log" | tail -n 1 | cut -c 1-14)" = '* guest-3 left' ]
        has_heard $name "^guest-4: $LINE_1000$" 3000
    done
    same_for bob carla '^guest-4: begin$' '^guest-4: end$'
    stops_typing deaf
    ends "${CLIENT[deaf]}" 0
}

# Who reads late. The kernel takes some MB for one who does not read, before the
# server has to keep anything: how much depends on the machine.

# queue: sets QUEUE: bytes that the kernel took from the server for the one who
# is furthest behind, still unsent.
queue() {
    local hex sockets line words
    # shellcheck disable=SC2153 # start_server sets PORT
    printf -v hex '%04X' "$PORT"
    mapfile -t sockets </proc/net/tcp
    QUEUE=0
    for line in "${sockets[@]}"; do
        [[ $line == *:"$hex "*' 01 '* ]] || continue
        read -ra words <<<"$line"
        [[ ${words[1]} == *:$hex ]] || continue
        [ $((16#${words[4]%:*})) -le $QUEUE ] || QUEUE=$((16#${words[4]%:*}))
    done
}

# queue_is_still: whether that does not change any more.
queue_is_still() {
    queue
    local before=$QUEUE
    pause 50
    queue
    [ "$QUEUE" = "$before" ]
}

# fill_up SPEAKER...: in the peer `room`, they tell bob lines of 1000 bytes, first
# so many as the kernel surely takes, then as fill_slowly does.
fill_up() {
    local most=2700000 hundreds i
    # In a queue to send there is room for this much, and a bit less for data.
    read -r _ _ most 2>/dev/null </proc/sys/net/ipv4/tcp_wmem || true
    hundreds=$((most * 3 / 4 / 100000))
    for ((i = 0; i < hundreds; i++)); do
        types room 'flood %d 1000 %s > bob\nsay begun\n' $((100 / $#)) "$*"
    done
    reaches $hundreds heard room '^begun$'
    fill_slowly "$@"
}

# fill_slowly SPEAKER...: 100 such lines at a time, until twice the kernel does not
# take all of them at once for one who does not read; at most 200 kB wait then. Sets
# NEXT, the lines of each speaker, and CHUNKS, how often NEXT. Where several speak a
# server may send more at once, and that is cut short in the end.
fill_slowly() {
    local before partly=0
    NEXT=$((100 / $#)) CHUNKS=0
    [ -r /proc/net/tcp ] || return 0
    wait_until queue_is_still
    while [ $CHUNKS -lt 100 ] && [ $partly -lt 2 ]; do
        before=$QUEUE CHUNKS=$((CHUNKS + 1))
        types room 'flood %d 1000 %s > bob\nsend bob "/who\\n"\nuntil bob "[*] here*"\nsay "%s more"\n' $NEXT "$*" $CHUNKS
        shows room "$CHUNKS more"
        queue
        partly=$((before > 0 && QUEUE - before < 90000 ? partly + 1 : 0))
    done
}
