#!/usr/bin/env bats
# The guide: what its Run it sections show is what the programs do.
#
# A block of ```console is one terminal's: its first line says which one, "$ "
# starts a program there, "> " is typed into it (^D ends the input, ^C is that
# key), and all other lines are what it prints. Blocks are played from top to
# bottom; a later block of the same terminal goes on with the same program.
load ../../tests/lib/helpers

GUIDE=${GUIDE:-steps/README.md}

# The Run it part of a step's section, blocks only, one line each as it stands.
run_it() {
    awk -v step="$(printf '## Step %02d' "$1")" '
        /^## / { inside = index($0, step) == 1; running = 0 }
        /^### / { heading++; running = inside && ++headings == 1 }
        running && /^```/ { block = !block && $0 == "```console"; print "```"; next }
        running && block
    ' "$GUIDE"
}

# Ports that the kernel chooses differ from run to run.
without_ports() { sed -E 's/(127\.0\.0\.1):[0-9]+/\1:PORT/g' "$@"; }

has_printed() {
    [ "$(without_ports "$1" | head -n "$(wc -l <"$2")")" = "$(cat "$2")" ]
}

# catch_up TERMINAL: waits until it has printed all that the guide has shown.
catch_up() {
    wait_until has_printed "$BATS_TEST_TMPDIR/$1.log" "$BATS_TEST_TMPDIR/expected$1" >/dev/null || {
        echo "Terminal $1, as the guide has it (-) and as it is (+):"
        diff -u "$BATS_TEST_TMPDIR/expected$1" <(without_ports "$BATS_TEST_TMPDIR/$1.log")
        return 1
    }
}

# begin TERMINAL COMMAND...: starts a program; the server on any free port.
begin() {
    local terminal=$1 log=$BATS_TEST_TMPDIR/$1.log
    local -a command
    read -ra command <<<"${2/#build/$BUILD}"
    [[ $2 == */server* ]] && command[1]=0
    [[ $2 == */client* ]] && command[2]=$PORT
    touch "$BATS_TEST_TMPDIR/expected$terminal"
    with_keyboard "$terminal" "${command[@]}"
    if [[ $2 == */server* ]]; then
        wait_until listening_or_dead "$log" "${CLIENT[$terminal]}"
        PORT=$(sed -n 's/^Listening on .*://p;q' "$log")
    fi
}

# play STEP: plays its blocks and compares every terminal to the last line.
play() {
    local terminal='' line any=no
    while IFS= read -r line; do
        case $line in
        '```') [ -z "$terminal" ] || catch_up "$terminal" ;;
        '# terminal '*) terminal=${line##* } ;;
        '$ '*) begin "$terminal" "${line#\$ }"; any=yes ;;
        '> ^D') catch_up "$terminal"; stops_typing "$terminal" ;;
        '> ^C') catch_up "$terminal"; kill -INT "${CLIENT[$terminal]}" ;;
        '> '*) catch_up "$terminal"; types "$terminal" '%s\n' "${line#> }" ;;
        *) without_ports <<<"$line" >>"$BATS_TEST_TMPDIR/expected$terminal" ;;
        esac
    done < <(run_it "$1")
    [ "$any" = yes ] || { echo "The guide has nothing to run for step $1."; return 1; }
    end_jobs
    for terminal in "${!CLIENT[@]}"; do
        diff -u "$BATS_TEST_TMPDIR/expected$terminal" <(without_ports "$BATS_TEST_TMPDIR/$terminal.log")
    done
}

@test "guide: step 01 runs as shown" { play 1; }
@test "guide: step 02 runs as shown" { play 2; }
@test "guide: step 03 runs as shown" { play 3; }
@test "guide: step 04 runs as shown" { play 4; }
@test "guide: step 05 runs as shown" { play 5; }
@test "guide: step 06 runs as shown" { play 6; }
@test "guide: step 07 runs as shown" { play 7; }
@test "guide: step 08 runs as shown" { play 8; }
@test "guide: step 09 runs as shown" { play 9; }
@test "guide: step 10 runs as shown" { play 10; }
@test "guide: step 11 runs as shown" { play 11; }

@test "guide: each section has the same parts in the same order" {
    local step
    for step in 01 02 03 04 05 06 07 08 09 10 11; do
        run awk -v step="## Step $step" '
            /^## / { inside = index($0, step) == 1 }
            inside && /^### / { print }
            inside && /^```mermaid/ { print }' "$GUIDE"
        echo "$step: $output"
        [ "$output" = '```mermaid
### Run it
### Read it
### Predict, then try
### Still wrong
### Look it up' ]
    done
}

@test "guide: the code that it quotes stands in the sources of its step" {
    local step line count=0
    while read -r step && IFS= read -r line; do
        ((++count))
        grep -qxF -- "$line" common/*.[ch] steps/"$step"-*/*.c && continue
        echo "Step $step quotes a line that is not there: $line"
        return 1
    done < <(awk '/^## / { step = $3 + 0 } /^```c$/ { code = 1; next } /^```/ { code = 0 }
        code && NF { printf "%02d\n%s\n", step, $0 }' "$GUIDE")
    [ "$count" -ge 100 ]
}

# The words of the field, one a line: those in bold in the steps, in the order in
# which they appear, and those in a column of the glossary.
bold() {
    awk '/^```/ { code = !code; next } /^## / { step = /^## [A-Z][a-z]+ [0-9]/ } step && !code' "$1" |
        tr '\n' ' ' | grep -oE '[*]{2}[^*]+[*]{2}' | tr -d '*' | grep -v ':$'
}
glossary() { awk -F ' *[|] *' -v column="$2" '/^## / { inside = /Gloss/ } inside && NF == 5 && ++row > 2 { print $column }' "$1"; }

@test "guide: each word of the field is in bold where it first appears, and in the glossary" {
    local column=2 text
    [ "$(glossary "$GUIDE" 2 | wc -l)" -ge 40 ]
    for text in steps/README.md steps/README.pt-BR.md; do
        echo "$text, as its sections (-) and as its glossary (+) have it:"
        diff -u <(bold "$text") <(glossary "$text" "$column")
        diff <(glossary "$text" 2; glossary "$text" 3) <(glossary "$GUIDE" 2; glossary "$GUIDE" 3)
        ((++column))
    done
}
