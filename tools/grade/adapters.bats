#!/usr/bin/env bats
# One judged submission, and what is made of it for platforms. What `one` prints has
# a schema of ours. Of the platforms, Classroom 50 publishes one; Gradescope and
# PrairieLearn describe their files, and give examples: the schemas beside the
# adapters hold what is said there, and say where. Examples of the documentations
# are tried here, too, so that no schema refuses what a platform takes.
# shellcheck disable=SC2030,SC2031,SC2154 # what run sets is for one test alone
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

ADAPTERS=tools/grade/adapters

needs_the_grader() { needs bwrap jq zip unzip; }

# submission NAME: a folder with the solution of exercise 1 in it.
submission() {
    mkdir -p "$SUBMISSIONS/$1"
    cp exercises/01-reply/solution/*.c "$SUBMISSIONS/$1/"
}

# What students hand in: all of it right, one thing wrong, what does not build,
# nothing; and the kit's tree.
submissions() {
    submission right
    submission wrong
    patch -s -p0 -d "$SUBMISSIONS/wrong" <exercises/01-reply/wrong/server-off-by-one.patch
    submission broken
    echo 'int' >"$SUBMISSIONS/broken/server.c"
    rm "$SUBMISSIONS/broken/client.c"
    mkdir -p "$SUBMISSIONS/nothing" "$SUBMISSIONS/tree/exercises"
    cp -R "$SUBMISSIONS/right" "$SUBMISSIONS/tree/exercises/01-reply"
}

# packed_kit FOLDER: it is built as this one is, which is soon done.
packed_kit() {
    mkdir -p "$1/build/tests"
    cp -Rp build/common build/step* "$1/build/"
    cp -p build/tests/peer "$1/build/tests/"
}

setup_file() {
    export SUBMISSIONS=$BATS_FILE_TMPDIR/submissions JUDGED=$BATS_FILE_TMPDIR SANITIZE=
    export TIMEOUT_SCALE=${TIMEOUT_SCALE:-1}
    command -v bwrap jq zip unzip >/dev/null || return 0
    submissions
    chmod 711 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
    local who status
    for who in right wrong broken nothing; do
        status=0 # what is wrong with it is for the tests to say
        bash tools/grade/one "$SUBMISSIONS/$who" 1 >"$JUDGED/$who.json" 2>"$JUDGED/$who.log" || status=$?
        echo "$status" >"$JUDGED/$who.status"
        jq '{problem, exercises: [.]}' "$JUDGED/$who.json" >"$JUDGED/$who.all" || true
    done
}

# valid SCHEMA [FILTER]: for standard input, or what jq makes of it.
valid() {
    needs python3
    python3 -c 'import jsonschema' 2>/dev/null || {
        [ -z "${CI:-}" ] || { echo 'python3-jsonschema is missing in CI'; return 1; }
        skip 'python3-jsonschema is not installed'
    }
    jq "${2:-.}" | python3 -c '
import json, jsonschema, sys
with open(sys.argv[1]) as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.Draft202012Validator(schema).validate(json.load(sys.stdin))' "$1"
}

# adapt WHO FILTER: what a filter of adapters.jq makes of a document.
adapt() { jq -L tools/grade "include \"adapters\"; $2" "$JUDGED/$1.all" "${@:3}"; }

@test "one: each document is as the schema says, and the exit status 0" {
    needs_the_grader
    local who
    for who in right wrong broken nothing; do
        echo "$who"
        cat "$JUDGED/$who.log"
        [ "$(cat "$JUDGED/$who.status")" = 0 ]
        [ ! -s "$JUDGED/$who.log" ]
        valid tools/grade/result.schema.json <"$JUDGED/$who.json"
    done
}

@test "one: the schema refuses what no such document may be" {
    needs_the_grader
    local filter
    for filter in '.more = 1' 'del(.kit)' '.state = "good"' '.points = -1' '.tests[1].status = "ok"' 'del(.tests[0].why)' '.version = 2'; do
        echo "$filter"
        run valid tools/grade/result.schema.json "$filter" <"$JUDGED/right.json"
        [ "$status" = 1 ]
        [[ $output == *ValidationError* ]]
    done
}

@test "one: it says what was judged, by the statement" {
    needs_the_grader
    summary() { jq -r '"\(.exercise) \(.title), \(.state): \(.points) of \(.of)"' "$JUDGED/$1.json"; }
    [ "$(summary right)" = '1 a reply, passes: 10 of 10' ]
    [[ $(summary wrong) == '1 a reply, fails: '[1-9]' of 10' ]]
    [ "$(summary broken)" = '1 a reply, does not build: 0 of 10' ]
    [ "$(summary nothing)" = '1 a reply, not started: 0 of 10' ]
    [[ $(jq -r .problem "$JUDGED/nothing.json") == *'no exercises/01-reply/server.c'* ]]
    [[ $(jq -r '.tests[0].message' "$JUDGED/broken.json") == *'server.c does not build'*error* ]]
    jq -e '.tests[1] | .program == "server" and .hint == 1' "$JUDGED/right.json"
    jq -e '[.tests[] | select(.status == "fails" and .message == "")] == []' "$JUDGED/wrong.json"
}

@test "one: an archive, a file, an exercise's folder and the kit's tree are submissions, too" {
    needs_the_grader
    local one=$PWD/tools/grade/one
    worth() { bash "$one" "$1" 1 | jq .points; }
    cd "$SUBMISSIONS"
    (cd right && zip -q ../archive.zip ./*.c)
    [ "$(worth archive.zip)" = 10 ]
    [ "$(worth right/server.c)" = 5 ]
    [ "$(worth tree/exercises/01-reply)" = 10 ]
    [ "$(worth tree)" = 10 ]
    cd right
    [ "$(worth .)" = 10 ]
}

@test "one: with TREE=1 a file without a place is nobody's" {
    needs_the_grader
    TREE=1 run bash tools/grade/one "$SUBMISSIONS/right" 1
    [ "$(jq -r .state <<<"$output")" = 'not started' ]
}

@test "one: what is no submission, or no exercise, is said" {
    needs_the_grader
    run --separate-stderr bash tools/grade/one "$SUBMISSIONS/nowhere" 1
    [ "$status$output" = 1 ]
    [ "$stderr" = "one: There is no $SUBMISSIONS/nowhere." ]
    run --separate-stderr bash tools/grade/one README.md 1
    [ "$status$output" = 1 ]
    [[ $stderr == 'one: '*' is neither a folder, an archive nor a .c file.' ]]
    local arguments
    for arguments in '' right 'right 77' 'right x' 'right 1 2'; do
        # shellcheck disable=SC2086 # words
        run --separate-stderr bash tools/grade/one $arguments
        [ "$status$output" = 2 ]
        [[ $stderr == 'usage: tools/grade/one FOLDER N'* ]]
    done
}

# breaks_off FOLDER: what is there lets no tests come to their end.
breaks_off() {
    mkdir -p "$1"
    cat >"$1/timeout" <<'SCRIPT'
#!/bin/sh
case $* in
    *run-tests*) echo 1..10; echo "ok 1 exercise 1: server.c and client.c build" ;;
    *) exec /usr/bin/timeout "$@" ;;
esac
SCRIPT
    chmod +x "$1/timeout"
    PATH=$1:$PATH
}

@test "one: what could not be judged is no verdict: the document says so, and the exit status 1" {
    needs_the_grader
    breaks_off "$BATS_TEST_TMPDIR/bin"
    UNSAFE=1 run --separate-stderr bash tools/grade/one "$SUBMISSIONS/right" 1
    [ "$status" = 1 ]
    [ "$stderr" = 'one: The grader itself had trouble: not all tests could judge.' ]
    [ "$(jq -r .state <<<"$output")" = 'not judged' ]
    valid tools/grade/result.schema.json <<<"$output"
}

@test "one: what make grade keeps of a student holds such exercises" {
    needs_the_grader
    needs parallel
    mkdir "$BATS_TEST_TMPDIR/class"
    cp -R "$SUBMISSIONS/broken" "$BATS_TEST_TMPDIR/class/ana"
    chmod 711 "$BATS_TEST_TMPDIR"
    EXERCISE=1 GRADES=$BATS_TEST_TMPDIR/grades bash tools/grade/grade "$BATS_TEST_TMPDIR/class"
    jq '.["$ref"] = "#/$defs/judged" | del(.allOf, .required, .properties, .unevaluatedProperties)' \
        tools/grade/result.schema.json >"$BATS_TEST_TMPDIR/judged.json"
    valid "$BATS_TEST_TMPDIR/judged.json" '.exercises[0]' <"$BATS_TEST_TMPDIR"/grades/results/*/student.json
    valid $ADAPTERS/gradescope/results.schema.json <"$BATS_TEST_TMPDIR/grades/gradescope/ana.json"
}

