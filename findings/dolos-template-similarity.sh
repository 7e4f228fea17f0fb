#!/usr/bin/env bash
# dolos-template-similarity: with a template, what dolos calls the similarity of
# two files depends on which of them comes first, may be above 1, and is below 1
# for two equal files.
#
# Package: @dodona/dolos-core 1.2.1 (npm), what dolos compares with; node 18 or later.
# Guessed: a share from 0 to 1, the same both ways round, and 1 for equal files.
# Seen:    one way round 1.38, the other 0.68, equal files 0.40
# Why:     Pair takes the ignored pieces of the left file for those of the right
#          one, too, and counts a piece that is ignored once, however often the file
#          has it, while all of them are in the total.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent @dodona/dolos-core@1.2.1
cat >look.mjs <<'SCRIPT'
import { File, FingerprintIndex, Region, TokenizedFile } from '@dodona/dolos-core';

function tokenized(name, text) {
    const tokens = text.split(' ');
    return new TokenizedFile(new File(name, text), tokens, tokens.map((_, i) => new Region(0, i, 0, i + 1)));
}

function similarity(left, right, template) {
    const index = new FingerprintIndex(3, 1);
    const files = [tokenized('left', left), tokenized('right', right)];
    index.addFiles(files);
    index.addIgnoredFile(tokenized('template', template));
    return index.getPair(...files).similarity.toFixed(2);
}

const words = (word, count) => Array.from({ length: count }, (_, i) => word + i).join(' ');
const given = words('given', 30), one = `${given} ${words('own', 40)}`, other = words('own', 45);
const check = 'if ( failed ) return -1 ;', often = `${Array(10).fill(check).join(' ')} ${words('own', 40)}`;
console.log(`one way round ${similarity(one, other, given)}, the other ${similarity(other, one, given)}, ` +
    `equal files ${similarity(often, often, `${check} if ( failed )`)}`);
SCRIPT
seen=$(node look.mjs)
echo "$seen"
[ "$seen" = 'one way round 1.38, the other 0.68, equal files 0.40' ]
