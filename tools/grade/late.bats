#!/usr/bin/env bats
# Deadlines: when each one's work came, by whom that is known, and what it costs.
# Where the times come from was looked up:
#   Moodle: mod/assign and core_files' zip_writer of its source: a file in the archive
#     of all submissions has the time of the download. The worksheet has the column
#     "Last modified (submission)", as strftimedaydatetime of langconfig.php says
#   Canvas: lib/content_zipper.rb of its source: the time of the download, too
#   Gradescope: created_at in submission_metadata.yml
# shellcheck disable=SC2030,SC2031 # what run sets is for one test alone
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    needs python3 jq
    WORK=$BATS_TEST_TMPDIR/work
    mkdir -p "$WORK/class"
    export DEADLINE=2026-12-01T23:59-03:00 LATE=10%/day GRACE='' EXTENSIONS='' SHEET='' ANON=''
    export CALLED_IN=$BATS_TEST_TMPDIR
}

# student KEY NAME [ID] [SUBMITTED] [ENTRY]: one of the class, as write_class says it.
student() {
    mkdir -p "$WORK/class/$1"
    printf '%s/' "${5:-$2}" >"$WORK/class/$1/entries"
    jq -n '$ARGS.named + {late: false}' --arg name "$2" --arg id "${3:-}" --arg submitted "${4:-}" \
        --arg file "$2" >"$WORK/class/$1/who.json"
}

settles() { python3 tools/grade/late "$WORK"; }

# counted KEY POINTS LEFT FILTER: what it makes of so many points of ten.
counted() {
    jq -L tools/grade -r --argjson points "$2" --arg left "$3" 'include "late";
        .exercises = [{exercise: 1, points: $points, of: 10, state: "fails"}]
        | counted($left | split("\n")) | '"$4" "$WORK/class/$1/who.json"
}

# at TIME: in seconds since 1970.
at() { python3 -c 'import sys; from datetime import datetime; print(int(datetime.fromisoformat(sys.argv[1]).timestamp()))' "$1"; }

# handed_in_at TIME POINTS: what remains of the points, and by how much it was late.
handed_in_at() {
    student ana Ana
    settles
    run counted ana "${2:-8}" "newest: $(at "$1")" '"\(.final) \(.late_by)"'
    echo "$1 with DEADLINE=$DEADLINE LATE=$LATE GRACE=$GRACE: $output"
}

