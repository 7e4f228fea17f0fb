#!/usr/bin/env bats
# make check-exercise says what an exercise lacks, in a sentence each. The exercise
# here is the first one under another name, in a copy of the kit.
# shellcheck disable=SC2016 # texts have signs of their own
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

NEW=exercises/31-again

setup() {
    note_failures
    [ -z "${SANITIZE:-}" ] || skip 'tried without a sanitizer'
    [ -e .git ] || skip 'this is no git repository'
    needs git
    KIT=$BATS_TEST_TMPDIR/kit
    copy_kit
    cd "$KIT" || return
    cp -R exercises/01-reply $NEW
    cp tests/exercise1.bats tests/exercise31.bats
    sed -i 's/EXERCISE=1$/EXERCISE=31/; s/"exercise 1:/"exercise 31:/' tests/exercise31.bats
    sed -i 's/^# Exercise 1:/# Exercise 31:/; s/^# Exercício 1:/# Exercício 31:/; s/exercise1\b/exercise31/g; s/reset1\b/reset31/g' $NEW/README*.md
}

# copy_kit: what is tracked, as it lies here, in a repository of its own, and what is
# built.
copy_kit() {
    mkdir "$KIT"
    git ls-files -z | tar -c --null -T - --ignore-failed-read 2>/dev/null | tar -x -C "$KIT"
    mkdir "$KIT/build"
    cp -Rp build/{common,step*,tests} "$KIT/build/"
    git -C "$KIT" init -q 2>/dev/null
    git -C "$KIT" add .
    git -C "$KIT" -c user.name=kit -c user.email=kit@example.org -c commit.gpgsign=false commit -qm kit
}

# checks PART: sets output to what it says.
checks() {
    run env -u CI -u EXERCISES PATH="${PATH//"$BATS_LIBEXEC:"/}" bash tools/kit/check-exercise 31 "$@"
    echo "status $status: $output"
}

# says STATUS LINE...: that it ended so, and each of these lines.
says() {
    local line
    [ "$status" = "$1" ]
    for line in "${@:2}"; do
        grep -qxF -- "$line" <<<"$output" || { echo "Not there: $line"; return 1; }
    done
}

# in_both LINE: a line for English, and the same for Portuguese.
in_both() { printf '%s\n' "$1" "${1//README.md/README.pt-BR.md}" | sed '2s/sockets\.md/sockets.pt-BR.md/'; }

@test "check-exercise: a number that is none, and a folder that is not there: one sentence" {
    run make -s check-exercise
    [[ $output == 'check-exercise: which exercise? make check-exercise N=3, say.'* ]]
    run make -s check-exercise N=77
    [[ $output == 'check-exercise: there is no folder exercises/77-NAME.'* ]]
}

@test "check-exercise: an exercise that has just begun lacks its files, and nothing else is checked" {
    sed -i '2s/.*//' $NEW/wrong/server-no-close.patch
    checks files
    says 1 "The second line of $NEW/wrong/server-no-close.patch does not say what is wrong."
    rm -r $NEW tests/exercise31.bats
    mkdir $NEW
    checks
    says 2 "There is no $NEW/README.md." "There is no $NEW/README.pt-BR.md." 'There is no tests/exercise31.bats.' \
        "There is no $NEW/wrong/README.md." "$NEW/wrong has fewer than eight wrong programs." \
        "check-exercise: the rest of $NEW is checked once these are there."
    cp exercises/01-reply/README*.md $NEW/
    sed -i 's/^| step 01 | `server.c`/| step one | server/' $NEW/README.md
    checks files
    says 1 "$NEW/README.md does not say which step it starts from, in its first table."
    cp exercises/01-reply/README.md $NEW/
    checks files
    says 1 "There is no $NEW/solution/server.c, which is handed in." "There is no $NEW/solution/client.c, which is handed in."
}

@test "check-exercise: the places that do not name it yet" {
    local expected
    checks texts
    mapfile -t expected < <(
        in_both "The table of exercises/README.md has no row for 31-again."
        in_both "The lesson plan of exercises/README.md names exercise 31 in no lesson."
        in_both "steps/01-tcp/README.md, from which exercise 31 starts, has no link to it: ../../$NEW/README.md."
        in_both "slides/sockets.md names exercise 31 nowhere."
    )
    says 1 "${expected[@]}"
    [ "${#lines[@]}" = 8 ]
    # With these it is whole, and a row that is not right is told from none.
    sed -i 's/^| \[1 \(.*\)01-reply\(.*\)|$/&\n| [31 \131-again\2|/; s/^| 1 | .*ex[a-z]* 1 .*/&\n| 9 | | exercise 31 | |/' exercises/README.md
    sed -i 's/^| \[1 \(.*\)01-reply\(.*\)|$/&\n| [31 \131-again\2|/; s/^| 1 | .*exerc.* 1 .*/&\n| 9 | | exercício 31 | |/' exercises/README.pt-BR.md
    echo "[exercise 31](../../$NEW/README.md)" >>steps/01-tcp/README.md
    echo "[exercício 31](../../$NEW/README.pt-BR.md)" >>steps/01-tcp/README.pt-BR.md
    echo 'Type: make exercise31' | tee -a slides/sockets.md >>slides/sockets.pt-BR.md
    checks texts
    says 0
    sed -i '/31-again/s/01-tcp/02-udp/; /31-again/s/| both |/| server |/' exercises/README.md
    checks texts
    says 1 "In the table of exercises/README.md the row of exercise 31 does not link to steps/01-tcp, from which it starts." \
        "In the table of exercises/README.md the row of exercise 31 does not end with what is handed in: server.c,client.c."
}

