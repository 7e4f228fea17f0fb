#!/usr/bin/env bats
# The deck, as a real browser shows it: both languages, every slide.
# shellcheck disable=SC2016 # the filters of jq have names of their own
load ../../tests/lib/helpers

PATIENCE=$((PATIENCE * 12)) # a browser is not quick to start

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
    [ -d slides/node_modules ] || bash slides/build >/dev/null 2>&1 || true # brings the packages
    small_kit "$BATS_FILE_TMPDIR/kit" >"$BATS_FILE_TMPDIR/small.log" 2>&1 &
    if bash slides/build >"$BATS_FILE_TMPDIR/build.log" 2>&1; then
        node slides/inspect.mjs "$(browser)" build/slides/printed/sockets{,.pt-BR}.html \
            >"$BATS_FILE_TMPDIR/found.json" 2>>"$BATS_FILE_TMPDIR/build.log" || true
    fi
    wait
}

# small_kit FOLDER: builds two decks of a slide or two, with two diagrams and one
# function in them: what is edited there is built again in a second.
small_kit() {
    mkdir -p "$1"/{slides/diagrams,steps/03-lines}
    cp -p slides/{build,needs.bash,*.mjs,kit.css,package*.json} "$1/slides/"
    cp slides/diagrams/mermaid.json "$1/slides/diagrams/"
    ln -s "$PWD/slides/node_modules" "$1/slides/node_modules"
    printf 'flowchart LR\n one --> two\n' >"$1/slides/diagrams/first.mmd"
    printf 'flowchart LR\n three --> four\n' >"$1/slides/diagrams/second.mmd"
    printf 'void greet(void)\n{\n    puts("hello");\n}\n\nvoid leave(void)\n{\n}\n' >"$1/steps/03-lines/server.c"
    printf -- '---\ntheme: kit\nlang: en\n---\n\n# One\n\n```c\n%s\n```\n\n---\n\n```diagram\n%s\n```\n\n```diagram\n%s\n```\n' \
        'steps/03-lines/server.c: greet' first second >"$1/slides/sockets.md"
    printf -- '---\ntheme: kit\nlang: pt-BR\n---\n\n# Um\n' >"$1/slides/sockets.pt-BR.md"
    bash "$1/slides/build"
}

# edits_small_kit: a copy of it for this test, in KIT, just as it was built.
edits_small_kit() {
    can_build
    KIT=$BATS_TEST_TMPDIR/kit
    cp -a "$BATS_FILE_TMPDIR/kit" "$KIT"
    cat "$BATS_FILE_TMPDIR/small.log"
    [ -s "$KIT/build/slides/sockets.pt-BR.pdf" ]
}

builds() {
    run bash "$KIT/slides/build"
    echo "$output"
    [ "$status" = 0 ]
}

# fails_with GLOB: the build ends with this one sentence, and leaves nothing unfinished.
fails_with() {
    run bash "$KIT/slides/build"
    echo "status $status: $output"
    [ "$status" = 1 ]
    # shellcheck disable=SC2053 # it is a pattern
    [[ $output == $1 && $output != *$'\n'* ]]
    leaves_nothing
}

leaves_nothing() {
    [ -z "$(find "$KIT/build" -name 'unfinished-*')" ]
    wait_until no_browser
}
no_browser() { ! pgrep -f "$KIT/build/slides/unfinished-"; }

# The files, each with its inode: what is written again has another one.
drawn() { ls -i "$KIT/build/slides/diagrams"; }
printed() { ls -i "$KIT/build/slides/$1.pdf"; }

