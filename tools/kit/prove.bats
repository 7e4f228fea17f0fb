#!/usr/bin/env bats
# make prove: it finds a mistake in one spot of clean_text or of the line reader,
# and names the bytes.
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

setup() {
    note_failures
    [ -z "${SANITIZE:-}" ] || skip 'what is built here has sanitizers of its own'
    needs setsid ps
    mkdir -p "$BATS_TEST_TMPDIR/kit/tools"
    cp -R common "$BATS_TEST_TMPDIR/kit/"
    cp -R tools/kit "$BATS_TEST_TMPDIR/kit/tools/"
    cd "$BATS_TEST_TMPDIR/kit" || return 1
    export QUICK=1
}

needs_sanitizers() {
    echo 'int main(void) { return 0; }' >try.c
    compile -fsanitize=address,undefined -o try try.c 2>/dev/null || skip 'no sanitizers are installed'
}

# finds PART FILE OLD NEW WORDS...: where NEW stands for OLD in this file, the
# proof finds a mistake, and says these words: patterns, since threads that look
# side by side do not always find the same bytes first.
finds() {
    local text words
    text=$(<"common/$2")
    [ "$(grep -cF -- "$3" "common/$2")" = 1 ] || { echo "Not there once: $3"; return 1; }
    printf '%s\n' "${text/"$3"/"$4"}" >"common/$2"
    run -1 bash tools/kit/prove/prove "$1"
    echo "$output"
    for words in "${@:5}"; do
        # shellcheck disable=SC2053 # it is a pattern
        [[ $output == *$words* ]] || { echo "It does not say: $words"; return 1; }
    done
    printf '%s\n' "$text" >"common/$2"
}

@test "prove: what is right passes, and how much was tried is said" {
    needs_sanitizers
    run -0 bash tools/kit/prove/prove lines utf8
    echo "$output"
    [ "$(grep -cE '^(sanitized: )?all 16843008 texts of 1 to 3 bytes and [0-9]{8} of 4: clean_text is right' <<<"$output")" = 2 ]
    [ "$(grep -cE '^(sanitized: )?all streams of up to 5 bytes, in 1837152 ways: read_line is right' <<<"$output")" = 2 ]
}

@test "prove: what UTF-8 has not is found" {
    finds utf8 text.c '&& !surrogate' '&& surrogate < 2' 'utf8: of ED [AB]? ' 'expected: 3F 3F 3F, 3 bytes' 'came: ED [AB]? '
    finds utf8 text.c '*number <= 0x10FFFF' '*number <= 0x1FFFFF' 'utf8: of F[4-7] '
    finds utf8 text.c '*number <= 0x10FFFF' '*number < 0x10FFFF' 'utf8: of F4 8F BF BF' 'came: 3F 3F 3F 3F'
    finds utf8 text.c '0, 0x80, 0x800' '0, 0x00, 0x800' 'utf8: of C[01] '
    finds utf8 text.c '0x800, 0x10000}' '0x800, 0xFFFF}' 'utf8: of F0 8F BF BF'
    finds utf8 text.c '(next & 0xC0) != 0x80' '(next & 0x80) != 0x80' 'expected: 3F'
}

@test "prove: what is not safe to print, or is, is found" {
    finds utf8 text.c '{0x7F, 0x9F}' '{0x80, 0x9F}' 'utf8: of 7F' 'expected:, 0 bytes'
    finds utf8 text.c '{0x2028, 0x202E}' '{0x2028, 0x202D}' 'utf8: of E2 80 AE'
    finds utf8 text.c '{0x200E, 0x200F}' '{0x200D, 0x200F}' 'utf8: of E2 80 8D' 'expected: E2 80 8D'
    finds utf8 text.c "text[kept++] = ' ';" "text[kept++] = '\\t';" 'utf8: of 09'
}

@test "prove: a look behind the text, and a byte written there, are found" {
    finds utf8 text.c 'size > len || ' '' 'expected: 3F, 1 bytes'
    finds utf8 text.c "text[kept] = '\\0';" "text[kept] = text[len + 1] = '\\0';" 'behind the text stood'
}

@test "prove: a line that is another one is found, and how it came" {
    finds lines lines.c 'len > 0 && len <= size' 'len > 0 && len <= size && newline != reader->bytes' \
        ' 0D | 0A' 'expected: LINE_READ' 'came: LINE_TOO_LONG'
    finds lines lines.c '(size_t)len : 0' '(size_t)len - (len > 1) : 0' 'line 1: it is another one'
    finds lines lines.c 'bool fits = len < size;' 'bool fits = len <= size;' 'expected: LINE_TOO_LONG'
    finds lines lines.c 'if (len < size)' 'if (len <= size)' 'it is written over its size'
    finds lines lines.c 'reader->start, '"'\\n', here" "0, '\\n', here" 'line_waiting says otherwise'
}

@test "prove: an end that is none, and none that is one, are found" {
    local retry='while (false); if (len == -1 && errno == EINTR) len = read(reader->fd, reader->bytes, READ_SIZE);'
    finds lines lines.c 'while (len == -1 && errno == EINTR);' 'while (false);' 'EINTR before read 1'
    finds lines lines.c 'while (len == -1 && errno == EINTR);' "$retry" 'EINTR before read 1'
    finds lines lines.c 'reader->error = errno;' 'reader->error = EIO;' 'then Connection reset by peer' 'the reader has another error'
    finds lines lines.c '(len == 0 || reader->error != 0)' 'len == 0' 'then Connection reset by peer' 'expected: LINE_END'
    finds lines lines.c 'if (reader->ended)' 'if (reader->error != 0)' 'it reads on, though it has all'
}

@test "prove: what only a sanitizer sees is found" {
    needs_sanitizers
    finds lines lines.c 'len > 0 && len <= size' 'len <= size' 'heap-buffer-overflow'
}

@test "prove: a part that is none is said to be none" {
    run -2 bash tools/kit/prove/prove bytes
    [[ $output == 'prove: bytes: not one of '*' utf8' ]]
}
