#!/usr/bin/env bash
# dns-zonefile-owner: a record without an owner gets that of the last record of its
# own type, not of the line above; the first of a type gets the zone's.
#
# Package: dns-zonefile 0.3.2 (npm); node 18 or later.
# Guessed: the owner of the line above, as zone files say (RFC 1035, 5.1).
# Seen:    www 192.0.2.1, ftp 192.0.2.2, ftp 192.0.2.3, @ 2001:db8::2, @ 2001:db8::3
# Why:     the parser looks for the name in the list that it fills, and there is one
#          list for each type.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent dns-zonefile@0.3.2
cat >look.mjs <<'SCRIPT'
import zonefile from 'dns-zonefile';

const zone = zonefile.parse(`$ORIGIN example.com.
$TTL 300
www IN A 192.0.2.1
ftp IN A 192.0.2.2
    IN AAAA 2001:db8::2
    IN A 192.0.2.3
    IN AAAA 2001:db8::3
`);
console.log([...zone.a, ...zone.aaaa].map(({ name, ip }) => `${name} ${ip}`).join(', '));
SCRIPT
seen=$(node look.mjs)
echo "$seen"
[ "$seen" = 'www 192.0.2.1, ftp 192.0.2.2, ftp 192.0.2.3, @ 2001:db8::2, @ 2001:db8::3' ]
