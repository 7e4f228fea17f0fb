#!/usr/bin/env bats
# What a new judgement has changed: the former points, and why there are others.
# Then a class of two, as a teacher grades it several times.
# shellcheck disable=SC2030,SC2031 # what run sets is for one test alone
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    needs jq
    RESULTS=$BATS_TEST_TMPDIR/results
    mkdir -p "$RESULTS"
    echo '{}' >"$RESULTS/student.json"
}

# judged POINTS KIT PROGRAM [VERDICT]: a run in which that is the result of exercise 1;
# sets said to its points and what is known of the former ones.
judged() {
    local verdict=${4:-"ok 2 exercise 1: echo [$1]"}
    printf '# %s %s\n1..3\nok 1 exercise 1: builds\n%s\nok 3 exercise 1: none\n' "$2" "$3" "$verdict" >"$RESULTS/exercise1.tap"
    reported
    echo "$said"
}

# reported [FILE...]: the report of a run, as grade makes it.
reported() {
    jq -L tools/grade -Rnr --argjson who '{"name": "Ana", "id": "", "late": false, "submitted": "", "file": "Ana"}' \
        --slurpfile before "$RESULTS/student.json" 'include "grade"; student($who; "")' "$RESULTS"/exercise*.tap >"$RESULTS/lines"
    sed -n 5p "$RESULTS/lines" >"$RESULTS/student.json"
    said=$(jq -r '.exercises[0] | "\(.points) \(if .was then "\(.was.points): \(.was.why)" else "-" end)"' "$RESULTS/student.json")
}

is() { [ "$said" = "$1" ]; }

@test "regraded: the first judgement, and one that changes nothing, have no former points" {
    judged 7 kit one
    is '7 -'
    judged 7 kit one
    is '7 -'
    judged 7 newkit two
    is '7 -'
}

@test "regraded: what is different says why: their file, the tests, UNSAFE=1, or nothing" {
    judged 7 kit one
    judged 8 kit two
    is '8 7: their file changed'
    judged 6 newkit two
    is '6 8: the tests or common/ changed'
    judged 5 last three
    is '5 6: their file changed, the tests or common/ changed'
    judged 4 last-unsafe three
    is '4 5: UNSAFE=1 changed'
    judged 3 last-unsafe three
    is '3 4: judged once more (ALL=1)'
}

@test "regraded: former points are kept until the next change" {
    judged 7 kit one
    judged 8 kit two
    judged 8 kit two
    is '8 7: their file changed'
    judged 8 newkit two
    is '8 7: their file changed'
    judged 9 newkit two
    is '9 8: judged once more (ALL=1)'
}

@test "regraded: the grader's own trouble forgets nothing" {
    judged 7 kit one
    judged 8 kit two
    judged 0 kit two $'not ok 2 exercise 1: echo [8]\n# grader: the sandbox failed'
    is '0 7: their file changed'
    judged 9 newkit two
    is '9 8: the tests or common/ changed'
    rm "$RESULTS/exercise1.tap"
    echo '' >"$RESULTS/exercise2.tap" # it was not judged at all
    reported
    rm "$RESULTS/exercise2.tap"
    judged 9 newkit two
    is '9 8: the tests or common/ changed'
}

@test "regraded: who begins an exercise is not regraded; who takes it back is" {
    unstarted() { printf '# kit none\n1..1\nok 1 exercise 1: echo [7] # skip not started: make exercise1\n' >"$RESULTS/exercise1.tap" && reported; }
    unstarted
    judged 7 kit one
    is '7 -'
    unstarted
    is '0 7: their file changed'
}

@test "regraded: feedback and class.md tell of it" {
    judged 7 kit one
    judged 8 kit two
    grep -qxF '| 1 | passes | 8 of 8; was 7 of 7: their file changed |' "$RESULTS/lines"
    run jq -L tools/grade -rs 'include "late"; class_regraded' "$RESULTS/student.json"
    echo "$output"
    [[ $output == *'## Regraded'*'| Ana | 1 | 7 of 7 | 8 of 8 | their file changed |' ]]
    run jq -L tools/grade -nr 'include "late"; [] | class_regraded, class_gone, class_late("")'
    [ "$output" = '' ]
}

# hands_in WHO [SERVER]: a client that does not build, and a server.
hands_in() {
    mkdir -p "$CLASS/$1/exercises/01-reply"
    echo "int main(void) { return ${1// /_}; }" >"$CLASS/$1/exercises/01-reply/client.c"
    cp "${2:-steps/01-tcp/server.c}" "$CLASS/$1/exercises/01-reply/server.c"
    touch -d 2026-12-02T12:00Z "$CLASS/$1"/exercises/01-reply/*
}

graded() { EXERCISES=1 TIMEOUT_SCALE=${TIMEOUT_SCALE:-1} env "$@" bash tools/grade/grade "$CLASS"; }

section() { awk -v name="## $1" '/^## / { show = $0 == name } show' "$GRADES/class.md"; }

@test "regraded: a class of two, graded again and again: late, changed, without names, gone" {
    needs bwrap parallel python3 unzip tar bats
    [ -e exercises/01-reply/solution ] || skip 'the solutions are not here'
    export CLASS=$BATS_TEST_TMPDIR/class GRADES=$BATS_TEST_TMPDIR/grades
    local late=(DEADLINE=2026-12-01T23:59-03:00 LATE=10%/day) who before
    hands_in 'Ana Quintanilha'
    hands_in 'Bia Valadares' exercises/01-reply/solution/server.c
    graded "${late[@]}"
    [ "$(section Regraded)" = '' ]
    grep -qF '| Bia Valadares | 2026-12-02 09:00 -03:00 | the newest file | late by 9 h 1 min | 5 of 10 | 10% | 4.5 |' "$GRADES/class.md"
    grep -qxF '"Bia Valadares","","",5,5,"2026-12-02 09:00 -03:00","the newest file","9 h 1 min","10%",4.5,"1 fails"' "$GRADES/grades.csv"
    grep -qxF '| final | late | 4.5 of 10 |' "$GRADES/feedback/Bia Valadares.md"

    cp exercises/01-reply/solution/server.c "$CLASS/Ana Quintanilha/exercises/01-reply/"
    run graded ANON=1
    echo "$output"
    [ "$status" = 0 ]
    [[ $output != *Quintanilha* ]]
    ! grep -rliE 'quintanilha|valadares' "$GRADES" --exclude=private.csv || return 1
    ! find "$GRADES" | grep -iE 'quintanilha|valadares' || return 1
    who=$(sed -n 's/^\(student-[0-9]*\),Ana Quintanilha,.*/\1/p' "$GRADES/private.csv")
    section Regraded | grep -qxF "| $who | 1 | 0 of 10 | 5 of 10 | their file changed |"
    grep -qF "‘$who’ undeclared" "$GRADES/feedback/$who.md"

    before=$(stat -c '%i' "$GRADES"/results/*/exercise1.tap | sort)
    graded
    [ "$(stat -c '%i' "$GRADES"/results/*/exercise1.tap | sort)" = "$before" ]
    section Regraded | grep -qxF '| Ana Quintanilha | 1 | 0 of 10 | 5 of 10 | their file changed |'
    grep -qF '; was 0 of 10: their file changed |' "$GRADES/feedback/Ana Quintanilha.md"

    rm -r "$CLASS/Bia Valadares"
    graded
    section 'No longer in the folder' | grep -qx -- '- Bia Valadares'
    graded
    [ "$(section 'No longer in the folder')" = '' ]
    run graded "${late[@]}" GRACE=soon
    [ "$status" = 1 ]
}
