#!/usr/bin/env bats
# The pictures that move: their recordings fit the programs, and they can be gone
# through by whoever has only a keyboard, or no JavaScript.
# shellcheck disable=SC2016 # the filters of jq have names of their own
bats_require_minimum_version 1.5.0
load ../../tests/lib/helpers

MOTION=tools/site/motion

browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# missing: prints what the pictures cannot be looked at without; nothing if all is there.
missing() {
    if ! command -v node >/dev/null || ! browser >/dev/null || ! command -v jq >/dev/null; then
        echo 'node, chromium or jq is not installed'
    elif [ ! -d slides/node_modules ]; then
        echo 'what drives the browser is not here yet: make slides'
    fi
}

setup_file() {
    [ -z "$(missing)" ] || return 0
    mkdir "$BATS_FILE_TMPDIR/pages"
    node $MOTION/inspect.mjs "$(browser)" "$BATS_FILE_TMPDIR/pages" \
        >"$BATS_FILE_TMPDIR/found.json" 2>"$BATS_FILE_TMPDIR/inspect.log" || true
}

setup() { note_failures; }

can_look() {
    if [ -n "$(missing)" ]; then
        [ -z "${CI:-}" ] || { missing; return 1; }
        skip "$(missing)"
    fi
    [ -s "$BATS_FILE_TMPDIR/found.json" ] || { tail_of "$BATS_FILE_TMPDIR/inspect.log"; return 1; }
}

# found FILTER: what jq finds in what was seen.
found() { jq -c "$1" "$BATS_FILE_TMPDIR/found.json"; }

# nothing FILTER: it finds nothing; else it shows what.
nothing() {
    run found "$1"
    [ -z "$output" ] || { echo "$output"; return 1; }
}