@test "gradescope: results are as its documentation says, whatever was handed in" {
    needs_the_grader
    local who
    for who in right wrong broken nothing; do
        adapt $who 'gradescope("visible")' >"$BATS_TEST_TMPDIR/results.json"
        valid $ADAPTERS/gradescope/results.schema.json <"$BATS_TEST_TMPDIR/results.json"
        jq -e '.score == ([.tests[].score] | add) and ([.tests[].max_score] | add) == 10' "$BATS_TEST_TMPDIR/results.json"
    done
    [[ $(adapt nothing 'gradescope("visible").output') == *'no exercises/01-reply/server.c'* ]]
    [[ $(adapt broken 'gradescope("visible").tests[0].output') == *error* ]]
    [[ $(adapt wrong '[gradescope("visible").tests[].output] | add') == *'Hint '[1-9]' of the statement'* ]]
}

@test "gradescope: tests are numbered in their order, and each is seen when it shall be" {
    needs_the_grader
    run adapt right '[gradescope("after_due_date 1.2=hidden 1.10=visible").tests[] | "\(.number) \(.visibility)"] | join(", ")' -r
    echo "$output"
    [[ $output == '1.0 after_due_date, 1.1 after_due_date, 1.2 hidden, 1.3 after_due_date,'*', 1.9 after_due_date' ]]
    [ "$(adapt right '[gradescope("").tests[].visibility] | unique | join(" ")' -r)" = visible ]
}

