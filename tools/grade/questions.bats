#!/usr/bin/env bats
# The questions about students' own programs, and the sheet for what a person marks.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    needs python3 jq
    export GRADES=$BATS_TEST_TMPDIR/grades SUBMISSIONS='' EXERCISE=6 EXERCISES='' SEED='' RUBRIC='' LC_ALL=C
    mkdir -p "$GRADES/programs"
    echo '[]' >"$GRADES/programs/students.json"
    [ -e tools/grade/questions ] || skip 'students do not have the questions'
}

# hands_in WHO EXERCISE FILE...: as grade --take leaves it; of - the server is read.
hands_in() {
    local folder=$GRADES/programs/$1/$2
    mkdir -p "$folder"
    if [ "$3" = - ]; then cat >"$folder/server.c"; else cp "${@:3}" "$folder/"; fi
    jq --arg name "$1" '. + [{name: $name, id: "", late: false, submitted: "", file: $name}] | unique' \
        "$GRADES/programs/students.json" >"$GRADES/new"
    mv "$GRADES/new" "$GRADES/programs/students.json"
}

draws() { python3 tools/grade/questions; }

# cell WHO COLUMN: what the sheet has there, in WHO's first row.
cell() {
    python3 - "$@" <<'PYTHON'
import csv, os, sys
path = os.environ["RUBRIC"] or os.environ["GRADES"] + "/rubric.csv"
with open(path, encoding="utf-8-sig", newline="") as file:
    text = file.read()
for row in csv.DictReader(text.splitlines(True), delimiter=";" if ";" in text.split("\n")[0] else ","):
    if row["student"] == sys.argv[1]:
        print(row[sys.argv[2]])
        break
PYTHON
}

# fill WHO COLUMN TEXT: as a teacher does; SEPARATOR and ENCODING as their program.
fill() {
    python3 - "$@" <<'PYTHON'
import csv, os, sys
path = os.environ["GRADES"] + "/rubric.csv"
with open(path, encoding="utf-8-sig", newline="") as file:
    rows = list(csv.DictReader(file))
for row in rows:
    if row["student"] == sys.argv[1]:
        row[sys.argv[2]] = sys.argv[3]
with open(path, "w", encoding=os.environ.get("ENCODING", "utf-8"), newline="") as file:
    out = csv.DictWriter(file, rows[0], delimiter=os.environ.get("SEPARATOR", ","))
    out.writeheader()
    out.writerows(rows)
PYTHON
}

# asked: the questions of all that are printed, as text.
asked() { sed -n 's/.*<p class="ask">\(.*\)<\/p>/\1/p' "$GRADES/questions.html"; }

# places WHO: what is asked about, and which question, two lines.
places() { jq -r --arg who "$1/6" '.drawn[$who].places[] | map(tostring) | join(" ")' "$GRADES/questions.json"; }

# with_questions CODE ARGUMENT...: Python that finds questions, by their names in
# questions.ini: found(EXERCISE, TEXT) is what can be asked of a program.
with_questions() {
    python3 -c 'import importlib.machinery, importlib.util, pathlib, sys
sys.dont_write_bytecode = True
sys.path.insert(0, "tools/grade")
loader = importlib.machinery.SourceFileLoader("questions", "tools/grade/questions")
questions = importlib.util.module_from_spec(importlib.util.spec_from_loader("questions", loader))
sys.modules["questions"] = questions
loader.exec_module(questions)
kit = questions.Kit("en")
def found(exercise, text):
    return list(kit.candidates(exercise, [questions.Program("server.c", text.encode())]))
def around(statements):
    return ("static int count;\nvoid *serve(void *argument)\n{\n" + "\n".join(statements) + "\n}\n"
            "int main(void) { socket(); accept_client(l, n); pthread_create(&t, NULL, serve, c); }\n")
'"$1" "${@:2}"
}

# topics STATEMENT...: the questions that fit what stands in a server with threads.
topics() {
    with_questions '
print(*sorted({one.question.name for one in found(6, around(sys.argv[1:]))
               if one.piece.function == "serve" and one.piece.kind == "statement"}))' "$@"
}

