#!/usr/bin/env bash
# dolos-template-first: a template that dolos is told of before the files is not
# left out of them; one that it is told of afterwards is.
#
# Package: @dodona/dolos-core 1.2.1 (npm), what dolos compares with; node 18 or later.
# Guessed: two files that share the template alone share nothing, in any order.
# Seen:    template first 0.41, template last 0.00
# Why:     addIgnoredFile marks the pieces that are known by then. addFiles does not
#          look at the mark, and counts the same pieces again.
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

const words = (word, count) => Array.from({ length: count }, (_, i) => word + i).join(' ');

function similarity(templateFirst) {
    const index = new FingerprintIndex(3, 1);
    const template = tokenized('template', words('given', 30));
    const files = ['ann', 'bob'].map((name) => tokenized(name, `${words('given', 30)} ${words(name, 40)}`));
    const steps = [() => index.addFiles(files), () => index.addIgnoredFile(template)];
    for (const step of templateFirst ? steps.reverse() : steps)
        step();
    return index.getPair(...files).similarity.toFixed(2);
}

console.log(`template first ${similarity(true)}, template last ${similarity(false)}`);
SCRIPT
seen=$(node look.mjs)
echo "$seen"
[ "$seen" = 'template first 0.41, template last 0.00' ]
