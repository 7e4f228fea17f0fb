#!/usr/bin/env bash
# tcpserver-limit: a client beyond tcpserver's limit is connected and waits; xinetd
# ends its connection at once.
#
# Packages: ucspi-tcp 1:0.88-7, xinetd 1:2.3.15.3-1+b1 (Debian 12); python3.
# Guessed:  both accept it, and end it at once.
# Seen:     tcpserver: second waits, and is served after the first; xinetd: second ends
# Why:      tcpserver stops accepting, and the kernel's queue connects without it;
#           xinetd accepts to refuse.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ucspi-tcp=1:0.88-7 xinetd=1:2.3.15.3-1+b1 2>warnings || { cat warnings; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
cat >look.py <<'SCRIPT'
import getpass
import os
import socket
import subprocess
import time


def free_port():
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        return free.getsockname()[1]


def connect(port):
    for _ in range(100):
        try:
            client = socket.create_connection(('127.0.0.1', port), 2)
            client.sendall(b'hello')
            return client
        except OSError:
            time.sleep(0.1)


def hears(client):
    try:
        return 'is served' if client.recv(100) == b'hello' else 'ends'
    except socket.timeout:
        return 'waits'
    except ConnectionResetError:
        return 'ends'


def limit_of_one(name, port, command):
    """What two clients hear of a server that serves one at a time."""
    server = subprocess.Popen(command)
    try:
        first = connect(port)
        told = [f'first {hears(first)}']
        second = connect(port)
        told.append(f'second {hears(second)}')
        first.close()
        if told[-1] == 'second waits':
            told.append(f'then {hears(second)}')
    finally:
        server.terminate()
        server.wait()
    return f'{name}: {", ".join(told)}'


port = free_port()
print(limit_of_one('tcpserver', port, ['root/usr/bin/tcpserver', '-c', '1', '-HRl0', '127.0.0.1', str(port), 'cat']))
port = free_port()
with open('xinetd.conf', 'w') as conf:
    conf.write(f"""service echo-here
{{
    type = UNLISTED
    port = {port}
    bind = 127.0.0.1
    socket_type = stream
    protocol = tcp
    wait = no
    user = {getpass.getuser()}
    instances = 1
    server = /bin/cat
}}
""")
print(limit_of_one('xinetd', port, ['root/usr/sbin/xinetd', '-f', 'xinetd.conf', '-dontfork',
                                    '-filelog', os.path.abspath('log'), '-pidfile', os.path.abspath('pid')]))
SCRIPT
seen=$(timeout 50 python3 look.py)
echo "$seen"
[ "$seen" = 'tcpserver: first is served, second waits, then is served
xinetd: first is served, second ends' ]
