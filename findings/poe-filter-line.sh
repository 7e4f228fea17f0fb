#!/usr/bin/env bash
# poe-filter-line: POE's line filter, told nothing, ends a line at each CR, and takes
# LF CR for one end, too.
#
# Package: libpoe-perl 2:1.3700-1 (Debian 12); perl.
# Guessed: it looks at the first line, and so learns that LF ends lines: the others
#          keep their CR.
# Seen:    one;two;10%;20%;end;; (a pair that is cut in two ends two lines)
# Why:     learning is what it does when told that the end is undefined; told nothing,
#          it uses a pattern for CR, LF and both pairs.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libpoe-perl=2:1.3700-1 2>warnings || { cat warnings; exit 1; }
dpkg -x libpoe-perl_*.deb root
cat >look.pl <<'SCRIPT'
use strict;
use warnings;
use lib 'root/usr/share/perl5';
use POE::Filter::Line;

my $filter = POE::Filter::Line->new;
print "$_;" for map { @{$filter->get([$_])} } "one\n", "two\r\n", "10%\r20%\n\r", "end\r", "\n";
SCRIPT
seen=$(perl look.pl)
echo "$seen"
[ "$seen" = 'one;two;10%;20%;end;;' ]
