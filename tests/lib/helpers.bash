# helpers.bash: what the tests share. Nothing here sleeps and hopes: each wait
# polls for what it waits for and gives up after 5 s times TIMEOUT_SCALE.
# shellcheck shell=bash

unset CDPATH
cd "${BASH_SOURCE[0]%/*}/../.." || exit 1
# shellcheck source=tests/lib/printable.bash
source tests/lib/printable.bash
BUILD=build${SANITIZE:+/$SANITIZE}
PATIENCE=$((5 * ${TIMEOUT_SCALE:-1}))
JOBS=()                     # process groups to end
BEGUN_JOBS=()               # those of what a file has begun
declare -gA CLIENT KEYBOARD # of each client: its process, and what it reads
declare -gA JOB_OF          # of a process inside a sandbox: our child around it

# To know where a test fails, bats looks at each command that it runs, which takes
# half of its time. We look when a command has failed.
set +T
setup() { note_failures; }
teardown() {
    say_where_it_failed
    end_jobs
    no_reports "$BATS_TEST_TMPDIR"/*.log
}

# note_failures: for a setup() of one's own; say_where_it_failed for a teardown().
note_failures() { trap 'bats_error_trap; note_failure' ERR; }

# note_failure: keeps the line at which the test was.
note_failure() {
    [ "$BASHPID" = "${BEGUN_AS:-$$}" ] && [ -z "${FAILED_AT:-}" ] || return 0
    local name=${BEGUN:-$BATS_TEST_NAME} i file text
    for i in "${!FUNCNAME[@]}"; do
        [ "${FUNCNAME[i]}" != "$name" ] || break
    done
    [ "${FUNCNAME[i]}" = "$name" ] || return 0
    file=${BASH_SOURCE[i]}
    mapfile -t -s $((BASH_LINENO[i - 1] - 1)) -n 1 text <"$file"
    [[ $file == */tests/* ]] || file=$BATS_TEST_FILENAME # bats runs a copy of it
    FAILED_AT="${file#"$PWD/"}, line ${BASH_LINENO[i - 1]}: ${text[0]#"${text[0]%%[! ]*}"}"
}
say_where_it_failed() { [ -z "${FAILED_AT:-}" ] || echo "$FAILED_AT"; }

# What takes its time because it waits runs beside the other tests. A file says in
# its setup_file what to begin, and its test asks for the outcome.

# begin FUNCTION...: starts each, in a folder and a process group of its own. Where
# run-tests says which tests are PLAYED, those that none of them asks for are left out.
begin() {
    local BEGUN
    set -m
    for BEGUN; do
        [[ -z ${PLAYED:-} || $PLAYED == *"outcome_of $BEGUN"$'\n'* ]] || continue
        mkdir "$BATS_FILE_TMPDIR/$BEGUN"
        play_begun &
        BEGUN_JOBS+=($!)
        echo $! >"$BATS_FILE_TMPDIR/$BEGUN/pid"
    done
    set +m
}

play_begun() {
    export BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR/$BEGUN
    BEGUN_AS=$BASHPID JOBS=()
    exec >"$BATS_TEST_TMPDIR/said" 2>&1 </dev/null 3>&- 4>&-
    trap end_begun EXIT
    trap 'exit 143' TERM
    setup
    # shellcheck disable=SC2317 # what was begun may skip its test
    skip() { echo "$1" >"$BATS_TEST_TMPDIR/skipped" && exit 0; }
    "$BEGUN"
}

end_begun() {
    local status=$?
    trap - ERR
    exec >>"$BATS_TEST_TMPDIR/said" 2>&1 # bash has put back what there was
    # shellcheck disable=SC2034 # teardown() may ask
    [ "$status" != 0 ] || BATS_TEST_COMPLETED=1
    teardown || status=1
    echo "$status" >"$BATS_TEST_TMPDIR/status"
}

begun_ended() { [ -s "$1/status" ] || dead "$(<"$1/pid")"; }

# outcome_of FUNCTION: of one that was begun: it ends as that did.
outcome_of() {
    local folder=$BATS_FILE_TMPDIR/$1
    PATIENCE=$((PATIENCE * 12)) wait_until begun_ended "$folder" >&2
    cat "$folder/said"
    [ ! -e "$folder/skipped" ] || skip "$(<"$folder/skipped")"
    [ -s "$folder/status" ] || { echo "$1 broke off."; return 1; }
    trap bats_error_trap ERR # where it failed it has said already
    return "$(<"$folder/status")"
}

teardown_file() {
    local job
    for job in "${BEGUN_JOBS[@]}"; do
        ! kill -TERM -- "-$job" || wait "$job" || true
    done 2>/dev/null
    end_jobs 2>/dev/null # bash tells of each that was killed
    no_reports "$BATS_FILE_TMPDIR"/server*/*.log
}

