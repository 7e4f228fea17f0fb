#!/usr/bin/env bats
# The statements of the exercises say what the tests ask, no less and no more; and
# an exercise stands wherever a student or a teacher looks for it. What is missing
# is named, in a sentence each: make check-exercise N=10 shows them.
# shellcheck disable=SC2016 # awk and sed have signs of their own
load ../../tests/lib/helpers
load exercises

# stated FOLDER COLUMN: what the first table of its statement says.
stated() { sed -n 's/^| step /| /p' "$1/README.md" | cut -d '|' -f "$2" | tr -d ' `'; }

# behaviours FILE: of the points table "NAME [POINTS]". hints FILE: the numbers of
# the hints that it names for them.
behaviours() { sed -nE 's/^\| [^|]+ \| ([^|]+) \| ([0-9]+) \| [0-9] \|$/\1 [\2]/p' "$1"; }
hints() { sed -nE 's/^\| [^|]+ \| [^|]+ \| [0-9]+ \| ([0-9]) \|$/\1/p' "$1"; }

# tests_of FILE NUMBER: the tests of this exercise that give points.
tests_of() { sed -nE "s/^@test \"exercise $2: (.*\[[0-9]+\])\" .*/\1/p" "$1"; }

# in_both_languages: calls the function with '' and with .pt-BR, for each folder.
in_both_languages() {
    local folder language
    for folder in "${FOLDERS[@]}"; do
        for language in '' .pt-BR; do
            "$1" "$folder" "$(number_of "$folder")" "$language"
        done
    done
    lacks_nothing
}

