#!/usr/bin/env bats
# make facts: each fact says what it is, ends with one line, and answers what a
# standard promises; what else differs is a result, and is shown.
# shellcheck disable=SC2016,SC2030,SC2031
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

PATIENCE=$((PATIENCE * 4)) # it compiles, where others may compile too
FIELDS='Question Pergunta Usually Why Por_quê See Step Promised'

# All facts run once, for all tests.
setup_file() {
    local status=0
    BUILD=$BATS_FILE_TMPDIR LIMIT=$PATIENCE bash tools/facts/facts >"$BATS_FILE_TMPDIR/table" 2>&1 3>&- || status=$?
    echo "$status" >"$BATS_FILE_TMPDIR/status"
}

setup() {
    note_failures
    mkdir "$BATS_TEST_TMPDIR/facts"
}

# fields FILE: the names in its header.
fields() { sed -n '1s,^/\*$,,p; 2,9s/^ \* \([^:]*\): ..*/\1/p; 10s,^ \*/$,,p' "$1" | tr ' \n' '_ '; }

# field NAME FILE
field() { sed -n "1,10s/^ \* $1: //p" "$2"; }

@test "facts: each begins with a whole header, in order, in lines of 100 columns at most" {
    local file bad=0
    for file in tools/facts/[0-9]*.c; do
        [ "$(fields "$file")" = " $FIELDS  " ] || { echo "$file: its header has $(fields "$file")"; bad=1; }
        ! LC_ALL=C.UTF-8 grep -HnE '^ \* .{98}' "$file" || bad=1
        compgen -G "steps/$(field Step "$file")-*" >/dev/null || { echo "$file: no such step"; bad=1; }
        [[ $(field Promised "$file") =~ ^(no|POSIX|RFC\ [0-9]+)$ ]] || { echo "$file: promised by whom?"; bad=1; }
        ! sed -n 2,9p "$file" | grep '[|`]' || { echo "$file: a table cannot have that"; bad=1; }
    done
    [ "$bad" = 0 ]
}

@test "facts: no number is given twice" {
    numbers() { printf '%s\n' tools/facts/[0-9]*.c | sed 's,.*/,,; s/-.*//' | sort; }
    diff <(numbers) <(numbers | uniq)
}

@test "facts: each builds without a warning, and ends in time with one line; 80 columns do" {
    cat "$BATS_FILE_TMPDIR/table"
    [ "$(<"$BATS_FILE_TMPDIR/status")" = 0 ]
    run grep -E '.{81}' "$BATS_FILE_TMPDIR/table"
    [ -z "$output" ]
    run grep -H . "$BATS_FILE_TMPDIR"/facts/*.errors
    echo "$output"
    [ -z "$output" ]
}

@test "facts: what a standard promises holds here" {
    local file answer bad=0
    for file in tools/facts/[0-9]*.c; do
        [ "$(field Promised "$file")" != no ] || continue
        answer=$BATS_FILE_TMPDIR/facts/$(basename "$file" .c).answer
        [[ $(<"$answer") != 'not tried: '* ]] || continue
        diff <(field Usually "$file") "$answer" && continue
        echo "$(field Promised "$file") promises the first line, the second came. By hand: make fact$((10#$(basename "${file%%-*}")))"
        bad=1
    done
    [ "$bad" = 0 ]
}

@test "facts: the README's tables are those of the headers, in both languages" {
    local text
    for text in tools/facts/README.md tools/facts/README.pt-BR.md; do
        diff "$text" <(bash tools/facts/list "$text") || { echo "make facts-text mends $text."; return 1; }
    done
}

@test "facts: each step has some and leads to them, and each that a text names is there" {
    local folder step number link
    for folder in steps/[0-9]*/; do
        echo "$folder"
        step=$(basename "$folder")
        step=${step%%-*}
        grep -q "^ \* Step: $step$" tools/facts/[0-9]*.c
        for link in README.md#step README.pt-BR.md#passo; do
            grep -q "\`make facts STEP=$((10#$step))\`: \[.*](../../tools/facts/$link-$step)" "$folder/${link%#*}"
        done
    done
    for number in $(grep -rhoE '`make fact[0-9]+`' --include='README*.md' steps common exercises tools/facts | tr -dc '0-9\n' | sort -u); do
        echo "fact $number"
        compgen -G "tools/facts/$(printf %02d "$number")-*.c" >/dev/null
    done
}

# fact NUMBER USUALLY BODY: a fact of our own.
fact() {
    printf '/*\n * %s\n */\n#include "fact.h"\n#include <stdio.h>\nint main(void)\n{\n%s\n}\n' \
        "Question: What of $1?
 * Pergunta: E o $1?
 * Usually: $2
 * Why: The reason.
 * Por quê: O motivo.
 * See: socket(2)
 * Step: 0$1
 * Promised: no" "$3" >"$BATS_TEST_TMPDIR/facts/0$1-own.c"
}

# facts [NUMBER]: runs our own.
facts() { patiently env FACTS="$BATS_TEST_TMPDIR/facts" BUILD="$BATS_TEST_TMPDIR/build" LIMIT="$PATIENCE" "${WITH[@]}" "$BASH" tools/facts/facts "$@"; }

