#!/usr/bin/env bash
# tap-order: tests whose numbers come in another order have passed for tap-parser, and
# failed for prove.
#
# Packages: tap-parser 18.3.4 (npm), node 18 or later; libtest-harness-perl 3.44-1
#           (Debian 12), perl.
# Guessed:  both fail them.
# Seen:     tap-parser: ok; prove: 2 out of sequence, Result: FAIL
# Why:      tap-parser asks only that each number is within the plan; perl's reader
#           counts along.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --ignore-scripts --no-audit --no-fund --silent tap-parser@18.3.4
apt-get -qq download libtest-harness-perl=3.44-1 2>warnings || { cat warnings; exit 1; }
dpkg -x libtest-harness-perl_*.deb root
cat >tests.tap <<'TAP'
ok 2 - sends
ok 1 - receives
1..2
TAP
cat >look.mjs <<'SCRIPT'
import { readFileSync } from 'fs';
import { Parser } from 'tap-parser';

const parser = new Parser((result) => console.log(`tap-parser: ${result.ok ? 'ok' : 'not ok'}`));
parser.end(readFileSync('tests.tap', 'utf8'));
SCRIPT
seen=$(node look.mjs)
judged=$(PERL5LIB=root/usr/share/perl5 perl root/usr/bin/prove --exec cat tests.tap || true)
seen="$seen; prove: $(grep -c 'out of sequence' <<<"$judged") out of sequence, $(tail -n 1 <<<"$judged")"
echo "$seen"
[ "$seen" = 'tap-parser: ok; prove: 2 out of sequence, Result: FAIL' ]