# at NAME CURRENT: after these keys that event is the current one, and in sight.
at() {
    [ "$(found ".keys[\"$1\"] | [.current, .inSight]")" = "[$2,true]" ] || { echo "$1:"; found ".keys[\"$1\"]"; return 1; }
}

# a_kit: a copy of what the recordings are of, to be edited.
a_kit() {
    mkdir -p "$BATS_TEST_TMPDIR/kit/tools/site"
    cp -r steps common "$BATS_TEST_TMPDIR/kit/"
    cp -r $MOTION "$BATS_TEST_TMPDIR/kit/tools/site/"
    cd "$BATS_TEST_TMPDIR/kit" || return
}

@test "motion: each recording fits the sources" {
    needs node
    node $MOTION/fits.mjs
}

@test "motion: where a recording fits no longer, it says so, and how to record it anew" {
    needs node jq
    local recording=$MOTION/recorded/step03.json file=steps/03-lines/server.c
    a_kit
    sed -i '12i /* One line more. */' $file
    run -1 node $MOTION/fits.mjs
    echo "$output"
    [ "${lines[0]}" = 'Step 03: server.c is not what it was when it was recorded. Record it anew: tools/site/motion/record 3' ]
    [[ ${lines[1]} == 'Step 03: '*' does not lead to '*'Record it anew: tools/site/motion/record 3' ]]
    [ "${#lines[@]}" = 2 ] # of no other step
    jq --arg hash "$(sha256sum $file | cut -d ' ' -f 1)" '.sources["server.c"] = $hash' $recording >edited
    mv edited $recording # whoever just makes the hash right
    run -1 node $MOTION/fits.mjs
    [[ $output == 'Step 03: '*' does not lead to '* ]]
    rm $recording
    run -1 node $MOTION/fits.mjs
    [ "$output" = 'Step 03 has no recording. Record it anew: tools/site/motion/record 3' ]
}

# can_record: or why it cannot.
can_record() {
    needs node strace addr2line tcpdump ip unshare
    [ -z "${SANITIZE:-}" ] || skip 'a sanitizer makes calls of its own'
    [[ $(strace -V) == *stack-trace=* ]] || skip 'this strace shows no stacks'
    strace -o /dev/null true 2>/dev/null || skip 'strace may not trace here'
    local own=(unshare --net)
    [ "$EUID" = 0 ] || own+=(--user --map-current-user --keep-caps)
    "${own[@]}" true || skip 'no network namespaces here'
}

@test "motion: step 01 recorded anew makes the same calls, from the same lines" {
    can_record
    $MOTION/record 1 "$BATS_TEST_TMPDIR"
    node $MOTION/compare.mjs $MOTION/recorded/step01.json "$BATS_TEST_TMPDIR/step01.json"
    sed 's/"server.c:62"/"server.c:63"/' "$BATS_TEST_TMPDIR/step01.json" >"$BATS_TEST_TMPDIR/edited.json"
    run -1 node $MOTION/compare.mjs $MOTION/recorded/step01.json "$BATS_TEST_TMPDIR/edited.json"
    [[ $output == *'accept('*'server.c:62'*'accept('*'server.c:63'* ]]
    sed '/"SYN-ACK"/d' "$BATS_TEST_TMPDIR/step01.json" >"$BATS_TEST_TMPDIR/edited.json"
    run -1 node $MOTION/compare.mjs $MOTION/recorded/step01.json "$BATS_TEST_TMPDIR/edited.json"
}

@test "motion: nothing in a recording is of the machine on which it was made" {
    run ! grep -E '"/|0x|TCP:|pipe:|recorded|marks' $MOTION/recorded/*.json
    grep -ohE '127\.0\.0\.1:[0-9]+' $MOTION/recorded/*.json | sort -u | diff - <(printf '127.0.0.1:%s\n' 41234 41236 5000)
}

# Each picture as text, both languages, without a browser.
@test "motion: a picture tells each event in words, in both languages, with its line of code" {
    needs node
    node --input-type=module - <<'NODE'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { moving, picture, steps, trace } from './tools/site/motion/motion.mjs';
import { of, tell } from './tools/site/motion/words.mjs';

assert.deepEqual(Object.keys(of('en')), Object.keys(of('pt-BR')));
assert.equal(steps.length, 12);
assert.deepEqual(moving, ['01', '03', '06', '08', '10']);
const count = (text, part) => text.split(part).length - 1;
for (const step of steps) {
    const { lanes, events } = JSON.parse(readFileSync(`tools/site/motion/recorded/step${step}.json`));
    for (const event of events)
        assert.notEqual(tell(event, lanes, 'en'), tell(event, lanes, 'pt-BR'), JSON.stringify(event));
    for (const language of ['en', 'pt-BR'])
        for (const html of [await picture(step, language), await trace(step, language)]) {
            assert.equal(count(html, '<li '), events.length);
            assert.equal(count(html, 'class="motion-place"'), events.filter(({ at }) => at).length);
            assert.doesNotMatch(html, /undefined|NaN|\[object/);
            assert.ok(html.length < 100000, `${step}: ${html.length}`);
        }
}
const [first] = (await trace('01', 'en', { link: (file, line) => `${file}#${line}` })).match(/<li [^]*?<\/li>/);
assert.match(first, /asks the kernel for a TCP socket and gets descriptor 3/);
assert.match(first, /href="steps\/01-tcp\/server.c#50">server.c:50<\/a>.*int listener = socket\(AF_INET, SOCK_STREAM, 0\);/);
NODE
}

@test "motion: what a page loads is a script of the old kind, and asks for nothing" {
    needs node
    run ! grep -nE '^ *(import|export)\b|fetch|XMLHttpRequest|https?:|@import|url\(' $MOTION/motion.js $MOTION/motion.css
    cp $MOTION/motion.js "$BATS_TEST_TMPDIR/motion.cjs"
    node --check "$BATS_TEST_TMPDIR/motion.cjs"
}

@test "motion: no page overflows, complains, or loads more than its own two files" {
    can_look
    nothing '.problems[]'
    nothing '.requests[] | select(test("^file:.*/(picture|trace)[0-9]{2}\\.(en|pt-BR)\\.html$|/motion\\.(css|js)$") | not)'
    nothing '.pages | to_entries[] | select(.value.overflow) | .key'
    nothing '.pages | to_entries[] | select(.key | startswith("picture")) | select(.value | .current != 0 or (.controls and .code) != true) | .key'
    nothing '.pages | to_entries[] | select(.key | startswith("trace")) | select(.value | .controls or .code or (.words | not)) | .key'
}

@test "motion: by keyboard alone one goes forward, back, to both ends, and away" {
    can_look
    local last
    last=$(($(found '.keys.tab.events') - 1))
    [ "$(found .keys.tab.focus)" = '"first"' ]
    at right 3
    at left 2
    at end $last
    at beyond $last
    at home 0
    at button 2
    at 'with Control' 2 # the browser's own keys stay the browser's
    at slider 3
    at picture 4
    [ "$(found .keys.picture.output)" = '"5 of 25"' ]
    [ "$(found .keys.out.focus)" = '"after"' ]
}

@test "motion: beside each event are the lines that run, and where others wait" {
    can_look
    nothing '.walk | to_entries[] | select(.key != .value.current or (.value.inSight | not))'
    [ "$(found '.walk[0].running')" = '["50 int listener = socket(AF_INET, SOCK_STREAM, 0);"]' ]
    [ "$(found '.walk[7] | [.running[0][:2], .waiting[0]]')" = '["36","62 server: waiting here"]' ]
    [ "$(found '.walk[8] | [.running, .waiting]')" = '[[],["62 server: waiting here"]]' ] # a packet: no line runs
    [ "$(found '.walk[10] | [.running[0][:2], .waiting]')" = '["62",[]]' ]
    nothing '.walk[] | select(.running == [] and (.said | test("→|ends|prints|asks") | not))'
}

@test "motion: without JavaScript all of it is there: the picture, the words, no control" {
    can_look
    nothing '.without | to_entries[] | select(.value | .controls or .code or (.words | not) or .overflow or .events < 20) | .key'
}