@test "check-exercise: what a statement, its table and its tests have to agree on" {
    sed -i '0,/^<details>/{/^<details>/d}; s/^## Common mistakes/## Mistakes/; 0,/^# terminal 1$/{/^# terminal 1$/d}' $NEW/README.md
    sed -i '0,/| 10 |$/s/| 10 |$/| 9 |/; 0,/^## Dicas/s/^## Dicas/## Pistas/' $NEW/README.pt-BR.md
    sed -i '0,/^<details><summary>Dica 2:/s//<details><summary>Dica dois:/' $NEW/README.pt-BR.md
    rm $NEW/wrong/server-off-by-one.patch
    sed -i '0,/^    judges server$/s//    needs bats\n    judges server/' tests/exercise31.bats
    checks texts
    says 1 "$NEW/README.md has 2 folded hints, not three." \
        "$NEW/README.md does not have these parts in this order: ## What your programs do, ## Points, ## Hints, ## Common mistakes." \
        "$NEW/README.pt-BR.md does not say in its first table that it is worth 10 points." \
        "$NEW/README.pt-BR.md: its hints do not begin with Dica 1:, Dica 2: and Dica 3:."
    [[ $output == *"A box of $NEW/README.md begins with "* ]]
    [[ $output == *"$NEW/README.md and $NEW/README.pt-BR.md differ:"* ]]
    [[ $output == *"$NEW/wrong/README.md: this row names server-off-by-one, which there is not: "* ]]
    [[ $output == *'tests/exercise31.bats: the test "exercise 31: '*'" does not begin with judges server, or judges client.'* ]]
}

@test "check-exercise: what the compiler, clang-format and plain say, and a line of the solution in a text" {
    needs clang-format cppcheck
    sed -i 's/^int main(.*/static int unused_thing(void) { return 42; }\n\n&/' $NEW/solution/server.c
    grep -m 1 unused_thing $NEW/solution/server.c >>steps/01-tcp/README.md
    checks gcc
    [ "$status" != 0 ]
    [[ $output == *"$NEW/solution/server.c:"*unused_thing* ]]
    checks clang-format
    [ "$status" != 0 ]
    [[ $output == *"$NEW/solution/server.c:"* ]]
    checks handout
    [ "$status" = 1 ]
    [[ $output == *"steps/01-tcp/README.md, line "*", is one of a solution or of a wrong program: static int unused_thing"* ]]
}

# few_wrong_programs: of the first test that the server's off-by-one fails, and two more.
few_wrong_programs() {
    find $NEW/wrong -name '*.patch' ! -name server-off-by-one.patch ! -name client-no-shutdown.patch ! -name server-no-close.patch -delete
}

@test "check-exercise: which wrong program is not rejected as it says" {
    needs bwrap parallel
    few_wrong_programs
    checks wrong
    says 0
    [ ${#lines[@]} = 0 ]
    sed -i '1s/$/; one client after another is answered, and nothing stays open/' $NEW/wrong/server-off-by-one.patch
    sed -i '1s/.*/Rejected by nothing/' $NEW/wrong/server-no-close.patch
    cp $NEW/wrong/server-off-by-one.patch $NEW/wrong/other.patch
    sed -i '1s/.*/Rejected by: nobody says so/' $NEW/wrong/other.patch
    sed -i 's/^-/- /' $NEW/wrong/client-no-shutdown.patch
    checks wrong
    says 1 "$NEW/wrong/server-off-by-one.patch passes, or does not build: one client after another is answered, and nothing stays open" \
        "$NEW/wrong/server-no-close.patch names no test." "$NEW/wrong/other.patch names a test that there is not: nobody says so" "$NEW/wrong/client-no-shutdown.patch does not fit the solution."
    [ ${#lines[@]} = 4 ]
}

@test "check-exercise: what surprises the grader" {
    needs bwrap parallel jq
    cp steps/01-tcp/server.c $NEW/solution/
    checks known
    [ "$status" = 1 ]
    [[ $output == *'solution in exercise 31: '*' of 10, fails, expected 10 of 10, passes'* ]]
}

@test "check-exercise: what is not installed cannot be judged: that is said, and is no surprise but in CI" {
    needs bwrap parallel jq
    sed -i '0,/^    judges server$/s//    judges server\n    needs no-such-program/' tests/exercise31.bats
    checks known
    [ "$status" = 0 ]
    [[ $output == 'cannot be judged here: '*': no-such-program is not installed' ]]
    CI=true run bash tools/grade/check-grader --known 31
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'exercise 31 cannot be judged in CI: '* ]]
}
