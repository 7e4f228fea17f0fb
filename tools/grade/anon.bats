#!/usr/bin/env bats
# ANON=1: pseudonyms in all that is written, one table that knows who they are, and
# the names back from a run without it.
# shellcheck disable=SC2030,SC2031,SC2154 # what run sets is for one test alone
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    needs python3 jq
    WORK=$BATS_TEST_TMPDIR/work GRADES=$BATS_TEST_TMPDIR/grades
    mkdir -p "$WORK/class" "$GRADES/results"
    unset KEYS
    printf -v HASH '# %032d %032d' 1 2
    declare -gA KEYS
}

# student NAME [ID] [ENTRY]: one of the class, as write_class says it.
student() {
    local key
    key=$(printf '%s' "${3:-$1}" | sha256sum | cut -c 1-32)
    KEYS[$1]=$key
    mkdir -p "$WORK/class/$key"
    printf '%s/' "${3:-$1}" >"$WORK/class/$key/entries"
    jq -n '$ARGS.named + {late: false, submitted: ""}' --arg name "$1" --arg id "${2:-}" --arg file "$1" >"$WORK/class/$key/who.json"
}

# printed NAME <<text: what bats printed of exercise 1 in an earlier run.
printed() {
    mkdir -p "$GRADES/results/${KEYS[$1]}"
    { echo "$HASH" && cat; } >"$GRADES/results/${KEYS[$1]}/exercise1.tap"
    jq '. + {exercises: [], left: []}' "$WORK/class/${KEYS[$1]}/who.json" >"$GRADES/results/${KEYS[$1]}/student.json"
}

hides() { python3 tools/grade/anon hide "$WORK" "$GRADES"; }
shows() { python3 tools/grade/anon show "$WORK" "$GRADES"; }

# pseudonym NAME: by the private table.
pseudonym() { python3 -c 'import csv, sys; print(*[row["pseudonym"] for row in csv.DictReader(open(sys.argv[1])) if row["name"] == sys.argv[2]])' "$GRADES/private.csv" "$1"; }

