#!/usr/bin/env bats
# What students get: everything that works, and nothing of the solutions.
load ../../tests/lib/helpers

setup_file() {
    export HANDOUT=$BATS_FILE_TMPDIR/socket-lab
    bash tools/grade/handout
    tar -xzf build/socket-lab-handout.tar.gz -C "$BATS_FILE_TMPDIR"
}

# In a shell that knows nothing of the bats that runs it.
in_handout() { env -i -C "$HANDOUT" PATH=/usr/local/bin:/usr/bin:/bin HOME="$HOME" "$@"; }

# The lines that say something, without what stands before and behind them.
trimmed() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//' "$@" | grep -aE '.{12}' | sort -u; }

@test "handout: no line of a solution or of a wrong program is in it" {
    comm -23 <(trimmed exercises/*/solution/*.c <(sed -n 's/^+//p' exercises/*/wrong/*.patch)) \
        <(trimmed steps/*/*.c common/* tests/*/*.c tools/kit/bench/load.c tools/kit/fuzz/*.c) >"$BATS_TEST_TMPDIR/secrets"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/secrets")" -gt 200 ]
    local found=false file
    while read -r file; do
        trimmed "$file" | comm -12 - "$BATS_TEST_TMPDIR/secrets" >"$BATS_TEST_TMPDIR/leaked"
        [ -s "$BATS_TEST_TMPDIR/leaked" ] || continue
        found=true
        sed "s|^|$file: |" "$BATS_TEST_TMPDIR/leaked"
    done < <(find "$HANDOUT" -type f)
    [ $found = false ]
}

@test "handout: a step and an exercise can be made in it" {
    in_handout make step3
    in_handout make exercise1
    [ -x "$HANDOUT/build/exercise1/server" ]
    rm -r "$HANDOUT"/exercises/01-reply/*.c
}

@test "handout: a step that was changed in it can be put back" {
    local first
    first=$(cksum "$HANDOUT"/steps/*/*.c)
    echo '/* mine */' >>"$HANDOUT/steps/11-chat/server.c"
    in_handout make resetstep11
    [ "$(cksum "$HANDOUT"/steps/*/*.c)" = "$first" ]
    [ "$(tail -n 1 "$HANDOUT/kept/step11-1/server.c")" = '/* mine */' ]
}

@test "handout: where git may not read the repository, it says so itself" {
    GIT_TEST_ASSUME_DIFFERENT_OWNER=1 GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 run bash tools/grade/handout
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == 'handout: git finds no repository here that it may read'*'dubious ownership'*'safe.directory'* ]]
    GIT_DIR=$BATS_TEST_TMPDIR run bash tools/grade/handout
    [ "$status" = 1 ]
    [[ $output == *'not a git repository'* ]]
}

@test "handout: its tests pass, and exercises that are not started are skipped" {
    run in_handout bash tests/lib/run-bats tests
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'not started: make exercise1'* ]]
}
