#!/usr/bin/env bats
# The guide and the statements of the exercises: what their boxes show is what the
# programs do.
#
# A block of ```console is one terminal's: its first line says which one, "$ "
# starts a program there, "> " is typed into it (^D ends the input, ^C is that
# key, nothing is an empty line), and all other lines are what it prints. Blocks
# are played from top to bottom; a later block of the same terminal goes on with
# the same program. An exercise is played by its sample solution.
# shellcheck disable=SC2030,SC2031 # an exercise is played in a shell of its own
unset MAKEFLAGS MAKELEVEL # what a text types to make is typed by a person
load ../../tests/lib/helpers
load exercises

# boxes TEXT: its blocks of ```console alone, one line each as it stands.
boxes() { awk '/^```/ { block = !block && $0 == "```console"; print "```"; next } block' "$@"; }

# run_it TEXT: the Run it part of a step's.
run_it() { awk '/^## / { running = ++headings == 1 } running' "$1"; }

# Ports that the kernel chooses differ from run to run.
without_ports() { sed -E 's/(127\.0\.0\.1):[0-9]+/\1:PORT/g' "$@"; }

has_printed() {
    [ "$(without_ports "$1" | head -n "$(wc -l <"$2")")" = "$(cat "$2")" ]
}

# differ TERMINAL <<what it has printed: fails, and shows how that differs.
differ() {
    echo "Terminal $1, as the text has it (-) and as it is (+):"
    diff -u "$BATS_TEST_TMPDIR/expected$1" -
}

# catch_up TERMINAL: waits until it has printed all that the text has shown.
catch_up() {
    wait_until has_printed "$BATS_TEST_TMPDIR/$1.log" "$BATS_TEST_TMPDIR/expected$1" >/dev/null ||
        differ "$1" < <(without_ports "$BATS_TEST_TMPDIR/$1.log")
}

# program_of PATH: that of a step as it was built; that of an exercise is of the
# solution, or, where that has none, of the step which it starts from.
program_of() {
    local path=${1#build/}
    if [[ $path == exercise* && -e $SOLUTION/${path##*/}.c ]]; then
        echo "$BUILD/solved/$path"
    elif [[ $path == exercise* ]]; then
        echo "$BUILD/$BASE/${path##*/}"
    else
        echo "$BUILD/$path"
    fi
}

# start TERMINAL COMMAND: a server at any free port, and others at the same. The
# number of the server, which a person asks pgrep for, is that of ours.
start() {
    local terminal=$1 asked='[$](pgrep*)' port=$PORT text
    local -a command
    text=${2/$asked/$SERVER}
    [[ $2 != build/*/server* ]] || port=0
    read -ra command <<<"${text/ 5000/ $port}"
    case $2 in
    build/*) command[0]=$(program_of "${command[0]}") ;;
    *) needs "${command[0]}" ;;
    esac
    touch "$BATS_TEST_TMPDIR/expected$terminal"
    with_keyboard "$terminal" "${command[@]}"
    if [[ $2 == build/*/server* ]]; then
        SERVER=${CLIENT[$terminal]}
        wait_until listening_or_dead "$BATS_TEST_TMPDIR/$terminal.log" "$SERVER"
        PORT=$(sed -n 's/^Listening on .*://p;q' "$BATS_TEST_TMPDIR/$terminal.log")
    fi
}

# can_show COMMAND: all that runs programs; what looks into /proc where there is one.
# ThreadSanitizer adds a thread of its own, which would be counted there.
can_show() { [[ $1 != *' /proc/'* ]] || { [ -r /proc/self/status ] && [ "${SANITIZE:-}" != thread ]; }; }

# play <<boxes: plays them, and compares every terminal to the last line.
play() {
    local terminal='' line
    SERVER='' PORT=0
    while IFS= read -r line; do
        case $line in
        '```') [ -z "$terminal" ] || catch_up "$terminal" ;;
        '# terminal '*) terminal=${line##* } ;;
        '$ '*) if can_show "$line"; then start "$terminal" "${line#\$ }"; else terminal=''; fi ;;
        '> ^D') catch_up "$terminal"; stops_typing "$terminal" ;;
        '> ^C') catch_up "$terminal"; kill -INT "${CLIENT[$terminal]}" ;;
        '>' | '> '*) catch_up "$terminal"; types "$terminal" '%s\n' "${line:2}" ;;
        *) [ -z "$terminal" ] || without_ports <<<"$line" >>"$BATS_TEST_TMPDIR/expected$terminal" ;;
        esac
    done
    [ -n "$SERVER" ] || { echo 'The text has nothing to run.'; return 1; }
    all_end
}

# all_end: the boxes have ended the server. Nobody types any more, so all the others
# end, too; then each terminal has printed what the text shows, and no more, but for
# the one line that a client says when the server goes first.
all_end() {
    local terminal printed=$BATS_TEST_TMPDIR/printed expected
    wait_until dead "$SERVER"
    for terminal in "${!KEYBOARD[@]}"; do stops_typing "$terminal"; done
    for terminal in "${!CLIENT[@]}"; do
        expected=$BATS_TEST_TMPDIR/expected$terminal
        wait_until dead "${CLIENT[$terminal]}"
        without_ports "$BATS_TEST_TMPDIR/$terminal.log" >"$printed"
        cmp -s "$printed" "$expected" ||
            diff "$printed" <(cat "$expected"; echo 'The server closed the connection.') >/dev/null ||
            differ "$terminal" <"$printed"
    done
}