@test "questions: two for each exercise, with the lines of their own that they are about" {
    EXERCISE=
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    hands_in ana 05-counter exercises/05-counter/solution/server.c
    run draws
    echo "$output"
    [ "$status" = 0 ]
    [ "$(asked | wc -l)" = 4 ]
    [ "$(grep -c '<mark>' "$GRADES/questions.html")" -ge 4 ]
    local place line shown
    for place in 'line 1' 'line 2'; do
        line=$(cell ana "$place")
        echo "$line"
        line=${line#server.c }
        shown=$(sed -n "${line%%:*}p" "$GRADES/programs/ana/05-counter/server.c")
        echo "$shown"
        [[ "$shown" == *"${line#*: }"* ]]
        # Nobody is asked what step 05 has, as long as there are lines of their own.
        run grep -xF -- "$shown" steps/05-threads/server.c
        [ "$status" = 1 ]
    done
}

@test "questions: the same come again; another seed draws others" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    draws
    cp "$GRADES/questions.html" "$BATS_TEST_TMPDIR/first"
    draws
    cmp "$GRADES/questions.html" "$BATS_TEST_TMPDIR/first"
    rm "$GRADES/questions.json"
    draws
    cmp "$GRADES/questions.html" "$BATS_TEST_TMPDIR/first"
    SEED=2 draws
    run cmp "$GRADES/questions.html" "$BATS_TEST_TMPDIR/first"
    [ "$status" = 1 ]
}

