#!/usr/bin/env bats
# make portable: a target whose programs do not run here is said to be left out,
# and the others go on.
# shellcheck disable=SC2016 # the stubs expand it
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    [ -z "${SANITIZE:-}" ] || skip 'nothing here is built with a sanitizer'
    needs setsid ps
    unset CI
    local kit=$BATS_TEST_TMPDIR/kit BIN=$BATS_TEST_TMPDIR/bin
    mkdir -p "$kit/tools" "$kit/tests/lib" "$BIN"
    cp -R tools/kit "$kit/tools/"
    mkdir "$kit"/{common,steps,exercises}
    touch "$kit/Makefile"
    echo 'echo "the tests run for $CC"' >"$kit/tests/lib/run-bats"
    compiler musl-gcc 'exit 0'
    compiler aarch64-linux-gnu-gcc 'exit 0'
    compiler i686-linux-gnu-gcc 'exit 0'
    printf '#!/bin/sh\nexit 0\n' >"$BIN/qemu-aarch64"
    chmod +x "$BIN/qemu-aarch64"
    PATH=$BIN:$PATH
    cd "$kit" || return 1
}

# compiler NAME SCRIPT: such a one, all of whose programs are this script.
compiler() {
    printf '#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\nprintf "#!/bin/sh\\n%s\\n" >"$2"\nchmod +x "$2"\n' "$2" >"$BATS_TEST_TMPDIR/bin/$1"
    chmod +x "$BATS_TEST_TMPDIR/bin/$1"
}

@test "portable: the tests run for all three" {
    run -0 bash tools/kit/portable
    echo "$output"
    [ "$(grep -c '^== ' <<<"$output")" = 3 ]
    grep -qx 'the tests run for musl-gcc' <<<"$output"
    grep -qx 'the tests run for ./qemu-cc' <<<"$output"
    grep -q '^the tests run for i686-linux-gnu-gcc ' <<<"$output"
}

@test "portable: a kernel without 32-bit programs is said to be one, and the others go on" {
    compiler i686-linux-gnu-gcc 'exit 126'
    run -0 bash tools/kit/portable
    echo "$output"
    grep -qx 'portable: i686 is left out, this kernel runs no 32-bit programs: try another one, with CONFIG_IA32_EMULATION.' <<<"$output"
    [ "$(grep -c '^the tests run for' <<<"$output")" = 2 ]
    run -0 bash tools/kit/portable i686
    [ "${#lines[@]}" = 1 ]
    CI=true run -0 bash tools/kit/portable # no package brings another kernel
    compiler musl-gcc 'exit 126'
    CI=true run -1 bash tools/kit/portable
    grep -q '^== musl: FAILED' <<<"$output"
    [ "$(grep -c '^the tests run for' <<<"$output")" = 1 ]
}

@test "portable: a compiler that builds nothing, or is missing, is said to" {
    printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/musl-gcc"
    run -1 bash tools/kit/portable musl
    [ "$output" = 'portable: musl: musl-gcc builds nothing: is its C library installed?' ]
    run -2 bash tools/kit/portable sparc
    [ "$output" = 'portable: sparc: not musl, aarch64 or i686' ]
}
