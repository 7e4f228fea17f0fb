#!/usr/bin/env bash
# binary-parser-little-bits: in little-endian mode bit fields are taken from the low
# end of a number whose bytes still stand in the order of the net.
#
# Package: binary-parser 2.3.0 (npm); node 18 or later.
# Guessed: at most the bytes are swapped: 12 34 is 3412, and 12 alone is 1 and 2.
# Seen:    12 is 2 1; 12 34 is 4 123; big-endian they are 1 2 and 1 234
# Why:     the mode turns round the order of the fields, and not that of the bytes, so
#          a field that spans bytes is neither of the two numbers.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent binary-parser@2.3.0
cat >look.js <<'SCRIPT'
const { Parser } = require('binary-parser');

function fields(endianness, widths, bytes) {
    const parser = new Parser().endianness(endianness);
    widths.forEach((width, i) => parser[`bit${width}`](`field${i}`));
    return Object.values(parser.parse(Buffer.from(bytes))).map((value) => value.toString(16)).join(' ');
}

const both = (order) => `${order} ${fields(order, [4, 4], [0x12])}, ${fields(order, [4, 12], [0x12, 0x34])}`;
console.log(`${both('little')}; ${both('big')}`);
SCRIPT
seen=$(node look.js)
echo "$seen"
[ "$seen" = 'little 2 1, 4 123; big 1 2, 1 234' ]
