#!/usr/bin/env bats
# make fuzz: what ends a fuzzer is a finding, or Ctrl-C, which is none. A compiler
# that is a stub makes fuzzers that are scripts.
# shellcheck disable=SC2016 # the stubs expand it
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    [ -z "${SANITIZE:-}" ] || skip 'nothing here is built with a sanitizer'
    needs setsid ps
    mkdir -p "$BATS_TEST_TMPDIR/kit/tools" "$BATS_TEST_TMPDIR/bin"
    cp -R tools/kit "$BATS_TEST_TMPDIR/kit/tools/"
    printf '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\n[ "$2" = /dev/null ] || cp "$0.fuzzer" "$2"\n' >"$BATS_TEST_TMPDIR/bin/clang"
    chmod +x "$BATS_TEST_TMPDIR/bin/clang"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
    cd "$BATS_TEST_TMPDIR/kit" || return 1
}

# fuzzer SCRIPT: all of them are this.
fuzzer() {
    printf '#!/bin/bash\n%s\n' "$1" >"$BATS_TEST_TMPDIR/bin/clang.fuzzer"
    chmod +x "$BATS_TEST_TMPDIR/bin/clang.fuzzer"
}

@test "fuzz: it says how often each target ran" {
    fuzzer 'echo stat::number_of_executed_units: 4711 >&2'
    run -0 bash tools/kit/fuzz/fuzz
    echo "$output"
    [ "$(grep -cE '^(lines|clean|arguments|commands) +4711 runs without a finding$' <<<"$output")" = 4 ]
}

@test "fuzz: a finding is shown, and how to repeat it" {
    fuzzer 'echo "it crashed" >&2; [ "${0##*/}" != clean ] || exit 77'
    run -1 bash tools/kit/fuzz/fuzz
    echo "$output"
    grep -qx 'it crashed' <<<"$output"
    grep -qx 'fuzz: clean: a finding. Repeat it by hand: build/fuzz/clean build/fuzz/clean-\*' <<<"$output"
    [ "$(grep -c 'without a finding' <<<"$output")" = 3 ]
}

gone() { [[ $(ps -o stat= -p "$1") =~ ^(Z|$) ]]; }
has_begun() { [ -e build/begun ]; }
@test "fuzz: Ctrl-C is no finding, and leaves nothing running" {
    fuzzer 'trap "exit 72" INT; touch build/begun; echo $$ >>build/pids; while sleep 0.1; do :; done'
    local targets process
    for targets in lines 'lines clean'; do
        rm -f build/begun
        # shellcheck disable=SC2086
        in_background /dev/null "$BATS_TEST_TMPDIR/said" bash tools/kit/fuzz/fuzz $targets
        process=$!
        wait_until has_begun
        kill -INT -- "-$process"
        PATIENCE=$((PATIENCE * 4)) ends "$process" 130
        cat "$BATS_TEST_TMPDIR/said"
        run ! grep finding "$BATS_TEST_TMPDIR/said"
    done
    while read -r process; do wait_until gone "$process"; done <build/pids
}
