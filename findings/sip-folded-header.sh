#!/usr/bin/env bash
# sip-folded-header: a header that goes on in a second line keeps the end of the
# first line in its value.
#
# Package: sip 0.0.6 (npm); node 18 or later.
# Guessed: one line, with a blank where it was folded, as SIP says (RFC 3261, 7.3.1).
# Seen:    "one\r\n two"
# Why:     the parser knows where such a header ends, but cuts nothing out of it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent sip@0.0.6
cat >look.js <<'SCRIPT'
const { parse } = require('sip');

const message = parse([
    'OPTIONS sip:ann@example.com SIP/2.0',
    'Via: SIP/2.0/UDP host.example.com;branch=z9hG4bK1',
    'From: <sip:bob@example.com>;tag=1',
    'To: <sip:ann@example.com>',
    'Call-ID: 1',
    'CSeq: 1 OPTIONS',
    'Subject: one',
    ' two',
    'Content-Length: 0',
    '', ''
].join('\r\n'));
console.log(JSON.stringify(message.headers.subject));
SCRIPT
seen=$(node look.js)
echo "$seen"
[ "$seen" = '"one\r\n two"' ]
