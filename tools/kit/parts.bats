#!/usr/bin/env bats
# What runs for long runs in parts, side by side: each is told, a failure counts,
# and Ctrl-C leaves nothing behind.
# shellcheck disable=SC2016 # the scripts expand it
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    [ -z "${SANITIZE:-}" ] || skip 'nothing here is built with a sanitizer'
    needs setsid ps
    export LOGS=$BATS_TEST_TMPDIR/logs FOLDER=$BATS_TEST_TMPDIR ROOT=$PWD
}

# parts LANES SCRIPT: a script that has parts.
parts() {
    printf 'set -euo pipefail\nLANES=%s\nsource tools/kit/parts.bash\n%s\n' "$1" "$2" >"$FOLDER/script"
    patiently bash "$FOLDER/script"
}

@test "parts: what a part says is shown where it is short, or fails, or is asked for" {
    run -1 parts 2 'SHOWN=asked
        part short echo "a word"
        part long seq 9000 9009
        part asked seq 8000 8009
        part bad sh -c "seq 7000 7009; exit 3"
        await_parts || { echo "$PASSED passed, $FAILED failed"; exit 1; }'
    echo "$output"
    grep -qx '== short: [0-9]* s' <<<"$output"
    grep -qx 'a word' <<<"$output"
    grep -qx '== long: [0-9]* s' <<<"$output"
    run -1 grep -x 9005 <<<"$output"
    run -1 parts 2 'SHOWN=asked
        part asked seq 8000 8009
        part bad sh -c "seq 7000 7009; echo ok 1 well; echo okra; exit 3"
        await_parts || { echo "$PASSED passed, $FAILED failed"; exit 1; }'
    grep -qx 8005 <<<"$output"
    grep -qx '== bad: FAILED after [0-9]* s, exit status 3. It said:' <<<"$output"
    grep -qx 7005 <<<"$output"
    grep -qx okra <<<"$output"
    [ "${lines[-1]}" = '1 passed, 1 failed' ]
    run -1 grep -x 'ok 1 well' <<<"$output"
}

@test "parts: so many at a time as there are lanes, and one alone" {
    mkfifo "$FOLDER/a" "$FOLDER/b"
    # Each waits for the other: one after another they would never end.
    run -0 parts 2 'part a sh -c "echo >$FOLDER/a; read x <$FOLDER/b"
        part b sh -c "read x <$FOLDER/a; echo >$FOLDER/b"
        await_parts'
    run -0 parts 2 'part one sh -c "sleep 0.2; touch $FOLDER/done"
        alone other test -e "$FOLDER/done"
        [ $FAILED = 0 ]'
    run -0 parts 1 'part one sh -c "sleep 0.2; touch $FOLDER/done.2"
        part other test -e "$FOLDER/done.2"
        await_parts'
}

@test "parts: when the time is over no part goes on or begins, which is said and is no failure" {
    run -0 parts 1 'part first true
        await_parts
        UNTIL=$((SECONDS + 1))
        part slow bash -c "set -m; sleep 1000 & echo \$! >$FOLDER/left; wait"
        part late touch "$FOLDER/begun"
        await_parts
        echo "$PASSED passed, $FAILED failed, $LEFT_OUT skipped"'
    echo "$output"
    grep -qx '== slow: has not ended, left out after [0-9]* s in all' <<<"$output"
    grep -qx '== late: has not begun, left out after [0-9]* s in all' <<<"$output"
    [ "${lines[-1]}" = '1 passed, 0 failed, 2 skipped' ]
    [ ! -e "$FOLDER/begun" ]
    gone "$(cat "$FOLDER/left")"
    run -1 parts 1 'UNTIL=$((SECONDS + 1000))
        part bad sh -c "exit 3"
        await_parts'
    grep -qx '== bad: FAILED after [0-9]* s, exit status 3. It said:' <<<"$output"
}

# gone PID...: they have ended.
gone() {
    local process
    for process; do
        [[ $(ps -o stat= -p "$process") =~ ^(Z|$) ]] || return 1
    done
}

has_lines() { [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }

@test "parts: Ctrl-C ends all, also what is in a group of its own or heeds no signal" {
    cat >"$FOLDER/script" <<'SCRIPT'
set -euo pipefail
LANES=2
source tools/kit/parts.bash
part heedful bash -c 'trap "touch $FOLDER/heard; exit 1" INT; echo $$ >>"$FOLDER/pids"; while sleep 0.1; do :; done'
part deaf bash -c 'trap "" INT; set -m; sleep 1000 & echo $! $$ | xargs -n 1 >>"$FOLDER/pids"; wait; wait'
part never touch "$FOLDER/begun"
await_parts
SCRIPT
    in_background /dev/null "$FOLDER/script.log" bash "$FOLDER/script"
    local script=$! pids
    wait_until has_lines "$FOLDER/pids" 3
    mapfile -t pids <"$FOLDER/pids"
    kill -INT "$script"
    PATIENCE=$((PATIENCE * 4)) ends "$script" 130
    gone "${pids[@]}"
    [ -e "$FOLDER/heard" ]
    grep -qx 'Interrupted: 0 passed, 0 failed, the rest was ended.' "$FOLDER/script.log"
    [ ! -e "$FOLDER/begun" ]
}
