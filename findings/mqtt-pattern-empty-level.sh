#!/usr/bin/env bash
# mqtt-pattern-empty-level: + does not match an empty level, first or last.
#
# Package: mqtt-pattern 2.1.1 (npm); node 18 or later.
# Guessed: a level may be empty, and + stands for any one level, as MQTT says (4.7.1.3).
# Seen:    sport/+ sport/ no, +/sport /sport no, # sport/ yes, sport/# sport yes
# Why:     the library takes a level that is an empty text for one that is missing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent mqtt-pattern@2.1.1
cat >look.js <<'SCRIPT'
const { matches } = require('mqtt-pattern');

const pairs = [['sport/+', 'sport/'], ['+/sport', '/sport'], ['#', 'sport/'], ['sport/#', 'sport']];
console.log(pairs.map(([pattern, topic]) => `${pattern} ${topic} ${matches(pattern, topic) ? 'yes' : 'no'}`).join(', '));
SCRIPT
seen=$(node look.js)
echo "$seen"
[ "$seen" = 'sport/+ sport/ no, +/sport /sport no, # sport/ yes, sport/# sport yes' ]