# is STATUS <<text: it ended so, and printed this, but for the name of the machine.
is() {
    echo "status $status"
    diff - <(sed '$d' <<<"$output")
    [ "$status" = "$1" ]
}

@test "facts: an answer that differs is marked, and is no failure" {
    fact 1 'one' 'answer("one");'
    fact 2 'two' 'answer("%s", "three");'
    fact 3 'six' 'answer("not tried: no six here");'
    run facts
    is 0 <<'END'
      1  What of 1?
         usually   one
same     here      one

      2  What of 2?
         usually   two
differs  here      three

      3  What of 3?
         usually   six
-        here      not tried: no six here

As usual: 1, different: 1, not tried: 1, failed: 0, on
END
    [[ ${lines[-1]} == "$(uname -sr), "* ]]
    WITH=(IN=pt-BR STEP=2)
    run facts
    is 0 <<'END'
      2  E o 2?
         em geral  two
difere   aqui      three

Iguais: 0, diferentes: 1, não testados: 0, com falha: 0, em
END
}

@test "facts: one that does not end is named" {
    fact 2 'two' 'for (;;) getchar();'
    WITH=(LIMIT=1)
    run facts
    is 1 <<'END'
      2  What of 2?
         usually   two
FAILS    here      did not end within 1 s

As usual: 0, different: 0, not tried: 0, failed: 1, on
END
}

@test "facts: one that does not build, fails, or says too much is named" {
    fact 1 'one' 'no_such_function();'
    fact 2 'two' ''
    fact 3 'six' 'must(close_nothing(), "close");'
    sed -i 's/^int main/#include <unistd.h>\nint close_nothing(void);\nint close_nothing(void) { return close(-1); }\n&/' "$BATS_TEST_TMPDIR/facts/03-own.c"
    fact 4 'one' 'answer("one"); answer("one");'
    fact 5 'one' 'answer("one");'
    WITH=(LC_ALL=C)
    run facts
    echo "$output"
    [ "$status" = 1 ]
    [[ $output == *'FAILS    here      does not build:'*no_such_function*'What of 2?'*'FAILS    here      printed 0 lines, not one'*'What of 3?'*'FAILS    here      ended with status 1: close: Bad file descriptor'*'What of 4?'*'FAILS    here      printed 2 lines, not one'*'same     here      one'*'As usual: 1, different: 0, not tried: 0, failed: 4, on'* ]]
    run facts 5
    [ "$status" = 0 ]
    run facts 2
    [ "$status" = 1 ]
}

@test "facts: a number, a step or a language that is not there is refused" {
    fact 1 'one' 'answer("one");'
    refused() {
        run facts "${@:2}"
        echo "$output"
        [ "$status" = 1 ]
        [ "$output" = "facts: $1" ]
    }
    refused 'there is no fact 9.' 9
    WITH=(STEP=2)
    refused 'there is no fact of step 2.'
    WITH=(STEP=two)
    refused 'STEP=two: not the number of a step.'
    WITH=(IN=pt)
    refused 'IN=pt: not en or pt-BR.'
}

@test "facts: on a terminal what differs has a colour" {
    needs script
    fact 1 'one' 'answer("two");'
    export FACTS=$BATS_TEST_TMPDIR/facts BUILD=$BATS_TEST_TMPDIR/build
    run patiently script -qec 'bash tools/facts/facts' /dev/null
    echo "$output"
    [[ $output == *$'\e[1;33mdiffers  \e[mhere      two'* ]]
}

@test "facts: one alone shows its reason, where to read on, and its calls" {
    needs strace
    strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
    fact 7 'seven' 'connected_pair(); answer("seven");'
    run facts 7
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == '      7  What of 7?
         usually   seven
same     here      seven
         The reason.
         socket(2)
'*'socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 3
'*'accept(3, NULL, NULL) '*'= 5
'*'write(1, "seven\n", 6) '* ]]
    [[ $output != *'/lib'* && $output != *ELF* ]]
}

@test "facts: without strace, and on an emulator, it says that no calls are shown" {
    fact 7 'seven' 'answer("seven");'
    mkdir "$BATS_TEST_TMPDIR/bin"
    local command
    for command in awk bash cat cc dirname getconf grep head mkdir rm sed timeout uname xargs; do
        printf '#!/bin/sh\nPATH=%q exec %s "$@"\n' "$PATH" "$command" >"$BATS_TEST_TMPDIR/bin/$command"
        chmod +x "$BATS_TEST_TMPDIR/bin/$command"
    done
    WITH=(PATH="$BATS_TEST_TMPDIR/bin")
    run facts 7
    echo "$output"
    [ "$status" = 0 ]
    [ "${lines[-1]}" = 'Its calls are not shown: strace is missing. make doctor says how to get it.' ]
    WITH=(RUN=env)
    run facts 7
    [ "$status" = 0 ]
    [ "${lines[-1]}" = 'Its calls are shown where no emulator runs it.' ]
}
