#!/usr/bin/env bats
# tests/lib/format: what a person reads of what bats says.
# shellcheck disable=SC2016,SC2030,SC2031
load ../../tests/lib/helpers

# formats <<stream: what the formatter makes of what bats says, where nothing
# but the locale is known to it.
formats() { run env -i PATH="$PATH" "${LOCALE[@]}" bash tests/lib/format --dummy-flag; }

# is <<text: that was this, and no more.
is() {
    [ "$status" = 0 ]
    diff - <(echo "$output")
}

setup() {
    note_failures
    LOCALE=(LC_ALL=C.UTF-8)
}

@test "format: a test that passes is a line, one that is skipped says why, a sum comes last" {
    formats <<'STREAM'
1..4
suite /kit/tests/step03.bats
begin 1 step 03: João is echoed [2]
ok 1 step 03: João is echoed [2]
begin 2 step 03: skipped
ok 2 step 03: skipped # skip nc is not installed
begin 3 step 03: # skip is part of a name
ok 3 step 03: # of a name
begin 4 step 03: no reason
ok 4 step 03: no reason # skip
STREAM
    is <<'TEXT'
ok       step 03: João is echoed [2]
skipped  step 03: skipped: nc is not installed
ok       step 03: # of a name
skipped  step 03: no reason: no reason is given
2 passed, 0 failed, 2 skipped
TEXT
}