@test "gradescope: the schema takes an example as the documentation gives it, and no other words" {
    local example='{"score": 44.0, "execution_time": 136, "output": "text", "output_format": "simple_format",
        "test_output_format": "text", "test_name_format": "text", "visibility": "after_due_date",
        "stdout_visibility": "visible", "extra_data": {}, "tests": [{"score": 2.0, "max_score": 2.0,
        "status": "passed", "name": "a", "name_format": "text", "number": "1.1", "output": "b",
        "output_format": "text", "tags": ["c"], "visibility": "visible", "extra_data": {}}],
        "leaderboard": [{"name": "d", "value": 0.926}]}'
    valid $ADAPTERS/gradescope/results.schema.json <<<"$example"
    local filter
    for filter in '.visibility = "always"' '.tests[0].number = 1' '.tests[0].status = "passes"' 'del(.score, .tests)'; do
        run valid $ADAPTERS/gradescope/results.schema.json "$filter" <<<"$example"
        [ "$status" = 1 ]
        [[ $output == *ValidationError* ]]
    done
}

# autograder: unpacks build/autograder.zip, and sets it up, as Gradescope does; but
# nothing is installed, here where this machine has all.
autograder() {
    needs_the_grader
    export AUTOGRADER=$BATS_TEST_TMPDIR/autograder
    mkdir -p "$AUTOGRADER/source" "$AUTOGRADER/results" "$BATS_TEST_TMPDIR/bin"
    chmod 711 "$BATS_TEST_TMPDIR"
    printf '#!/bin/sh\necho "$@" >>"%s"\n' "$BATS_TEST_TMPDIR/apt-get" >"$BATS_TEST_TMPDIR/bin/apt-get"
    chmod +x "$BATS_TEST_TMPDIR/bin/apt-get"
    EXERCISE=1 bash $ADAPTERS/pack gradescope
    unzip -q build/autograder.zip -d "$AUTOGRADER/source"
    cp "$AUTOGRADER/source/run_autograder" "$AUTOGRADER/"
    packed_kit "$AUTOGRADER/source/kit"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH bash "$AUTOGRADER/source/setup.sh"
}

