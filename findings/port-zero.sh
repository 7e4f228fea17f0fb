#!/usr/bin/env bash
# port-zero: of three programs that can listen, two refuse port 0, and the third listens
# on a port that the kernel chose and calls it 0.
#
# Packages: netcat-traditional 1.10-47, zsh 5.9-4+b15, ncat 7.93+dfsg1-1 (Debian 12), the
#           latter with the libraries of the system's ncat.
# Guessed:  the kernel chooses; zsh's ztcp -L lists the port; for ncat 0 is its own 31337.
# Seen:     nc: invalid local port 0; zsh: bad service name or port number; ncat: Listening
#           on 127.0.0.1:0
# Why:      the first two take 0 for what a text that is no number becomes; ncat prints the
#           address that it asked for, and not the one that it has.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download netcat-traditional=1.10-47 zsh=5.9-4+b15 ncat=7.93+dfsg1-1 2>warnings || { cat warnings; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
modules=$(echo root/usr/lib/*-linux-gnu/zsh/5.9)
says() { timeout 1 "$@" 2>&1 | tail -n 1; }
seen=$(
    says root/bin/nc.traditional -l -p 0 || true
    says root/bin/zsh -fc "module_path=($modules); zmodload zsh/net/tcp; ztcp -l 0" || true
    says root/usr/bin/ncat -v -l 127.0.0.1 0 || true
)
echo "$seen"
[ "$seen" = 'invalid local port 0
zsh:ztcp:1: bad service name or port number
Ncat: Listening on 127.0.0.1:0' ]
