#!/usr/bin/env bash
# websocketd-last-line: what a program prints after its last newline does not become
# a message, and no close frame follows.
#
# Package: websocketd 0.4.1-1+b11 (Debian 12); python3.
# Guessed: a last message, and a close frame with 1000.
# Seen:    1:one 1: 1:three, then the end of the connection
# Why:     a line is a message once its newline is read; at the end of what the program
#          prints, the rest is dropped and the connection closed under WebSocket's feet.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download websocketd=0.4.1-1+b11 2>warnings || { cat warnings; exit 1; }
dpkg -x websocketd_*.deb root
cat >look.py <<'SCRIPT'
import socket
import subprocess
import time


def frames(data):
    """The opcode and the text of each short frame."""
    while data:
        length = data[1]
        yield f'{data[0] & 15}:{data[2:2 + length].decode()}'
        data = data[2 + length:]


def connect(port):
    for _ in range(100):
        try:
            return socket.create_connection(('127.0.0.1', port), 10)
        except OSError:
            time.sleep(0.1)


free = socket.socket()
free.bind(('127.0.0.1', 0))
port = free.getsockname()[1]
free.close()
server = subprocess.Popen(['root/usr/bin/websocketd', '--address=127.0.0.1', f'--port={port}',
                           'printf', r'one\n\nthree\nlast'], stdout=subprocess.DEVNULL)
try:
    client = connect(port)
    client.sendall(b'GET / HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
                   b'Origin: http://example.com\r\n'
                   b'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n')
    received = b''.join(iter(lambda: client.recv(4096), b''))
    print(*frames(received.split(b'\r\n\r\n', 1)[1]))
finally:
    server.terminate()
    server.wait()
SCRIPT
seen=$(timeout 50 python3 look.py)
echo "$seen"
[ "$seen" = '1:one 1: 1:three' ]