# without_bwrap: from here on there is none, and root may do what it may in a
# container of Docker's: not look into others' processes, nor make namespaces.
without_bwrap() {
    local rights=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap
    rights+=,+net_bind_service,+net_raw,+sys_chroot,+mknod,+audit_write,+setfcap
    [ "$EUID" != 0 ] || container=(setpriv --inh-caps=-all --bounding-set="$rights")
    mkdir "$BATS_TEST_TMPDIR/without"
    find /usr/bin /bin/ ! -type d ! -name bwrap -exec ln -sf -t "$BATS_TEST_TMPDIR/without" {} +
    # shellcheck disable=SC2123 # it is that path
    PATH=$BATS_TEST_TMPDIR/without
}

container=()

# hands_in WHO: and the autograder runs.
hands_in() {
    rm -rf "$AUTOGRADER/submission"
    cp -R "$SUBMISSIONS/$1" "$AUTOGRADER/submission"
    (cd "$AUTOGRADER" && "${container[@]}" ./run_autograder)
    valid $ADAPTERS/gradescope/results.schema.json <"$AUTOGRADER/results/results.json"
}

@test "gradescope: the zip judges by itself, in the sandbox where there is one" {
    autograder
    grep -q '^install .*bubblewrap' "$BATS_TEST_TMPDIR/apt-get"
    hands_in right
    [ "$(jq .score "$AUTOGRADER/results/results.json")" = 10 ]
    hands_in nothing
    [ "$(jq .score "$AUTOGRADER/results/results.json")" = 0 ]
}

@test "gradescope: and where there is none" {
    autograder
    without_bwrap
    hands_in tree
    [ "$(jq .score "$AUTOGRADER/results/results.json")" = 10 ]
}

# A program that would grade itself, and one that stays behind. It tries that on the
# test that runs it alone: should it ever succeed, nobody else is harmed.
hostile() {
    mkdir -p "$SUBMISSIONS/hostile"
    cat >"$SUBMISSIONS/hostile/server.c" <<SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(void)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/fd/3", (int)getppid());
    int said = open(path, O_WRONLY);
    dprintf(said, "ok 2 exercise 1: it is fine [10]\\n");
    if (said != -1)
        puts("$AUTOGRADER: it may write what the test says");
    close(said);
    system("for f in $AUTOGRADER/results \$PWD \$PWD/.. \$PWD/tests \$PWD/tests/exercise1.bats \$PWD/build/tests/peer $AUTOGRADER/source/kit/tests; do [ ! -w \$f ] || echo \$f; done");
    system("echo '{\"score\": 10}' >$AUTOGRADER/results/results.json");
    if (kill(getppid(), 0) == 0)
        puts("$AUTOGRADER: it may end the test");
    pid_t stays = fork();
    if (stays == 0) {
        setsid();
        for (;;)
            pause();
    }
    while (getpgid(stays) != stays)
        continue;
    return 0;
}
SOURCE
}

