#!/usr/bin/env bats
# The kit in an odd place: no file of it is executable, as on a FAT stick or from
# a .zip; its folder has a name that no shell leaves alone; an exported CDPATH
# leads astray. What `make help` and `make help-teach` name works all the same.
load ../../tests/lib/helpers

setup() {
    note_failures
    unset MAKEFLAGS MAKELEVEL
    local place="$BATS_TEST_TMPDIR/it's \"\$HOME\" %s"
    mkdir "$place"
    cp -R Makefile common exercises steps tests tools "$place/"
    cd "$place" || return
    find . -type f -exec chmod a-x {} +
    export CDPATH=$BATS_TEST_TMPDIR/astray
    mkdir -p "$CDPATH"/{tests/lib,tools/{see,grade,kit}}
}

# makes WORDS... [SAYING]: make with these words ends well, and says so.
makes() {
    # shellcheck disable=SC2086 # words
    run make --no-print-directory $1 </dev/null
    echo "$output"
    [ "$status" = 0 ]
    [[ $output == *"$2"* ]]
}

@test "an odd place: what a student types" {
    makes help 'make step3'
    makes step3 'Terminal 1:'
    makes diff3 '--- steps/01-tcp/'
    makes demo 'exit status 0'
    makes play 'Terminal 4:'
    makes exercise1 'Test:  bats tests/exercise1.bats'
    makes hint1 'Hint 1 of 3'
    makes compare1 'nothing is changed yet'
    makes reset1 'already'
    makes doctor 'The rest:'
    tar -czf tools/see/originals.tar.gz steps
    makes resetstep3 'as it was handed out already'
    rm exercises/01-reply/*.c
    makes grade "0/$(compgen -G 'exercises/[0-9]*' | wc -l)0"
    makes help-teach 'make grade SUBMISSIONS=DIR'
    makes clean ''
}

@test "an odd place: make test, and bats" {
    env -u CDPATH bats tests/common.bats # it goes astray itself
    makes test1 'ok 1 '
    mkdir "tmp it's"
    TMPDIR="$PWD/tmp it's" makes test1 'ok 1 '
}

@test "an odd place: make trace, with a network of its own too" {
    needs strace tcpdump ip unshare
    makes trace1 'connect('
    [ "$EUID" = 0 ] || skip 'as another user a system may allow no namespaces'
    makes 'trace1 WIRE=1' SYN
}

@test "an odd place: make lan says what it says" {
    run make lan </dev/null
    [[ $output != *'Permission denied'* && $output == *client* ]]
}

@test "an odd place: make watch tests" {
    command -v entr >/dev/null || needs inotifywait
    with_keyboard watching make watch1
    PATIENCE=$((PATIENCE * 12)) wait_until grep -q 'step 01: .* tests pass' "$BATS_TEST_TMPDIR/watching.log" ||
        { cat "$BATS_TEST_TMPDIR/watching.log"; return 1; }
}

@test "an odd place: make grade, of a class" {
    needs bwrap parallel jq
    [ -d exercises/01-reply/solution ] || skip 'a handout has no solutions'
    chmod 711 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR"/*/ "$BATS_TEST_TMPDIR" .
    mkdir -p class/ana/exercises/01-reply tmp
    chmod 711 tmp
    cp exercises/01-reply/solution/*.c class/ana/exercises/01-reply/
    (cd class && tar -czf bob.tar.gz ana)
    EXERCISES=1 TMPDIR=$PWD/tmp makes 'grade SUBMISSIONS=class' '[2 of 2]'
    [[ $output == *'ana: 10 of 10'* && $output == *'bob: 10 of 10'* ]]
    EXERCISES=1 TMPDIR=$PWD/tmp UNSAFE=1 ALL=1 makes 'grade SUBMISSIONS=class' 'ana: 10 of 10'
}
