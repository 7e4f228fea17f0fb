# exercise.bash: what the tests of the exercises share. A test file sets
# EXERCISE and loads this. Each test is a behaviour, and its name ends with the
# points that it earns: [2]. What was never written is skipped; what does not
# build is not judged.
# shellcheck shell=bash

load lib/helpers

STEP=exercise${EXERCISE:?}
for FOLDER in exercises/{0,}"$EXERCISE"-*; do [ ! -d "$FOLDER" ] || break; done

# Tells what the grader itself cannot do: no student is to blame for that.
grader_trouble() {
    echo "grader: $*"
    return 1
}

# build PROGRAM: makes it, in the grader's sandbox where there is one.
build() {
    local target=$BUILD/$STEP/$1
    rm -f "$target" # make would leave an older one that did build
    timeout -k 5 $((60 * ${TIMEOUT_SCALE:-1})) env -u MAKEFLAGS -u MAKELEVEL LC_ALL=C \
        ${SANDBOX:+bash "$SANDBOX" build "$STEP"} make -s SANITIZE="${SANITIZE:-}" "$target"
}

# Builds what the student has, once, and keeps what the compiler says, in English.
setup_file() { builds_once; }
builds_once() {
    local program
    mkdir -p "$BUILD/$STEP"
    [ -z "${SANDBOX:-}" ] || bash "$SANDBOX" build "$STEP" true || grader_trouble 'the sandbox does not work'
    for program in server client; do
        [ ! -e "$FOLDER/$program.c" ] ||
            build $program >"$BATS_FILE_TMPDIR/$program.errors" 2>&1 || true
    done
}