# refuses SENTENCE: before anybody is judged, with what would be right.
refuses() {
    student ana Ana
    run settles
    echo "$output"
    [ "$status" = 1 ]
    # shellcheck disable=SC2053 # it is a pattern
    [[ $output == "grade: "$1 ]]
    [ ${#lines[@]} = 1 ]
}

@test "late: a day that has begun counts whole, and the deadline itself is in time" {
    handed_in_at 2026-12-01T23:59:00-03:00
    [ "$output" = '8 0' ]
    handed_in_at 2026-12-01T23:59:01-03:00
    [ "$output" = '7.2 1' ]
    handed_in_at 2026-12-03T02:59:00+00:00
    [ "$output" = '7.2 86400' ]
    handed_in_at 2026-12-03T03:00:00+00:00
    [ "$output" = '6.4 86460' ]
}

@test "late: percent, points, by day or hour, and never below 0" {
    local late remain
    while read -r late remain; do
        LATE=$late handed_in_at 2026-12-02T02:00-03:00 # two hours and a minute
        [ "$output" = "$remain 7260" ]
    done <<'TABLE'
10%/day 7.2
1%/hour 7.76
5%/h 6.8
2.5%/d 7.8
2,5%/d 7.8
2/day 6
0.5/h 6.5
100%/day 0
50%/h 0
9/day 0
none 8
TABLE
    LATE='' handed_in_at 2026-12-02T02:00-03:00
    [ "$output" = '8 7260' ]
}

@test "late: within the grace nothing is late; beyond it counts from the deadline" {
    GRACE=15m handed_in_at 2026-12-02T00:14-03:00
    [ "$output" = '8 0' ]
    GRACE=15m handed_in_at 2026-12-02T00:15-03:00
    [ "$output" = '7.2 960' ]
    GRACE=2h handed_in_at 2026-12-02T01:58-03:00
    [ "$output" = '8 0' ]
    GRACE=1d LATE=1%/h handed_in_at 2026-12-03T00:00-03:00 # 24 hours and a minute
    [ "$output" = '6 86460' ]
}

@test "late: a deadline without a zone is in this machine's, and the report says so" {
    TZ='<-05>5' DEADLINE='2026-12-01 23:59' handed_in_at 2026-12-02T04:59:00+00:00
    [ "$output" = '8 0' ]
    grep -qxF 'Deadline: 2026-12-01 23:59 -05:00 (-05, the zone of this machine, since DEADLINE names none).' "$WORK/late.md"
    DEADLINE=2026-12-02T02:59Z handed_in_at 2026-12-01T23:59:30-03:00
    [ "$output" = '7.2 30' ]
    grep -qxF 'Deadline: 2026-12-02 02:59 +00:00.' "$WORK/late.md"
}

@test "late: settings that are wrong are refused, with one that is right" {
    local wrong
    for wrong in tomorrow 2026-12-01 2026-13-01T23:59 2026-12-01T24:59-03:00 2026-12-01T23:59+99:00 '2026-12-01T23:59 BRT' 01/12/2026; do
        DEADLINE=$wrong refuses "DEADLINE=$wrong is no date with a time: DEADLINE=2026-12-01T23:59-03:00, say."
    done
    for wrong in 10% 10%/week ten%/day -10%/day 101%/day /day 10%day; do
        LATE=$wrong refuses "LATE=$wrong is no penalty: LATE=10%/day,*LATE=none, say."
    done
    for wrong in 15 '15 minutes' -15m m 1w; do
        GRACE=$wrong refuses "GRACE=$wrong is no length of time: GRACE=15m,* say."
    done
    DEADLINE='' refuses 'LATE needs a DEADLINE: DEADLINE=2026-12-01T23:59-03:00, say.'
    DEADLINE='' LATE='' GRACE=15m refuses 'GRACE needs a DEADLINE: *'
    DEADLINE='' LATE='' EXTENSIONS=x.csv refuses 'EXTENSIONS needs a DEADLINE: *'
}

@test "late: who has an extension, by name, id or folder; a date or a duration" {
    student ana 'Ana Silva' 42
    student bia 'Bia Souza' 43 '' 'Bia Souza_43_assignsubmission_file_'
    student caio 'Caio, João' '44, 45'
    student duda Duda
    printf '\xef\xbb\xbfstudent;deadline\r\nana  SILVA;+2d\r\nBia Souza_43_assignsubmission_file_;2026-12-05T12:00-03:00\r\n45;1d12h\r\n;\r\nEva Reis;+1d\r\n' >"$BATS_TEST_TMPDIR/more.csv"
    EXTENSIONS=more.csv settles
    theirs() { jq '.rules.deadline' "$WORK/class/$1/who.json"; }
    [ "$(theirs ana)" = "$(at 2026-12-03T23:59-03:00)" ]
    [ "$(theirs bia)" = "$(at 2026-12-05T12:00-03:00)" ]
    [ "$(theirs caio)" = "$(at 2026-12-03T11:59-03:00)" ]
    [ "$(theirs duda)" = "$(at 2026-12-01T23:59-03:00)" ]
    grep -qx 'With a deadline of their own: 3.' "$WORK/late.md"
    grep -qx 'In EXTENSIONS, but not among the submissions: Eva Reis.' "$WORK/late.md"
    run counted ana 8 "newest: $(at 2026-12-03T23:00-03:00)" '"\(.final) \(.late_by)", time_told'
    [[ $output == '8 0'*'2026-12-03 23:59 -03:00, extended for you.'* ]]
    ANON=1 EXTENSIONS=more.csv settles
    run grep EXTENSIONS "$WORK/late.md"
    [[ $output == *': 1 (a run without ANON=1 names them).' ]]
}

@test "late: an extension names somebody as a sheet may: no accents, the family first, no zeros" {
    student joao 'João Conceição' 7001
    student eva 'Eva Reis' 0042
    printf 'Conceicao, Joao;+1d\n42;+2d\n' >"$BATS_TEST_TMPDIR/more.csv"
    EXTENSIONS=more.csv settles
    [ "$(jq .rules.deadline "$WORK/class/joao/who.json")" = "$(at 2026-12-02T23:59-03:00)" ]
    [ "$(jq .rules.deadline "$WORK/class/eva/who.json")" = "$(at 2026-12-03T23:59-03:00)" ]
}

@test "late: extensions that cannot be read are refused" {
    local text
    EXTENSIONS=none.csv refuses "EXTENSIONS=none.csv cannot be read (No such file*'Ana Silva,+2d'*"
    for text in 'Ana' 'Ana,' 'Ana,soon' 'Ana,+2d,more' 'Ana,2026-12-09' 'Nobody,9'; do
        echo "$text" >"$BATS_TEST_TMPDIR/more.csv"
        EXTENSIONS=more.csv refuses "EXTENSIONS=more.csv, line 1: *'Ana Silva,+2d'*"
    done
    student other Ana
    echo 'Ana,+2d' >"$BATS_TEST_TMPDIR/more.csv"
    EXTENSIONS=more.csv refuses 'EXTENSIONS=more.csv, line 1: several are called so: *'
}

@test "late: the platform's time goes before the files', and it is said which it was" {
    student ana Ana 42 '2026-12-02 03:00:00.000000000 Z'
    student bia Bia
    settles
    run counted ana 8 "newest: $(at 2026-12-01T01:00-03:00)" '.final, .submitted_at, time_told'
    [[ $output == "7.2
2026-12-02T03:00:00Z
"*'Handed in: 2026-12-02 00:00 -03:00, by the platform: late by 1 min.'*'Penalty: 10%/day, which is 10%: 0.8 of 8 points. 7.2 remain.'* ]]
    run counted bia 8 "newest: $(at 2026-12-02T01:00-03:00)" 'time_told'
    [[ $output == *'by the newest file: late by 1 h 1 min.'* ]]
    run counted bia 8 "commit: $(at 2026-12-02T01:00-03:00)" 'time_told'
    [[ $output == *'by the last commit: late by 1 h 1 min.'* ]]
}

@test "late: a mark without a time is shown, and costs nothing" {
    student ana ana
    settles
    jq '.late = true' "$WORK/class/ana/who.json" >"$WORK/marked"
    mv "$WORK/marked" "$WORK/class/ana/who.json"
    run counted ana 8 'untimed: its files have the time of the download' '"\(.final) \(.late_by) \(.percent) \(.submitted_at)", time_told'
    echo "$output"
    [[ $output == '8 null 0 '*'late, as the platform marks it; nobody knows by how much, so it costs nothing (its files have the time of the download).'* ]]
    run counted ana 8 "newest: $(at 2026-12-01T01:00-03:00)" 'time_told'
    [[ $output == *'in time, though the platform marks it late.'* ]]
}

@test "late: where nobody knows when, it is said how many that are" {
    untimed() { run jq -L tools/grade -nr --arg sheet "$1" 'include "late";
        [{lateness: {}, late_by: null}, {lateness: {}, late_by: 0}, {lateness: {}, late_by: null, problem: "no"}]
        | '"$2"' | class_untimed($sheet)'; }
    untimed '' .
    [ "$output" = 'When it was handed in is not known of 1 of 2: to be late costs these nothing. Of Moodle its worksheet tells, with SHEET=.' ]
    untimed a.csv .
    [ "$output" = 'When it was handed in is not known of 1 of 2: to be late costs these nothing.' ]
    untimed '' '.[1:2]'
    [ "$output" = '' ]
    untimed '' 'map(del(.lateness))'
    [ "$output" = '' ]
}

@test "late: of two with one name each is told with the number" {
    run jq -L tools/grade -nr 'include "late";
        ({name: "Ana", id: "7", file: "Ana-0123abcd"}, {name: "Bia", id: "8", file: "Bia"}, {name: "Ana", id: "", file: "Ana-0123abcd"}) | called'
    [ "$output" = $'Ana (7)\nBia\nAna' ]
}

@test "late: a name is a name in class.md, with its quotes, and no element of HTML" {
    run jq -L tools/grade -nr 'include "late"; ["O'"'"'Neil <b>&|x"] | class_gone'
    [[ $output == *"- O'Neil &lt;b&gt;&amp; x"* ]]
}

@test "late: without DEADLINE the sums are there, and all of the points remain" {
    student ana Ana
    run counted ana 8 '' '"\(.total) \(.of) \(.final) \(.late_by)"'
    [ "$output" = '8 10 8 null' ]
    [ "$(counted ana 8 '' 'time_told')" = '' ]
}

@test "late: Moodle's worksheet knows when, in English and in Portuguese" {
    student ana Ana 1234567
    student bia Bia 1234568
    student caio Caio 1234569
    cat >"$BATS_TEST_TMPDIR/sheet.csv" <<'CSV'
Identifier,"Full name",Status,Grade,"Last modified (submission)"
"Participant 1234567",Ana,Submitted,,"Wednesday, 2 December 2026, 12:01 AM"
"Participant 1234568",Bia,Submitted,,"Tuesday, 1 December 2026, 12:30 PM"
"Participant 1234569",Caio,"No submission",,-
CSV
    SHEET=sheet.csv settles
    run counted ana 8 '' '"\(.submitted_at) \(.lateness.by)"'
    [ "$output" = "2026-12-02T03:01:00Z Moodle's worksheet" ]
    [ "$(counted bia 8 '' .submitted_at)" = 2026-12-01T15:30:00Z ]
    [ "$(counted caio 8 '' .submitted_at)" = '' ]
    cat >"$BATS_TEST_TMPDIR/sheet.csv" <<'CSV'
Identificador,"Nome completo","Última modificação (envio)"
"Participante 1234567",Ana,"quarta-feira, 2 dez. 2026, 00:01"
"Participante 1234568",Bia,"terça-feira, 1 de dezembro de 2026, 12:30"
CSV
    SHEET=sheet.csv settles
    [ "$(counted ana 8 '' .submitted_at)" = 2026-12-02T03:01:00Z ]
    [ "$(counted bia 8 '' .submitted_at)" = 2026-12-01T15:30:00Z ]
}

# hands_in FOLDER TIME: server.c and client.c of exercise 1, of that time; the client
# is a day older.
hands_in() {
    mkdir -p "$1/exercises/01-reply"
    cp steps/01-tcp/*.c "$1/exercises/01-reply/"
    touch -d "@$(at "$2")" "$1/exercises/01-reply/server.c"
    touch -d "@$(($(at "$2") - 86400))" "$1/exercises/01-reply/client.c"
}

# takes ENTRY: what take-files says of its time.
takes() {
    mkdir -p "$BATS_TEST_TMPDIR/files"
    run bash tools/grade/take-files "$PWD" "$1" "$BATS_TEST_TMPDIR/files"
    output=$(grep -E '^(newest|commit|untimed): ' <<<"$output")
    echo "$output"
}

@test "late: of the files that are taken the newest tells, of no other" {
    local entry=$BATS_TEST_TMPDIR/entry
    hands_in "$entry" 2026-12-01T12:00Z
    echo notes >"$entry/notes.txt" # of today
    takes "$entry"
    [ "$output" = "newest: $(at 2026-12-01T12:00Z)" ]
}

@test "late: in an archive, too; a zip without a zone is read in the deadline's" {
    needs zip unzip
    local tree=$BATS_TEST_TMPDIR/tree entry=$BATS_TEST_TMPDIR/entry
    mkdir "$entry"
    hands_in "$tree" 2026-12-01T12:00Z
    (cd "$tree" && tar -czf "$entry/work.tar.gz" exercises)
    takes "$entry"
    [ "$output" = "newest: $(at 2026-12-01T12:00Z)" ]
    rm "$entry"/*
    (cd "$tree" && TZ='<-03>3' zip -qrX "$entry/work.zip" exercises) # as Windows does: no zone
    student ana Ana
    settles
    TZ=$(cat "$WORK/late.zone") takes "$entry"
    [ "$output" = "newest: $(at 2026-12-01T12:00Z)" ]
    TZ=UTC0 takes "$entry"
    [ "$output" = "newest: $(at 2026-12-01T09:00Z)" ]
}

# commits FOLDER TIME
commits() {
    git -C "$1" init -q
    git -C "$1" add .
    GIT_COMMITTER_DATE=$2 git -C "$1" -c user.name=Ana -c user.email=ana@example.com \
        commit -qm $'Done\n\ncommitter Ana <a> 1 +0000'
}

@test "late: of a clone the last commit tells, since its files are as old as the clone" {
    needs git
    local entry=$BATS_TEST_TMPDIR/entry
    hands_in "$entry" 2026-12-09T12:00Z
    commits "$entry" 2026-12-01T12:00:00-0300
    takes "$entry"
    [ "$output" = "commit: $(at 2026-12-01T15:00Z)" ]
    git -C "$entry" update-ref -d HEAD
    takes "$entry"
    [ "$output" = 'untimed: its last commit cannot be read' ]
    mkdir "$BATS_TEST_TMPDIR/bin"
    find /usr/bin /bin/ ! -type d ! -name git -exec ln -sf -t "$BATS_TEST_TMPDIR/bin" {} +
    PATH=$BATS_TEST_TMPDIR/bin takes "$entry"
    [ "$output" = 'untimed: it is a repository, and git is not installed' ]
}

@test "late: nothing that a repository asks for is run" {
    needs git
    local entry=$BATS_TEST_TMPDIR/entry
    hands_in "$entry" 2026-12-09T12:00Z
    commits "$entry" 2026-12-01T12:00:00-0300
    printf '#!/bin/sh\ntouch %q\nexit 1\n' "$BATS_TEST_TMPDIR/ran" >"$BATS_TEST_TMPDIR/evil"
    chmod +x "$BATS_TEST_TMPDIR/evil"
    local name
    for name in core.pager gpg.program core.fsmonitor core.sshCommand alias.cat-file core.alternateRefsCommand; do
        git -C "$entry" config $name "!$BATS_TEST_TMPDIR/evil"
    done
    git -C "$entry" config log.showSignature true
    git -C "$entry" config extensions.partialClone origin # what is missing would be fetched
    git -C "$entry" config core.repositoryFormatVersion 1
    git -C "$entry" config remote.origin.url "$entry"
    git -C "$entry" config remote.origin.promisor true
    git -C "$entry" config remote.origin.uploadpack "$BATS_TEST_TMPDIR/evil"
    find "$entry/.git/objects" -type f -delete
    takes "$entry"
    [ ! -e "$BATS_TEST_TMPDIR/ran" ]
}

# lays_out NAME: what grade hands to take-files of a submission that is one file.
lays_out() {
    mkdir -p "$BATS_TEST_TMPDIR/class" "$BATS_TEST_TMPDIR/copy" "$WORK/class/key"
    cp steps/01-tcp/server.c "$BATS_TEST_TMPDIR/class/$1"
    printf '%s/' "$1" >"$WORK/class/key/entries"
    # shellcheck disable=SC2016
    WORK=$WORK SUBMISSIONS=$BATS_TEST_TMPDIR/class bash -c 'source tools/grade/intake.bash && lay_out key "$1"' - "$BATS_TEST_TMPDIR/copy"
    run bash tools/grade/take-files "$PWD" "$BATS_TEST_TMPDIR/copy" "$WORK" 1
    echo "$output"
}

@test "late: files have the time of the download in what Moodle and Canvas pack, and so none" {
    local name
    for name in 'Ana Silva_1234567_assignsubmission_file_server.c' silvaana_LATE_12345_67890_server.c; do
        lays_out "$name"
        [[ $output == *'untimed: its files have the time of the download' ]]
    done
}