# stub_browser: a browser of ours, from stdin, in the place of the real one.
stub_browser() {
    export CHROME_PATH=$BATS_TEST_TMPDIR/browser
    cat >"$CHROME_PATH"
    chmod +x "$CHROME_PATH"
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

@test "slides: no text is smaller than 24 px, in code and in pictures neither" {
    slide '(.texts[], .pictures[].texts[]) | select(.px < 23.9) | "\($where)\(.px) px: \(.text | split("\n")[0])"'
    # what was measured is all there is
    [ "$(jq '[.[].slides[].code[]] | length' "$BATS_FILE_TMPDIR/found.json")" -eq \
        "$(cat slides/sockets.md slides/sockets.pt-BR.md | grep -cE '^```(c|console|python)$')" ]
    [ "$(jq '[.[].slides[].pictures[] | select(.texts | length < 4)] | length' "$BATS_FILE_TMPDIR/found.json")" -eq 0 ]
}

@test "slides: no picture is missing, or too small to read" {
    slide '.pictures[] | select(.width == 0 or .height < 150) | "\($where)\(.alt)"'
}

@test "slides: who does not see a picture is told in words what it shows" {
    slide '.pictures[] | .alt | select(length < 80 or test("->|--|participant|Note |rect |subgraph")) | "\($where)\(.)"'
    [ "$(jq '[.[1].slides[].pictures[].alt | select(startswith("Um diagrama"))] | length' "$BATS_FILE_TMPDIR/found.json")" -eq \
        "$(jq '[.[0].slides[].pictures[].alt | select(startswith("A "))] | length' "$BATS_FILE_TMPDIR/found.json")" ]
}

@test "slides: every diagram of the kit is told in words, all of it" {
    needs node
    run node --test slides/
    echo "$output"
    [ "$status" = 0 ]
}

@test "slides: no request leaves the machine" {
    finds_nothing '.[].strangers[]'
}

@test "slides: both languages have the same slides with the same code" {
    can_build
    [ -s "$BATS_FILE_TMPDIR/found.json" ]
    diff <(jq '.[0].slides[] | .code, (.pictures | length)' "$BATS_FILE_TMPDIR/found.json") \
        <(jq '.[1].slides[] | .code, (.pictures | length)' "$BATS_FILE_TMPDIR/found.json")
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

# part DECK NUMBER: the slides of that step.
part() { awk -v step="^<!-- header: \"[A-Z][a-z]+ $2:" '/^<!-- header: / { inside = $0 ~ step } inside' "$1"; }

@test "slides: each step has its slides: a picture, code of its own, a question" {
    local deck folder slides
    for deck in slides/sockets.md slides/sockets.pt-BR.md; do
        for folder in steps/[0-9]*/; do
            slides=$(part "$deck" "${folder:6:2}")
            echo "$deck, $folder: ${#slides} letters"
            [[ $slides == *'```diagram'* && $slides == *"$folder"* ]]
            [[ $slides == *'**Question:**'* || $slides == *'**Pergunta:**'* ]]
        done
    done
}

@test "slides: no step is named that there is not" {
    local deck number
    for deck in slides/sockets.md slides/sockets.pt-BR.md; do
        while read -r number; do
            echo "$deck: step $number"
            compgen -G "steps/$(printf %02d "$((10#$number))")-*" >/dev/null
        done < <(grep -oE '(step|diff|[Ss]teps? |[Pp]assos? )[0-9]+' "$deck" | grep -oE '[0-9]+' | sort -u)
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
    edits_small_kit
    sed -i 's/greet/no_such_function/' "$KIT/slides/sockets.md"
    fails_with 'slides: sockets.md: steps/03-lines/server.c has no no_such_function.'
}

@test "slides: a diagram that is no longer there ends the build" {
    edits_small_kit
    rm "$KIT/slides/diagrams/second.mmd"
    fails_with 'slides: sockets.md: There is no file slides/diagrams/second.mmd.'
}

# sequence ROWS: a sequence of that many rows, each with its number.
sequence() {
    printf 'sequenceDiagram\n box server\n participant main\n end\n participant ana\n loop each\n'
    printf '  ana->>main: row %d.\n' $(seq "$1")
    printf ' end\n'
}

@test "slides: a sequence that is too tall takes several slides, as many in each language" {
    edits_small_kit
    sequence 12 >"$KIT/slides/diagrams/tall.mmd"
    sequence 3 >"$KIT/slides/diagrams/tall.pt-BR.mmd"
    printf '\n---\n\n# Tall\n\n```diagram\ntall\n```\n\n<!--\nSay: it goes on\n-->\n' >>"$KIT/slides/sockets.md"
    printf '\n---\n\n# Alto\n\n```diagram\ntall.pt-BR\n```\n' >>"$KIT/slides/sockets.pt-BR.md"
    builds
    ls "$KIT/build/slides/diagrams"
    local row
    for row in 1 6 7 12; do
        [ "$(cat "$KIT"/build/slides/diagrams/tall-[0-9a-f]*-[12].svg | grep -c "row $row\.")" -eq 1 ]
    done
    grep -q 'Tall <span class="part">(1/2)<' "$KIT/build/slides/sockets.html"
    grep -q 'Tall <span class="part">(2/2)<' "$KIT/build/slides/sockets.html"
    grep -q 'Alto <span class="part">(2/2)<' "$KIT/build/slides/sockets.pt-BR.html"
    [ "$(grep -o 'Say: it goes on' "$KIT/build/slides/sockets.html" | wc -l)" -eq 2 ]
    [ "$(grep -o 'each:' "$KIT/build/slides/sockets.html" | wc -l)" -eq 2 ] # in both alternative texts
}

@test "slides: a diagram that fits on no slide ends the build" {
    edits_small_kit
    { echo 'flowchart TB' && printf ' many%d --> one\n' $(seq 40); } >"$KIT/slides/diagrams/second.mmd"
    fails_with 'slides: The diagram "second" does not fit on a slide: it is * pixels, and there is room for * by *.'
}

@test "slides: a line of a diagram that cannot be told in words ends the build" {
    edits_small_kit
    printf 'sequenceDiagram\n A->>B: hi\n activate B\n' >"$KIT/slides/diagrams/second.mmd"
    run bash "$KIT/slides/build"
    echo "$output"
    [ "$status" = 1 ]
    [[ ${lines[-1]} == 'slides: sockets.md: '*': activate B' ]]
    leaves_nothing
}

@test "slides: the second diagram of a text can be named" {
    edits_small_kit
    printf '```mermaid\nflowchart LR\n one --> two\n```\n\n```mermaid\nflowchart LR\n six --> ten\n```\n' >"$KIT/steps/03-lines/README.md"
    sed -i 's,^second$,steps/03-lines/README.md#2,' "$KIT/slides/sockets.md"
    builds
    grep -q 'ten' "$KIT"/build/slides/diagrams/steps-03-lines-readme-md-2-*.svg
    sed -i 's,README.md#2,README.md#3,' "$KIT/slides/sockets.md"
    fails_with 'slides: sockets.md: steps/03-lines/README.md has no diagram 3.'
}

@test "slides: where nothing changed, no browser is needed" {
    edits_small_kit
    stub_browser <<<'#!/bin/false'
    builds
    printf '\nvoid more(void)\n{\n}\n' >>"$KIT/steps/03-lines/server.c" # no slide shows it
    builds
}

@test "slides: an edited slide prints its deck alone, and draws nothing" {
    edits_small_kit
    local pictures pdf other
    pictures=$(drawn) pdf=$(printed sockets) other=$(printed sockets.pt-BR)
    printf '\n---\n\n# Three\n' >>"$KIT/slides/sockets.md"
    builds
    diff <(echo "$pictures") <(drawn)
    [ "$(printed sockets.pt-BR)" = "$other" ]
    [ "$(printed sockets)" != "$pdf" ]
    grep -q Three "$KIT/build/slides/sockets.html"
}

@test "slides: a changed diagram is drawn again, alone" {
    edits_small_kit
    local first second pdf
    first=$(drawn | grep first) second=$(drawn | grep second) pdf=$(printed sockets)
    printf 'flowchart LR\n three --> five\n' >"$KIT/slides/diagrams/second.mmd"
    builds
    drawn
    [ "$(drawn | grep first)" = "$first" ]
    [ "$(drawn | grep second)" != "$second" ]
    [ "$(drawn | wc -l)" -eq 2 ]
    grep -q five "$KIT"/build/slides/diagrams/second-*.svg
    [ "$(printed sockets)" != "$pdf" ]
}

@test "slides: another look of the diagrams draws all again" {
    edits_small_kit
    local first second
    first=$(drawn | grep first) second=$(drawn | grep second)
    sed -i 's/"fontSize": 24/"fontSize": 26/' "$KIT/slides/diagrams/mermaid.json"
    builds
    [ "$(drawn | grep first)" != "$first" ]
    [ "$(drawn | grep second)" != "$second" ]
}

@test "slides: a deck is built again where the code that it quotes changed" {
    edits_small_kit
    local pdf
    pdf=$(printed sockets)
    sed -i 's/hello/goodbye/' "$KIT/steps/03-lines/server.c"
    builds
    grep -q goodbye "$KIT/build/slides/sockets.html"
    [ "$(printed sockets)" != "$pdf" ]
}

@test "slides: an error in a diagram is shown with its name and line" {
    edits_small_kit
    printf 'sequenceDiagram\n A->>B: hi\n A-B\n' >"$KIT/slides/diagrams/second.mmd"
    run bash "$KIT/slides/build"
    echo "$output"
    [ "$status" = 1 ]
    [[ ${lines[0]} == 'slides: Mermaid cannot read the diagram "second". Parse error on line 3:' ]]
    [[ ${lines[1]} == *A-B ]]
    [ "${#lines[@]}" -le 3 ]
    leaves_nothing
}

@test "slides: a browser that does not start: one sentence, and its own words" {
    edits_small_kit
    rm -r "$KIT/build"
    stub_browser <<<$'#!/bin/sh\necho "libnss3.so: no such file" >&2; exit 127'
    fails_with "slides: the browser did not start (libnss3.so: no such file). Try it alone: '$CHROME_PATH' *"
}

@test "slides: a browser without its sandbox: one sentence says what to try" {
    edits_small_kit
    rm -r "$KIT/build"
    stub_browser <<<$'#!/bin/sh\necho "[1:1:FATAL:zygote.cc(1)] No usable sandbox! See https://..." >&2; echo "#0 0x55" >&2; exit 133'
    fails_with 'slides: the browser may not make its sandbox here. *CHROME_NO_SANDBOX=1 make slides.'
}

@test "slides: a browser that never answers: one sentence, after its time" {
    edits_small_kit
    rm -r "$KIT/build"
    stub_browser <<<$'#!/bin/sh\nexec sleep 1000'
    export TIMEOUT_SCALE=0.01
    fails_with 'slides: the browser did not start in 0.6 s. *TIMEOUT_SCALE=4 make slides.'
}

@test "slides: a browser that is killed at work: one sentence" {
    edits_small_kit
    rm -r "$KIT/build"
    BROWSER=$(browser) PICTURES=$KIT/build/slides/diagrams
    export BROWSER PICTURES
    stub_browser <<'STUB'
#!/bin/sh
"$BROWSER" "$@" &
until ls "$PICTURES"/*.svg; do sleep 0.01; done >/dev/null 2>&1
kill -KILL $!
STUB
    run bash "$KIT/slides/build"
    echo "status $status: $output"
    [ "$status" = 1 ]
    [[ ${lines[-1]} == 'slides: the browser ended before it could '*'. Is memory short? '* ]] # it may have drawn all by then
    leaves_nothing
}

@test "slides: CHROME_PATH that is no program: one sentence" {
    edits_small_kit
    CHROME_PATH=/no/such fails_with 'slides: CHROME_PATH is /no/such: there is no such program. *'
}

@test "slides: what npm cannot fetch: one sentence" {
    edits_small_kit
    rm "$KIT/slides/node_modules"
    mkdir "$BATS_TEST_TMPDIR/bin"
    printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/npm"
    chmod +x "$BATS_TEST_TMPDIR/bin/npm"
    PATH=$BATS_TEST_TMPDIR/bin:$PATH fails_with 'slides: npm could not fetch what package-lock.json names. *'
}

@test "slides: an interrupt leaves no browser and nothing unfinished" {
    edits_small_kit
    rm -r "$KIT/build"
    BROWSER=$(browser)
    export BROWSER
    stub_browser <<<$'#!/bin/sh\nexec "$BROWSER" "$@" 2>/dev/null' # so nobody learns that it is ready
    local signal
    for signal in INT TERM HUP; do
        in_background /dev/null "$BATS_TEST_TMPDIR/build.log" bash "$KIT/slides/build"
        wait_until pgrep -f "$KIT/build/slides/unfinished-"
        kill -s "$signal" $!
        ends $! $((128 + $(kill -l "$signal")))
        leaves_nothing
    done
}