# scrubs NAME [LEFT]: what is left of their messages, and of the line of what was left.
scrubs() {
    local who
    who=$(pseudonym "$1")
    printf '%s\n' "${2:-}" >"$WORK/left"
    python3 tools/grade/anon scrub "$WORK" "$who" "$GRADES/results/$who" "$WORK/left"
    output=$(cat "$GRADES/results/$who/exercise1.tap" "$WORK/left")
    output=${output//"$who"/X}
    output=${output/"$HASH"/# HASH}
    echo "$output"
}

# again: the class is read anew, as each run does.
again() {
    rm -rf "$WORK"
    mkdir -p "$WORK/class"
}

@test "anon: a pseudonym is drawn, kept from run to run, and easy to say" {
    local first
    student 'Ana Silva' 42
    student 'Bia Souza' 43
    first=$(hides)
    [[ $(echo "$first" | head -n 1) =~ ^student-[1-9][0-9][0-9]$ ]]
    [ "$(pseudonym 'Ana Silva')" != "$(pseudonym 'Bia Souza')" ]
    again
    student 'Ana Silva' 42
    student 'Bia Souza' 43
    student 'Caio Dias' 44
    hides >"$BATS_TEST_TMPDIR/second"
    [ "$(comm -12 <(echo "$first") "$BATS_TEST_TMPDIR/second" | wc -l)" = 2 ]
    [ "$(wc -l <"$BATS_TEST_TMPDIR/second")" = 3 ]
    sort -c "$BATS_TEST_TMPDIR/second" # not by their names
}

@test "anon: nobody computes it from a name, and the table is for its owner alone" {
    local drawn=()
    for _ in 1 2 3 4; do
        rm -rf "$GRADES"
        again
        student 'Ana Silva'
        drawn+=("$(hides)")
    done
    [ "$(printf '%s\n' "${drawn[@]}" | sort -u | wc -l)" -gt 1 ]
    [ "$(stat -c %a "$GRADES/private.csv")" = 600 ]
    [ "$(head -n 1 "$GRADES/private.csv" | tr -d '\r')" = pseudonym,name,id,key ]
}

@test "anon: what is known of one has no name any more: who.json, folders, results" {
    local who
    student 'Ana Silva' 1234567 'Ana Silva_1234567_assignsubmission_file_'
    printed 'Ana Silva' <<<'ok 1'
    who=$(hides)
    [ "$(jq -r '"\(.name) \(.id) \(.file)"' "$WORK/class/$who/who.json")" = "$who  $who" ]
    [ -e "$GRADES/results/$who/exercise1.tap" ]
    [ ! -e "$GRADES/results/${KEYS[Ana Silva]}" ]
    [ -s "$WORK/class/$who/entries" ] # by which the submission is found
}

@test "anon: in messages all spellings of a name go, and numbers, and other people's names" {
    student 'João Pedro Álvares Souza' 1234567 'João Pedro Álvares Souza_1234567_assignsubmission_file_'
    student 'Bia Quintanilha' 43
    printed 'João Pedro Álvares Souza' <<'TAP'
1..1
not ok 1 exercise 1: Souza keeps a name that the tests have
# João Pedro Álvares Souza, joao pedro alvares souza, JOÃO_SOUZA, joaosouza, souza.joao
# ~/joaopedroalvaressouza/lab, by Álvares (1234567), not 12345678 or 91234567; with Bia Quintanilha
# alvareskind
TAP
    hides >"$WORK/drawn"
    scrubs 'João Pedro Álvares Souza' 'left: João Pedro Álvares Souza_1234567_assignsubmission_file_ (an earlier try)'
    [ "${output//$(pseudonym 'Bia Quintanilha')/Y}" = "# HASH
1..1
not ok 1 exercise 1: Souza keeps a name that the tests have
# X, X, X, X, X
# ~/X/lab, by X (X), not 12345678 or 91234567; with Y
# alvareskind
left: X (an earlier try)" ]
}

@test "anon: a name that the kit's tests use stays in messages, or it would tell who that is" {
    student 'ana'
    printed ana <<'TAP'
1..1
not ok 1 exercise 1: echo
# script line 3: line ana "hello"
TAP
    hides >"$WORK/drawn"
    scrubs ana 'left: ana/notes.txt'
    [[ $output == *'line ana "hello"'*'X/notes.txt' ]]
}

@test "anon: a run without it gives the names back, and what was judged stays as it is" {
    local before
    student 'Ana Silva' 42
    student 'Bia Souza' 43
    printed 'Ana Silva' <<<'# by anasilva'
    printed 'Bia Souza' <<<'# nothing'
    before=$(stat -c '%i %Y.%y' "$GRADES/results/${KEYS[Bia Souza]}/exercise1.tap")
    hides >"$WORK/drawn"
    scrubs 'Ana Silva'
    scrubs 'Bia Souza'
    again
    student 'Ana Silva' 42
    student 'Bia Souza' 43
    shows
    [ "$(tail -n +2 "$GRADES/results/${KEYS[Ana Silva]}/exercise1.tap")" = '# by Ana Silva' ]
    [ "$(stat -c '%i %Y.%y' "$GRADES/results/${KEYS[Bia Souza]}/exercise1.tap")" = "$before" ]
    [ "$(find "$GRADES/results" -mindepth 1 -maxdepth 1 | wc -l)" = 2 ]
}

@test "anon: no name makes a verdict, nor takes a line apart" {
    student $'Eva Reis\nok 2 exercise 1: it is fine [10]'
    student 'Left Reis'
    student 'Stray Reis'
    printed 'Left Reis' <<<$'# by Left Reis\rok 2 exercise 1: it is fine [10]\n# with Eva Reis ok 2 exercise 1 it is fine 10'
    printed 'Stray Reis' <<<$'ok, by stray_reis'
    hides >"$WORK/drawn"
    scrubs 'Stray Reis'
    [[ $output == $'# HASH\nok, by X'* ]]
    scrubs 'Left Reis' 'left: left-reis.txt'
    [[ $output == $'# HASH\n# by X\rok 2 exercise 1: it is fine [10]\n# with student-'*$'\nleft: X.txt' ]]
    again
    shows
    run tail -n +2 "$GRADES/results/${KEYS[Left Reis]}/exercise1.tap"
    echo "$output"
    [ "$output" = $'# by Left Reis\rok 2 exercise 1: it is fine [10]\n# with Eva Reis?ok 2 exercise 1: it is fine [10]' ]
}

@test "anon: results of a submission that is not there any more have no name either, until it is given back" {
    local who
    student 'Ana Silva' 42
    student 'Bia Souza' 4343
    printed 'Ana Silva' <<<'# nothing'
    printed 'Bia Souza' <<<'# by Bia Souza'
    again
    student 'Ana Silva' 42
    who=$(hides)
    ! grep -rlE 'Souza|Bia|4343' "$GRADES" --exclude=private.csv || return 1
    who=$(pseudonym 'Bia Souza')
    [ "$(jq -r .name "$GRADES/results/$who/student.json")" = "$who" ]
    again
    student 'Ana Silva' 42
    shows
    [ "$(jq -r '"\(.name) \(.id)"' "$GRADES/results/${KEYS[Bia Souza]}/student.json")" = 'Bia Souza 4343' ]
}

@test "anon: the table survives names as people and attackers write them" {
    student $'two\nlines, "quoted"'
    student '=1+1'
    hides >"$BATS_TEST_TMPDIR/first"
    ! grep -q '^student-[0-9]*,=' "$GRADES/private.csv" || return 1
    again
    student $'two\nlines, "quoted"'
    student '=1+1'
    hides | diff - "$BATS_TEST_TMPDIR/first"
}

@test "anon: what else lies among the grades and may hold names is said" {
    student Ana
    echo x >"$GRADES/roster.csv"
    run --separate-stderr hides
    [[ $stderr == *'may hold names: roster.csv' ]]
    again
    rm "$GRADES/roster.csv"
    student Ana
    run --separate-stderr hides
    [ "$stderr" = '' ]
}

@test "anon: a sheet cannot be filled without names" {
    needs parallel bats
    mkdir "$BATS_TEST_TMPDIR/class"
    run env ANON=1 SHEET=roster.csv GRADES="$GRADES" bash tools/grade/grade "$BATS_TEST_TMPDIR/class"
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == 'grade: A sheet is filled by names, which ANON=1 hides: run it again without ANON=1, with SHEET=.'* ]]
}
