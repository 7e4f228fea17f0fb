#!/usr/bin/env bash
# indent-designated-members: GNU indent takes out the blanks before .member in an
# initializer.
#
# Package: indent 2.2.12-4+deb12u3 (Debian 12).
# Guessed: an initializer that is tidy stays as it is.
# Seen:    {.sin_family = AF_INET,.sin_port = htons(5000) };
# Why:     for indent a dot follows the name of a struct: no blank stands before it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download indent=2.2.12-4+deb12u3 2>warnings || { cat warnings; exit 1; }
dpkg -x indent_*.deb root
cat >address.c <<'SOURCE'
struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(5000) };
SOURCE
seen=$(root/usr/bin/indent -npro -kr -l120 -st address.c)
echo "$seen"
[ "$seen" = 'struct sockaddr_in addr = {.sin_family = AF_INET,.sin_port = htons(5000) };' ]
