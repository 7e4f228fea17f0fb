#!/usr/bin/env bats
# The grader, against a class in which most are up to something. Graded once;
# each test then looks at what became of one submission.
# shellcheck disable=SC2030,SC2031 # what run sets is for one test alone
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

SECRET='the secret of an honest student'

needs_the_grader() { needs bwrap parallel jq zip unzip tar; }

# submits WHO <<source: hands it in as the server of exercise 1.
submits() {
    mkdir -p "$CLASS/$1/exercises/01-reply"
    cat >"$CLASS/$1/exercises/01-reply/server.c"
}

# submits_program WHO <<body: the same, with the body of main alone.
submits_program() {
    local body
    body=$(cat)
    submits "$1" <<SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <unistd.h>
int main(void) { $body }
SOURCE
}

# honest WHO: the solution of exercise 1.
honest() {
    mkdir -p "$CLASS/$1/exercises/01-reply"
    cp exercises/01-reply/solution/*.c "$CLASS/$1/exercises/01-reply/"
    echo "/* $SECRET */" >>"$CLASS/$1/exercises/01-reply/server.c"
}

# archive WHO COMMAND...: runs it in a folder where exercises/ is an honest one.
archive() {
    local folder
    folder=$(mktemp -d "$BATS_FILE_TMPDIR/archive.XXXXXX")
    cp -R "$CLASS/honest/exercises" "$folder/"
    (cd "$folder" && "${@:2}" >/dev/null)
}

# By their names those that take longest come first.
hostile_programs() {
    submits_program fork-bomb <<<'for (;;) fork();'
    submits_program an-endless-loop <<<'for (;;);'
    submits_program endless-output <<<'for (;;) puts("Listening on nowhere");'
    submits_program all-memory <<<'for (;;) { char *more = malloc(1 << 20); if (more != NULL) memset(more, 1, 1 << 20); }'
    submits_program all-killed <<<'for (;;) kill(-1, SIGKILL);'
    submits_program daemon <<<'prctl(PR_SET_NAME, "lab-daemon"); if (fork() == 0) { setsid(); if (fork() == 0) for (;;) sleep(1000); }'
    submits_program deletes-all <<<'return system("rm -rf --no-preserve-root / /kit /tmp /home ~ . .. 2>/dev/null");'
    submits_program reads-others <<<"return system(\"grep -rshI '$SECRET\\\\|upper_case' / --exclude-dir=proc --exclude-dir=sys --exclude-dir=usr; ls -R /tmp /kit /home $PWD\");"
    # shellcheck disable=SC2016
    submits_program fake-tap <<<'for (int fd = 1; fd < 64; fd++) for (int n = 1; n < 12; n++) dprintf(fd, "\nok %d exercise 1: all bytes but a to z come back untouched [1]\n", n); system("for fd in /proc/[0-9]*/fd/*; do echo ok 2 exercise 1: it is fine [10] >>$fd; done 2>/dev/null; find / -name \"*.tap\" 2>/dev/null | xargs rm -f");'
    submits_program garbage <<<'puts("\x1b[2J\x07\x01<![CDATA[ ]]> & \xff\xfe\xc3( \xed\xa0\x80 \xef\xbf\xbf"); fwrite("\0\0", 1, 2, stdout);'
    submits includes-zero <<<'#include "/dev/zero"'
    submits includes-solution <<SOURCE
#include "$PWD/exercises/01-reply/solution/server.c"
SOURCE
    submits a-compilation-for-ever <<'SOURCE'
#define A(x) B(x x x x x x x x) + B(x x x x x x x x)
#define B(x) C(x x x x x x x x) + C(x x x x x x x x)
#define C(x) D(x x x x x x x x) + D(x x x x x x x x)
#define D(x) E(x x x x x x x x) + E(x x x x x x x x)
#define E(x) F(x x x x x x x x) + F(x x x x x x x x)
#define F(x) G(x x x x x x x x)
#define G(x) x x x x x x x x x
int main(void) { return A(1 +) 1; }
SOURCE
}

# links_to_the_solution KIT COMMAND...: as the server of exercise 1.
links_to_the_solution() {
    ln -sf "$1/exercises/01-reply/solution/server.c" exercises/01-reply/server.c
    ln -s / everything
    "${@:2}"
}