@test "format: of a failure all is shown that the test says, and nothing of bats's own" {
    formats <<'STREAM'
1..2
suite /kit/tests/step03.bats
begin 1 step 03: echo
not ok 1 step 03: echo
# (from function `peer' in file gone/helpers.bash, line 178,
#  in test file gone/step03.bats, line 20)
#   `peer <<SCRIPT' failed with status 1
# script line 3: line ana "hello"
#   expected: hello\n
#   received: hullo\n
# (this is the test's own)
#
# To repeat it by hand: build/tests/peer
begin 2 step 03: more
ok 2 step 03: more
STREAM
    diff <(echo "$output") - <<'TEXT'
FAILS    step 03: echo
    script line 3: line ana "hello"
      expected: hello\n
      received: hullo\n
    (this is the test's own)

    To repeat it by hand: build/tests/peer

    What failed:
      gone/step03.bats, line 20: peer <<SCRIPT
      gone/helpers.bash, line 178: peer <<SCRIPT

ok       step 03: more
1 passed, 1 failed, 0 skipped
TEXT
}

# real <<tests: what a run of these looks like; TEST stands for @test.
real() {
    sed 's/^TEST/@test/' >"$BATS_TEST_TMPDIR/real.bats"
    run env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" "${LOCALE[@]}" \
        bash -c "cd '$BATS_TEST_TMPDIR' && bats --formatter '$PWD/tests/lib/format' real.bats"
    output=${output//"$BATS_TEST_TMPDIR/"/}
    echo "$output"
}

@test "format: a bare condition is shown where it stands, one that says why is not" {
    real <<'BATS'
says_why() {
    echo "It is not right."
    return 1
}
is_right() { [ "$1" = right ]; }
TEST "words" { says_why; }
TEST "a bare one" {
    true
    [ 1 = 2 ]
}
TEST "a bare one in a function, after other words" {
    echo "The value is wrong."
    is_right wrong
}
TEST "no such command" { nosuchcommand; }
BATS
    [ "$status" = 1 ]
    [ "$output" = 'FAILS    words
    It is not right.

FAILS    a bare one
    What failed:
      real.bats, line 9: [ 1 = 2 ]

FAILS    a bare one in a function, after other words
    The value is wrong.

    What failed:
      real.bats, line 13: is_right wrong
      real.bats, line 5: is_right() { [ "$1" = right ]; }

FAILS    no such command
    real.bats: line 15: nosuchcommand: command not found

    What failed:
      real.bats, line 15: @test "no such command" { nosuchcommand; }

0 passed, 4 failed, 0 skipped' ]
}

@test "format: setup_file that fails, and a file that bash cannot read" {
    real <<'BATS'
setup_file() { echo "No compiler."; return 1; }
TEST "one" { true; }
TEST "two" { true; }
BATS
    [ "$status" = 1 ]
    [ "$output" = 'FAILS    real: setup_file, before its tests
    No compiler.

0 passed, 1 failed, 0 skipped, 2 not run' ]
    real <<<'TEST "one" { true'
    [ "$status" = 1 ]
    [[ $output == 'FAILS    real: setup_file, before its tests
    '*'syntax error: unexpected end of file'*'
0 passed, 1 failed, 0 skipped, 1 not run' ]]
}

@test "format: setup_suite that fails, in what bats says of it" {
    formats <<'STREAM'
1..9
not ok 1 setup_suite
# (from function `setup_suite' in test file tests/setup_suite.bash, line 8)
#   `return 1' failed
# The kit does not build: tcp.c:3:5: error: expected ';'
# bats warning: Executed 1 instead of expected 9 tests
STREAM
    [[ $output == 'FAILS    setup_suite, before all tests
    The kit does not build: tcp.c:3:5: error: expected '"';'"*'
0 passed, 1 failed, 0 skipped, 9 not run' ]]
    [[ $output != *Executed* ]]
}

@test "format: a file that is skipped for one reason is one line, for two it is not" {
    formats <<'STREAM'
1..6
suite tests/exercise1.bats
ok 1 one # skip not started: make exercise1
ok 2 two # skip not started: make exercise1
suite tests/exercise2.bats
ok 3 three # skip no
ok 4 four # skip neither
suite tests/exercise3.bats
ok 5 five # skip no
ok 6 six
STREAM
    is <<'TEXT'
skipped  exercise1: all 2: not started: make exercise1
skipped  three: no
skipped  four: neither
skipped  five: no
ok       six
1 passed, 0 failed, 5 skipped
TEXT
}

# long SIZE: what a line of so many letters looks like in a block.
long() {
    formats < <(
        printf '1..1\nnot ok 1 long\n# (in test file x.bats, line 1)\n'
        printf "#   \`false' failed\n# "
        printf 'ã%.0s' $(seq "$1")
        printf '\n'
    )
    sed -n 's/^    //;2p' <<<"$output"
}

@test "format: a line of more than 200 characters is cut in the middle, and says its length" {
    local locale cut
    for locale in C.UTF-8 C; do
        LOCALE=("LC_ALL=$locale")
        [ "$(long 200)" = "$(printf 'ã%.0s' {1..200})" ]
        cut=$(long 5000)
        [[ $cut == 'ãã'*'ã ... (5000 characters) ... ã'*'ãã' ]]
        [ "$(LC_ALL=C.UTF-8 wc -m <<<"$cut")" -le 201 ] # with the newline
        iconv -f UTF-8 -t UTF-8 <<<"$cut" >/dev/null
    done
}

@test "format: control bytes and what is no UTF-8 are shown, not obeyed" {
    formats < <(
        printf "1..1\nnot ok 1 x\n# (in test file x.bats, line 1)\n#   \`false' failed\n"
        printf '# \033[31mJo\303\243o \377 \302\233\n'
    )
    [[ $output == *'    \e[31mJoão \xFF \xC2\x9B'* ]]
}

@test "format: what is no stream of tests is shown as it is" {
    formats <<<'Error: Test file "x" does not exist'
    [ "$output" = 'Error: Test file "x" does not exist' ]
}

@test "format: on a terminal a file is a line, and a failure stays in sight" {
    needs script
    cat >"$BATS_TEST_TMPDIR/stream" <<'STREAM'
1..4
suite tests/step03.bats
begin 1 one
ok 1 one
begin 2 two
ok 2 two # skip nc is not installed
suite tests/step04.bats
begin 3 three
not ok 3 three
# (in test file x.bats, line 1)
#   `false' failed
begin 4 four
ok 4 four
STREAM
    run env -i PATH="$PATH" TERM=xterm script -qec "bash tests/lib/format <'$BATS_TEST_TMPDIR/stream'" /dev/null
    # What a terminal shows in the end: of each line what was drawn last.
    output=$(tr -d '\r' <<<"$output" | sed -E $'s/.*\e\\[K//; s/\e\\[[?0-9;]*[a-z]//g')
    is <<'TEXT'
ok       step03: 1 passed, 1 skipped (nc is not installed)
FAILS    three
    What failed:
      x.bats, line 1: false

         step04: 1 passed, 1 failed
2 passed, 1 failed, 1 skipped
TEXT
    run env -i PATH="$PATH" TERM=xterm CI=true script -qec "bash tests/lib/format <'$BATS_TEST_TMPDIR/stream'" /dev/null
    [[ $output == *'one'*'two: nc is not installed'*'four'* ]]
    [[ $output != *'step03:'* ]]
}

# kit_of_one: a kit whose one step has one test, that passes.
kit_of_one() {
    mkdir -p "$BATS_TEST_TMPDIR/a kit's/tests/lib" "$BATS_TEST_TMPDIR/bin"
    cp tests/lib/{run-bats,format,*.bash} "$BATS_TEST_TMPDIR/a kit's/tests/lib/"
    cd "$BATS_TEST_TMPDIR/a kit's" || return 1
    echo '@test "it works" { true; }' | tee tests/a.bats >tests/b.bats
    RUN=(env -i PATH="$BATS_TEST_TMPDIR/bin:${PATH//"$BATS_LIBEXEC:"/}")
}

@test "run-bats: our words, those of another formatter, or those of bats where ours cannot run" {
    kit_of_one
    run "${RUN[@]}" bash tests/lib/run-bats tests/a.bats
    [ "$output" = $'ok       it works\n1 passed, 0 failed, 0 skipped' ]
    run "${RUN[@]}" FORMATTER=tap bash tests/lib/run-bats tests/a.bats
    [ "$output" = $'1..1\nok 1 it works' ]
    chmod -x tests/lib/format
    run "${RUN[@]}" bash tests/lib/run-bats tests/a.bats
    [ "$output" = $'1..1\nok 1 it works' ]
}

@test "run-bats: a parallel that is not GNU's is left alone" {
    kit_of_one
    cat >"$BATS_TEST_TMPDIR/bin/parallel" <<'STUB'
#!/bin/sh
echo "parallel: invalid option -- '-'" >&2
echo "parallel [OPTIONS] command -- arguments" >&2
exit 1
STUB
    chmod +x "$BATS_TEST_TMPDIR/bin/parallel"
    run "${RUN[@]}" bash tests/lib/run-bats tests
    echo "$output"
    [ "$status" = 0 ]
    [ "$output" = $'ok       it works\nok       it works\n2 passed, 0 failed, 0 skipped' ]
}

@test "run-bats: GNU parallel runs several files at a time" {
    needs parallel
    kit_of_one
    local program
    program=$(command -v parallel)
    printf '#!/bin/sh\necho "$*" >>"%s"\nexec "%s" "$@"\n' "$BATS_TEST_TMPDIR/asked" "$program" >"$BATS_TEST_TMPDIR/bin/parallel"
    chmod +x "$BATS_TEST_TMPDIR/bin/parallel"
    run "${RUN[@]}" bash tests/lib/run-bats tests
    echo "$output"
    [[ $output == *$'ok       it works\nok       it works\n2 passed, 0 failed, 0 skipped' ]]
    [ "$(grep -vc -- --version "$BATS_TEST_TMPDIR/asked")" -ge 1 ]
}
