#!/usr/bin/env bash
# irc-colors-comma: a colour that is ended takes a comma and a number with it, which
# are text.
#
# Package: irc-colors 1.5.0 (npm); node 18 or later.
# Guessed: without a first colour there is no second: ",5" stays.
# Seen:    twelve ,5 volts with a blank before the comma, else "twelve volts"
# Why:     the pattern holds the first number and the second for optional, each alone.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent irc-colors@1.5.0
cat >look.js <<'SCRIPT'
const { stripColors } = require('irc-colors');

const [on, off] = ['\x0304', '\x03'];
console.log(`${stripColors(`${on}twelve${off} ,5 volts`)}; ${stripColors(`${on}twelve${off},5 volts`)}`);
SCRIPT
seen=$(node look.js)
echo "$seen"
[ "$seen" = 'twelve ,5 volts; twelve volts' ]