# A file of 2 GB of zeros, and then the rest. It is made of pieces, as gzip allows:
# to compress all that takes long.
a_bomb() {
    truncate -s 2G zero
    head -c 16M /dev/zero | gzip >piece
    {
        tar -cf - zero 2>/dev/null | head -c 512 | gzip
        for _ in {1..128}; do cat piece; done
        tar -cf - exercises | gzip
    } >"$CLASS/bomb.tar.gz"
}

hostile_archives() {
    local folder=$BATS_FILE_TMPDIR/out
    archive honest zip -qr "$CLASS/honest-zip.zip" exercises
    archive honest tar -czf "$CLASS/honest-tar.tar.gz" exercises
    archive climbs tar -czPf "$CLASS/climbs.tar.gz" --transform 's|exercises|../../../../../../../../tmp/climbed|' exercises
    archive absolute tar -czPf "$CLASS/absolute.tar.gz" --transform "s|exercises|$folder/absolute|" exercises
    archive links links_to_the_solution "$PWD" tar -czf "$CLASS/links.tar.gz" exercises everything
    archive zip-links links_to_the_solution "$PWD" zip -qry "$CLASS/zip-links.zip" exercises
    archive bomb a_bomb
    tar -czf "$CLASS/empty.tar.gz" -T /dev/null
    echo 'this is no archive' >"$CLASS/no-archive.zip"
    echo 'nor is this anything' >"$CLASS/notes.txt"
    mkdir "$CLASS/nothing"
    mkdir -m 700 "$BATS_FILE_TMPDIR/private"
    ln -s "$BATS_FILE_TMPDIR/private" "$CLASS/link-to-a-folder"
    honest "a name with 'quotes\" and spaces"
    honest $'two\nlines'
    honest '-rf'
    honest '=1+1'
}

setup_file() {
    export CLASS=$BATS_FILE_TMPDIR/class GRADES=$BATS_FILE_TMPDIR/grades
    export EXERCISES=1 SANITIZE=
    command -v bwrap parallel jq zip unzip tar >/dev/null || return 0
    mkdir "$CLASS" "$BATS_FILE_TMPDIR/out"
    honest honest
    hostile_programs
    hostile_archives
    TIMEOUT_SCALE=1 JOBS=8 bash tools/grade/grade "$CLASS" >"$BATS_FILE_TMPDIR/grading.log" 2>&1 || true
}

# result WHO FILTER: what a jq filter makes of the result of this student.
result() {
    local file
    file=$(jq -r --arg who "$1" 'select(.name == $who) | input_filename' "$GRADES"/results/*/student.json)
    [ -n "$file" ] || { echo "There is no result for $1:"; cat "$BATS_FILE_TMPDIR/grading.log"; return 1; }
    jq -r "$2" "$file"
}

# earns WHO POINTS STATE: of exercise 1.
earns() {
    needs_the_grader
    run result "$1" '.exercises[0] | "\(.points) \(.state)"'
    echo "$output"
    [ "$output" = "$2 $3" ] || { jq . "$GRADES"/results/*/student.json | head -c 5000; return 1; }
}

has_problem() {
    needs_the_grader
    run result "$1" .problem
    echo "$output"
    [[ $output == "$2"* ]]
}

@test "grader: an honest submission among hostile ones gets all its points" {
    earns honest 10 passes
}

@test "grader: so do those in a .zip and in a .tar.gz" {
    earns honest-zip 10 passes
    earns honest-tar 10 passes
}

@test "grader: names with spaces, quotes, newlines or a leading dash are names" {
    earns "a name with 'quotes\" and spaces" 10 passes
    earns $'two\nlines' 10 passes
    earns -rf 10 passes
}

@test "grader: a fork bomb" { earns fork-bomb 0 fails; }
@test "grader: an endless loop" { earns an-endless-loop 0 fails; }
@test "grader: endless output" { earns endless-output 0 fails; }
@test "grader: memory without end" { earns all-memory 0 fails; }
@test "grader: kill -9 -1" { earns all-killed 0 fails; }
@test "grader: deleting everything" { earns deletes-all 0 fails; }
@test "grader: a source that includes /dev/zero" { earns includes-zero 0 'does not build'; }
@test "grader: a source that includes a solution" { earns includes-solution 0 'does not build'; }
@test "grader: a macro that compiles for ever" { earns a-compilation-for-ever 0 'does not build'; }

