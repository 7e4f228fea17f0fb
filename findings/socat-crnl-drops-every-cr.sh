#!/usr/bin/env bash
# socat-crnl-drops-every-cr: with crnl, socat leaves out each CR that it reads, not
# only those before an LF.
#
# Package: socat 1.7.4.4-2 (Debian 12); its libraries are those of the system's socat.
# Guessed: CR LF becomes LF; a CR elsewhere, as of a progress bar, stays.
# Seen:    10%@20%@; b; is read as 10%20%; b; (CR is @, LF is ;)
# Why:     what is read is gone through byte by byte, without a look at the next one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download socat=1.7.4.4-2 2>warnings || { cat warnings; exit 1; }
dpkg -x socat_*.deb root
printf '10%%\r20%%\r\nb\n' >sent
seen=$(root/usr/bin/socat -u OPEN:sent,crnl - | tr '\r\n' '@;')
echo "$seen"
[ "$seen" = '10%20%;b;' ]
