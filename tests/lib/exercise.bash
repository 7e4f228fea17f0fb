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
    timeout -k 5 60 env -u MAKEFLAGS -u MAKELEVEL \
        ${SANDBOX:+"$SANDBOX" build "$STEP"} make -s SANITIZE="${SANITIZE:-}" "$target"
}

# Builds what the student has, once, and keeps what the compiler says.
setup_file() { builds_once; }
builds_once() {
    local program
    mkdir -p "$BUILD/$STEP"
    [ -z "${SANDBOX:-}" ] || "$SANDBOX" build "$STEP" true || grader_trouble 'the sandbox does not work'
    for program in server client; do
        [ ! -e "$FOLDER/$program.c" ] ||
            build $program >"$BATS_FILE_TMPDIR/$program.errors" 2>&1 || true
    done
}

not_started() { skip "not started: make exercise$EXERCISE brings you $1"; }

# it_builds PROGRAM...: those that the student has; shows the first error.
it_builds() {
    local program started=false
    for program; do
        [ -e "$FOLDER/$program.c" ] || continue
        started=true
        [ ! -x "$BUILD/$STEP/$program" ] || continue
        ! grep -q "^bwrap: Can't " "$BATS_FILE_TMPDIR/$program.errors" || grader_trouble 'the sandbox failed' || return
        echo "$program.c does not build. The compiler's first error:"
        grep -m 1 -A 3 -E 'error|undefined|\*\*\*' "$BATS_FILE_TMPDIR/$program.errors" |
            head -c 2000 | cat -v | sed 's/^/  | /'
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
    export SANITIZE=$1
    BUILD=build/$1
    if ! make -s SANITIZE="$1" "$BUILD/net.o" "$BUILD/tests/peer" || ! "$BUILD/tests/peer" </dev/null; then
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

# restart: ends the server, and starts it again at once where it was.
restart() {
    local given=$PORT
    end_jobs
    wait_until dead "$SERVER" # it may outlive its sandbox for a moment
    start "$given" 127.0.0.1
    [ "$PORT" = "$given" ] && return
    echo "It listens at port $PORT, not $given."
    return 1
}

# Whether the process that listens at PORT is the student's program. It takes
# long to find out: asked once for each program.
listens_itself() {
    [ -r /proc/net/tcp ] || return 0
    [ ! -e "$BATS_FILE_TMPDIR/listens-itself" ] || return 0
    local socket
    socket=$(awk -v port="$(printf ':%04X$' "$PORT")" \
        '$2 ~ port && ($4 == "0A" || FILENAME ~ /udp/) { print $10; exit }' \
        /proc/net/tcp /proc/net/tcp6 /proc/net/udp /proc/net/udp6 2>/dev/null)
    [[ $(readlink "/proc/$SERVER/fd/"* "/proc/$SERVER/exe") == *"socket:[$socket]"*"/$STEP/server" ]] &&
        : >"$BATS_FILE_TMPDIR/listens-itself" && return
    echo "Port $PORT is not served by build/$STEP/server itself."
    return 1
}

# typing FORMAT: runs the student's client with this input, as printf has it;
# sets status, and output and errors to the names of files.
typing() {
    find_program "$STEP" client
    output=$BATS_TEST_TMPDIR/output errors=$BATS_TEST_TMPDIR/errors.log status=0
    # shellcheck disable=SC2059,SC2153
    printf "$1" | patiently "${PROGRAM[@]}" 127.0.0.1 "$PORT" >"$output" 2>"$errors" || status=$?
}

# exits STATUS: what `typing` ran ended so.
exits() {
    [ "$status" = "$1" ] && return
    echo "The client's exit status was $status, expected $1 (124: it did not end)."
    echo "It printed:" && tail_of "$output"
    echo "and on stderr:" && tail_of "$errors"
    echo "The server that it talked to was this script, for $BUILD/tests/peer:"
    cat "$BATS_TEST_TMPDIR/script"
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
    # shellcheck disable=SC2059
    printf "$1" >"$BATS_TEST_TMPDIR/expected"
    cmp -s "$BATS_TEST_TMPDIR/expected" "$output" && return
    echo "The client printed other bytes than expected:"
    cmp "$BATS_TEST_TMPDIR/expected" "$output" 2>&1 | head -c 500 | cat -v
    echo "expected:" && tail_of "$BATS_TEST_TMPDIR/expected"
    echo "printed:" && tail_of "$output"
    return 1
}

# The script of fake_server was played to its end: the client did as it says.
as_scripted() {
    ends "$SERVER" 0 && return
    tail_of "$SERVER_LOG"
    echo "To repeat it by hand: give this script to $BUILD/tests/peer, and"
    echo "connect $BUILD/$STEP/client to the port that it says:"
    cat "$BATS_TEST_TMPDIR/script"
    return 1
}