@test "grader: a daemon, or anything else, does not outlive its test" {
    earns daemon 0 fails
    run pgrep -x lab-daemon
    [ "$status" = 1 ]
}

@test "grader: what a program prints is no verdict" {
    earns fake-tap 0 fails
    run result fake-tap '.exercises[0].tests | length'
    [ "$output" = 10 ]
}

@test "grader: nobody reads another submission, or a solution" {
    earns reads-others 0 fails
    run result reads-others '.. | strings'
    [[ $output != *"$SECRET"* ]] || { echo "$output"; return 1; }
    [[ $output != *upper_case* ]]
}

@test "grader: an archive that climbs out, or names absolute paths, stays in its place" {
    needs_the_grader
    [ ! -e /tmp/climbed ]
    [ -z "$(ls -A "$BATS_FILE_TMPDIR/out")" ]
    result climbs .name
    result absolute .name
}

@test "grader: a link to a solution is no submission" {
    earns links 5 fails # the client is its own
    earns zip-links 5 fails
    run result links '.exercises[0].tests[1].why'
    [[ $output == 'not started'* ]]
    run result links '.left[]'
    [[ $output == *everything* ]]
}

@test "grader: an archive that would fill the disk" { has_problem bomb 'the archive cannot be read, or is too large'; }
@test "grader: an archive that is none" { has_problem no-archive 'the archive cannot be read'; }
@test "grader: an empty archive" { has_problem empty 'no exercises/'; }
@test "grader: an empty folder" { has_problem nothing 'no exercises/'; }
@test "grader: something else" { has_problem notes.txt 'neither a folder nor'; }

@test "grader: a link to a folder of the instructor's is left alone" {
    has_problem link-to-a-folder 'neither a folder nor'
    [ "$(stat -c %a "$BATS_FILE_TMPDIR/private")" = 700 ]
}

@test "grader: the reports are whole, whatever a student prints" {
    needs_the_grader
    needs xmllint python3
    xmllint --noout "$GRADES/junit.xml"
    cat "$GRADES"/gradescope/*.json | jq -e 'has("score") and has("tests")' >/dev/null
    run python3 -c '
import csv, sys
rows = list(csv.reader(open(sys.argv[1])))
print(len(rows) - 1, "students,", *{len(row) for row in rows}, "columns")' "$GRADES/grades.csv"
    [ "$output" = "$(find "$CLASS" -mindepth 1 -maxdepth 1 -printf . | wc -c) students, 6 columns" ]
    ! grep -q '^"[-=+@]' "$GRADES/grades.csv" || { echo 'a cell is a formula'; return 1; }
    ! LC_ALL=C grep -lP '[\x00-\x08\x0B-\x1F]' "$GRADES"/feedback/* || return 1
    [ -s "$GRADES/class.md" ]
}

@test "grader: feedback says what failed, why, and how to repeat it" {
    needs_the_grader
    run cat "$GRADES/feedback/links.md"
    [[ $output == *'not judged (not started'* ]]
    run cat "$GRADES/feedback/daemon.md"
    [[ $output == *"The server did not say 'Listening on"* ]]
    [[ $output == *'make exercise1'* ]]
}

# A class of two, for what a second run does.
small_class() {
    needs_the_grader
    CLASS=$BATS_TEST_TMPDIR/class GRADES=$BATS_TEST_TMPDIR/grades
    export TMPDIR=$BATS_TEST_TMPDIR
    chmod 711 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/*/ "$TMPDIR"
    mkdir "$CLASS"
    honest ana
    honest bob
}

# Whether nothing of what this test's grader started is there any more.
none_runs() { ! pgrep -f "$TMPDIR/tmp" >/dev/null; }

