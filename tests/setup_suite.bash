# Once for all tests: builds what they use.
setup_suite() {
    local log
    if [[ ! ${TIMEOUT_SCALE:-1} =~ ^[1-9][0-9]*$ ]]; then
        echo "TIMEOUT_SCALE=$TIMEOUT_SCALE is no whole number: TIMEOUT_SCALE=3, say." >&2
        return 1
    fi
    export NEVER=$BATS_SUITE_TMPDIR/never # a pipe that brings nothing: see pause
    mkfifo "$NEVER"
    [ -z "${SANDBOX:-}" ] || return 0 # the grader has built it for all students
    if ! log=$(env -u MAKEFLAGS -u MAKELEVEL LC_ALL=C make -C "${BASH_SOURCE[0]%/*}/.." \
        SANITIZE="${SANITIZE:-}" steps "build${SANITIZE:+/$SANITIZE}/tests/peer" 2>&1); then
        echo "The kit does not build:" "$log" >&2
        return 1
    fi
}
