# parts.bash: parts that run side by side, LANES of them at a time. Each has a
# name, a time, and a log, which is shown where it is short, where the part fails
# (without the tests that passed: what failed must not drown), and where it is SHOWN.
# Ctrl-C ends all, and whatever they started. Where UNTIL is set, no part begins or
# goes on when the script has run for so many seconds: what is left out is said.
# shellcheck shell=bash

LANES=${LANES:-$(getconf _NPROCESSORS_ONLN)}
LOGS=${LOGS:-build/parts}
declare -A NAME=() SINCE=() # of each part that runs, by its process
PASSED=0 FAILED=0 LEFT_OUT=0

trap end_parts EXIT
trap interrupted INT TERM HUP

interrupted() {
    echo "Interrupted: $PASSED passed, $FAILED failed, the rest was ended." >&2
    exit 130
}

# log_of NAME: a file for each.
log_of() { echo "$LOGS/${1//[^a-zA-Z0-9]/-}.log"; }

# part NAME COMMAND...: begins it as soon as there is a lane. In a session of its
# own nothing that it starts gets lost; and env gives it back what the shell takes
# from commands in the background: to end by Ctrl-C.
part() {
    while [ ${#NAME[@]} -ge "$LANES" ]; do await_part; done
    if no_time_left; then
        leave_out "$1" 'has not begun'
        return
    fi
    mkdir -p "$LOGS"
    setsid env --default-signal=INT,QUIT ${UNTIL:+timeout -k 5 $((UNTIL - SECONDS))} \
        "${@:2}" </dev/null >"$(log_of "$1")" 2>&1 &
    NAME[$!]=$1 SINCE[$!]=$SECONDS
}

no_time_left() { [ -n "${UNTIL:-}" ] && [ "$SECONDS" -ge "$UNTIL" ]; }

# leave_out NAME WHY: counts it, too.
leave_out() {
    LEFT_OUT=$((LEFT_OUT + 1))
    echo "== $1: $2, left out after $UNTIL s in all"
}

# await_part: waits until one of them ends, and ends what that has left.
await_part() {
    local process='' status=0 name
    wait -n -p process "${!NAME[@]}" || status=$?
    name=${NAME[$process]}
    unset "NAME[$process]"
    pkill -KILL -s "$process" || true
    tell_part "$name" $((SECONDS - SINCE[$process])) "$status" "$(log_of "$name")"
}

# tell_part NAME SECONDS STATUS LOG: how it went; counts it.
tell_part() {
    if [ "$3" = 0 ]; then
        PASSED=$((PASSED + 1))
        echo "== $1: $2 s"
        [[ $(wc -l <"$4") -gt 3 && $1 != "${SHOWN:-}" ]] || cat "$4"
    elif no_time_left && [ "$3" -ge 124 ]; then
        leave_out "$1" 'has not ended'
    else
        FAILED=$((FAILED + 1))
        echo "== $1: FAILED after $2 s, exit status $3. It said:"
        grep -vE '^(ok|skipped) ' "$4" || true
        echo "== end of what $1 said"
    fi
}

# await_parts: until all have ended; fails where one has failed.
await_parts() {
    while [ ${#NAME[@]} -gt 0 ]; do await_part; done
    [ "$FAILED" = 0 ]
}

# alone NAME COMMAND...: the same, once no other part runs.
alone() {
    await_parts || true
    part "$@"
    await_parts || true
}

# left: the processes of all parts.
left() {
    local IFS=,
    jobs -pr # also what has no session yet
    ps -o pid=,stat= -s "${!NAME[*]}" | awk '$2 !~ /^Z/ { print $1 }'
}

# end_parts: as Ctrl-C in their terminals; what is left after 3 s is killed.
end_parts() {
    local process tries=0 told=' ' left
    trap '' INT TERM HUP
    while [ ${#NAME[@]} -gt 0 ] && left=$(left || true) && [ -n "$left" ]; do
        for process in "${!NAME[@]}"; do # one that has just begun has no group yet
            [[ $told == *" $process "* ]] || ! kill -INT -- "-$process" 2>/dev/null || told+="$process "
        done
        # shellcheck disable=SC2086
        ((tries++ < 30)) || kill -KILL $left 2>/dev/null || true
        sleep 0.1
    done
    wait 2>/dev/null || true
}
