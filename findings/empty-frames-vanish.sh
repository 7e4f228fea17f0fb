#!/usr/bin/env bash
# empty-frames-vanish: two libraries that put a length before each message send a
# message of 0 bytes, and do not hand it out at the other end.
#
# Packages: length-prefixed-stream 2.0.0, frame-stream 4.0.1 (npm); node 18 or later.
# Guessed:  a length of 0 is a length: three messages in, three out.
# Seen:     length-prefixed-stream sent 6 bytes, gave 1 2; frame-stream sent 15 bytes, gave 1 2
# Why:      both end in a stream of bytes, where nothing is not a piece: only a
#           stream of objects could carry an empty one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent length-prefixed-stream@2.0.0 frame-stream@4.0.1
cat >look.js <<'SCRIPT'
const { finished } = require('stream/promises');

async function through(name) {
    const encode = require(name).encode(), decode = require(name).decode();
    const lengths = [];
    let sent = 0;
    encode.on('data', (bytes) => { sent += bytes.length; });
    decode.on('data', (message) => lengths.push(message.length));
    encode.pipe(decode);
    for (const length of [1, 0, 2])
        encode.write(Buffer.alloc(length));
    encode.end();
    await finished(decode);
    return `${name} sent ${sent} bytes, gave ${lengths.join(' ')}`;
}

(async () => {
    console.log(`${await through('length-prefixed-stream')}; ${await through('frame-stream')}`);
})();
SCRIPT
seen=$(node look.js)
echo "$seen"
[ "$seen" = 'length-prefixed-stream sent 6 bytes, gave 1 2; frame-stream sent 15 bytes, gave 1 2' ]