# pause MS: without a process of its own, where setup_suite made a pipe for it.
pause() {
    local seconds
    printf -v seconds '%d.%03d' $(($1 / 1000)) $(($1 % 1000))
    if [ -p "${NEVER:-}" ]; then
        read -rt "$seconds" <>"$NEVER" || true
    else
        sleep "$seconds"
    fi
}

# Waits until the command succeeds; says in words what never did.
wait_until() {
    local deadline=$((SECONDS + PATIENCE)) ms=1
    until "$@"; do
        ((SECONDS <= deadline)) || { echo "This never came true: $(in_words "$@")"; return 1; }
        pause $ms # then longer: each try costs, too
        ((ms >= 250 || (ms += ms < 16 ? ms : ms / 4)))
    done
}

# in_words COMMAND...: what wait_until waits for, as a person would say it.
in_words() {
    local who=${2:-}
    who=${who##*/} who=${who%.log}
    case $1 in
        dead) [ "$2" = "${SERVER:-}" ] && echo 'the server has ended' || echo "process $2 has ended" ;;
        has_line) echo "$who shows the line: $3" ;;
        has_match) echo "$who shows a line like: $3" ;;
        has_heard) echo "$who shows $4 lines like: $3" ;;
        just_heard) echo "the last lines that $who shows have one like: $3" ;;
        has_descriptors) echo "the server has $3 descriptors open; it has $COUNT" ;;
        has_threads) echo "the server runs $3 threads; it runs $COUNT" ;;
        rests) echo 'the server sleeps, as there is nothing to do' ;;
        *) echo "${1//_/ } ${*:2}" ;;
    esac
}

# reaches COUNT COMMAND...: waits until what the command counts is so much. However
# much that is: it is patient as long as there is more each time that it looks.
reaches() {
    local count=-1
    while wait_until grows "${@:2}"; do
        ((count < $1)) || return 0
        pause 30 # each look costs, too
    done
    echo "It is $count of $1: ${*:2}"
    return 1
}
grows() {
    local before=$count
    count=$("$@") || true # grep -c fails where it counts none
    ((count > before))
}

alive() { kill -0 "$1" 2>/dev/null; }
dead() { ! alive "$1"; }

# in_background INPUT LOG COMMAND...: runs it in a process group of its own; $!
# is it. What an earlier one said is not taken for its words. It inherits nothing
# of ours: a keyboard that somebody else held open would never come to its end.
in_background() {
    local input=$1 log=$2
    shift 2
    : >"$log"
    set -m
    (
        for fd in "${KEYBOARD[@]}"; do exec {fd}>&-; done
        exec "$@" <"$input" >"$log" 2>&1 3>&- 4>&-
    ) &
    set +m
    JOBS+=($!)
}

# find_program STEP NAME: sets PROGRAM to what runs it. STEP is a number, or
# exercise3: a student's program, for which the grader has a sandbox.
find_program() {
    PROGRAM=("$BUILD/step$1/$2")
    [[ $1 == exercise* ]] || return 0
    PROGRAM=(${SANDBOX:+bash "$SANDBOX" run "$1"} "$BUILD/$1/$2")
}

