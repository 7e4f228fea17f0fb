#!/usr/bin/env bash
# newlisp-last-line: net-receive with a wait string drops what came after the last one
# when the connection ends.
#
# Package: newlisp 10.7.5-2+b2 (Debian 12); python3.
# Guessed: the rest is in the buffer, and the answer is nil.
# Seen:    4 one|; nil nil; without a wait string 7 one|end; nil nil (the newline is |)
# Why:     at the end of the connection the function returns nil before it fills the
#          buffer with what it has collected.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download newlisp=10.7.5-2+b2 2>warnings || { cat warnings; exit 1; }
dpkg -x newlisp_*.deb root
cat >look.lsp <<'SCRIPT'
(set 's (net-connect "127.0.0.1" (int (env "PORT"))))
(set 'wait (env "WAIT"))
(dotimes (i 2)
    (set 'got nil)
    (if (= wait "") (set 'taken (net-receive s got 100)) (set 'taken (net-receive s got 100 wait)))
    (print taken " " (replace "\n" (string got) "|") "; "))
(exit)
SCRIPT
cat >look.py <<'SCRIPT'
import os
import socket
import subprocess

for wait in '\n', '':
    listening = socket.socket()
    listening.bind(('127.0.0.1', 0))
    listening.listen()
    listening.settimeout(20)
    environment = {**os.environ, 'PORT': str(listening.getsockname()[1]), 'WAIT': wait}
    newlisp = subprocess.Popen(['root/usr/bin/newlisp', 'look.lsp'], env=environment)
    client, _ = listening.accept()
    client.sendall(b'one\nend')
    client.close()
    newlisp.wait(20)
SCRIPT
seen=$(timeout 50 python3 look.py)
echo "$seen"
[ "$seen" = '4 one|; nil nil; 7 one|end; nil nil; ' ]