# bats test_tags=exercise
@test "exercises: each has all its files" {
    local folder file program
    [ ${#FOLDERS[@]} -gt 0 ]
    for folder in "${FOLDERS[@]}"; do
        for file in "$folder"/README{,.pt-BR}.md "$(test_of "$folder")"; do
            [ -e "$file" ] || lacks "There is no $file."
        done
        has_solutions || continue
        [ -e "$folder/wrong/README.md" ] || lacks "There is no $folder/wrong/README.md."
        [ "$(compgen -G "$folder/wrong/*.patch" | wc -l)" -ge 8 ] || lacks "$folder/wrong has fewer than eight wrong programs."
        for file in "$folder"/wrong/*.patch; do
            [ ! -e "$file" ] || [ -n "$(sed -n 2p "$file")" ] || lacks "The second line of $file does not say what is wrong."
        done
        [ -e "$folder/README.md" ] || continue
        [[ $(stated "$folder" 2) =~ ^[0-9]{2}$ ]] || lacks "$folder/README.md does not say which step it starts from, in its first table."
        [[ $(stated "$folder" 3) == *.c* ]] || lacks "$folder/README.md does not say which files are handed in, in its first table."
        for program in $(stated "$folder" 3 | tr ',' ' '); do
            [ -e "$folder/solution/$program" ] || lacks "There is no $folder/solution/$program, which is handed in."
        done
    done
    lacks_nothing
}

# bats test_tags=exercise
@test "exercises: the points table of each statement is what its tests give" {
    local folder differs
    for folder in "${FOLDERS[@]}"; do
        differs=$(diff <(behaviours "$folder/README.md") <(tests_of "$(test_of "$folder")" "$(number_of "$folder")")) ||
            lacks "The points table of $folder/README.md (<) is not what $(test_of "$folder") gives (>):"$'\n'"$differs"
    done
    lacks_nothing
}

points_are_ten() {
    local file=$1/README$3.md
    grep -q '| 10 |$' "$file" || lacks "$file does not say in its first table that it is worth 10 points."
    [ "$(($(behaviours "$file" | sed 's/.*\[\(.*\)\]/\1/' | paste -sd+)))" = 10 ] || lacks "The points table of $file does not add up to 10."
}

# bats test_tags=exercise
@test "exercises: each is worth ten points, in both languages" { in_both_languages points_are_ten; }

has_its_parts() {
    local file=$1/README$3.md title='Exercise' hint='Hint' hints parts='## What your programs do,## Points,## Hints,## Common mistakes'
    [ -z "$3" ] || { title='Exercício' hint='Dica' parts='## O que os seus programas fazem,## Pontos,## Dicas,## Erros comuns'; }
    [[ $(head -n 1 "$file") == "# $title $2: "?* ]] || lacks "The first line of $file does not begin with \"# $title $2: \"."
    [ "$(grep -xF -- "${parts//,/$'\n'}" "$file" | paste -sd,)" = "$parts" ] || lacks "$file does not have these parts in this order: ${parts//,/, }."
    [ "$(grep -c '^<details><summary>' "$file")" = 3 ] || lacks "$file has $(grep -c '^<details><summary>' "$file") folded hints, not three."
    hints=$(sed -n "s/^<details><summary>$hint \([0-9]\): ..*/\1/p" "$file" | xargs)
    [ "$hints" = '1 2 3' ] || lacks "$file: its hints do not begin with $hint 1:, $hint 2: and $hint 3:."
}

# bats test_tags=exercise
@test "exercises: each statement has its parts, and three hints, folded" { in_both_languages has_its_parts; }

# bats test_tags=exercise
@test "exercises: for each behaviour a hint is named, the same in both languages" {
    local folder
    for folder in "${FOLDERS[@]}"; do
        diff <(hints "$folder/README.md") <(hints "$folder/README.pt-BR.md") >/dev/null ||
            lacks "The points tables of $folder/README.md and README.pt-BR.md name different hints."
        [ "$(hints "$folder/README.md" | sort -u | paste -sd' ')" = '1 2 3' ] ||
            lacks "The points table of $folder/README.md does not name each of the three hints."
    done
    lacks_nothing
}

# heads FILE: the first line of each of its boxes. typed_unmarked FILE: what its
# boxes start with no "$ " before it.
heads() { awk 'box { print; box = 0 } /^```console$/ { box = 1 }' "$1"; }
typed_unmarked() { awk '/^```/ { box = $0 == "```console" } box && /^build\//' "$1"; }

boxes_are_terminals() {
    local file=$1/README$3.md line
    [ -n "$(heads "$file")" ] || lacks "$file has no box that shows what a terminal does: \`\`\`console."
    while read -r line; do
        lacks "A box of $file begins with \"$line\", not with the terminal that it is: \"# terminal 1\"."
    done < <(heads "$file" | grep -vx '# terminal [1-9]')
    while read -r line; do
        lacks "In a box of $file the command \"$line\" does not stand after \"\$ \"."
    done < <(typed_unmarked "$file")
}

# bats test_tags=exercise
@test "exercises: each box of a statement is a terminal's, and commands stand after a dollar sign" {
    in_both_languages boxes_are_terminals
}

has_its_commands() {
    local file=$1/README$3.md wanted
    for wanted in "make exercise$2" "bats tests/exercise$2.bats"; do
        grep -qxF -- "$wanted" "$file" || lacks "$file has no line \"$wanted\" of its own."
    done
    grep -qF -- "\`make reset$2\`" "$file" || lacks "$file does not say how to get back: \`make reset$2\`."
}

# bats test_tags=exercise
@test "exercises: each statement has the commands to begin and to test, and says how to get back" {
    in_both_languages has_its_commands
}

# first_of FILE: of its functions, and of each test that gives points, what comes
# first in it: NAME<tab>COMMAND.
first_of() {
    awk 'function tell() {
            while (/^ *local |\{$/) if (getline <= 0) return
            print name "\t" $0
        }
        /^@test ".*\[[0-9]+\]" \{$/ { name = $0; sub(/^@test "/, "", name); sub(/" \{$/, "", name); tell() }
        /^[a-z_]+\(\) \{/ { name = $1; sub(/\(.*/, "", name); sub(/.*\) \{ /, ""); tell() }' "$1" | sed 's/\t */\t/'
}

# A test skips what is not handed in before it looks for what it talks to: else who
# has not begun is told to install something. A function of its own is called judges_so.
# bats test_tags=exercise
@test "exercises: each test begins with judges, and then says what it needs" {
    local folder file name first
    local -A of
    for folder in "${FOLDERS[@]}"; do
        file=$(test_of "$folder") of=()
        grep -qx "export EXERCISE=$(number_of "$folder")" "$file" || lacks "$file does not say export EXERCISE=$(number_of "$folder")."
        [[ $(sed -n '/^@test /,/^}/p;/^}/q' <(sed -n '/^@test /,$p' "$file")) == *' it_builds '* ]] || lacks "The first test of $file does not ask whether it_builds."
        while IFS=$'\t' read -r name first; do of[$name]=$first; done < <(first_of "$file")
        while IFS=$'\t' read -r name first; do
            [[ $name == *' ['* ]] || continue
            for _ in begun called; do
                [[ $first == judges* ]] || first=${first#outcome_of }
                [[ $first == judges* ]] || first=${of[${first%% *}]:-$first}
            done
            [[ $first =~ ^judges(_[a-z_]+)*(\ |$) ]] || lacks "$file: the test \"$name\" does not begin with judges server, or judges client."
        done < <(first_of "$file")
    done
    lacks_nothing
}

# packages_of COMMAND: Debian's that bring it, or what it is a link to, where this is a
# Debian and it is installed.
packages_of() {
    local path
    path=$(command -v "$1") && command -v dpkg >/dev/null || return 0
    for path in "$path" "$(realpath "$path")"; do
        { dpkg -S "$path" || dpkg -S "${path#/usr}"; } 2>/dev/null | sed 's/:.*//; s/-minimal$//'
    done
}

# bats test_tags=exercise
@test "exercises: what a test needs is among the packages of CI" {
    [ -e .ci/packages ] || skip 'a handout has no CI'
    local folder command packages
    for folder in "${FOLDERS[@]}"; do
        while read -r command; do
            packages=$(packages_of "$command" | sort -u)
            [ -z "$packages" ] || grep -qxFf <(echo "$packages") .ci/packages .devcontainer/packages ||
                lacks "$(test_of "$folder") needs $command, of Debian's ${packages//$'\n'/ or }, which neither .ci/packages nor .devcontainer/packages names."
        done < <(sed -nE 's/^ +needs ([a-z0-9 _.-]+)$/\1/p' "$(test_of "$folder")" | tr ' ' '\n' | sort -u)
    done
    lacks_nothing
}

# names FILE NUMBER: whether a text names this exercise: "exercise 8 or 9" does.
names() { grep -qiE "exerc[a-zí]+ ?([0-9]+(, ?| or | and | to | ou | e | a ))*$2([^0-9]|$)" "$1"; }
names_in_the_plan() { names <(grep -E '^\| [0-9]+ \| ' "$1") "$2"; }

# row_of FOLDER FILE: of the table of all exercises.
row_of() { grep -F "]($(basename "$1")/$(basename "$2"))" "$2" | grep '^| \['; }

stands_everywhere() {
    local base file=exercises/README$3.md row hand='both' text
    base=$(echo steps/"$(stated "$1" 2)"-*)
    [ -z "$3" ] || hand='os dois'
    case $(stated "$1" 3) in
        server.c) hand='serv(er|idor)' ;;
        client.c) hand='client(e)?' ;;
    esac
    if ! row=$(row_of "$1" "$file"); then
        lacks "The table of $file has no row for $(basename "$1")."
    else
        [[ $row == "| [$2 "* ]] || lacks "In the table of $file the row of $(basename "$1") does not begin with its number: \"| [$2 \"."
        [[ $row == *"](../$base/README$3.md)"* ]] || lacks "In the table of $file the row of exercise $2 does not link to $base, from which it starts."
        [[ $row =~ \|\ $hand\ \|$ ]] || lacks "In the table of $file the row of exercise $2 does not end with what is handed in: $(stated "$1" 3)."
    fi
    names_in_the_plan "$file" "$2" || lacks "The lesson plan of $file names exercise $2 in no lesson."
    grep -qF "(../../$1/README$3.md)" "$base/README$3.md" || lacks "$base/README$3.md, from which exercise $2 starts, has no link to it: ../../$1/README$3.md."
    text=slides/sockets$3.md
    [ ! -e "$text" ] || names "$text" "$2" || lacks "$text names exercise $2 nowhere."
}

# bats test_tags=exercise
@test "exercises: each has its row, its lesson, a link from its step and a word in the deck, in both languages" {
    in_both_languages stands_everywhere
}

# topics NUMBER FOLDER: what make questions can ask about this solution, but for what
# it asks where nothing is better: "own" or "base", whose line it is, and the topic.
topics() {
    python3 -B - "$@" <<'PYTHON'
import importlib.machinery, importlib.util, pathlib, sys
sys.path.insert(0, "tools/grade")
loader = importlib.machinery.SourceFileLoader("questions", "tools/grade/questions")
questions = importlib.util.module_from_spec(importlib.util.spec_from_loader("questions", loader))
sys.modules["questions"] = questions
loader.exec_module(questions)
programs = [questions.Program.read(path) for path in pathlib.Path(sys.argv[2], "solution").glob("*.c")]
for own, topic in sorted({("own" if one.own else "base", one.question.topic)
                          for one in questions.Kit("en").candidates(int(sys.argv[1]), programs)
                          if one.question.worth > 1}):
    print(own, topic)
PYTHON
}

# bats test_tags=exercise
@test "exercises: there are two questions to ask about each, one of them about lines of one's own" {
    [ -e tools/grade/questions ] || skip 'students do not have the questions'
    needs python3
    local folder topics
    for folder in "${FOLDERS[@]}"; do
        topics=$(topics "$(number_of "$folder")" "$folder")
        grep -q '^own ' <<<"$topics" || lacks "tools/grade/questions.ini has no question about a line of $folder/solution that the step does not have, too."
        [ "$(cut -d ' ' -f 2 <<<"$topics" | sort -u | grep -c .)" -ge 2 ] || lacks "tools/grade/questions.ini does not have questions of two topics about $folder/solution."
    done
    lacks_nothing
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
