#!/usr/bin/env bash
# zsh-read-timeout: the time-out of read -t ends with the first byte. Half a line keeps
# zsh waiting for the other half, however long that takes.
#
# Package: zsh 5.9-4+b15 (Debian 12); python3.
# Guessed: after one second, status 1 and the half that has come.
# Seen:    nothing sent: 1 <>; half a line, and the rest 3 seconds later: 0 <hello>
# Why:     zsh waits with the time-out until it could read, and then reads the line
#          without one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download zsh=5.9-4+b15 2>warnings || { cat warnings; exit 1; }
dpkg -x zsh_*.deb root
cat >look.py <<'SCRIPT'
import glob
import os
import socket
import subprocess
import time

module_path = glob.glob('root/usr/lib/*-linux-gnu/zsh/5.9')[0]
REST = b'lo\n'
READ = (f'module_path=({module_path}); zmodload zsh/net/tcp; ztcp 127.0.0.1 $PORT; '
        'read -t 1 -u $REPLY line; print -r -- "$? <$line>"')


def reads(*pieces):
    """What zsh has after one read of these pieces, which come 3 seconds apart."""
    listening = socket.socket()
    listening.bind(('127.0.0.1', 0))
    listening.listen()
    listening.settimeout(20)
    zsh = subprocess.Popen(['root/bin/zsh', '-fc', READ], stdout=subprocess.PIPE, text=True,
                           env={**os.environ, 'PORT': str(listening.getsockname()[1])})
    client, _ = listening.accept()
    for piece in pieces:
        client.sendall(piece)
        time.sleep(3)
    return zsh.communicate(timeout=20)[0].strip()


print(f'nothing: {reads(b"")}; half a line, then the rest: {reads(b"hel", REST)}')
SCRIPT
seen=$(timeout 50 python3 look.py)
echo "$seen"
[ "$seen" = 'nothing: 1 <>; half a line, then the rest: 0 <hello>' ]
