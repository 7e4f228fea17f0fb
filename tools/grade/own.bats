#!/usr/bin/env bats
# make grade in a student's copy: a table, the hint that helps, and no work done
# twice. The tests that it runs are stand-ins, which say what they are told to.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    unset ALL EXERCISES
    export LC_ALL=C
    export OWN=$BATS_TEST_TMPDIR
    mkdir "$OWN/copy" "$OWN/bin"
    cp -R Makefile common steps tests tools exercises "$OWN/copy/"
    cd "$OWN/copy" || return
    PATH=$OWN/bin:$PATH
}

# stub COMMAND SCRIPT: instead of that command.
stub() {
    printf '#!/bin/sh\n%s\n' "$2" >"$OWN/bin/$1"
    chmod +x "$OWN/bin/$1"
}

# bats_says <<lines: instead of bats. judged: what it was called for.
# shellcheck disable=SC2016
bats_says() {
    cat >"$OWN/said"
    stub bats 'echo "$3" >>"$OWN/judged"; cat "$OWN/said"'
}

judged() { sort "$OWN/judged" 2>/dev/null | paste -sd' '; }

# grade [VARIABLE=VALUE...]: sets output to what it prints.
grade() {
    run env -u MAKEFLAGS -u MAKELEVEL make --no-print-directory -s grade "$@"
    echo "$output"
}

# begins N: with what the solution is, for want of a student.
begins() { cp exercises/0"$1"-*/solution/*.c exercises/0"$1"-*/; }

# all_points: of all exercises, ten each.
all_points() { compgen -G 'exercises/[0-9]*' | wc -l | sed 's/$/0/'; }

# names N: those of its tests.
names() { sed -n 's/^@test "\(.*\)" {$/\1/p' "tests/exercise$1.bats"; }

# all_pass N, all_fail N: as bats says it.
all_pass() { names "$1" | awk '{ said = said "ok " NR " " $0 "\n" } END { printf "1..%d\n%s", NR, said }'; }
all_fail() { all_pass "$1" | sed '2,$s/^/not /; 2s/^not //'; }

@test "make grade: what is not started is neither judged nor built" {
    bats_says </dev/null
    grade CC=false
    [ "$status" = 0 ]
    [ -z "$(judged)" ]
    [ ! -e build ]
    diff - <(sed -n '1,2p; $p' <<<"$output") <<END
exercise  state           points  first that fails
1         not started     0/10    make exercise1
total                     0/$(all_points)
END
}

@test "make grade: what is started is judged, and again only when something of it changes" {
    begins 3
    bats_says <<<"$(all_pass 3)"
    grade
    [[ $output == *$'\n3         passes          10/10\n'*'total                     10/'"$(all_points)"* ]]
    [ "$(judged)" = tests/exercise3.bats ]
    grade
    [[ $output == *$'\n3         passes          10/10\n'* ]]
    [ "$(judged)" = tests/exercise3.bats ]
    local changed
    for changed in exercises/03-frames/client.c tests/exercise3.bats common/net.h tests/lib/exercise.bash Makefile; do
        rm "$OWN/judged"
        echo >>$changed
        grade
        [ "$(judged)" = tests/exercise3.bats ] || { echo "after $changed"; return 1; }
    done
    begins 4
    rm "$OWN/judged"
    grade
    [ "$(judged)" = tests/exercise4.bats ]
    grade CC='cc -DNDEBUG'
    [ "$(judged)" = 'tests/exercise3.bats tests/exercise4.bats tests/exercise4.bats' ]
    rm "$OWN/judged"
    mv exercises/03-frames/client.c exercises/03-frames/other.c # the same bytes
    grade CC='cc -DNDEBUG'
    [ "$(judged)" = tests/exercise3.bats ]
}