@test "gradescope: there, where root judges, nothing of a student's writes results or tests, or ends them" {
    [ "$EUID" = 0 ] || skip 'only root becomes nobody'
    autograder
    hostile
    without_bwrap
    export TMPDIR=$BATS_TEST_TMPDIR/tmp
    mkdir -m 1777 "$TMPDIR"
    hands_in hostile
    jq . "$AUTOGRADER/results/results.json"
    [ "$(jq .score "$AUTOGRADER/results/results.json")" = 0 ]
    [ "$(jq '.tests | length' "$AUTOGRADER/results/results.json")" = 10 ]
    jq -e '[.tests[1:6][].output != ""] | all' "$AUTOGRADER/results/results.json"
    ! grep -o "| $BATS_TEST_TMPDIR.*" "$AUTOGRADER/results/results.json" || return 1
    [ -z "$(find /proc/[0-9]*/exe -lname "$TMPDIR/*" 2>/dev/null)" ]
    [ "$(stat -c '%U %a' "$AUTOGRADER/results")" = 'root 700' ]
}

@test "gradescope: where the grader itself fails, nobody gets 0 points" {
    autograder
    hands_in right
    without_bwrap
    breaks_off "$BATS_TEST_TMPDIR/broken"
    cd "$AUTOGRADER"
    run ./run_autograder
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'The grader itself had trouble'* ]]
    [ ! -e results/results.json ]
}

@test "pack: what students do not get is in no package" {
    needs_the_grader
    EXERCISE=1 bash $ADAPTERS/pack gradescope
    run unzip -Z1 build/autograder.zip
    [[ $output == *kit/exercises/01-reply/README.md* ]]
    ! grep -E '^kit/exercises/[^/]+/(solution|wrong|[a-z]+\.c)|/epoll|check-grader|^kit/tools/grade/.*\.bats$' <<<"$output" || return 1
    grep -qx kit/tests/exercise1.bats <<<"$output"
}

@test "pack: settings that mean nothing are said" {
    needs_the_grader
    VISIBLE='visible 3.1=never' run bash $ADAPTERS/pack gradescope
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == 'pack: VISIBLE has 3.1=never.'* ]]
    EXERCISE=77 run bash $ADAPTERS/pack classroom
    [ "$status" = 1 ]
    [[ $output == 'pack: There is no exercise 77'* ]]
    EXERCISE='' EXERCISES='1 77' run bash $ADAPTERS/pack classroom
    [ "$status" = 1 ]
    EXERCISE='' EXERCISES='1 2' bash $ADAPTERS/pack classroom
    grep -qF "EXERCISES: '1 2'" build/classroom/socket-lab.yml
}

@test "classroom: the workflow uses no action but checkout, and files that are there" {
    needs_the_grader
    EXERCISE=1 bash $ADAPTERS/pack classroom
    local workflow=build/classroom/socket-lab.yml
    [ "$(grep -o 'uses: .*' $workflow | sort -u)" = 'uses: actions/checkout@v4' ]
    grep -qF "EXERCISES: '1'" $workflow
    local file count=0
    while read -r file; do
        ((++count))
        [ -e "$file" ]
    done < <(grep -o 'kit/tools/[a-z/.]*' $workflow | sed 's|^kit/||' | sort -u)
    [ $count = 2 ]
}

@test "classroom: the summary of the job is a table, and the job fails where a test does" {
    needs_the_grader
    export EXERCISES=1 GITHUB_STEP_SUMMARY=$BATS_TEST_TMPDIR/summary.md
    bash $ADAPTERS/classroom/summarize "$SUBMISSIONS/right"
    run cat "$GITHUB_STEP_SUMMARY"
    [[ $output == '# 10 of 10 points'*'| passes | the server sends the text back in upper case, then closes | 1 of 1 |'* ]]
    run bash $ADAPTERS/classroom/summarize "$SUBMISSIONS/broken"
    [ "$status" = 1 ]
    [[ $(cat "$GITHUB_STEP_SUMMARY") == *'does not build, 0 of 10'*'<details><summary>server.c and client.c build'* ]]
}

@test "classroom: Classroom 50's autograder writes its result.json" {
    needs_the_grader
    needs git python3
    EXERCISE=1 bash $ADAPTERS/pack classroom
    cp -R "$SUBMISSIONS/wrong" "$BATS_TEST_TMPDIR/checkout"
    cd "$BATS_TEST_TMPDIR/checkout"
    git init -q . && git add . && GIT_COMMITTER_DATE='2026-12-01T09:00:00 -0300' \
        git -c user.name=ana -c user.email=ana@example.com commit -qm 'My server'
    CLASSROOM=c ASSIGNMENT=reply ASSIGNMENT_TYPE=individual OWNER=ana USERNAME=ana \
        SUBMISSION_TAG=submit/2026-12-01T12-00-09Z-a1b2c3d COMMIT_URL=https://example.com/commit \
        RELEASE_URL=https://example.com/release REVIEW_URL='' TMPDIR=/tmp \
        python3 "$OLDPWD/build/classroom/classroom50/autograder.py"
    cat result.json
    jq -e '.datetime == "2026-12-01T12:00:00Z" and .owner == "ana" and .["max-score"] == 10
        and .score == ([.tests[].score] | add) and .score < 10' result.json
    cd "$OLDPWD"
    valid $ADAPTERS/classroom/result.schema.json <"$BATS_TEST_TMPDIR/checkout/result.json"
}

@test "classroom: the schema takes an example as the documentation gives it, and nothing less" {
    local example='{"schema": "classroom50/result/v1", "classroom": "a", "assignment": "b", "assignment_type": "individual",
        "owner": "c", "submission": "submit/2026-06-01T14-32-05Z-a1b2c3d", "commit": "https://example.com/1",
        "release": "https://example.com/2", "review": "https://example.com/3", "datetime": "2026-06-01T14:32:01Z",
        "score": 4, "max-score": 5, "tests": [{"test-name": "d", "passed": true, "score": 4, "max-score": 4},
        {"test-name": "e", "passed": false, "score": 0, "max-score": 1}]}'
    valid $ADAPTERS/classroom/result.schema.json <<<"$example"
    local filter
    for filter in 'del(.owner)' '.score = 0.5' '.submission = "x"' '.usernames = []' 'del(.tests[0].passed)'; do
        run valid $ADAPTERS/classroom/result.schema.json "$filter" <<<"$example"
        [ "$status" = 1 ]
        [[ $output == *ValidationError* ]]
    done
}

@test "prairielearn: results are as its documentation says; what does not build costs no try" {
    needs_the_grader
    local who
    for who in right wrong broken nothing; do
        adapt $who prairielearn >"$BATS_TEST_TMPDIR/$who"
        valid $ADAPTERS/prairielearn/results.schema.json <"$BATS_TEST_TMPDIR/$who"
    done
    cd "$BATS_TEST_TMPDIR"
    jq -e '.gradable and .score == 1 and ([.tests[].points] | add) == 10' right
    jq -e '.gradable and .score < 1 and .score > 0' wrong
    jq -e '(.gradable | not) and (.format_errors[0] | test("error"))' broken
    jq -e '(.gradable | not) and (.format_errors[0] | test("no exercises/01-reply/server.c"))' nothing
}

@test "prairielearn: the schema takes an example as the documentation gives it, and no other score" {
    local example='{"gradable": true, "score": 0.25, "message": "a", "output": "b", "images": [{"label": "c", "url": "d"}],
        "tests": [{"name": "e", "description": "f", "points": 1, "max_points": 4, "message": "g", "output": "h"}]}'
    valid $ADAPTERS/prairielearn/results.schema.json <<<"$example"
    valid $ADAPTERS/prairielearn/results.schema.json '{gradable: false, format_errors: ["i"], message}' <<<"$example"
    local filter
    for filter in '.score = 25' 'del(.score)' '.gradable = "no"' 'del(.tests[0].name)'; do
        run valid $ADAPTERS/prairielearn/results.schema.json "$filter" <<<"$example"
        [ "$status" = 1 ]
        [[ $output == *ValidationError* ]]
    done
}

@test "prairielearn: a result is never too large, however much a student prints" {
    needs_the_grader
    jq '.exercises = [range(9) as $i | .exercises[0] | .tests[].status = "fails" | .tests[].message = "x" * 100000]' \
        "$JUDGED/wrong.all" >"$BATS_TEST_TMPDIR/large.all"
    JUDGED=$BATS_TEST_TMPDIR
    [ "$(adapt large prairielearn | wc -c)" -lt 1000000 ]
    [ "$(adapt large summary -r | wc -c)" -lt 1000000 ]
}

@test "prairielearn: what is packed judges /grade/student" {
    needs_the_grader
    EXERCISE=1 bash $ADAPTERS/pack prairielearn
    jq -e '.externalGradingOptions | .enabled and .timeout <= 600 and .environment.EXERCISES == "1"' build/prairielearn/info.json
    export GRADE=$BATS_TEST_TMPDIR/grade
    mkdir "$GRADE"
    cp -R "$SUBMISSIONS/right" "$GRADE/student"
    packed_kit build/prairielearn/kit
    local entry
    entry=$(sed -n 's|^ENTRYPOINT \["bash", "/\(.*\)"\]$|\1|p' build/prairielearn/Dockerfile)
    EXERCISES=1 bash "build/prairielearn/$entry"
    valid $ADAPTERS/prairielearn/results.schema.json <"$GRADE/results/results.json"
    [ "$(jq .score "$GRADE/results/results.json")" = 1 ]
}
