#!/usr/bin/env bats
# The chat of exercise 11 with real counterparts: Chromium opens the page that the
# server gives, twice, and talks with nc and with the library ws. The solution plays
# the server. The tests of the exercise itself have scripts on the other side.
load ../../tests/lib/helpers

browser() { command -v "${CHROME_PATH:-chromium}" || command -v chromium-browser || command -v google-chrome; }

# missing: what this cannot be tested without; nothing if all is there.
missing() {
    if [ ! -d exercises/11-browser/solution ]; then
        echo 'a handout has no solutions'
    elif ! command -v npm >/dev/null || ! browser >/dev/null || ! command -v nc >/dev/null; then
        echo 'npm, chromium or nc is not installed'
    elif [ -z "${CI:-}" ] && [ ! -d tools/site/test/node_modules/ws ]; then
        echo 'what tests with a browser is not here yet: (cd tools/site/test && npm ci)'
    fi
}

setup_file() {
    [ -n "$(missing)" ] || begin look
}

# look: leaves a line for each topic in FOUND.
look() {
    local server=$BUILD/solved/exercise11/server
    (cd tools/site/test && flock package.json sh -c '[ -d node_modules/ws ] || npm ci --no-audit --no-fund --silent') # site.bats may, too
    # shellcheck disable=SC2016 # it is make that puts $(1) and $(2) in
    env -u MAKEFLAGS make -s SANITIZE="${SANITIZE:-}" BUILD="$BUILD/solved" \
        common="$(echo "$BUILD"/common/*.o)" folder='$(wildcard $(1)/$(2)-*/solution)' "$server"
    await_server /dev/null "$server" 0 127.0.0.1
    node tools/site/test/chat.mjs "$PORT" "$(browser)" >"$BATS_FILE_TMPDIR/found"
}

# all_is_well TOPIC
all_is_well() {
    [ -z "$(missing)" ] || { [ -z "${CI:-}" ] && skip "$(missing)"; missing; return 1; }
    outcome_of look
    grep -F -- "ok $1" "$BATS_FILE_TMPDIR/found"
    grep -qxF -- "ok $1" "$BATS_FILE_TMPDIR/found"
}

@test "chat: two pages and nc talk" { all_is_well 'two pages and nc talk'; }
@test "chat: a browser is one guest, not two" { all_is_well 'a browser is one guest, not two'; }
@test "chat: the page is accessible, in both languages" { all_is_well 'the page is accessible, in both languages'; }
@test "chat: a page from elsewhere may neither listen nor speak" { all_is_well 'a page from elsewhere may neither listen nor speak'; }
@test "chat: the library ws does, and is closed with what the RFC names" { all_is_well 'the library ws does, and is closed with what the RFC names'; }