@test "make grade: ALL=1 judges again, EXERCISES names those that count" {
    begins 3
    bats_says <<<"$(all_pass 3)"
    grade
    grade ALL=1
    [ "$(judged)" = 'tests/exercise3.bats tests/exercise3.bats' ]
    grade EXERCISES='1 3'
    [ "${#lines[@]}" = 4 ]
    EXERCISES=1 grade
    [ "${#lines[@]}" = 3 ]
    grade EXERCISES='1 99'
    [[ $output == *'grade: There is no exercise 99'* ]]
}

@test "make grade: the hint for the first test that fails, in the language of the terminal" {
    begins 3
    bats_says <<<"$(all_pass 3 | sed 's/^ok 5 /not &/')"
    grade
    [[ $output == *$'\n3         fails           9/10    a frame that is cut is an error, '* ]] || return
    [[ $output == *$'\n\nExercise 3: a frame that is cut '*$'\nHint 2 of 3: when is it an end, and when a cut?\n'*uint32_t*'tests/exercise3.bats'* ]] || return
    [[ $output != *'Hint 1'* && $output != *'Hint 3'* ]]
    LC_ALL=pt_BR.UTF-8 grade
    [[ $output == *$'\nDica 2 de 3: quando é um fim, e quando é um corte?\n'* ]]
}

