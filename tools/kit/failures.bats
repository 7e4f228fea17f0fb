#!/usr/bin/env bats
# What the tests say of a student's program that is wrong is so, and helps.
# shellcheck disable=SC1112,SC2016,SC2154
# shellcheck disable=SC2030,SC2031 # what `run` sets
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

# A kit in which exercises 1 and 3 are solved, with the parts built already.
setup_file() {
    local kit=$BATS_FILE_TMPDIR/kit
    mkdir -p "$kit/exercises" "$kit/build"
    cp -Rp Makefile common steps tests tools "$kit/"
    cp -Rp build/{common,step*,tests} "$kit/build/" || true
    cp -R exercises/0[13]-* "$kit/exercises/"
    cp exercises/01-reply/solution/*.c "$kit/exercises/01-reply/"
    cp exercises/03-frames/solution/*.c "$kit/exercises/03-frames/"
    env -u MAKEFLAGS -u MAKELEVEL make -s -C "$kit" SANITIZE= steps build/tests/peer
}

# wrong FILE SED_COMMAND: a kit in which this one has a mistake.
wrong() {
    KIT=$BATS_TEST_TMPDIR/kit
    cp -Rp "$BATS_FILE_TMPDIR/kit" "$KIT"
    sed "$2" "$BATS_FILE_TMPDIR/kit/exercises/$1" >"$KIT/exercises/$1"
    ! cmp -s "$BATS_FILE_TMPDIR/kit/exercises/$1" "$KIT/exercises/$1"
}

# tests N PATTERN [VARIABLE...]: runs these tests of exercise N in it.
tests() {
    run env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" LC_ALL=C.UTF-8 TIMEOUT_SCALE="${TIMEOUT_SCALE:-1}" "${@:3}" \
        bash "$KIT/tests/lib/run-bats" -f "$2" "$KIT/tests/exercise$1.bats"
    echo "$output"
    [ "$status" = 1 ]
}

# stub COMMAND BODY: comes first in PATH from now on.
stub() {
    mkdir -p "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\n%s\n' "$2" >"$BATS_TEST_TMPDIR/bin/$1"
    chmod +x "$BATS_TEST_TMPDIR/bin/$1"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

@test "failures: text in UTF-8 stays as it is, control bytes and what is no UTF-8 are named" {
    local text='João, ‘x’ and 😀; C:\n \x41 %d $x `y`'
    [ "$(printable <<<"$text")" = "$text" ]
    [ "$(printf 'a\tb\r\n\033[31m\0\007\177' | printable)" = $'a\tb\\r\n\\e[31m\\0\\x07\\x7F' ]
    [ "$(printf '\303\243|\303|\243|\377|\302\233|\302\240' | printable)" = $'\303\243|\\xC3|\\xA3|\\xFF|\\xC2\\x9B|\302\240' ]
    # Too long for what they say, a surrogate, too large.
    [ "$(printf '\300\200 \340\237\277 \360\217\277\277' | printable)" = '\xC0\x80 \xE0\x9F\xBF \xF0\x8F\xBF\xBF' ]
    [ "$(printf '\355\240\200 \364\220\200\200 \365' | printable)" = '\xED\xA0\x80 \xF4\x90\x80\x80 \xF5' ]
    [ "$(printf '\355\237\277\364\217\277\277' | printable)" = $'\355\237\277\364\217\277\277' ]
}

@test "failures: a text that is cut in the middle of a letter is not made worse" {
    [ "$(printf '😀ã' | head -c 5 | printable)" = '😀\xC3' ]
    [ "$(printf '😀ã' | tail -c 3 | printable)" = '\x80ã' ]
    [ "$(printf '' | printable)" = '' ]
    [ "$(printf 'a\n\nb\n\n' | printable | od -An -tx1)" = "$(printf 'a\n\nb\n\n' | od -An -tx1)" ]
}

@test "failures: each awk makes the same of it" {
    local awk tried=0 bytes
    bytes=$(for i in {0..255}; do printf '\\%03o\\303\\%03o' "$i" "$i"; done)
    # shellcheck disable=SC2059
    printf "$bytes" | printable >"$BATS_TEST_TMPDIR/expected"
    [ -s "$BATS_TEST_TMPDIR/expected" ]
    iconv -f UTF-8 -t UTF-8 "$BATS_TEST_TMPDIR/expected" >/dev/null
    for awk in mawk gawk 'busybox awk' original-awk; do
        command -v "${awk%% *}" >/dev/null || continue
        stub awk "exec $awk \"\$@\""
        # shellcheck disable=SC2059
        printf "$bytes" | printable | cmp - "$BATS_TEST_TMPDIR/expected"
        tried=$((tried + 1))
    done
    [ $tried -gt 0 ] || skip 'there is only one awk, and it has another name'
}

@test "failures: what a program prints in UTF-8 is shown so" {
    wrong 01-reply/client.c 's/fwrite(text, 1, (size_t)len, stdout);/printf("Olá, João\\033[31m");/'
    tests 1 'prints what the server replies'
    [[ $output == *'The client printed other bytes than expected, from byte 1 on.
    expected:
      | SO YOU SAY
    printed:
      | Olá, João\e[31m'* ]]
}

@test "failures: what the compiler says in UTF-8 is shown so" {
    stub cc 'echo "server.c:3:5: error: ‘retrun’ undeclared" >&2; exit 1'
    wrong 01-reply/server.c 's/^int main/nit main/'
    tests 1 'build'
    [[ $output == *'server.c does not build.
    The compiler'"'"'s first error:
      | server.c:3:5: error: ‘retrun’ undeclared'* ]]
}

# A compiler of somebody who has set another language.
speaks_german() {
    stub cc 'if [ "$LC_ALL" = C ]; then echo "x.c:3:5: error: here"; else echo "x.c:3:5: Fehler: hier"; fi >&2
echo "x.c: In function" >&2; exit 1'
}

@test "failures: the compiler speaks English where its words are looked at" {
    speaks_german
    wrong 01-reply/server.c 's/^int main/nit main/'
    tests 1 'build' LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 LANGUAGE=de
    [[ $output == *'| x.c:3:5: error: here'* ]]
    rm -r "$KIT/build"
    run env -i PATH="${PATH//"$BATS_LIBEXEC:"/}" LC_ALL=de_DE.UTF-8 bash "$KIT/tests/lib/run-bats" "$KIT/tests/step01.bats"
    echo "$output"
    [[ $output == *'x.c:3:5: error: here'* ]]
    run env LC_ALL=de_DE.UTF-8 bash tools/see/doctor
    [[ $output == *'C compiler cc builds no program with threads (here)'* ]]
}

@test "failures: a compiler that names no error is quoted, too" {
    stub make "case \$* in *exercise*) echo 'something is odd'; exit 1 ;; esac; exec '$(command -v make)' \"\$@\""
    wrong 01-reply/server.c 's/^int main/nit main/'
    tests 1 'build'
    [[ $output == *'named no error within 60 s. It said:
      | something is odd'* ]]
}

@test "failures: where a client is wrong, what its server received and expected is shown" {
    wrong 03-frames/client.c 's/htonl(/(/'
    tests 3 'sends each line as a frame|without a whole answer'
    [ "$(grep -c 'The server of this test, a script, says:' <<<"$output")" = 2 ]
    [[ $output == *'  expected: \0\0\0\x05hello
      |   received: \x05\0\0\0hello
      |             ^ first difference at byte 1'* ]]
    [[ $output == *"build/tests/peer <<'SCRIPT'
    listen here"*"SCRIPT
    and in another terminal:
    printf 'hello\nJoão\nthe last' | build/exercise3/client 127.0.0.1 PORT"* ]]
}

@test "failures: that a client did not end is said where it did not, and only there" {
    wrong 01-reply/client.c 's/^int main.*/#include <unistd.h>\n&/; s/^    return 0;/    return 7;/'
    tests 1 'prints what the server replies'
    [[ $output == *'The client ended with exit status 7, expected exit status 0.'* ]]
    [[ $output != *'did not end'* && $output != *124* ]]
    [[ $output == *'had nothing to complain of'* ]]
    wrong_again 's/^    return 0;/    abort();/'
    tests 1 'prints what the server replies'
    [[ $output == *'The client was ended by the signal ABRT, expected exit status 0.'* ]]
    wrong_again 's/^    return 0;/    for (;;) pause();/'
    TIMEOUT_SCALE=1 tests 1 'prints what the server replies'
    [[ $output == *'The client did not end within 5 s, expected exit status 0.'* ]]
}

