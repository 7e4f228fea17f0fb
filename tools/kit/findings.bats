#!/usr/bin/env bats
# make findings: it says of each finding whether it is still so, and ends. Those of
# the kit want the network, and are not run here.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    made=$BATS_TEST_TMPDIR
}

finding() { cat >"$made/$1.sh"; }

@test "findings: those that are as they were, and how many" {
    finding one <<<'echo seen'
    finding two <<<'exit 0'
    run -0 bash tools/kit/findings "$made/one.sh" "$made/two.sh"
    [ "$output" = 'as it was   one
as it was   two
Findings: 2, not as they were: 0' ]
}

@test "findings: one that has changed shows what it saw, and the others run" {
    finding one <<<'echo this is new; echo and so is this >&2; false'
    finding two <<<'exit 0'
    run -1 bash tools/kit/findings "$made/one.sh" "$made/two.sh"
    [ "$output" = 'changed     one
            this is new
            and so is this
as it was   two
Findings: 2, not as they were: 1' ]
}

@test "findings: one that does not end is ended" {
    finding one <<<'sleep 1000'
    LIMIT=1 run -1 bash tools/kit/findings "$made/one.sh"
    [ "$output" = 'no end      one (in 1 s)
Findings: 1, not as they were: 1' ]
}

@test "findings: each says its packages, the guess, what was seen and why" {
    local file word
    for file in findings/*.sh; do
        echo "$file"
        [ "$(sed -n 2p "$file" | cut -d : -f 1)" = "# $(basename "$file" .sh)" ]
        for word in 'Packages?' Guessed Seen Why; do
            grep -qE "^# $word: +" "$file"
        done
    done
}
