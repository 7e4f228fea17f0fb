#!/usr/bin/env bats
# make watch3: the tests run again on every save. Each test has a kit of its own.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

PATIENCE=$((PATIENCE * 6)) # for whole runs of bats, on a busy machine too

PASSES='^[0-9:]{8} quick 1: 3 tests pass, 1 skipped$'
FAILS='^[0-9:]{8} fails: quick: the value is right$'

setup() {
    note_failures
    [ -z "${SANITIZE:-}" ] || skip 'tried without a sanitizer'
    needs ps
    ROOT=$PWD KIT=$BATS_TEST_TMPDIR/kit LOG=$BATS_TEST_TMPDIR/watch.log
    TMP=$BATS_TEST_TMPDIR/tmp WATCH=''
    TOOLS=${PATH//"$BATS_LIBEXEC:"/} # bats puts parts of its own there
    mkdir "$KIT" "$TMP"
    cd "$KIT" || return 1
}

teardown() {
    say_where_it_failed
    if [ -n "$WATCH" ] && ! gone "$WATCH"; then
        kill -TERM "$WATCH"
        wait_until gone "$WATCH"
    fi
    end_jobs
    [ ! -e "$BATS_TEST_TMPDIR/tmux" ] || terminal kill-server 2>/dev/null || true
}

# quick_kit: a kit with a test file whose last two tests want value.c to be right.
quick_kit() {
    mkdir -p tests/lib tools/see src
    cp "$ROOT/tools/see/watch" tools/see/
    cp "$ROOT"/tests/lib/{*.bash,run-bats} tests/lib/
    save "$1"
    sed 's/^TEST/@test/' >tests/quick1.bats <<'BATS' # else bats takes them for its own
load lib/helpers
TEST "quick: nothing" { echo run >>runs; }
TEST "quick: skipped" { skip 'no reason'; }
TEST "quick: the value is right" {
    in_background /dev/null /dev/null sleep 1000
    echo $! >>started
    value=$(cat src/value.c)
    echo "The value is $value."
    [ "$value" != waits ] || wait_until false
    [ "$value" != hangs ] || timeout 1000 sh -c 'echo $$ >>started; exec sleep 1000'
    [ "$value" = right ]
}
TEST "quick: it is right, still" {
    [ "$(cat src/value.c)" != late ] || wait_until false
    [ "$(cat src/value.c)" = right ]
}
BATS
}

# real_kit: what a step needs, built already where this kit is.
real_kit() {
    cp -Rp "$ROOT"/{Makefile,common,steps,tests,tools} .
    mkdir build
    cp -Rp "$ROOT"/build/{common,step*,tests} build/ || true
}

# save VALUE: in place, as nano does. save_anew VALUE: as vim and VS Code do.
save() { echo "$1" >src/value.c; }
save_anew() {
    echo "$1" >src/.new
    mv src/.new src/value.c
}

# only [TOOL]: all commands are there, but of entr and inotifywait only this one.
only() {
    local folder folders tool
    mkdir "$BATS_TEST_TMPDIR/bin"
    IFS=: read -ra folders <<<"$TOOLS"
    for folder in "${folders[@]}"; do
        ln -s "$folder"/* "$BATS_TEST_TMPDIR/bin/" 2>/dev/null || true
    done
    for tool in entr inotifywait; do
        [ "$tool" = "${1:-}" ] || rm -f "$BATS_TEST_TMPDIR/bin/$tool"
    done
    TOOLS=$BATS_TEST_TMPDIR/bin
}

# Sets COMMAND to watch the quick tests, or to what is given, as a shell of the
# user would start it: bats and make tell their children much.
prepare() {
    [ $# -gt 0 ] || set -- tools/see/watch tests/quick1.bats src
    COMMAND=(env -i PATH="$TOOLS" LC_ALL=C.UTF-8 TMPDIR="$TMP"
        TIMEOUT_SCALE="${TIMEOUT_SCALE:-1}" "$@")
}

watches() {
    command -v entr inotifywait >/dev/null || needs entr
    prepare "$@"
    in_background /dev/null "$LOG" "${COMMAND[@]}"
    WATCH=$!
}

# says TIMES REGEX: waits until the watch has printed so many lines like that.
says() {
    wait_until said "$@" && return
    echo "The watch says:" && tail_of "$LOG"
    return 1
}
said() { [ "$(grep -cE -- "$2" "$LOG")" -ge "$1" ]; }

has_lines() { [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }

# gone PID...: they have ended; who has to bury them does not matter.
gone() {
    local process
    for process; do
        [[ $(ps -o stat= -p "$process") =~ ^(Z|$) ]] || return 1
    done
}

descendants() {
    ps -A -o pid= -o ppid= | awk -v root="$1" '
        $1 != $2 { parent[$1] = $2 }
        END {
            for (process in parent) {
                for (at = parent[process]; at in parent && at != root; at = parent[at]);
                if (at == root) print process
            }
        }'
}

follows_saves() {
    needs "$1"
    only "$1"
    quick_kit right
    watches
    says 1 "$PASSES"
    save wrong
    says 1 "$FAILS"
    says 1 '^The value is wrong\.$'
    save right
    says 2 "$PASSES"
    save_anew wrong
    says 2 "$FAILS"
    save_anew right
    says 3 "$PASSES"
    echo '/* new */' >src/new.h
    says 4 "$PASSES"
    rm src/new.h
    says 5 "$PASSES"
    echo '# the test itself' >>tests/quick1.bats
    says 6 "$PASSES"
    save right # once more: perhaps it is not right each time
    says 7 "$PASSES"
    # Nothing of the second failure, and nothing else either.
    run -1 grep -vE "$PASSES|$FAILS|^tests/quick1\.bats, line [0-9]+: |^The value is wrong\.$" "$LOG"
}

@test "watch: with entr: a save breaks, repairs, renames, adds and removes" { follows_saves entr; }
@test "watch: with inotifywait: the same" { follows_saves inotifywait; }

# Somebody saves when the first run is over, and nothing is watched yet.
sees_an_early_save() {
    needs "$1"
    only "$1"
    quick_kit right
    local real
    real=$(command -v "$1")
    rm "$TOOLS/$1"
    cat >"$TOOLS/$1" <<SCRIPT
#!/bin/sh
until [ -e passed ]; do sleep 0.01; done
[ -e early ] || echo wrong >src/value.c
>early
exec $real "\$@"
SCRIPT
    chmod +x "$TOOLS/$1"
    watches
    says 1 "$PASSES"
    touch passed
    says 1 "$FAILS"
}

@test "watch: with entr: a save before it is ready is not missed" { sees_an_early_save entr; }
@test "watch: with inotifywait: a save before it is ready is not missed" { sees_an_early_save inotifywait; }

entr_of_watch() { ps -A -o pid= -o ppid= -o comm= | awk -v w="$WATCH" '$2 == w && $3 ~ /entr$/ { print $1 }'; }
has_entr() { [ -n "$(entr_of_watch)" ]; }
has_another_entr() { [[ $(entr_of_watch) =~ ^[0-9]+$ && ${BASH_REMATCH[0]} != "$1" ]]; }

@test "watch: what an editor leaves beside the source does not end the run" {
    needs entr
    only entr
    quick_kit hangs
    watches
    wait_until has_lines started 2
    wait_until has_entr
    local first started
    first=$(entr_of_watch)
    mapfile -t started <started
    touch src/.value.c.swp src/4913 src/value.c~ src/.value.c
    wait_until has_another_entr "$first"
    run ! gone "${started[0]}"
    save right
    says 1 "$PASSES"
}

@test "watch: a file from the future does not start run after run" {
    quick_kit right
    touch -t 203801010000 src/value.c
    watches
    says 1 "$PASSES"
    save wrong
    says 1 "$FAILS"
}

# A run that is in a test which does not end: a save begins a new one.
restarts() {
    local started
    quick_kit right
    watches
    says 1 "$PASSES"
    rm started
    save "$1"
    wait_until has_lines started "$2"
    save_anew right
    says 2 "$PASSES"
    mapfile -t started <started
    gone "${started[@]}"
    run -1 grep -v 'tests pass' "$LOG"
}

@test "watch: a save in mid-run ends that run, its programs too" { restarts waits 1; }
@test "watch: a run that does not end is killed, its programs too" { restarts hangs 2; }

@test "watch: a failure is shown before the run ends" {
    quick_kit late
    watches
    says 1 "$FAILS"
    says 1 '^The value is late\.$'
    save right
    says 1 "$PASSES"
}

# A run whose test hangs has begun; LEFT are all the processes.
begins_to_hang() {
    quick_kit hangs
    watches
    wait_until has_lines started 2
    mapfile -t LEFT < <(descendants "$WATCH")
    [ ${#LEFT[@]} -gt 5 ]
}

nothing_is_left() {
    ends "$WATCH" 0
    wait_until gone "${LEFT[@]}"
    [ -z "$(ls -A "$TMP")" ]
    [ ! -s "$LOG" ]
}

@test "watch: Ctrl-C leaves no process and no file" {
    begins_to_hang
    kill -INT -- "-$WATCH"
    nothing_is_left
}

@test "watch: a terminal that is closed neither" {
    begins_to_hang
    kill -HUP "$WATCH"
    nothing_is_left
}

# shellcheck disable=SC2154
@test "watch: without entr and inotifywait one line says what to install" {
    only
    quick_kit right
    prepare
    run --separate-stderr patiently "${COMMAND[@]}"
    echo "$output$stderr"
    [ "$status" = 1 ]
    [ -z "$output" ]
    [ "${#stderr_lines[@]}" = 1 ]
    [[ $stderr == 'watch: entr is missing.'*'apt-get install entr'* ]]
}

# edit FILE SED_COMMAND: saves it in place.
edit() {
    sed "$2" "$1" >"$BATS_TEST_TMPDIR/edited"
    cat "$BATS_TEST_TMPDIR/edited" >"$1"
}

@test "watch: make watch3 follows step 3" {
    local server=steps/03-lines/server.c
    real_kit
    awk '/^@test/ && ++tests > 2 { exit } { print }' "$ROOT/tests/step03.bats" >tests/step03.bats
    watches make -s watch3
    says 1 '^[0-9:]{8} step 03: 2 tests pass$'
    edit $server 's/return 0;/retrun 0;/'
    says 1 "^[0-9:]{8} step 03 does not build\. The compiler's first error:\$"
    says 1 "^$server:[0-9]+:[0-9]+: error:"
    grep -A 1 'does not build' "$LOG" | grep -qE "^$server:[0-9]+:[0-9]+: error:"
    edit $server 's/retrun 0;/return 0;/; s/int listener =/return 3; &/'
    says 1 '^[0-9:]{8} fails: step 03: each line comes back, until the end of input$'
    says 1 "^The server did not say 'Listening on ADDRESS:PORT'"
    cp "$ROOT/$server" edited
    mv edited $server
    says 2 '^[0-9:]{8} step 03: 2 tests pass$'
    run -1 grep -q 'not ok' "$LOG"
}

@test "watch: an exercise that is not started, then started" {
    needs entr
    only entr
    real_kit
    mkdir exercises
    cp -Rp "$ROOT/exercises/01-reply" exercises/ # the first of its tests to fail waits for nothing
    rm -f exercises/01-reply/*.c
    watches make -s watch-exercise1
    says 1 '^[0-9:]{8} exercise 1: not started: make exercise1 brings you exercises/01-reply/'
    prepare make -s exercise1
    "${COMMAND[@]}"
    says 1 '^[0-9:]{8} fails: exercise 1: '
}

terminal() { tmux -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null "$@" 3>&- 4>&-; }
# The only thing on the screen, or its first line, is this.
shows_first() { terminal capture-pane -p | grep . | head -n 1 | grep -qE -- "$1"; }
shows_only() { shows_first "$1" && [ "$(terminal capture-pane -p | grep -c .)" = 1 ]; }

@test "watch: on a terminal one sees only what counts now" {
    needs tmux entr
    quick_kit right
    prepare
    terminal new-session -d -x 80 -y 24 "${COMMAND[@]}"
    WATCH=$(terminal display-message -p '#{pane_pid}')
    wait_until shows_only "$PASSES"
    save waits
    wait_until shows_only '^[0-9:]{8} testing tests/quick1\.bats$'
    save wrong
    wait_until shows_first "$FAILS"
    save right
    wait_until shows_only "$PASSES"
    terminal send-keys C-c
    wait_until gone "$WATCH"
    [ -z "$(ls -A "$TMP")" ]
}