play_step() { play < <(run_it steps/"$1"-*/README.md | boxes); }

# play_exercise FOLDER: builds its solution, with what is built of common/ already.
play_exercise() {
    local folder=$1 number source
    local -a programs
    SOLUTION=$folder/solution
    number=$(number_of "$folder")
    BASE=$(sed -nE 's/^\| step 0?([0-9]+) \|.*/step\1/p' "$folder/README.md")
    for source in "$SOLUTION"/*.c; do
        programs+=("$BUILD/solved/exercise$number/$(basename "$source" .c)")
    done
    # shellcheck disable=SC2016 # it is make that puts $(1) and $(2) in
    make -s SANITIZE="${SANITIZE:-}" BUILD="$BUILD/solved" \
        common="$(echo "$BUILD"/common/*.o)" folder='$(wildcard $(1)/0$(2)-*/solution $(1)/$(2)-*/solution)' "${programs[@]}"
    play < <(boxes "$folder/README.md")
}

# play_apart FOLDER: in a shell and a folder of its own, which end with it. Where a
# command is not installed that is noted, and the next exercise is played.
play_apart() (
    BATS_TEST_TMPDIR=$BATS_TEST_TMPDIR/${1##*/}
    mkdir "$BATS_TEST_TMPDIR"
    trap end_jobs EXIT
    # shellcheck disable=SC2317 # needs calls it
    skip() { echo "$*" >>"$BATS_TEST_TMPDIR/../left-out" && exit 0; }
    echo "$1/README.md:"
    play_exercise "$1"
)

@test "guide: step 01 runs as shown" { play_step 01; }
@test "guide: step 02 runs as shown" { play_step 02; }
@test "guide: step 03 runs as shown" { play_step 03; }
@test "guide: step 04 runs as shown" { play_step 04; }
@test "guide: step 05 runs as shown" { play_step 05; }
@test "guide: step 06 runs as shown" { play_step 06; }
@test "guide: step 07 runs as shown" { play_step 07; }
@test "guide: step 08 runs as shown" { play_step 08; }
@test "guide: step 09 runs as shown" { play_step 09; }
@test "guide: step 10 runs as shown" { play_step 10; }
@test "guide: step 11 runs as shown" { play_step 11; }
@test "guide: step 12 runs as shown" { play_step 12; }

# bats test_tags=exercise
@test "guide: the example of each exercise is what its solution does" {
    has_solutions || skip 'a handout has no solutions'
    local folder
    for folder in "${FOLDERS[@]}"; do play_apart "$folder"; done
    [ ! -e "$BATS_TEST_TMPDIR/left-out" ] || skip "$(paste -sd, "$BATS_TEST_TMPDIR/left-out")"
}

@test "guide: the text of each step has the same parts in the same order" {
    local text
    for text in steps/*/README.md; do
        run awk '/^## / || /^```mermaid/ && !picture++' "$text"
        echo "$text: $output"
        [ "$output" = '```mermaid
## Run it
## Read it
## Predict, then try
## Still wrong
## Look it up' ]
    done
}

@test "guide: the text of a step is short enough to be read" {
    local text
    for text in steps/*/README*.md; do
        [ "$(wc -l <"$text")" -le 220 ] || { wc -l "$text"; return 1; }
    done
}

@test "guide: a step that mends something is a link to it" {
    ! grep -nE '([Ss]tep|[Pp]asso) [0-9]+ (mends|changes|conserta|muda)' steps/*/README*.md || false
}

# blocks_of TEXT: its blocks of C, and a NUL after each.
blocks_of() {
    awk '/^```c$/ { code = 1; next } /^```/ && code { printf "%c", 0; code = 0 } code' "$1"
}

# stands_in FILE: whether the lines of $block follow each other in it.
stands_in() { [[ $'\n'$(<"$1")$'\n' == *$'\n'"$block"* ]]; }

@test "guide: each block of code that it quotes stands in the sources, line after line" {
    local text block file count=0
    for text in common/README.md steps/*/README.md; do
        while IFS= read -r -d '' block; do
            ((++count))
            for file in common/*.[ch] "$(dirname "$text")"/*.c; do
                stands_in "$file" && continue 2
            done
            printf '%s quotes what does not stand there:\n%s' "$text" "$block"
            return 1
        done < <(blocks_of "$text")
    done
    [ "$count" -ge 40 ]
}

# The words of the field, one a line: those in bold in the steps, in the order in
# which they appear, and those in a column of the glossary.
bold() {
    awk '/^```/ { code = !code; next } !code' "$@" |
        tr '\n' ' ' | grep -oE '[*]{2}[^*]+[*]{2}' | tr -d '*' | grep -v ':$'
}
glossary() { awk -F ' *[|] *' -v column="$2" '/^## / { inside = /Gloss/ } inside && NF == 5 && ++row > 2 { print $column }' "$1"; }

@test "guide: each word of the field is in bold where it first appears, and in the glossary" {
    local column=2 language
    [ "$(glossary steps/README.md 2 | wc -l)" -ge 40 ]
    for language in '' .pt-BR; do
        echo "The steps (-) and the glossary (+) of README$language.md have:"
        diff -u <(bold steps/*/README"$language".md) <(glossary "steps/README$language.md" "$column")
        diff <(glossary "steps/README$language.md" 2; glossary "steps/README$language.md" 3) \
            <(glossary steps/README.md 2; glossary steps/README.md 3)
        ((++column))
    done
}
