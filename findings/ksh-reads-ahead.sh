#!/usr/bin/env bash
# ksh-reads-ahead: read -u takes more from a connection than its line, so that the
# next program finds nothing there. zsh takes the line alone.
#
# Packages: ksh93u+m 1.0.4-3, zsh 5.9-4+b15 (Debian 12); python3.
# Guessed:  a shell reads from a connection byte by byte, as it cannot put back.
# Seen:     ksh "line one; cat ", zsh "line one; cat two three"
# Why:      ksh reads what it can get and keeps it for its own next read.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ksh93u+m=1.0.4-3 zsh=5.9-4+b15 2>warnings || { cat warnings; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
cat >look.py <<'SCRIPT'
import glob
import os
import socket
import subprocess


def prints(shell):
    """What the shell prints: it connects to $PORT, where three lines wait for it."""
    listening = socket.socket()
    listening.bind(('127.0.0.1', 0))
    listening.listen()
    listening.settimeout(20)
    process = subprocess.Popen(shell, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, 'PORT': str(listening.getsockname()[1])})
    client, _ = listening.accept()
    client.sendall(b'one\ntwo\nthree\n')
    client.close()
    return process.communicate(timeout=20)[0].split()


modules = glob.glob('root/usr/lib/*-linux-gnu/zsh/5.9')[0]
ksh = prints(['root/bin/ksh93', '-c', 'exec 5<>/dev/tcp/127.0.0.1/$PORT; read -u5 line; echo $line; cat <&5'])
zsh = prints(['root/bin/zsh', '-fc', f'module_path=({modules}); zmodload zsh/net/tcp; ztcp 127.0.0.1 $PORT; '
              'read -u $REPLY line; echo $line; cat <&$REPLY'])
for name, (line, *rest) in ('ksh', ksh), ('zsh', zsh):
    print(f'{name} "line {line}; cat {" ".join(rest)}"', end=' ')
SCRIPT
seen=$(timeout 50 python3 look.py)
echo "$seen"
[ "$seen" = 'ksh "line one; cat " zsh "line one; cat two three" ' ]
