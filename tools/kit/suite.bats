#!/usr/bin/env bats
# What the suite itself promises: a failing test says where it failed, and what was
# begun beside the others ends as it should.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

# plays <<tests: a test file of its own, whose tests begin with TEST; sets output.
plays() {
    local file=$BATS_TEST_TMPDIR/tests/played.bats
    mkdir -p "${file%/*}"
    printf 'load %s/tests/lib/helpers\n' "$PWD" >"$file"
    sed 's/^TEST/@test/' >>"$file" # else bats takes them for its own
    run env -u BATS_RUN_TMPDIR -u BATS_TEST_NAME -u BATS_SUITE_TMPDIR bats --formatter tap "$file"
    echo "$output"
}

# says LINE...: each of these is among the lines of the output.
says() {
    local line
    for line; do
        grep -qxF -- "$line" <<<"$output" || { echo "Not there: $line"; return 1; }
    done
}

@test "suite: a test that fails says at which line of the file" {
    plays <<'TESTS'
helper() { false; }
TEST "a condition" {
    true
    [ 1 = 2 ]
}
TEST "a helper" {
    helper
}
TEST "what failed in a subshell does not count" {
    [ -z "$(false; echo)" ]
    run false
}
TESTS
    says 'not ok 1 a condition' "# $BATS_TEST_TMPDIR/tests/played.bats, line 5: [ 1 = 2 ]" \
        'not ok 2 a helper' "# $BATS_TEST_TMPDIR/tests/played.bats, line 8: helper" \
        'ok 3 what failed in a subshell does not count'
}

@test "suite: what was begun passes, fails and skips as its test would" {
    plays <<'TESTS'
passes() { echo nobody sees this; }
fails() {
    echo the reason
    [ 1 = 2 ]
}
skips() { skip 'not here'; }
breaks_off() { kill -KILL "$BASHPID"; }
setup_file() { begin passes fails skips breaks_off; }
TEST "one" { outcome_of passes; }
TEST "two" { outcome_of fails; }
TEST "three" { outcome_of skips; }
TEST "four" { outcome_of breaks_off; }
TESTS
    says 'ok 1 one' 'not ok 2 two' '# the reason' \
        "# $BATS_TEST_TMPDIR/tests/played.bats, line 5: [ 1 = 2 ]" \
        'ok 3 three # skip not here' 'not ok 4 four' '# breaks_off broke off.'
    [[ $output != *nobody* ]]
}

@test "suite: what was begun runs beside the others, and nothing of it stays" {
    plays <<TESTS
first() { : >'$BATS_TEST_TMPDIR/first' && wait_until [ -e '$BATS_TEST_TMPDIR/second' ]; }
second() { : >'$BATS_TEST_TMPDIR/second' && wait_until [ -e '$BATS_TEST_TMPDIR/first' ]; }
for_ever() {
    in_background /dev/null /dev/null sleep 1000
    echo "\$!" >'$BATS_TEST_TMPDIR/for_ever'
    sleep 1000
}
setup_file() { begin first second for_ever; }
TEST "one" { outcome_of first; }
TEST "two" { outcome_of second; }
TEST "three" { wait_until [ -s '$BATS_TEST_TMPDIR/for_ever' ]; }
TESTS
    says 'ok 1 one' 'ok 2 two' 'ok 3 three'
    wait_until dead "$(<"$BATS_TEST_TMPDIR/for_ever")"
}

@test "suite: wait_until gives up, and says what never came true" {
    plays <<'TESTS'
TEST "in vain" { PATIENCE=0; wait_until false this; }
TEST "a program" { PATIENCE=0; SERVER=$$; ends $$; }
TEST "its descriptors" { PATIENCE=0; wait_until has_descriptors $$ 0; }
TEST "its words" { PATIENCE=0; echo "Bye" >"$BATS_TEST_TMPDIR/ana.log"; shows ana "Hello"; }
TESTS
    says 'not ok 1 in vain' '# This never came true: false this' \
        'not ok 2 a program' '# This never came true: the server has ended' \
        'not ok 4 its words' '# This never came true: ana shows the line: Hello' '#   | Bye'
    [[ $output == *'# This never came true: the server has 0 descriptors open; it has '[1-9]* ]]
}

@test "suite: a TIMEOUT_SCALE that is no whole number is said" {
    TIMEOUT_SCALE=0.5 run bats tests/step02.bats
    echo "$output"
    [ "$status" != 0 ]
    [[ $output == *'TIMEOUT_SCALE=0.5 is no whole number: TIMEOUT_SCALE=3, say.'* ]]
}