@test "make grade: of several that fail, the hint is for what was saved last" {
    begins 3
    begins 4
    bats_says <<<"$(all_fail 3)"
    touch -d '1 hour ago' exercises/04-timeout/*.c
    grade EXERCISES='3'
    [[ $output == *$'\nExercise 3: '* ]]
    bats_says <<<"$(all_fail 4)"
    grade
    [[ $output == *$'\nExercise 3: '* ]]
    touch -d '1 minute' exercises/04-timeout/*.c
    grade
    [[ $output == *$'\nExercise 4: '* ]]
}

@test "make grade: a program that does not build is no riddle, alone or beside one that does" {
    begins 1
    bats_says <<END
1..2
not ok 1 exercise 1: server.c and client.c build
# server.c:3:5: error
ok 2 exercise 1: the server sends the text back in upper case, then closes [1] # skip server.c does not build
END
    grade EXERCISES=1
    [[ $output == *$'\n1         does not build  0/1     server.c and client.c build\n'*'What the compiler says: make exercise1' ]] || return
    bats_says <<END
1..3
not ok 1 exercise 1: server.c and client.c build
ok 2 exercise 1: the server sends the text back in upper case, then closes [1] # skip server.c does not build
ok 3 exercise 1: the client prints what the server replies, and ends well [2]
END
    grade EXERCISES=1 ALL=1
    [[ $output == *$'\n1         fails           2/3     server.c does not build (only the rest was judged)\n'*'What the compiler says: make exercise1' ]]
}

@test "make grade: what could not be judged is not kept" {
    begins 1
    bats_says <<<"$(all_pass 1 | sed '$d')"
    grade
    [[ $output == *$'\n1         not judged '*'that is not your fault'* ]]
    bats_says <<<"$(all_pass 1)"
    grade
    [[ $output == *$'\n1         passes          10/10\n'* ]]
}

@test "make grade: where no program runs, no student is blamed" {
    needs unshare mount
    begins 1
    mkdir build
    local own=(unshare --mount)
    [ "$EUID" = 0 ] || own+=(--user --map-root-user)
    "${own[@]}" mount -t tmpfs none build 2>/dev/null || {
        [ "$EUID" != 0 ] || [ -z "${CI:-}" ] || return 1
        skip 'this system allows no mounts'
    }
    run "${own[@]}" bash -c 'mount -t tmpfs -o noexec none build && exec bash tools/grade/own'
    [ "$status" = 1 ]
    [ "$output" = 'grade: no program runs in build/: it is mounted noexec, or full. Copy the kit to a disk of this machine.' ]
}

@test "make grade: Ctrl-C leaves nothing that is half judged" {
    begins 1
    mkfifo "$OWN/fifo"
    # shellcheck disable=SC2016
    stub bats 'echo 1..2 && echo >"$OWN/begun" && exec cat "$OWN/fifo"'
    with_keyboard grading bash tools/grade/own
    wait_until test -e "$OWN/begun"
    kill -INT -- "-${CLIENT[grading]}"
    ends "${CLIENT[grading]}" 130
    diff /dev/null <(ls -A build/grade)
}

@test "make grade: several exercises are judged side by side, on what is built once" {
    begins 3
    begins 4
    # shellcheck disable=SC2016
    stub bats 'echo >>"$OWN/begun"; [ -x build/tests/peer ] || echo >"$OWN/unbuilt"
        for i in 1 2 3 4 5 6 7 8 9; do [ "$(wc -l <"$OWN/begun")" != 2 ] || exit 0; sleep 0.5; done; echo >"$OWN/alone"'
    grade
    [ -e "$OWN/begun" ]
    [ ! -e "$OWN/alone" ]
    [ ! -e "$OWN/unbuilt" ]
}

@test "make grade: on a terminal it says what is being judged, and nothing of it stays" {
    needs script
    begins 1
    bats_says <<<"$(all_pass 1)"
    run script -qec 'bash tools/grade/own' /dev/null
    [[ $output == $'\r\e[K'*'judging exercise 1 ...'$'\r\e[Kexercise  state '* ]]
}

@test "make grade: nothing but bats, a compiler and make is needed" {
    begins 1
    bats_says <<<"$(all_pass 1)"
    stub jq 'exit 1'
    stub parallel 'exit 1'
    grade
    [[ $output == *$'\n1         passes          10/10\n'* ]]
}

@test "make grade: it judges as the instructor's grader does" {
    needs jq
    local said=0
    judges_the_same() {
        said=$((said + 1))
        cat >"$OWN/exercise1.tap"
        run awk -f tools/grade/tap.awk "$OWN/exercise1.tap"
        diff <(cut -f 2-4 <<<"$output") \
            <(jq -L tools/grade -Rnr 'include "grade"; [inputs] | tap(1) | "\(.state)\t\(.points)\t\(.of)"' "$OWN/exercise1.tap")
    }
    judges_the_same <<<"$(all_pass 1)"
    judges_the_same <<<"$(all_fail 1)"
    judges_the_same <<<"$(all_pass 1 | sed 's/$/ # skip not started: make exercise1/')"
    judges_the_same <<<"$(all_pass 1 | sed '2s/^/not /; 3,$s/$/ # skip server.c does not build/')"
    judges_the_same <<<"$(all_pass 1 | sed '2s/^/not /; 3,5s/$/ # skip server.c does not build/')"
    judges_the_same <<<"$(all_pass 1 | sed '4s/$/ # skip some other reason/')"
    judges_the_same <<<"$(all_pass 1 | sed '4,5s/$/ # skip not started: make exercise1/')"
    judges_the_same <<<"$(all_pass 1 | sed '4s/.*/not &\n# grader: the sandbox failed/')"
    judges_the_same <<<"$(all_pass 1 | sed '4s/.*/not &\n# it says grader: what/')"
    judges_the_same <<<"$(all_pass 1 | sed '4s/.*/not &\n#peer: This is trouble/')"
    judges_the_same <<<"$(all_pass 1 | sed '4s/.*/&\n&/')" # a student prints it
    judges_the_same <<<"$(all_pass 1 | sed '4d')"
    judges_the_same <<<'1..0'
    judges_the_same <<<'not ok 1 setup_suite'
    judges_the_same <<<'# 0123456789abcdef'
    [ $said = 15 ]
}

@test "make grade: the tests are run, of one who has begun" {
    needs bats
    cp exercises/01-reply/solution/client.c exercises/01-reply/
    cp steps/01-tcp/server.c exercises/01-reply/
    run env -i PATH=/usr/local/bin:/usr/bin:/bin EXERCISES=1 make -s grade
    echo "$output"
    [[ $output == *'1         fails           5/10'*'the server sends the text back in upper case, then closes'*'Hint 1 of 3'* ]]
}