# innermost PID: the program that runs inside the sandboxes of this process.
innermost() {
    local next=$1 inside
    while [ -n "$next" ]; do
        inside=$next next=''
        read -r next _ <"/proc/$inside/task/$inside/children" || true
    done 2>/dev/null
    echo "$inside"
}

# tail_of LOG: its end, safe to print.
tail_of() { tail -c 2000 "$1" | tail -n 20 | quoted; }

# quoted: copies its input, as what somebody else said.
quoted() { printable | awk '{ print "  | " $0 } END { if (NR == 0) print "  | (nothing)" }'; }

listening_or_dead() {
    local line=''
    read -rn 100 line <"$1" || true
    [[ $line == 'Listening on '* ]] || dead "$2"
}

# start_server STEP [ARGUMENT...]: sets SERVER, SERVER_LOG and PORT. Without
# arguments it listens on a port of 127.0.0.1 that the kernel chooses. Where a test
# starts several, SERVER_NAME gives each a log of its own.
start_server() {
    find_program "$1" server
    shift
    [ $# -gt 0 ] || set -- 0 127.0.0.1
    BY_HAND="${PROGRAM[-1]} 5000 ${*:2}"
    await_server /dev/null "${PROGRAM[@]}" "$@"
}

# port_to_keep: one that the kernel gives to nobody who does not ask for it: a server
# that comes back there finds it free, whoever else connects and listens meanwhile.
port_to_keep() { echo $((10000 + RANDOM % 20000)); }

# keep_server STEP: starts one for all tests of a file; use_server STEP: sets what
# start_server sets.
keep_server() {
    local BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR/server$1
    mkdir "$BATS_TEST_TMPDIR"
    start_server "$1"
    echo "$SERVER $PORT" >"$BATS_TEST_TMPDIR/kept"
}
use_server() {
    BY_HAND="$BUILD/step$1/server 5000"
    SERVER_LOG=$BATS_FILE_TMPDIR/server$1/server.log
    read -r SERVER PORT <"$BATS_FILE_TMPDIR/server$1/kept"
}

# await_server INPUT COMMAND...: starts it, and waits until it listens.
await_server() {
    SERVER_LOG=$BATS_TEST_TMPDIR/${SERVER_NAME:-server}.log
    in_background "$1" "$SERVER_LOG" "${@:2}"
    SERVER=$!
    wait_until listening_or_dead "$SERVER_LOG" "$SERVER" || true
    read -rn 100 PORT <"$SERVER_LOG" || true
    if [[ $PORT =~ ^'Listening on '.*:([0-9]+)$ ]]; then
        PORT=${BASH_REMATCH[1]}
    else
        echo "The server did not say 'Listening on ADDRESS:PORT'. It said:"
        tail_of "$SERVER_LOG"
        return 1
    fi
    if [[ $2 == bash && $3 == */sandbox ]]; then
        local job=$SERVER
        SERVER=$(innermost "$job")
        JOB_OF[$SERVER]=$job
    fi
    settle "$SERVER"
}

# settle PID: a server may have something to set up when it has said where it
# listens. Then it sleeps, and waits for a client; unless it is out of order.
settle() {
    local tries=0 state=''
    while [ -r "/proc/$1/stat" ] && ((tries++ < 50)); do
        read -r _ _ state _ <"/proc/$1/stat" || true
        [ "$state" != S ] || break
        pause 10
    done 2>/dev/null
}

# keep_script FILE <<script: without a process of its own.
keep_script() {
    local script
    IFS= read -rd '' script || true
    printf '%s' "$script" >"$1"
}

# fake_server <<script: the script is the server: `listen` comes first in it.
fake_server() {
    keep_script "$BATS_TEST_TMPDIR/script"
    await_server "$BATS_TEST_TMPDIR/script" "$BUILD/tests/peer"
    # shellcheck disable=SC2034 # exercise.bash tells of it
    FAKE_SERVER=$SERVER
}

# with_keyboard NAME COMMAND...: runs it in the background; it reads what
# `types NAME` sends and its output goes to NAME.log.
with_keyboard() {
    local name=$1 keyboard=$BATS_TEST_TMPDIR/$1.keyboard fd
    shift
    mkfifo "$keyboard"
    in_background "$keyboard" "$BATS_TEST_TMPDIR/$name.log" "$@"
    # shellcheck disable=SC2034 # the tests read it
    CLIENT[$name]=$!
    exec {fd}>"$keyboard"
    KEYBOARD[$name]=$fd
}

# start_client NAME STEP [HOST [PORT]]: a client that reads what `types` sends.
start_client() {
    local name=$1 step=$2
    shift 2
    [ $# -gt 0 ] || set -- 127.0.0.1 "$PORT"
    find_program "$step" client
    with_keyboard "$name" "${PROGRAM[@]}" "$@"
}

# start_peer NAME: a peer that plays what `types` sends, and shows what it says.
start_peer() { with_keyboard "$1" "$BUILD/tests/peer" 127.0.0.1 "$PORT"; }

# types NAME TEXT...: as printf has it. stops_typing NAME: the end of input.
types() {
    local name=$1 keyboard=${KEYBOARD[$1]}
    shift
    # shellcheck disable=SC2059
    (trap '' PIPE && printf "$@" >&"$keyboard") 2>/dev/null && return
    echo "$name does not read what is typed: has it ended? It shows:"
    tail_of "$BATS_TEST_TMPDIR/$name.log"
    return 1
}

stops_typing() {
    local fd=${KEYBOARD[$1]}
    exec {fd}>&-
    unset "KEYBOARD[$1]"
}

# has_line FILE LINE; has_match FILE PATTERN: whether it has exactly this line, or
# one that matches; without a process of its own.
has_line() {
    local line lines
    mapfile -t lines <"$1"
    for line in "${lines[@]}"; do
        [ "$line" != "$2" ] || return 0
    done
    return 1
}
has_match() {
    local line lines
    mapfile -t lines <"$1"
    for line in "${lines[@]}"; do
        [[ ! $line =~ ^($2)$ ]] || return 0
    done
    return 1
}

# shows NAME LINE: waits until the client has printed exactly this line.
shows() {
    wait_until has_line "$BATS_TEST_TMPDIR/$1.log" "$2" ||
        { echo "$1 shows:"; tail_of "$BATS_TEST_TMPDIR/$1.log"; return 1; }
}

# server_says PATTERN: waits until the server has printed such a whole line.
server_says() {
    wait_until has_match "$SERVER_LOG" "$1" ||
        { echo "The server says:"; tail_of "$SERVER_LOG"; return 1; }
}

# ends PID [STATUS]: waits until this child has ended, with that exit status.
ends() {
    wait_until dead "$1" || return 1
    local status=0
    wait "${JOB_OF[$1]:-$1}" || status=$?
    [ "$status" = "${2:-0}" ] || { echo "Exit status $status, expected ${2:-0}"; return 1; }
}

# peer <<script: plays the script of tests/peer/peer.c against the server.
peer() {
    keep_script "$BATS_TEST_TMPDIR/script"
    local status=0
    "$BUILD/tests/peer" 127.0.0.1 "$PORT" <"$BATS_TEST_TMPDIR/script" || status=$?
    [ "$status" = 0 ] && return
    echo "The server said:"
    tail_of "$SERVER_LOG"
    echo "To repeat it by hand: ${BY_HAND:-the server, at port 5000}"
    echo "and in another terminal:"
    echo "$BUILD/tests/peer 127.0.0.1 5000 <<'SCRIPT'"
    by_hand <"$BATS_TEST_TMPDIR/script"
    echo SCRIPT
    return "$status"
}

# by_hand <script: as somebody else can play it: with the number of their own server, and
# without what only a test can ask.
by_hand() {
    sed "s/kill -\([A-Z]*\) ${SERVER:-0}\"/kill -\1 \$(pgrep -nx server)\"/
        s|^shell \"bash -c '.*/functions.*; \(.*\)'\"|# here the test does: \1|"
}

# patiently COMMAND...: in the foreground, but not for ever.
patiently() { timeout -k 5 "$PATIENCE" "$@"; }

# sends FORMAT: a client of ours sends it, typed as printf has it.
sends() {
    find_program "${STEP:?}" client
    # shellcheck disable=SC2059
    printf "$1" | patiently "${PROGRAM[@]}" 127.0.0.1 "$PORT"
}

# measures_memory: skips a test where that is not the program's own.
measures_memory() {
    [ -z "${SANITIZE:-}${EMULATED:-}" ] || skip 'a sanitizer or an emulator needs memory of its own'
}

# complains GLOB: what `run` ran gave up with this line and one of advice. The
# words for an error are those of the C library: musl says "Address in use".
# shellcheck disable=SC2154
complains() {
    echo "status $status, stdout: $output, stderr: $stderr"
    [ "$status" = 1 ]
    [ -z "$output" ]
    [ "${#stderr_lines[@]}" = 2 ]
    # shellcheck disable=SC2053 # it is a pattern
    [[ ${stderr_lines[0]} == $1 ]]
}

# The server answers a newcomer.
still_serves() {
    alive "$SERVER"
    peer <<'SCRIPT'
open newcomer
send newcomer "still there?\n"
line newcomer "still there?"
SCRIPT
}

# What the process has open, and how many threads it runs (Linux only).
descriptors() { entries "/proc/$1/fd"; }
threads() { entries "/proc/$1/task"; }
entries() { count_entries "$1" && echo "$COUNT"; }
count_entries() {
    local names=("$1/"*)
    COUNT=${#names[@]}
    [ -e "${names[0]}" ] || [ -L "${names[0]}" ] || COUNT=0
}
memory_kb() { sed -n "s/^Vm$2:[[:space:]]*\([0-9]*\) kB/\1/p" "/proc/$1/status"; }
has_descriptors() { count_entries "/proc/$1/fd" && [ "$COUNT" -eq "$2" ]; }
has_threads() { count_entries "/proc/$1/task" && [ "$COUNT" -eq "$2" ]; }

# compile WORD...: with the compiler that builds the kit; it may be several words.
compile() {
    local compiler
    read -ra compiler <<<"${CC:-cc}"
    "${compiler[@]}" -std=c11 -D_POSIX_C_SOURCE=200809L "$@"
}

# needs COMMAND...: skips the test where one is missing; in CI that is a failure.
needs() {
    local command
    for command; do
        command -v "$command" >/dev/null && continue
        [ -z "${CI:-}" ] || { echo "$command is missing in CI"; return 1; }
        skip "$command is not installed"
    done
}

end_jobs() {
    local job inside
    for job in "${JOBS[@]}"; do
        kill -KILL -- "-$job" 2>/dev/null || true
        wait "$job" 2>/dev/null || true
        for inside in "${!JOB_OF[@]}"; do # it ends a moment after its sandbox
            [ "${JOB_OF[$inside]}" != "$job" ] || wait_until dead "$inside" || true
        done
    done
    JOBS=()
}

# may_report LOG...: whether it takes a grep to say. Most logs are a few lines.
may_report() {
    local log text
    for log; do
        [ -s "$log" ] || continue
        ! IFS= read -rd '' -n 4096 text <"$log" || return 0
        [[ $text != *@(Sanitizer|runtime error:|bwrap: )* ]] || return 0
    done
    return 1
}

# A sanitizer's findings are failures too, also in a server that we killed. And
# no student is to blame where the sandbox could not be set up.
no_reports() { # LOG...
    [ -n "${SANITIZE:-}${SANDBOX:-}" ] && may_report "$@" || return 0
    local reports="Sanitizer|runtime error:|^bwrap: Can't " log
    log=$(LC_ALL=C grep -alE "$reports" "$@" 2>/dev/null) || return 0
    read -r log <<<"$log"
    ! grep -q "^bwrap: Can't " "$log" || echo 'grader: the sandbox failed'
    grep -aE -m 1 -A 40 "$reports" "$log" | head -c 4000 | quoted
    return 1
}
