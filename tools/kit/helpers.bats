#!/usr/bin/env bats
# make helpers lists what a test may use, as the comments of tests/lib have it.
load ../../tests/lib/helpers

setup() {
    note_failures
    needs python3
}

@test "helpers: a function that tests call is listed with its sentence, and no other" {
    local kit=$BATS_TEST_TMPDIR/kit
    mkdir "$kit" "$kit/tools"
    cp -R tests "$kit/"
    cp -R tools/kit "$kit/tools/"
    rm "$kit/tools/kit/helpers.bats"
    cat >>"$kit/tests/lib/exercise.bash" <<'LIB'

# sings SONG [TIMES]: what a bird would sing. It does not
# hear it.
sings() { echo "$1"; }

# Listens to the birds, and
# waits for none. Then more.
hears_birds() { :; }

# hums: nobody calls it.
hums() { :; }
LIB
    printf '@test "exercise 1: birds" {\n    sings a\n    hears_birds\n}\n' >>"$kit/tests/exercise1.bats"
    run python3 "$kit/tools/kit/helpers"
    echo "$output"
    [ "$status" = 0 ]
    [[ $output =~ $'\n  sings SONG [TIMES]  '\ +'what a bird would sing'$'\n' ]]
    [[ $output =~ $'\n  hears_birds  '\ +'Listens to the birds, and waits for none'$'\n' ]]
    [[ $output != *hums* ]]
}

@test "helpers: all words of the peer are there, each with what it does" {
    local word listed
    listed=$(python3 tools/kit/helpers | sed '1,/^tests\/peer/d')
    local count=0
    while read -r word; do
        ((++count))
        grep -qE "^  ([a-z]+\|)*${word}[ |].*[a-z]{2}" <<<"$listed" || { echo "The head of tests/peer/peer.c does not explain $word."; return 1; }
    done < <(sed -nE 's/^    \{"([a-z]+)", run_.*/\1/p' tests/peer/*.c)
    [ "$count" -ge 30 ]
}

@test "helpers: what CONTRIBUTING.md tells a test to use is there" {
    local name count=0 listed
    listed=$(python3 tools/kit/helpers)
    while read -r name; do
        ((++count))
        grep -qE "(^|[ |,])$name([ ,:|]|\$)" <<<"$listed" || { echo "CONTRIBUTING.md names $name, which make helpers does not list."; return 1; }
    done < <(sed -n '/^| a test that /,/^$/p' CONTRIBUTING.md | cut -d '|' -f 3 | grep -oE '`[a-z_]+' | tr -d '`' | grep -vx setup_file)
    [ "$count" -ge 20 ]
}
