#!/usr/bin/env bash
# ncat-exec-half-close: a program that ncat -c serves is not heard once the client has
# shut down its sending half, even if it has all it needs to answer.
#
# Package: ncat 7.93+dfsg1-1 (Debian 12), with the libraries of the system's ncat; python3.
# Guessed: the program reads the end, answers, ends, and all of it arrives.
# Seen:    sending half open "HELLO", shut down ""
# Why:     the end of what the client sends ends the client for ncat, which then reads no
#          more of what the program says.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ncat=7.93+dfsg1-1 2>warnings || { cat warnings; exit 1; }
dpkg -x ncat_*.deb root
cat >look.py <<'SCRIPT'
import socket
import subprocess
import time

ANSWERS = 'read line; sleep 1; echo HELLO'


def connect(port):
    for _ in range(100):
        try:
            return socket.create_connection(('127.0.0.1', port), 10)
        except OSError:
            time.sleep(0.1)


def answer(shut_down):
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    ncat = subprocess.Popen(['root/usr/bin/ncat', '-l', '-c', ANSWERS, '127.0.0.1', str(port)])
    try:
        client = connect(port)
        client.sendall(b'hello\n')
        if shut_down:
            client.shutdown(socket.SHUT_WR)
        return b''.join(iter(lambda: client.recv(100), b'')).decode().strip()
    finally:
        ncat.terminate()
        ncat.wait()


print(f'sending half open "{answer(False)}", shut down "{answer(True)}"')
SCRIPT
seen=$(timeout 50 python3 look.py)
echo "$seen"
[ "$seen" = 'sending half open "HELLO", shut down ""' ]
