#!/usr/bin/env bats
# What students get: everything that works, and nothing of the solutions.
load ../../tests/lib/helpers
load ../kit/exercises

setup_file() {
    export HANDOUT=$BATS_FILE_TMPDIR/socket-lab
    bash tools/grade/handout
    tar -xzf build/socket-lab-handout.tar.gz -C "$BATS_FILE_TMPDIR"
}

# In a shell that knows nothing of the bats that runs it.
in_handout() {
    env -i -C "$HANDOUT" PATH=/usr/local/bin:/usr/bin:/bin HOME="$HOME" TIMEOUT_SCALE="${TIMEOUT_SCALE:-1}" "$@"
}

# as_it_stands FOLDER: unpacks there what a handout would hold if all that lies here
# were committed. The repository stays as it is: what git notes goes elsewhere.
as_it_stands() {
    local notes=$BATS_TEST_TMPDIR/notes
    mkdir "$notes" "$1"
    (
        GIT_ALTERNATE_OBJECT_DIRECTORIES=$(realpath "$(git rev-parse --git-path objects)")
        export GIT_INDEX_FILE=$notes/index GIT_OBJECT_DIRECTORY=$notes GIT_ALTERNATE_OBJECT_DIRECTORIES
        git add -A 2>/dev/null # of which newlines it would change
        git archive "$(git write-tree)"
    ) | tar -x -C "$1"
}

# The lines that say something, without what stands before and behind them.
trimmed() { sed 's/^[[:space:]]*//; s/[[:space:]]*$//' "$@" | grep -aE '.{12}' | sort -u; }

# Any program may begin so.
secret() { grep -vxE '#include <.*>|int main\(void\)'; }

# added PATCH...: the lines that they add.
added() { sed -n '/^+++ /d; s/^+//p' "$@"; }

# bats test_tags=exercise
@test "handout: no line of a solution or of a wrong program is in it" {
    local secrets=$BATS_TEST_TMPDIR/secrets solutions patches
    mapfile -t solutions < <(find "${FOLDERS[@]}" -path '*/solution/*.c')
    mapfile -t patches < <(find "${FOLDERS[@]}" -name '*.patch')
    comm -23 <(trimmed "${solutions[@]}" <(added "${patches[@]}") | secret) \
        <(trimmed steps/*/*.c common/* tests/*/*.c tools/kit/bench/load.c tools/kit/fuzz/*.c tools/kit/prove/*.[ch]) >"$secrets"
    [ "$(wc -l <"$secrets")" -gt 20 ]
    as_it_stands "$BATS_TEST_TMPDIR/handed-out"
    cd "$BATS_TEST_TMPDIR/handed-out"
    find . -type f -exec awk -v secrets="$secrets" '
        BEGIN { while ((getline line <secrets) > 0) secret[line] = 1 }
        { line = $0; gsub(/^[[:space:]]+|[[:space:]]+$/, "", line) }
        line in secret { print FILENAME ", line " FNR ", is one of a solution or of a wrong program: " line }' {} + >"$BATS_TEST_TMPDIR/leaked"
    sed 's|^\./||' "$BATS_TEST_TMPDIR/leaked"
    [ ! -s "$BATS_TEST_TMPDIR/leaked" ]
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
    echo '/* mine */' >>"$HANDOUT/steps/12-chat/server.c"
    in_handout make resetstep12
    [ "$(cksum "$HANDOUT"/steps/*/*.c)" = "$first" ]
    [ "$(tail -n 1 "$HANDOUT/kept/step12-1/server.c")" = '/* mine */' ]
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