# not_started FILE: make exercise brings nothing to those who have begun.
not_started() {
    local begun=("$FOLDER"/*.c)
    [ ! -e "${begun[0]}" ] || skip "not started: there is no $1"
    skip "not started: make exercise$EXERCISE brings you $FOLDER/*.c"
}

# first_error LOG: of the compiler, or of make; else the end of what was said.
first_error() {
    local error
    if error=$(grep -m 1 -A 3 -E 'error|undefined|\*\*\*' "$1"); then
        echo "The compiler's first error:"
        head -c 2000 <<<"$error" | quoted
    else
        echo "The compiler named no error within 60 s. It said:"
        tail_of "$1"
    fi
}

# it_builds PROGRAM...: those that the student has; shows the first error.
it_builds() {
    local program started=false
    for program; do
        [ -e "$FOLDER/$program.c" ] || continue
        started=true
        [ ! -x "$BUILD/$STEP/$program" ] || continue
        ! grep -q "^bwrap: Can't " "$BATS_FILE_TMPDIR/$program.errors" || grader_trouble 'the sandbox failed' || return
        echo "$program.c does not build."
        first_error "$BATS_FILE_TMPDIR/$program.errors"
        echo "To repeat it by hand: make exercise$EXERCISE"
        return 1
    done
    $started || not_started "$FOLDER/$1.c"
}

# judges PROGRAM: skips the test where there is nothing to judge.
judges() {
    [ -e "$FOLDER/$1.c" ] || not_started "$FOLDER/$1.c"
    [ -x "$BUILD/$STEP/$1" ] || skip "$1.c does not build"
}

# judges_under SANITIZER PROGRAM: the same, and builds it with that sanitizer.
judges_under() {
    judges "$2"
    [ "${SANITIZE:-}" != "$1" ] || return 0 # it is built so already
    export SANITIZE=$1
    BUILD=build/$1
    # The grader has built what it takes, for all students.
    if [ -z "${SANDBOX:-}" ] && ! make -s SANITIZE="$1" build_common "$BUILD/tests/peer" ||
        ! "$BUILD/tests/peer" </dev/null; then
        grader_trouble "-fsanitize=$1 does not work on this machine"
    fi
    mkdir -p "$BUILD/$STEP"
    build "$2"
}

# start [ARGUMENT...]: the student's server, which must listen itself.
start() {
    start_server "$STEP" "$@"
    listens_itself
}

# restart: ends the server with Ctrl-C, and starts it again at once where it was,
# but at one address only.
restart() {
    local given=$PORT said
    kill -INT "$SERVER"
    wait_until dead "$SERVER" || { echo "Ctrl-C (SIGINT) does not end the server."; return 1; }
    end_jobs # its sandbox may outlive it for a moment
    start "$given" 127.0.0.1
    listens_at "$given" || return
    read -r said <"$SERVER_LOG"
    [ "$said" = "Listening on 127.0.0.1:$given" ] && return
    echo "It was given the address 127.0.0.1, and said:"
    tail_of "$SERVER_LOG"
    return 1
}

# resets_midway FIRST ANSWER MUCH: a client sends what comes first, has the answer,
# sends much, and resets its connection while the server has it to answer. The server
# stands still until then, so it does, however fast it is. Then the same with a
# half-close before the reset: send() raises SIGPIPE at once.
resets_midway() {
    local half
    for half in '' 'shut ana'; do
        printf '%s\n' 'open ana' "send ana $1" "bytes ana $2" "shell \"kill -STOP $SERVER\"" \
            "send ana $3" "$half" 'abort ana' "shell \"kill -CONT $SERVER\"" >"$BATS_TEST_TMPDIR/midway"
        peer <"$BATS_TEST_TMPDIR/midway"
    done
}

# fails_where_the_server_has_gone: the client does, and says so, though the server
# has gone before it sends, and send() raises SIGPIPE.
fails_where_the_server_has_gone() {
    fake_server <<<$'listen here\naccept ana here\nshut ana\nabort ana\nsay gone'
    start_client late "$STEP"
    server_says gone
    types late 'hello\n' >/dev/null || true # it may have noticed
    stops_typing late
    ends "${CLIENT[late]}" 1
    [ -s "$BATS_TEST_TMPDIR/late.log" ] || { echo "It said nothing on stderr."; return 1; }
}

# swapped PORT: what it is to whom reads its two bytes in the other order.
swapped() { echo $((($1 & 255) << 8 | $1 >> 8)); }

# listens_at PORT: the server says that it listens there.
listens_at() {
    [ "$PORT" = "$1" ] && return
    echo "It listens at port $PORT, not $1."
    [ "$PORT" != "$(swapped "$1")" ] ||
        echo "$PORT is $1 with its two bytes in the other order: is htons missing?"
    return 1
}

# Whether the process that listens at PORT is the student's program. It takes
# long to find out: asked once for each program.
listens_itself() {
    [ -r /proc/net/tcp ] || return 0
    [ ! -e "$BATS_FILE_TMPDIR/listens-itself" ] || return 0
    local other
    has_port "$PORT" && : >"$BATS_FILE_TMPDIR/listens-itself" && return
    echo "Port $PORT is not served by build/$STEP/server itself."
    other=$(swapped "$PORT")
    ! has_port "$other" ||
        echo "It serves $other, which is $PORT with its two bytes in the other order: is ntohs or htons missing?"
    return 1
}

# has_port PORT: whether the socket there is open in the student's program.
has_port() {
    local socket
    socket=$(awk -v port="$(printf ':%04X$' "$1")" \
        '$2 ~ port && ($4 == "0A" || FILENAME ~ /udp/) { print $10; exit }' \
        /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6 2>/dev/null)
    [[ $(${SANDBOX:+bash "$SANDBOX" see} readlink "/proc/$SERVER/fd/"* "/proc/$SERVER/exe") == *"socket:[$socket]"*"/$STEP/server" ]]
}

# Then what a test says of a client; more is said of it in teardown.

# typing FORMAT: runs the student's client with this input, as printf has it;
# sets status, and output and errors to the names of files.
typing() {
    find_program "$STEP" client
    output=$BATS_TEST_TMPDIR/output errors=$BATS_TEST_TMPDIR/errors.log status=0
    TYPED=$1
    # shellcheck disable=SC2059,SC2153
    printf "$1" | patiently "${PROGRAM[@]}" 127.0.0.1 "$PORT" >"$output" 2>"$errors" || status=$?
}

# ending STATUS: how a program ended that `patiently` ran.
ending() {
    case $1 in
        124) echo "did not end within $PATIENCE s" ;;
        137) echo "was killed: it did not end, or took too much memory" ;;
        129 | 1[3-8]?) echo "was ended by the signal $(kill -l $(($1 - 128)))" ;;
        *) echo "ended with exit status $1" ;;
    esac
}

# exits STATUS: what `typing` ran ended so.
exits() {
    [ "$status" = "$1" ] && return
    echo "The client $(ending "$status"), expected exit status $1."
    echo "It printed:" && tail_of "$output"
    echo "and on stderr:" && tail_of "$errors"
    return 1
}

# says_why: the client told the person what went wrong.
says_why() {
    [ -s "$errors" ] && return
    echo "The client said nothing on stderr."
    return 1
}

# prints FORMAT: the bytes on the client's standard output, as printf has them.
prints() {
    local expected=$BATS_TEST_TMPDIR/expected said same=0
    # shellcheck disable=SC2059
    printf "$1" >"$expected"
    said=$(LC_ALL=C cmp "$expected" "$output" 2>&1) && return
    if [[ $said =~ ' after byte '([0-9]+) ]]; then
        same=${BASH_REMATCH[1]}
    elif [[ $said =~ ' differ: '(byte|char)' '([0-9]+) ]]; then
        same=$((BASH_REMATCH[2] - 1))
    fi
    echo "The client printed other bytes than expected, from byte $((same + 1)) on."
    echo "expected:" && part_of "$expected" "$same"
    echo "printed:" && part_of "$output" "$same"
    echo "On stderr it said:" && tail_of "$errors"
    return 1
}

# part_of FILE BYTE: what stands there and just before, with the sum of all.
part_of() {
    local start=$(($2 > 40 ? $2 - 40 : 0))
    tail -c +$((start + 1)) "$1" | head -c 200 | quoted
    [ "$(wc -c <"$1")" -le 200 ] || echo "  (from byte $((start + 1)) on, of $(($(wc -c <"$1"))))"
}

# The script of fake_server was played to its end: the client did as it says.
as_scripted() {
    ends "$FAKE_SERVER" 0 >/dev/null && return
    echo "The client did not do what its server, a script, expects."
    return 1
}

# tell_of_the_script: what the server of a client that failed received, what it
# expected, and how to repeat it. It hears soon that the client has gone.
tell_of_the_script() {
    wait_until dead "$FAKE_SERVER" >/dev/null || echo "The server, a script, still waits."
    if [ "$(wc -l <"$SERVER_LOG")" -gt 1 ]; then
        echo "The server of this test, a script, says:"
        sed 1d "$SERVER_LOG" | quoted
    else
        echo "The server of this test, a script, had nothing to complain of."
    fi
    echo "To repeat it by hand: this server, which says its PORT,"
    echo "$BUILD/tests/peer <<'SCRIPT'"
    cat "$BATS_TEST_TMPDIR/script"
    echo SCRIPT
    echo "and in another terminal:"
    echo "${TYPED:+printf ${TYPED@Q} | }$BUILD/$STEP/client 127.0.0.1 PORT"
}

# tell_how_the_server_ended: of one that has gone while its test failed.
tell_how_the_server_ended() {
    [ -n "${SERVER:-}" ] && [ "$SERVER" != "${FAKE_SERVER:-}" ] && dead "$SERVER" || return 0
    local status=0
    wait "${JOB_OF[$SERVER]:-$SERVER}" 2>/dev/null || status=$?
    [ "$status" = 127 ] || echo "The server has gone: it $(ending "$status")."
}

teardown() {
    if [ -z "${BATS_TEST_COMPLETED:-}" ]; then
        [ -z "${FAKE_SERVER:-}" ] || tell_of_the_script
        tell_how_the_server_ended
    fi
    end_jobs
    no_reports "$BATS_TEST_TMPDIR"/*.log
}
