#!/usr/bin/env bats
# The statements of the exercises say what the tests ask, no less and no more.
load ../../tests/lib/helpers

# behaviours FILE: of the points table "NAME [POINTS]". hints FILE: the numbers of
# the hints that it names for them.
behaviours() { sed -nE 's/^\| [^|]+ \| ([^|]+) \| ([0-9]+) \| [0-9] \|$/\1 [\2]/p' "$1"; }
hints() { sed -nE 's/^\| [^|]+ \| [^|]+ \| [0-9]+ \| ([0-9]) \|$/\1/p' "$1"; }

# test_of FOLDER: its test file.
test_of() {
    local name
    name=$(basename "$1")
    echo "tests/exercise$((10#${name%%-*})).bats"
}

@test "exercises: the points table of each statement is what its tests give" {
    local folder
    for folder in exercises/[0-9]*/; do
        diff <(behaviours "$folder/README.md") \
            <(sed -nE 's/^@test "exercise [0-9]+: (.*\[[0-9]+\])" .*/\1/p' "$(test_of "$folder")")
    done
}

@test "exercises: each is worth ten points, in both languages" {
    local file
    for file in exercises/[0-9]*/README*.md; do
        grep -q '| 10 |$' "$file"
        [ "$(($(behaviours "$file" | sed 's/.*\[\(.*\)\]/\1/' | paste -sd+)))" = 10 ] || { echo "$file"; return 1; }
    done
}

@test "exercises: each statement has three hints, folded" {
    local file
    for file in exercises/[0-9]*/README*.md; do
        [ "$(grep -c '^<details><summary>' "$file")" = 3 ] || { echo "$file"; return 1; }
    done
}

@test "exercises: for each behaviour a hint is named, the same in both languages" {
    local folder
    for folder in exercises/[0-9]*/; do
        diff <(hints "$folder/README.md") <(hints "$folder/README.pt-BR.md")
        [ "$(hints "$folder/README.md" | sort -u | paste -sd' ')" = '1 2 3' ] || { echo "$folder"; return 1; }
    done
}

@test "exercises: make exercise begins with a copy, and then leaves it alone" {
    local copy=$BATS_TEST_TMPDIR/copy
    mkdir "$copy" "$copy/exercises"
    cp -R Makefile common steps tests tools "$copy/"
    cp -R exercises/03-frames "$copy/exercises/"
    cd "$copy"
    run env -u MAKEFLAGS make SANITIZE= exercise3
    echo "$output"
    [ "$status" = 0 ]
    cmp exercises/03-frames/server.c steps/03-lines/server.c
    cmp exercises/03-frames/client.c steps/03-lines/client.c
    [ -x build/exercise3/server ]
    [[ $output == *'Read:  exercises/03-frames/README.md'*'Run:   build/exercise3/server'*'Test:  bats tests/exercise3.bats'* ]]
    echo '/* mine */' >>exercises/03-frames/server.c
    rm exercises/03-frames/client.c
    env -u MAKEFLAGS make SANITIZE= exercise3
    tail -n 1 exercises/03-frames/server.c | grep -qx '/\* mine \*/'
    [ ! -e exercises/03-frames/client.c ]
}

@test "exercises: a program that does not build shows the compiler's first error, and is not judged" {
    local copy=$BATS_TEST_TMPDIR/copy
    mkdir "$copy" "$copy/exercises"
    cp -R Makefile common steps tests tools "$copy/"
    cp -R exercises/01-reply "$copy/exercises/"
    printf 'int main(void)\n{\n    retrun 0;\n}\n' >"$copy/exercises/01-reply/server.c"
    run env -i PATH=/usr/local/bin:/usr/bin:/bin bats --formatter tap "$copy/tests/exercise1.bats"
    echo "$output"
    [[ $output == *'not ok 1 '*'server.c does not build'*"server.c:3:5: error: 'retrun' undeclared"* ]] ||
        [[ $output == *'not ok 1 '*'server.c does not build'*server.c:3:5:*error:*retrun* ]]
    [[ $output == *'ok 2 '*'# skip server.c does not build'* ]]
    [[ $output == *'ok 7 '*'# skip not started: there is no exercises/01-reply/client.c'* ]]
}
