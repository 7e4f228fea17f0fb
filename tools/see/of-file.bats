#!/usr/bin/env bats
# of-file: what an editor runs for the file that is open; make is a stub here.
load see

setup() {
    note_failures
    mkdir "$BIN"
    # shellcheck disable=SC2016
    stub make 'echo "make $*"'
    PATH=$BIN:$PATH
}

of_file() { run bash tools/see/of-file "$@"; }

@test "of-file: builds the step and the exercise that the file is of" {
    of_file build steps/08-outbox/client.c
    says 0 'make step8'
    of_file build steps/12-chat/server.c
    says 0 'make step12'
    of_file build exercises/03-frames/README.pt-BR.md
    says 0 'make exercise3'
}

@test "of-file: tests a step, and an exercise" {
    # shellcheck disable=SC2016
    stub bats 'for last; do :; done; echo "bats $last"'
    of_file test steps/01-tcp/server.c
    says 0 'make test1'
    of_file test exercises/09-poll/server.c
    says 0 'bats tests/exercise9.bats'
}

@test "of-file: builds a program alone, and runs it" {
    # shellcheck disable=SC2016
    stub make 'PATH=${PATH#*:} MAKEFLAGS= SANITIZE= exec make "$@"'
    in_background /dev/null "$BATS_TEST_TMPDIR/server.log" \
        bash tools/see/of-file server steps/03-lines/server.c 0 127.0.0.1
    wait_until grep -q '^Listening on 127.0.0.1:' "$BATS_TEST_TMPDIR/server.log"
}

@test "of-file: says so where the file is of no step and no exercise" {
    local file
    for file in common/tcp.c steps/README.md exercises/README.md exercises/01-reply/solution/server.c '' "it's"; do
        of_file build "$file"
        [ "$status" = 2 ]
        [[ $output == "of-file: "* ]]
    done
    of_file server exercises/01-reply/README.md
    says 2 'of-file: there is no exercises/01-reply/server.c; make exercise1 begins an exercise.'
    of_file paint steps/01-tcp/server.c
    says 2 'of-file: what to do with steps/01-tcp/server.c? build, test, server or client.'
}