@test "questions: who comes later changes no question that is printed" {
    hands_in bia 06-homework exercises/06-homework/solution/*.c
    draws
    local first
    first=$(places bia)
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    draws
    [ "$(places bia)" = "$first" ]
    [ -n "$(places ana)" ]
    # A program that is another now is asked about anew.
    hands_in bia 06-homework steps/06-broadcast/*.c
    draws
    [ "$(places bia)" != "$first" ]
}

@test "questions: of one program no two students get the same" {
    local who
    for who in ana bia caio; do # there are eight, about three lines
        hands_in "$who" 06-homework - <<<'int main(void) { a = accept(s, 0, 0); recv(a, t, 3, 0); send(a, t, 3, 0); }'
    done
    draws
    for who in ana bia caio; do places "$who"; done | tee "$BATS_TEST_TMPDIR/places"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/places")" = 6 ]
    [ -z "$(sort "$BATS_TEST_TMPDIR/places" | uniq -d)" ]
}

@test "questions: whoever copies step 06 is asked about its lines, and the teacher sees that" {
    hands_in ana 06-homework steps/06-broadcast/*.c
    draws
    [ "$(grep -c 'This line stands so in step 6' "$GRADES/answers.html")" = 2 ]
    run grep -c 'stands' "$GRADES/questions.html"
    [ "$output" = 0 ]
}

@test "questions: answers stand in the teacher's file alone, and no comment gives one away" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    draws
    grep -q 'A good answer' "$GRADES/answers.html"
    run grep -E 'A good answer|so that its own thread ends|the last one fills the gap' "$GRADES/questions.html"
    [ "$status" = 1 ]
}

@test "questions: each statement gets the questions that make sense for it" {
    [[ " $(topics 'send(fd, text, len, 0);') " == *' send/gone send/short send/unchecked '* ]]
    [[ $(topics 'if (send(fd, text, len, 0) == -1) return 0;') != *send/unchecked* ]]
    [[ $(topics 'pthread_mutex_lock(&m); send_line(fd, text); pthread_mutex_unlock(&m);') == *send/locked* ]]
    [[ $(topics 'pthread_mutex_lock(&m); count = 1; pthread_mutex_unlock(&m); send_line(fd, text);') != *send/locked* ]]
    [[ $(topics 'pthread_mutex_lock(&m); if (x) { pthread_mutex_unlock(&m); return 0; } send_line(fd, text);') == *send/locked* ]]
    [[ $(topics 'if (x) { pthread_mutex_lock(&m); pthread_mutex_unlock(&m); return 0; } count++;') == *share/step* ]]
    [[ $(topics 'int own; own++;') != *share/step* ]]
    [[ $(topics 'char text[SIZE - 1];') != *text/last* ]]
    [[ $(topics 'text[len - 1] = 0;') == *text/last* ]]
    [[ $(topics 'for (size_t i = 0; i < sizeof a / sizeof a[0]; i++) x();') != *loop/less* ]]
    [[ $(topics 'for (size_t i = 0; i < len; i++) x();') == *loop/less* ]]
    [[ $(topics 'pthread_create(&t, NULL, serve, NULL);') != *thread/owner* ]]
    [[ $(topics 'pthread_create(&t, NULL, serve, client);') == *thread/owner* ]]
    [[ $(topics 'pthread_create(&t, NULL, serve, &client);') == *thread/address* ]]
    [[ $(topics 'read(STDIN_FILENO, text, 10);') != *recv/* ]]
    [[ $(topics 'pthread_create(&t,0,serve,(void*)&client);') == *thread/address* ]]
    [[ $(topics 'pthread_create(&t,0,serve,0);') != *thread/owner* ]]
    [[ $(topics 'while(1){ for(i=0;i<n;i++) if(a[i]==b) x(); }') == 'any/if any/loop loop/ever loop/less' ]]
    [[ $(topics 'write(fd,text,len);') == 'send/gone send/short send/unchecked' ]]
    [ -z "$(topics 'write(1,text,len);' 'write(wake_pipe[1],"",1);')" ]
    [[ $(topics 'close(fd);') == *close/leak* ]]
    [[ $(topics 'close(l);') != *close/* ]] # where all wait, in main
}

@test "questions: what stands in comments, strings and macros is no code" {
    [ -z "$(topics '/* send(fd, text, len, 0); */' '// close(fd);' $'#define SAY \\\n send(fd, text, len, 0);')" ]
    [[ $(topics 'puts("close(fd); send(fd); free(x)");') != *@(close|send|memory)/* ]]
    [[ $(topics "if (c == '\"') free(x); puts(\"\");") == *memory/use* ]]
}

@test "questions: each is in both languages, with the same code in them" {
    python3 - <<'PYTHON'
import configparser, re, sys
catalogue = configparser.ConfigParser(interpolation=None, delimiters="=", comment_prefixes="#")
catalogue.read("tools/grade/questions.ini", encoding="utf-8")
names = {"en", "en_answer", "pt", "pt_answer", "finds", "if", "unless", "function", "where", "exercises", "worth"}
for name in catalogue.sections():
    one = catalogue[name]
    assert not set(one) - names, (name, set(one) - names)
    for key in ("finds", "if", "unless", "function"):
        re.compile(one.get(key, ""))
    groups = set(re.compile(one["finds"]).groupindex) | {"function"}
    for key in ("en", "pt"):
        assert one[key] and one[key + "_answer"], name
        assert one[key].endswith((".", "?")) and one[key + "_answer"].endswith("."), name
        used = set(re.findall(r"\{(\w+)\}", one[key] + one[key + "_answer"]))
        assert used <= groups, (name, used - groups)
        assert all(mark in ("".join(re.findall("`[^`]*`", one[key]))) for mark in re.findall(r"\{\w+\}", one[key])), name
    assert sorted(re.findall("`([^`]*)`", one["en"])) == sorted(re.findall("`([^`]*)`", one["pt"])), name
PYTHON
}

@test "questions: each finds something, in a solution, in a step, or in what students write" {
    with_questions '
names = set()
for exercise, folder in kit.folders.items():
    step = next(pathlib.Path("steps").glob("%02d-*" % kit.statement(exercise)[1]))
    for file in [*folder.glob("solution/*.c"), *step.glob("*.c")]:
        names |= {one.question.name for one in found(exercise, file.read_text())}
    names |= {one.question.name for one in found(exercise, around(sys.argv[1:]))}
missing = {question.name for question in kit.questions} - names
sys.exit(", ".join(sorted(missing)) or 0)' \
        'select(n, &s, NULL, NULL, NULL);' 'fgets(line, 9, stdin);' 'p = realloc(p, 9);' 'strtok(line, " ");' \
        'a.sin_addr.s_addr = htonl(INADDR_ANY);' 'fork();' 'if (p.revents & POLLIN) x();' 'if (p.revents & POLLHUP) x();' \
        'pthread_create(&t, NULL, serve, (void *)client);' 'if (strncmp(line, "/msg", 4) == 0) x();' 'p = strchr(line, 10);'
}

@test "questions: in Portuguese where that is the language of the terminal" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    LC_ALL=pt_BR.UTF-8 draws
    grep -q '<html lang="pt-BR">' "$GRADES/questions.html"
    grep -q '<h2>Exercício 6' "$GRADES/questions.html"
    grep -q 'Horas que levou' "$GRADES/questions.html"
    grep -q 'Uma boa resposta' "$GRADES/answers.html"
    [ "$(cell ana exercise)" = 6 ] # the sheet is the same in both
}

@test "questions: nothing that a student writes leaves its place in the page or the sheet" {
    hands_in '<script>x</script>' 06-homework - <<<'int main(void) { send(s, "</pre><script>alert(1)</script>", 3, 0); }'
    hands_in '=1+1' 06-homework - <<<'int main(void) { free(x); }'
    hands_in $'turned\xe2\x80\xaeround' 06-homework - < <(printf 'int main(void) { /* \xe9 */ send(s, "\x1b[2J\xe7\xe3o", 3, 0); }\n')
    draws
    run grep -E '<script|alert\(1\)</script' "$GRADES/questions.html" "$GRADES/answers.html"
    [ "$status" = 1 ]
    run grep -aF $'\xe2\x80\xae\n\e' "$GRADES/questions.html" "$GRADES/rubric.csv"
    [ "$status" = 1 ]
    grep -q 'ção' "$GRADES/questions.html"
    grep -q "^'=1+1,,6," "$GRADES/rubric.csv"
}

@test "questions: programs that are none, or one line, or endless, do no harm" {
    hands_in empty 06-homework - </dev/null
    hands_in prose 06-homework - <<<'Professor, I could not do it (really!'
    hands_in open 06-homework - <<<'int main(void) { send(s, "open); close(x); /* and so on'
    hands_in nested 06-homework - < <(printf 'int main(void) { f'; head -c 100000 /dev/zero | tr '\0' '(')
    hands_in line 06-homework - < <(sed '/^#/d' exercises/06-homework/solution/server.c | tr '\n' ' ')
    run draws
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == '5 of 5 students'* ]]
    grep -q 'Nothing was found in this program' "$GRADES/questions.html"
    [[ "$(cell line 'line 1')" == 'server.c 1: '?* ]]
    # Of a line without an end a piece is shown.
    [ "$(awk '{ if (length > most) most = length } END { print most }' "$GRADES/questions.html")" -lt 2000 ]
}

