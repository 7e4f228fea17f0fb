#!/usr/bin/env bash
# amp-sixteen-arguments: a message of sixteen arguments arrives with none, one of
# seventeen with one, and neither side says anything.
#
# Package: amp 0.3.1 (npm); node 18 or later.
# Guessed: as many come out as went in, or encode() says that there are too many.
# Seen:    15 gives 15, 16 gives 0, 17 gives 1
# Why:     the count has four bits of the first byte; the others are the version,
#          which a larger count adds to, and decode() does not look at it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent amp@0.3.1
cat >look.js <<'SCRIPT'
const { encode, decode } = require('amp');

const back = (count) => decode(encode(Array.from({ length: count }, (_, i) => Buffer.from(`argument ${i}`)))).length;
console.log([15, 16, 17].map((count) => `${count} gives ${back(count)}`).join(', '));
SCRIPT
seen=$(node look.js)
echo "$seen"
[ "$seen" = '15 gives 15, 16 gives 0, 17 gives 1' ]
