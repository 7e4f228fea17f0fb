#!/usr/bin/env bats
# run-tests prints what bats prints, of whatever may become of a test.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || exit 1
    mkdir "$BATS_TEST_TMPDIR/tests"
    file=$BATS_TEST_TMPDIR/tests/sample.bats
    # shellcheck disable=SC2016
    printf 'helped() { echo "helped: $1"; }\n' >"$BATS_TEST_TMPDIR/tests/help.bash"
    # shellcheck disable=SC2016
    printf 'setup_suite() { export SUITE=$BATS_SUITE_TMPDIR; }\n' >"$BATS_TEST_TMPDIR/tests/setup_suite.bash"
}

# sample <<tests: bats takes @test for its own wherever it stands, so here it is test:
sample() { sed 's/^test:/@test/' >"$file"; }

# says_the_same: as bats does, but where a test failed, which the exercises' tests
# do not let it say. Sets output to that.
says_the_same() {
    local bats
    bats=$(env -u BATS_RUN_TMPDIR -u BATS_ROOT bats --formatter tap "$file" 2>/dev/null | sed '/^# (/d; /^#  in /d; /^#  from /d; /^# *`.* failed/d; /^# bats warning/d')
    output=$(bash tools/grade/run-tests "$file" 2>/dev/null) || true
    diff <(echo "$bats") <(echo "$output")
}

@test "run-tests: passes, failures, skips and exits are told as bats tells them" {
    sample <<'SAMPLE'
load help

test: "passes and says nothing of what it prints" {
    helped pass
}

test: "fails in the middle, with UTF-8: João [2]" {
    helped João
    printf 'trailing blanks  \n\nbytes \e \377\nno newline'
    false
    echo 'not reached'
}

fails() { echo 'in a function' && return 3; }

test: "fails in a function [1]" {
    fails
}

test: "what is part of a condition does not fail" {
    ! true || ! fails || fails || true
    if fails; then echo; fi
}

test: "fails in a pipe's last command, and in a substitution" {
    true | true
    local text
    text=$(fails)
}

test: "skips, with a reason # and more" {
    skip 'why: it is "so"'
    false
}

test: "skips without one" {
    skip
}

test: "exits" {
    exit 0
}

test: "is killed" {
    kill -KILL $BASHPID
}

test: "has a folder of its own, and those of file and suite" {
    [ -d "$BATS_TEST_TMPDIR" ] && [ -d "$BATS_FILE_TMPDIR" ] && [ -d "$SUITE" ]
    [ -z "$(ls "$BATS_TEST_TMPDIR")" ]
    [[ $BATS_TEST_FILENAME == /*/sample.bats ]]
}
SAMPLE
    says_the_same
    [ "$(grep -c '^ok' <<<"$output")" = 5 ]
    [ "$(grep -c '^not ok' <<<"$output")" = 4 ]
}

@test "run-tests: setup and teardown come with each test, however it ends, and may fail" {
    sample <<'SAMPLE'
setup() { echo "setup"; [ ! -e "$BATS_FILE_TMPDIR/broken" ]; }
teardown() { echo "teardown ${BATS_TEST_COMPLETED:-broke off}"; [ -z "${UNTIDY:-}" ]; }

test: "passes" {
    true
}

test: "fails" {
    false
}

test: "leaves something" {
    UNTIDY=yes
}

test: "skips" {
    skip here
}

test: "breaks the next" {
    : >"$BATS_FILE_TMPDIR/broken"
}

test: "has a setup that fails" {
    true
}
SAMPLE
    says_the_same
    [ "$(grep -c '^not ok' <<<"$output")" = 3 ]
}

@test "run-tests: setup_file and teardown_file come once, and where they fail nothing is judged" {
    sample <<'SAMPLE'
setup_file() { echo "once" >>"$BATS_FILE_TMPDIR/log"; export FROM_FILE=yes; }
teardown_file() { echo "end"; false; }

test: "first" {
    [ "$FROM_FILE" = yes ]
}

test: "second" {
    [ "$(cat "$BATS_FILE_TMPDIR/log")" = once ]
}
SAMPLE
    says_the_same
    [[ $output == *'not ok 3 teardown_file failed'* ]]
    sed -i 's/^setup_file.*/setup_file() { echo no; false; }/' "$file"
    says_the_same
    [[ $output == *'not ok 1 setup_file failed'* ]]
}

@test "run-tests: what a test leaves behind keeps nobody, Ctrl-C reaches what it starts" {
    sample <<'SAMPLE'
test: "ends a program by SIGINT" {
    set -m
    sleep 600 &
    set +m
    kill -INT $!
    wait $! || [ $? = 130 ]
}

test: "asks a process that began before" {
    trap 'exit 5' TERM
    kill -TERM $BASHPID
}
SAMPLE
    says_the_same
}

@test "run-tests: so many tests at a time as it is told, in the order of the file" {
    sample <<'SAMPLE'
waits_for() {
    : >"$BATS_FILE_TMPDIR/$1"
    for _ in {1..500}; do
        [ ! -e "$BATS_FILE_TMPDIR/$2" ] || return 0
        sleep 0.01
    done
    return 1
}

test: "one waits for two" {
    waits_for one two
}

test: "two waits for one, and fails" {
    waits_for two one
    false
}

test: "three" {
    skip 'not here'
}
SAMPLE
    run bash tools/grade/run-tests "$file" 2
    diff - <(echo "$output") <<'TAP'
1..3
ok 1 one waits for two
not ok 2 two waits for one, and fails
ok 3 three # skip not here
TAP
}

@test "run-tests: those that are asked for by name, and what they wait for" {
    sample <<'SAMPLE'
setup_file() {
    echo "PLAYED is $PLAYED"
    [[ $PLAYED == *'outcome_of one'* && $PLAYED == *'outcome_of three'* && $PLAYED != *'outcome_of two'* ]]
}
outcome_of() { :; }

test: "exercise 1: one [2]" {
    outcome_of one
}

test: "exercise 1: one and two [1]" {
    outcome_of two
}

test: "exercise 1: three, and no more [1]" {
    outcome_of three
    false
}
SAMPLE
    run bash tools/grade/run-tests "$file" 2 $'three, and no more\none'
    diff - <(echo "$output") <<'TAP'
1..2
ok 1 exercise 1: one [2]
not ok 2 exercise 1: three, and no more [1]
TAP
}
