# needs.bash: what decks and site need, and what to try where it is missing. ERRAND
# is the target of make that asks.
# shellcheck shell=bash

give_up() {
    echo "$ERRAND: $*" >&2
    exit 1
}

check_npm() {
    command -v npm >/dev/null || give_up 'node is missing. Debian, Ubuntu: apt-get install nodejs npm   macOS: brew install node'
}

# find_browser: sets browser.
# shellcheck disable=SC2034
find_browser() {
    if [ -n "${CHROME_PATH:-}" ]; then
        browser=$(command -v "$CHROME_PATH") || give_up "CHROME_PATH is $CHROME_PATH: there is no such program. Without it, chromium is looked for."
    else
        browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
            give_up 'chromium is missing. Debian: apt-get install chromium   macOS: brew install --cask chromium'
    fi
}

# fetch_packages FOLDER: those that its package-lock.json names.
fetch_packages() {
    [ "$1/node_modules/.package-lock.json" -nt "$1/package-lock.json" ] ||
        (cd "$1" && npm ci --no-audit --no-fund --silent) ||
        give_up "npm could not fetch what package-lock.json names. Is the network there, and room on the disk? Then try again."
}