@test "failures: of a server that has gone it is said how" {
    wrong 01-reply/server.c '/signal(SIGPIPE/d'
    tests 1 'one client after another'
    [[ $output == *'The server has gone: it was ended by the signal PIPE.'* ]]
}

# wrong_again SED_COMMAND: another mistake in the client of exercise 1.
wrong_again() {
    sed "s/^int main.*/#include <stdlib.h>\n#include <unistd.h>\n&/; $1" \
        "$BATS_FILE_TMPDIR/kit/exercises/01-reply/client.c" >"$KIT/exercises/01-reply/client.c"
}

@test "failures: from which byte on the output of a client differs" {
    wrong 01-reply/client.c "s/putchar('.n')/puts(\"!\")/"
    tests 1 'longer than any buffer, is printed whole'
    [[ $output == *'The client printed other bytes than expected, from byte 160016 on.'*'ABCDEF
      (from byte 159976 on, of 160016)'*'ABCDEF!
'* ]]
}

# The other port may just be somebody else's here: then once more.
names_both_ports() {
    tests 1 'at the port it is given' || return 1
    [[ $output =~ 'It listens at port '([0-9]+)', not '([0-9]+)'.
    '([0-9]+)' is '([0-9]+)' with its two bytes in the other order: is htons missing?' ]]
}

@test "failures: a port in the other byte order is called that" {
    wrong 01-reply/server.c 's/htons(at.port)/at.port/'
    wait_until names_both_ports
    [ $((BASH_REMATCH[1] % 256 * 256 + BASH_REMATCH[1] / 256)) = "${BASH_REMATCH[2]}" ]
}

@test "failures: another wrong port is not called that" {
    wrong 01-reply/server.c 's/htons(at.port)/0/'
    tests 1 'at the port it is given'
    [[ $output == *'It listens at port '*', not '* && $output != *htons* ]]
}

# in_table <<tap: what the table of make grade says of this exercise 1.
in_table() {
    cat >"$BATS_TEST_TMPDIR/exercise1.tap"
    run awk -f tools/grade/tap.awk "$BATS_TEST_TMPDIR/exercise1.tap"
    echo "$output"
}

@test "failures: of two programs one does not build: the table says that the other was judged" {
    in_table <<'TAP'
1..3
not ok 1 exercise 1: server.c and client.c build
# server.c does not build.
ok 2 exercise 1: the server answers [6] # skip server.c does not build
ok 3 exercise 1: the client prints [4]
TAP
    [ "${lines[0]}" = $'1\tfails\t4\t10\tserver.c does not build\tonly the rest was judged' ]
    in_table <<'TAP'
1..3
not ok 1 exercise 1: server.c and client.c build
# server.c does not build.
ok 2 exercise 1: the server answers [6] # skip server.c does not build
ok 3 exercise 1: the client prints [4] # skip not started: there is no client.c
TAP
    [ "${lines[0]}" = $'1\tdoes not build\t0\t10\tserver.c and client.c build\t' ]
}
