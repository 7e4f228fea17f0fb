#!/usr/bin/env bash
# cobs-full-block: a message of 254 bytes without a zero takes two bytes more, where COBS
# needs one: a full last block is followed by an empty one.
#
# Package: cobs 0.2.1 (npm); node 18 or later.
# Guessed: one byte for each 254 that have begun: 255 in all.
# Seen:    253 takes 254, 254 takes 256, 255 takes 257, 508 takes 511
# Why:     encode() begins a block as soon as one is full, and not when a byte comes that
#          it is for; decode() takes both forms.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent cobs@0.2.1
cat >look.js <<'SCRIPT'
const { encode, decode } = require('cobs');

function taken(length) {
    const message = Buffer.alloc(length, 1), encoded = encode(message);
    if (!decode(encoded).equals(message))
        throw new Error(`${length} bytes do not come back`);
    return `${length} takes ${encoded.length}`;
}

console.log([253, 254, 255, 508].map(taken).join(', '));
SCRIPT
seen=$(node look.js)
echo "$seen"
[ "$seen" = '253 takes 254, 254 takes 256, 255 takes 257, 508 takes 511' ]
