# machine.bash: what scripts ask of the machine they run on; bash 3.2 will do.
# shellcheck shell=bash

# has_gnu_parallel: moreutils has another one, of the same name.
has_gnu_parallel() { [[ $(parallel --version 2>/dev/null </dev/null) == 'GNU parallel '* ]]; }

# runs_programs FOLDER: what is written there may be run. It may not where the
# file system is mounted noexec, or keeps no executable bits.
runs_programs() {
    local program status=0
    program=$(mktemp "$1/program.XXXXXX" 2>/dev/null) || return
    printf '#!/bin/sh\n' >"$program" && chmod +x "$program"
    "$program" 2>/dev/null || status=$?
    rm -f "$program"
    return "$status"
}
