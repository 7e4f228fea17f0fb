#!/usr/bin/env bash
# rinetd-half-close: a client that shuts down its sending half and then waits gets no
# answer through rinetd.
#
# Package: rinetd 0.73-1 (Debian 12); python3.
# Guessed: what ended one way goes on the other, as TCP allows.
# Seen:    direct "6 bytes", through rinetd ""
# Why:     rinetd closes both connections once one side has ended and what it had
#          sent is passed on.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download rinetd=0.73-1 2>warnings || { cat warnings; exit 1; }
dpkg -x rinetd_*.deb root
cat >look.py <<'SCRIPT'
import socket
import subprocess
import threading
import time


def listener():
    listening = socket.socket()
    listening.bind(('127.0.0.1', 0))
    listening.listen()
    return listening


def serve(listening):
    """Counts what a client sends, and tells it once that has ended."""
    while True:
        client, _ = listening.accept()
        count = sum(len(data) for data in iter(lambda: client.recv(4096), b''))
        try:
            client.sendall(b'%d bytes' % count)
        except OSError:
            pass
        client.close()


def answer(port):
    for _ in range(100):
        try:
            client = socket.create_connection(('127.0.0.1', port), 10)
            break
        except OSError:
            time.sleep(0.1)
    client.sendall(b'hello\n')
    client.shutdown(socket.SHUT_WR)
    return b''.join(iter(lambda: client.recv(4096), b'')).decode()


server = listener()
threading.Thread(target=serve, args=[server], daemon=True).start()
target = server.getsockname()[1]
free = listener()
port = free.getsockname()[1]
free.close()
with open('rinetd.conf', 'w') as conf:
    conf.write(f'127.0.0.1 {port} 127.0.0.1 {target}\n')
relay = subprocess.Popen(['root/usr/sbin/rinetd', '-f', '-c', 'rinetd.conf'], stderr=subprocess.DEVNULL)
try:
    print(f'direct "{answer(target)}", through rinetd "{answer(port)}"')
finally:
    relay.terminate()
    relay.wait()
SCRIPT
seen=$(timeout 50 python3 look.py)
echo "$seen"
[ "$seen" = 'direct "6 bytes", through rinetd ""' ]
