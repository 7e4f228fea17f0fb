#!/usr/bin/env bash
# netaddr-ip-31: a network of two addresses has two hosts by num, nth, first and last,
# and none by hostenum.
#
# Package: libnetaddr-ip-perl 4.079+dfsg-2+b1 (Debian 12); perl.
# Guessed: hostenum gives both, as num says that there are two.
# Seen:    /30 num 2 hostenum 2, /31 num 2 hostenum 0, /32 num 1 hostenum 1
# Why:     hostenum leaves out the first and the last of what is larger than one
#          address; num knows that /31 is for the two ends of a line (RFC 3021).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download libnetaddr-ip-perl=4.079+dfsg-2+b1 2>warnings || { cat warnings; exit 1; }
dpkg -x libnetaddr-ip-perl_*.deb root
cat >look.pl <<'SCRIPT'
use strict;
use warnings;
use lib glob('root/usr/lib/*/perl5/*');
use NetAddr::IP;

print join(', ', map {
    my $network = NetAddr::IP->new("192.0.2.4/$_");
    "/$_ num " . $network->num . ' hostenum ' . scalar(@{$network->hostenumref});
} 30 .. 32), "\n";
SCRIPT
seen=$(perl look.pl)
echo "$seen"
[ "$seen" = '/30 num 2 hostenum 2, /31 num 2 hostenum 0, /32 num 1 hostenum 1' ]
