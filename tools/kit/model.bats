#!/usr/bin/env bats
# make prove, its model: an error, a search that was cut short and a mistake that
# is not found fail it. Each test breaks a copy of the model.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    [ -z "${SANITIZE:-}" ] || skip 'nothing here is built with a sanitizer'
    [[ $BATS_TEST_DESCRIPTION == *'without spin'* ]] || needs spin
    mkdir -p "$BATS_TEST_TMPDIR/kit/tools"
    cp -R tools/kit "$BATS_TEST_TMPDIR/kit/tools/"
    cd "$BATS_TEST_TMPDIR/kit" || return 1
}

# change OLD NEW: in the model, where it must stand.
change() {
    grep -qF -- "$1" tools/kit/model/room.pml
    OLD=$1 NEW=$2 perl -0pi -e 's/\Q$ENV{OLD}\E/$ENV{NEW}/' tools/kit/model/room.pml
}

model() { timeout -k 5 $((PATIENCE * 20)) bash tools/kit/model/model "$@"; }

@test "model: a search says its bounds, its states, and that there is no error" {
    run -0 model end-one
    echo "$output"
    [[ $output =~ ^'the end, while one talks, asks and leaves (VISITS=1 SAYS=2): '[0-9]{4,}' states, depth '[0-9]+', '[0-9.]+' s, '[0-9]+' MB, errors: 0'$ ]]
}

@test "model: an error fails it, and is told as a story that can be repeated by hand" {
    change 'client[me].leaving = true;' 'client[me].leaving = true; client[me].gone = true;'
    run -1 model end-one
    echo "$output"
    grep -q 'errors: 1$' <<<"$output"
    grep -q '^thread_of_[AB].*: closes, and frees its client$' <<<"$output"
    grep -q '^By hand: cd build/model/end-one && spin -t ' <<<"$output"
}

@test "model: what never comes is an error, too" {
    change ':: atomic { stopping && !over -> over = true }' ':: false'
    run -1 model ends
    echo "$output"
    grep -q '^model: ends: Spin has found this: acceptance cycle' <<<"$output"
}

@test "model: a search that was cut short proves nothing" {
    DEPTH=100 run -1 model end-one
    echo "$output"
    grep -qx 'model: end-one: the search was cut short: this proves nothing' <<<"$output"
    MEMORY=1 run -1 model end-one
    echo "$output"
    grep -qx 'model: end-one: the search was cut short: this proves nothing' <<<"$output"
}

@test "model: a mistake is found, and shown in order" {
    run -0 --separate-stderr model show round
    echo "$output"
    [ "$(grep -cx 'Bia: gets post 1' <<<"$output")" = 2 ]
    grep -qx 'Bia gets something else than comes next' <<<"$output"
    run -2 model show end-one
}

@test "model: a mistake that is not found fails it" {
    change '#ifdef BREAK_CURSOR' '#ifdef NOTHING'
    run -1 model cursor
    echo "$output"
    grep -qx 'model: cursor: not found: who comes in at the end begins behind the goodbye' <<<"$output"
}

@test "model: each switch of the model is a mistake of the list" {
    diff <(grep -oE 'BREAK_[A-Z]+' tools/kit/model/room.pml | sort -u) \
        <(sed -n "/^MISTAKES/,/^)/s/^ *'\([a-z]*\)|.*/BREAK_\U\1/p" tools/kit/model/model | sort)
}

@test "model: without spin it says what to install" {
    mkdir bin
    ln -s "$(command -v bash)" "$(command -v dirname)" bin
    PATH=$PWD/bin run -1 bash tools/kit/model/model
    echo "$output"
    [ "$output" = 'model: spin is not here. Debian, Ubuntu: apt-get install spin' ]
}

@test "model: the guide shows the story as it is" {
    local guide
    run -0 --separate-stderr model show round
    for guide in "$OLDPWD"/tools/kit/README.md "$OLDPWD"/tools/kit/README.pt-BR.md; do
        diff <(sed -n '/^\$ bash tools\/kit\/model\/model show round$/,/^```$/p' "$guide" | sed '1d;$d') <(echo "$output")
    done
}
