#!/usr/bin/env bats
# What goes with an exercise: hints one at a time, what was changed, and back to
# the beginning, which a step's programs may want, too.
bats_require_minimum_version 1.5.0
load see

setup() {
    note_failures
    export LC_ALL=C
    unset MAKEFLAGS MAKELEVEL LANG SANITIZE
    mkdir "$BATS_TEST_TMPDIR/it's a copy"
    cp -R .gitignore Makefile common steps tests tools exercises "$BATS_TEST_TMPDIR/it's a copy/"
    cd "$BATS_TEST_TMPDIR/it's a copy" || return
    rm -f tools/see/originals.tar.gz
}

begins() { cp steps/03-lines/*.c exercises/03-frames/; }
makes() { run make --no-print-directory "$@"; }

# as_committed, as_handed_out: what this copy is.
as_committed() {
    needs git
    git init -q . 2>/dev/null
    git add .
    git -c user.name=kit -c user.email=kit@example.org -c commit.gpgsign=false commit -qm kit
}
as_handed_out() { tar -czf tools/see/originals.tar.gz steps/*/*.c; }

@test "hint: one at a time, and then where to ask" {
    makes hint3
    says 0 'Hint 1 of 3: where to begin'
    [[ $output == *'recv_all'* && $output != *details* && $output != *'Hint 2'* ]]
    makes hint5
    says 0 'Hint 1 of 3: where to begin'
    makes hint3
    says 0 'Hint 2 of 3: when is it an end, and when a cut?'
    makes hint3
    says 0 'Hint 3 of 3: receiving a frame, almost written' \
        '    struct { uint32_t length; char body[65536]; } frame;'
    [[ $output != *'```'* ]]
    makes hint3
    says 0 'Exercise 3 has no more hints. Read the common mistakes in exercises/03-frames/README.md, then'
    makes hint3
    [[ $output == *'no more hints'*'bats tests/exercise3.bats' ]]
}

@test "hint: in Portuguese where the terminal speaks it" {
    LANG=pt_BR.UTF-8 LC_ALL='' makes hint3
    says 0 'Dica 1 de 3: por onde começar'
    LANG=C LC_ALL='' LC_MESSAGES=pt_PT.UTF-8 makes hint3
    says 0 'Dica 2 de 3: quando é um fim, e quando é um corte?'
    LANG=pt_BR.UTF-8 LC_ALL=C makes hint3
    says 0 'Hint 3 of 3: receiving a frame, almost written'
    LC_ALL=pt_BR.UTF-8 makes hint3 # bash says where this machine has no Portuguese
    [[ $output == *'O exercício 3 não tem mais dicas.'*'bats tests/exercise3.bats' ]]
}