graded_at() { stat -c %Y.%y "$GRADES"/results/*/exercise1.tap; }

@test "grader: a second run grades only what has changed" {
    small_class
    bash tools/grade/grade "$CLASS"
    local before
    before=$(graded_at | sort)
    submits_program bob <<<'return 1;'
    bash tools/grade/grade "$CLASS"
    [ "$(graded_at | sort | comm -12 - <(echo "$before") | wc -l)" = 1 ]
    earns ana 10 passes
    run result bob '.exercises[0].points'
    [ "$output" = 5 ]
    ALL=1 bash tools/grade/grade "$CLASS"
    [ "$(graded_at | sort | comm -12 - <(echo "$before") | wc -l)" = 0 ]
}

@test "grader: what else was changed is listed, and not taken" {
    small_class
    mkdir -p "$CLASS/ana/tests" "$CLASS/ana/common" "$CLASS/ana/steps/01-tcp"
    echo 'all: ; true' >"$CLASS/ana/Makefile"
    echo '#!/bin/true' >"$CLASS/ana/tests/exercise1.bats"
    cp common/net.h "$CLASS/ana/common/"
    cp steps/01-tcp/server.c "$CLASS/ana/steps/01-tcp/"
    echo '#error' >"$CLASS/ana/common/tcp.c"
    bash tools/grade/grade "$CLASS"
    earns ana 10 passes
    run result ana '.left | sort | join(" ")'
    echo "$output"
    [ "$output" = 'Makefile common/tcp.c tests/exercise1.bats' ]
}

@test "grader: Ctrl-C leaves nothing running, and the next run goes on from there" {
    small_class
    patch -s -p0 -d "$CLASS/bob/exercises/01-reply" <exercises/01-reply/wrong/client-no-shutdown.patch # for which a test waits
    with_keyboard grading bash tools/grade/grade "$CLASS"
    PATIENCE=$((PATIENCE * 12)) wait_until compgen -G "$GRADES/results/*/student.json" >/dev/null # it builds the kit first
    kill -INT -- "-${CLIENT[grading]}"
    ends "${CLIENT[grading]}" 130
    wait_until none_runs
    local before
    before=$(graded_at)
    bash tools/grade/grade "$CLASS"
    [ "$(graded_at | comm -12 - <(echo "$before") | wc -l)" = 1 ]
    earns ana 10 passes
}

@test "grader: without bubblewrap it says so, and goes on only with UNSAFE=1" {
    small_class
    mkdir "$BATS_TEST_TMPDIR/bin"
    find /usr/bin /bin/ ! -type d ! -name bwrap -exec ln -sf -t "$BATS_TEST_TMPDIR/bin" {} +
    PATH=$BATS_TEST_TMPDIR/bin run bash tools/grade/grade "$CLASS"
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'bubblewrap is missing'*UNSAFE=1* ]]
    PATH=$BATS_TEST_TMPDIR/bin UNSAFE=1 bash tools/grade/grade "$CLASS"
    earns ana 10 passes
    earns bob 10 passes
}

@test "grader: a sandbox that fails is the grader's trouble, not the student's" {
    needs_the_grader
    local kit=$BATS_TEST_TMPDIR/kit
    mkdir "$kit"
    cp -R Makefile common steps tests exercises "$kit/"
    cp exercises/01-reply/solution/*.c "$kit/exercises/01-reply/"
    cat >"$kit/sandbox" <<'SCRIPT'
#!/bin/sh
[ "$1" = build ] || { echo "bwrap: Can't bind mount it" >&2; exit 1; }
shift 2
exec "$@"
SCRIPT
    chmod +x "$kit/sandbox"
    make -s -C "$kit" build/tests/peer
    (cd "$kit" && SANDBOX=./sandbox bats --formatter tap tests/exercise1.bats) >"$BATS_TEST_TMPDIR/tap" || true
    run jq -L tools/grade -Rnr 'include "grade"; [inputs] | tap(1) | "\(.state), \(.tests[1].message)"' "$BATS_TEST_TMPDIR/tap"
    echo "$output"
    [[ $output == 'not judged, '*'grader: the sandbox failed'* ]]
}

# nobody_hands_in FOLDER: a class that is graded in a moment.
nobody_hands_in() {
    needs_the_grader
    GRADES=$BATS_TEST_TMPDIR/grades
    mkdir -p "$1"
    echo 'no submission' >"$1/notes.txt"
}

# is_graded: what `run` ran has found that class.
is_graded() {
    echo "$output"
    [ "$status" = 0 ]
    [[ $(cat "$GRADES/grades.csv") == *'"notes.txt","","",0,0,"neither a folder nor'* ]]
    rm -rf "$GRADES"
}

makes_grade() { run env -u MAKEFLAGS -u MAKELEVEL "$@"; }

@test "grader: SUBMISSIONS=~/class is a folder in every shell, exported or said to make" {
    export HOME=$BATS_TEST_TMPDIR/home shell
    nobody_hands_in "$HOME/class"
    for shell in bash dash zsh fish; do
        command -v $shell >/dev/null || continue
        makes_grade $shell -c 'make -s grade SUBMISSIONS=~/class'
        is_graded
    done
    makes_grade dash -c 'env SUBMISSIONS=~/class make -s grade'
    is_graded
    cd "$HOME"
    makes_grade bash "$OLDPWD/tools/grade/grade" class
    is_graded
    cd "$OLDPWD"
    makes_grade make -s grade SUBMISSIONS='~/nowhere'
    [ "$status" != 0 ]
    [[ $output == *'grade: There is no folder ~/nowhere.'* ]]
}

@test "grader: paths may have any characters, and CDPATH may be exported" {
    local odd="it's \"\$HOME\" \$(x) #1 %s \\ çá"
    export CDPATH=$BATS_TEST_TMPDIR/astray
    mkdir -p "$CDPATH/tools/grade"
    nobody_hands_in "$BATS_TEST_TMPDIR/$odd"
    mkdir "$BATS_TEST_TMPDIR/tmp $odd"
    chmod 711 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/*/ "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/tmp $odd"
    makes_grade make -s grade SUBMISSIONS="$BATS_TEST_TMPDIR/$odd"
    is_graded
    SUBMISSIONS=$BATS_TEST_TMPDIR/$odd TMPDIR="$BATS_TEST_TMPDIR/tmp $odd" makes_grade make -s grade
    is_graded
    [ -z "$(ls -A "$BATS_TEST_TMPDIR/tmp $odd")" ]
    GRADES="$GRADES $odd"
    makes_grade make -s grade SUBMISSIONS="$BATS_TEST_TMPDIR/$odd" GRADES="$GRADES"
    is_graded
}

