# see.bash: what the tests of tools/see/ share.
# shellcheck shell=bash

load ../../tests/lib/helpers

BIN=$BATS_TEST_TMPDIR/bin # a folder of commands, first or alone in PATH

# stub COMMAND SCRIPT: puts such a command there.
stub() {
    printf '#!/bin/sh\n%s\n' "$2" >"$BIN/$1"
    chmod +x "$BIN/$1"
}

# says STATUS LINE...: it ended so, and each of these lines is among its lines.
# shellcheck disable=SC2154 # run sets them
says() {
    echo "status $status:" && printf '%s\n' "$output"
    [ "$status" = "$1" ]
    local line
    for line in "${@:2}"; do
        grep -qxF -- "$line" <<<"$output" || { echo "Not there: $line"; return 1; }
    done
}
