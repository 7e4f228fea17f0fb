#!/usr/bin/env bats
# The deck, as a real browser shows it: both languages, every slide.
# shellcheck disable=SC2016 # the filters of jq have names of their own
load ../../tests/lib/helpers

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# missing: prints what the deck cannot be built without here; nothing if all is there.
missing() {
    if ! command -v npm >/dev/null || ! browser >/dev/null || ! command -v jq >/dev/null; then
        echo 'node, chromium or jq is not installed'
    elif [ -z "${CI:-}" ] && [ ! -d slides/node_modules ]; then
        echo 'what builds the deck is not here yet: make slides'
    fi
}

can_build() {
    [ -n "$(missing)" ] || return 0
    [ -z "${CI:-}" ] || { missing; return 1; }
    skip "$(missing)"
}

setup_file() {
    [ -z "$(missing)" ] || return 0
    local deck
    slides/build >"$BATS_FILE_TMPDIR/build.log" 2>&1 || return 0
    cd slides || return 1
    for deck in sockets sockets.pt-BR; do # all slides on one page, one below another
        node_modules/.bin/marp --no-stdin --quiet --engine ./engine.mjs --theme-set kit.css \
            --template bare "$deck.md" -o "$BATS_FILE_TMPDIR/$deck.html"
    done
    node inspect.mjs "$(browser)" "$BATS_FILE_TMPDIR"/sockets{,.pt-BR}.html >"$BATS_FILE_TMPDIR/found.json"
}

# finds_nothing FILTER: a jq filter finds nothing in the decks; shows what it does.
finds_nothing() {
    can_build
    run jq -r "$1" "$BATS_FILE_TMPDIR/found.json"
    echo "$output"
    [ "$status" = 0 ] && [ -z "$output" ]
}

# slide FILTER: finds_nothing on each slide, with its deck and number before it.
slide() {
    finds_nothing '.[] | .deck as $deck | .slides | to_entries[] | .key as $i | .value
        | "\($deck | sub(".*/"; "")) slide \($i + 1) (\(.title)): " as $where | '"$1"
}

@test "slides: they build" {
    can_build
    cat "$BATS_FILE_TMPDIR/build.log"
    [ -s "$BATS_FILE_TMPDIR/found.json" ]
    [ "$(jq '.[0].slides | length' "$BATS_FILE_TMPDIR/found.json")" -gt 40 ]
}

@test "slides: none overflows or is cut" {
    slide 'select(.overflows or .outside != []) | "\($where)\(.outside[0] // "too much on it")"'
}

@test "slides: code is shown at 24 px a line or more" {
    slide '.code[] | select(.line < 24) | "\($where)\(.line | floor) px: \(.text | split("\n")[0])"'
}

@test "slides: no picture is missing, or too small to read" {
    slide '.pictures[] | select(.width == 0 or .height < 150) | "\($where)\(.alt)"'
}

@test "slides: no request leaves the machine" {
    finds_nothing '.[].strangers[]'
}

@test "slides: both languages have the same slides with the same code" {
    can_build
    [ -s "$BATS_FILE_TMPDIR/found.json" ]
    diff <(jq '.[0].slides[] | [.code[].text], (.pictures | length)' "$BATS_FILE_TMPDIR/found.json") \
        <(jq '.[1].slides[] | [.code[].text], (.pictures | length)' "$BATS_FILE_TMPDIR/found.json")
}

@test "slides: every slide has notes that say how long it takes" {
    local deck slides notes
    for deck in slides/sockets.md slides/sockets.pt-BR.md; do
        slides=$(grep -cx -- '---' "$deck")
        notes=$(grep -cE '^(Time|Tempo): ' "$deck")
        echo "$deck: $((slides - 1)) slides, $notes notes with a time"
        [ "$notes" -eq $((slides - 1)) ]
    done
}

@test "slides: the PDF has as many pages as there are slides, and its accents" {
    can_build
    needs pdfinfo pdftotext
    local i=0 deck
    for deck in sockets sockets.pt-BR; do
        [ "$(pdfinfo "build/slides/$deck.pdf" | sed -n 's/^Pages: *//p')" = \
            "$(jq ".[$i].slides | length" "$BATS_FILE_TMPDIR/found.json")" ]
        i=$((i + 1))
    done
    pdftotext build/slides/sockets.pt-BR.pdf - >"$BATS_TEST_TMPDIR/text"
    grep -q 'Comunicação' "$BATS_TEST_TMPDIR/text"
    grep -q 'conexão' "$BATS_TEST_TMPDIR/text"
}

@test "slides: a name that is no longer in the steps ends the build" {
    can_build
    printf -- '---\nmarp: true\n---\n```c\nsteps/03-lines/server.c: no_such_function\n```\n' >"$BATS_TEST_TMPDIR/deck.md"
    run slides/node_modules/.bin/marp --no-stdin --engine slides/engine.mjs "$BATS_TEST_TMPDIR/deck.md" -o "$BATS_TEST_TMPDIR/deck.html"
    echo "$output"
    [ "$status" != 0 ]
    [[ $output == *'no_such_function'* ]]
}