@test "hint: each exercise has all of them, in both languages" {
    local n language first
    for n in $(bash tools/grade/grade --list); do
        for language in C pt_BR.UTF-8; do
            rm -rf build/hints
            for first in {1..3}; do
                LC_ALL='' LANG=$language run bash tools/see/hint "$n"
                [[ $output =~ ^(Hint|Dica)\ $first\ (of|de)\ 3:\ .{10} && ${#lines[@]} -gt 2 ]] || { echo "exercise $n: $output"; return 1; }
            done
        done
    done
}

@test "compare: an exercise against the step that it starts from" {
    makes compare3
    says 0 'exercises/03-frames has no programs yet: make exercise3'
    begins
    makes compare3
    says 0 'exercises/03-frames is what it starts from, steps/03-lines: nothing is changed yet.'
    echo '/* mine */' >>exercises/03-frames/server.c
    makes compare3
    says 0 '+/* mine */'
    [[ $output == '--- steps/03-lines/server.c'* && $output != *client.c* && $output != *README* && $output != *solution* ]]
}

@test "compare, diff: with colours on a terminal" {
    needs script
    begins
    echo '/* mine */' >>exercises/03-frames/server.c
    export PAGER='cat'
    run script -qec 'make -s compare3' /dev/null
    [[ $output == *$'\e[32m+/* mine */'* ]]
    run script -qec 'make -s diff4' /dev/null
    [[ $output == *$'\e[31m-'*$'\e[32m+'* ]]
}

@test "reset: an exercise is what it starts from again, and what was there is kept" {
    begins
    makes reset3
    says 0 'exercises/03-frames is what it starts from, steps/03-lines already.'
    echo '/* mine */' >>exercises/03-frames/server.c
    rm exercises/03-frames/client.c
    makes reset3
    says 0 'exercises/03-frames is what it starts from, steps/03-lines again. What was there is in kept/exercise3-1 now.'
    cmp exercises/03-frames/server.c steps/03-lines/server.c
    cmp exercises/03-frames/client.c steps/03-lines/client.c
    [ "$(tail -n 1 kept/exercise3-1/server.c)" = '/* mine */' ]
    [ ! -e kept/exercise3-1/client.c ]
    echo '/* a header */' >exercises/03-frames/frame.h
    makes reset3
    [ ! -e exercises/03-frames/frame.h ]
    [ "$(cat kept/exercise3-2/frame.h)" = '/* a header */' ]
    [ "$(tail -n 1 kept/exercise3-1/server.c)" = '/* mine */' ]
    [ -e exercises/03-frames/README.md ] && [ -e exercises/03-frames/README.pt-BR.md ]
    makes clean
    [ -e kept/exercise3-2/frame.h ]
    as_committed
    [ -z "$(git ls-files kept)" ] # what is kept is nobody else's
}

@test "reset: an exercise that is not begun" {
    makes reset3
    [ "$status" != 0 ]
    [[ $output == *'exercises/03-frames has no programs: make exercise3 begins'* ]]
    [ ! -e kept ]
}

# a_step_comes_back WAS: after an edit, and one that is said to be.
a_step_comes_back() {
    local first
    first=$(cksum steps/05-threads/*)
    makes resetstep5
    says 0 "steps/05-threads is $1 already."
    echo '/* mine */' >>steps/05-threads/server.c
    rm steps/05-threads/client.c
    makes resetstep5
    says 0 "steps/05-threads is $1 again. What was there is in kept/step5-1 now."
    [ "$(cksum steps/05-threads/*)" = "$first" ]
    [ "$(tail -n 1 kept/step5-1/server.c)" = '/* mine */' ]
}

@test "reset: a step, in a git repository" {
    as_committed
    a_step_comes_back 'as it was last committed'
}

@test "reset: a step, in a handout, in somebody else's repository too" {
    as_handed_out
    a_step_comes_back 'as it was handed out'
    rm -r kept
    echo '/* worse */' >>steps/05-threads/server.c
    as_committed
    makes resetstep5
    says 0 'steps/05-threads is as it was handed out again. What was there is in kept/step5-1 now.'
}

@test "reset: a step where nobody knows what it was" {
    needs git
    echo '/* mine */' >>steps/05-threads/server.c
    GIT_CEILING_DIRECTORIES=$BATS_TEST_TMPDIR makes resetstep5
    [ "$status" != 0 ]
    [[ $output == *'reset: what steps/05-threads was at first is known to git, and to a handout'*'not a git repository'* ]]
    as_committed
    GIT_TEST_ASSUME_DIFFERENT_OWNER=1 GIT_CONFIG_GLOBAL=/dev/null makes resetstep5
    [[ $output == *'dubious ownership'* ]]
    [ "$(tail -n 1 steps/05-threads/server.c)" = '/* mine */' ]
}

@test "exercise: it begins with the step as it was, whatever somebody made of that" {
    as_handed_out
    local first
    first=$(cksum <steps/03-lines/server.c)
    echo '#error mine' >>steps/03-lines/server.c
    makes exercise3
    [ "$status" = 0 ]
    [ "$(cksum <exercises/03-frames/server.c)" = "$first" ]
    echo '/* mine */' >>exercises/03-frames/server.c
    makes reset3
    [ "$(cksum <exercises/03-frames/server.c)" = "$first" ]
}