@test "questions: without programs, or for no exercise, one sentence says so" {
    rm "$GRADES/programs/students.json"
    run draws
    [ "$status" = 1 ]
    [[ $output == *'make questions SUBMISSIONS=DIR'* ]]
    EXERCISE=99 run draws
    [ "$status" = 1 ]
    [[ $output == *'There is no exercise 99'* ]]
}

@test "questions and marks: RUBRIC in a folder that is not there is said, before anything is written" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    local tool
    for tool in questions marks; do
        RUBRIC=$BATS_TEST_TMPDIR/none/rubric.csv run python3 tools/grade/$tool
        [ "$output" = "$tool: There is no folder $BATS_TEST_TMPDIR/none for RUBRIC." ]
    done
    [ ! -e "$GRADES/questions.html" ]
}

@test "questions: the sheet has a column for each criterion, and Excel sees that it is UTF-8" {
    hands_in 'João' 06-homework exercises/06-homework/solution/*.c
    draws
    [ "$(head -c 3 "$GRADES/rubric.csv" | od -An -tx1 | tr -d ' ')" = efbbbf ]
    local name points
    while IFS=, read -r name points; do
        head -n 1 "$GRADES/rubric.csv" | grep -qF ",$name (of $points),"
    done < <(tail -n +2 exercises/rubric.csv)
    [ "$(cell 'João' exercise)" = 6 ]
}

@test "questions: what is filled in into the sheet stays" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    hands_in bia 06-homework exercises/06-homework/solution/*.c
    draws
    local first
    first=$(cell ana 'line 1') other=$(cell bia 'line 1')
    fill ana 'readable (of 2)' 1,5
    SEPARATOR=';' ENCODING=cp1252 fill ana note 'não explicou'
    hands_in caio 06-homework exercises/06-homework/solution/*.c
    SEED=3 run draws
    echo "$output"
    [[ $output == *'ana, exercise 6: is filled in, and keeps its former lines'* ]]
    [ "$(cell ana 'readable (of 2)')" = 1,5 ]
    [ "$(cell ana note)" = 'não explicou' ]
    [ "$(cell ana 'line 1')" = "$first" ]
    [ "$(cell bia 'line 1')" != "$other" ]
    [ "$(cell caio exercise)" = 6 ]
    # She hands in nothing any more: her marks stay; of bia there was nothing to lose.
    jq 'map(select(.name == "caio"))' "$GRADES/programs/students.json" >"$GRADES/new"
    mv "$GRADES/new" "$GRADES/programs/students.json"
    SEED=3 draws
    [ "$(cell ana note)" = 'não explicou' ]
    [ -z "$(cell bia exercise)" ]
}

@test "questions: an exercise that is asked about later leaves the rows of the others" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    hands_in bia 06-homework exercises/06-homework/solution/*.c
    hands_in ana 05-counter exercises/05-counter/solution/server.c
    draws
    fill ana hours 3
    local bia
    bia=$(cell bia 'line 1')
    EXERCISE=5 run draws
    [ "$output" = "${output//filled in, and/}" ]
    [ "$(cut -d , -f 1,3 "$GRADES/rubric.csv" | tail -n +2 | paste -sd ' ')" = 'ana,5 ana,6 bia,6' ]
    [ "$(cell bia 'line 1')" = "$bia" ]
}

@test "questions: a sheet that cannot be read is left as it is" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    echo 'my own notes' >"$GRADES/rubric.csv"
    run draws
    [ "$status" = 1 ]
    [[ $output == *'rubric.csv: its first line has no column exercise'* ]]
    [ "$(cat "$GRADES/rubric.csv")" = 'my own notes' ]
}

# graded WHO POINTS: what grade keeps of them, of exercise 6.
graded() {
    mkdir -p "$GRADES/results/$1"
    jq -n --arg name "$1" --argjson points "$2" '{name: $name, id: "", final: ($points / 2),
        exercises: [{exercise: 6, state: "fails", points: $points, of: 10}]}' >"$GRADES/results/$1/student.json"
}

@test "marks: the points of the sheet stand beside those of the tests" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    hands_in bia 06-homework exercises/06-homework/solution/*.c
    graded ana 8
    graded caio 3
    draws
    fill ana 'line 1 explained (of 3)' 2,5
    fill ana 'line 2 explained (of 3)' 3
    fill ana 'errors handled (of 2)' 0
    fill ana 'readable (of 2)' 1.25
    SEPARATOR=';' fill ana hours 4,5
    run python3 tools/grade/marks
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *'Exercise 6: 1 of 2 marked, 6.75 of 10 on average; it took 4.5 hours (median of 1)'* ]]
    [[ $output == *'marks: not graded: bia'* ]]
    [[ $output == *'marks: not in the sheet: caio'* ]]
    diff - <(tail -n +2 "$GRADES/marks.csv" | tr -d '\r') <<'CSV'
ana,,8,6.75,4,10,6.75,10,0
bia,,,,,,0,10,4
caio,,3,,1.5,10,0,0,0
CSV
}

@test "questions and marks: a student is the same with a pseudonym as without, in sheet and draw" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    graded ana 8
    draws
    fill ana 'readable (of 2)' 1
    local before
    before=$(asked)
    printf '%s\n' pseudonym,name,id,key student-417,ana,,ana >"$GRADES/private.csv"
    python3 tools/grade/marks # her results have her name
    grep -q "^ana,,8,1,4,10,1,10,3" "$GRADES/marks.csv"

    # As with ANON=1, and once more without.
    mv "$GRADES/programs/ana" "$GRADES/programs/student-417"
    mv "$GRADES/results/ana" "$GRADES/results/student-417"
    sed -i 's/"ana"/"student-417"/' "$GRADES/programs/students.json" "$GRADES/results/student-417/student.json"
    draws
    [ "$(asked)" = "$before" ]
    [ "$(cell student-417 'readable (of 2)')" = 1 ]
    run python3 tools/grade/marks
    echo "$output"
    [[ $output != *'marks: not'* ]]
    run grep -c . "$GRADES/marks.csv"
    [ "$output" = 2 ]
    ! grep -w ana "$GRADES/rubric.csv" "$GRADES/marks.csv" "$GRADES/questions.html" || return 1
    mv "$GRADES/results/student-417" "$GRADES/results/ana"
    sed -i 's/"student-417"/"ana"/' "$GRADES/results/ana/student.json"
    python3 tools/grade/marks # the sheet has pseudonyms
    grep -q '^ana,' "$GRADES/marks.csv"
    [ "$(grep -c . "$GRADES/marks.csv")" = 2 ]
}

@test "marks: a cell that is no number of points, or too many, is named, and nothing is written" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    hands_in bia 06-homework exercises/06-homework/solution/*.c
    draws
    fill ana 'readable (of 2)' 3
    fill bia 'readable (of 2)' good
    run python3 tools/grade/marks
    [ "$status" = 1 ]
    [[ $output == *'ana, exercise 6, readable (of 2): 3'* ]]
    [[ $output == *'bia, exercise 6, readable (of 2): good'* ]]
    [ ! -e "$GRADES/marks.csv" ]
}

@test "marks: weights are the teacher's own" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    draws
    fill ana 'readable (of 2)' 2
    sed -i '1s/readable (of 2)/readable (of 4)/' "$GRADES/rubric.csv"
    run python3 tools/grade/marks
    echo "$output"
    grep -q '^ana,.*,2,12,3' "$GRADES/marks.csv"
    # make questions sets them as exercises/rubric.csv says, and keeps the points.
    draws
    [ "$(cell ana 'readable (of 2)')" = 2 ]
}

@test "questions and marks: GRADES may begin with ~, or be a path from here, as for the grader" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    # shellcheck disable=SC2088 # it is the programs that know what it stands for
    HOME=$BATS_TEST_TMPDIR GRADES='~/grades' python3 tools/grade/questions
    # shellcheck disable=SC2088
    HOME=$BATS_TEST_TMPDIR GRADES='~/grades' python3 tools/grade/marks
    [ -s "$GRADES/marks.csv" ]
    # shellcheck disable=SC2016 # of the shell that is begun
    local settles='source tools/grade/judge.bash && called_in=/class settle_grades && echo "$GRADES"'
    # shellcheck disable=SC2088
    [ "$(HOME=/ana GRADES='~/of 3' bash -c "$settles")" = '/ana/of 3' ]
    [ "$(GRADES='of 3' bash -c "$settles")" = '/class/of 3' ]
    [ "$(GRADES='' bash -c "$settles")" = "$PWD/build/grades" ]
}

@test "questions and marks: make finds them" {
    hands_in ana 06-homework exercises/06-homework/solution/*.c
    env -u MAKEFLAGS -u MAKELEVEL make -s questions
    env -u MAKEFLAGS -u MAKELEVEL make -s marks
    [ -s "$GRADES/questions.html" ]
    [ -s "$GRADES/marks.csv" ]
}