# a_class_in TMPDIR: one honest submission, to be judged there.
a_class_in() {
    needs_the_grader
    CLASS=$BATS_TEST_TMPDIR/class GRADES=$BATS_TEST_TMPDIR/grades
    mkdir -p "$CLASS" "$1"
    honest ana
    chmod 711 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/*/ "$BATS_TEST_TMPDIR"
    export TMPDIR=$1
}

# refuses PATTERN: what `run` ran has judged nobody, and said why.
refuses() {
    echo "$output"
    [ "$status" = 1 ]
    # shellcheck disable=SC2053 # it is a pattern
    [[ $output == $1 ]]
    [ ! -e "$GRADES/grades.csv" ]
}

@test "grader: a TMPDIR where no program runs is named, before anybody is judged" {
    needs unshare mount
    a_class_in "$BATS_TEST_TMPDIR/noexec"
    local own=(unshare --mount)
    [ "$EUID" = 0 ] || own+=(--user --map-current-user --keep-caps)
    "${own[@]}" mount -t tmpfs none "$TMPDIR" 2>/dev/null || {
        [ "$EUID" != 0 ] || [ -z "${CI:-}" ] || return 1
        skip 'this system allows no mounts'
    }
    # shellcheck disable=SC2016
    run "${own[@]}" bash -c 'mount -t tmpfs -o noexec none "$TMPDIR" && exec bash tools/grade/grade "$1"' - "$CLASS"
    refuses "grade: In $TMPDIR programs do not run: it is mounted noexec*TMPDIR=DIR*"
}

@test "grader: a TMPDIR that nobody may enter is named, before anybody is judged by root" {
    [ "$EUID" = 0 ] || skip 'only root becomes nobody'
    a_class_in "$BATS_TEST_TMPDIR/private/deep"
    chmod 700 "$BATS_TEST_TMPDIR/private"
    run bash tools/grade/grade "$CLASS"
    refuses "grade: The user nobody, *, may not enter $BATS_TEST_TMPDIR/private: chmod a+x it*TMPDIR=DIR*"
    chmod a+x "$BATS_TEST_TMPDIR/private"
    bash tools/grade/grade "$CLASS"
    earns ana 10 passes
}

@test "grader: another parallel than GNU's is no riddle" {
    a_class_in "$BATS_TEST_TMPDIR/tmp"
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\necho "parallel: invalid option" >&2\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/parallel"
    chmod +x "$BATS_TEST_TMPDIR/bin/parallel"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH run bash tools/grade/grade "$CLASS"
    refuses 'grade: the parallel that is first in PATH is not GNU parallel*apt-get install parallel*'
}
