#!/usr/bin/env bash
# ngircd-names-once: a message for a list that names one nick three times reaches it
# once; ISON with the same list names it three times.
#
# Packages: ngircd 26.1-1+deb12u1, libident 0.32-1 (Debian 12); python3.
# Guessed:  both go through the list, name by name.
# Seen:     1 message for ann,ann,ANN; ISON: ann ann ann
# Why:      the server keeps in mind whom this message has reached; ISON only looks up.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download ngircd=26.1-1+deb12u1 libident=0.32-1 2>warnings || { cat warnings; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
cat >look.py <<'SCRIPT'
import os
import socket
import subprocess
import time


def connect(port, nick):
    for _ in range(100):
        try:
            client = socket.create_connection(('127.0.0.1', port), 20)
            break
        except OSError:
            time.sleep(0.1)
    client.sendall(f'NICK {nick}\r\nUSER {nick} 0 * :{nick}\r\n'.encode())
    said(client, ' 376 ')
    return client


def said(client, last):
    """All that the server says, up to the line that has this in it."""
    lines = []
    while not lines or last not in lines[-1]:
        line = b''
        while not line.endswith(b'\r\n'):
            line += client.recv(1)
        lines.append(line.decode().strip())
    return lines


with socket.socket() as free:
    free.bind(('127.0.0.1', 0))
    port = free.getsockname()[1]
with open('ngircd.conf', 'w') as conf:
    conf.write(f"""[Global]
Name = irc.example.net
Info = one room
Listen = 127.0.0.1
Ports = {port}
MotdPhrase = hello
[Options]
DNS = no
Ident = no
PAM = no
""")
server = subprocess.Popen(['root/usr/sbin/ngircd', '-n', '-f', os.path.abspath('ngircd.conf')],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    ann, bob = connect(port, 'ann'), connect(port, 'bob')
    bob.sendall(b'PRIVMSG ann,ann,ANN :hi\r\nISON ann ANN ann\r\n')
    present = said(bob, ' 303 ')[-1].split(' :')[1]
    ann.sendall(b'PING end\r\n')
    messages = [line for line in said(ann, 'PONG') if 'PRIVMSG' in line]
    print(f'{len(messages)} message for ann,ann,ANN; ISON: {present}')
finally:
    server.terminate()
    server.wait()
SCRIPT
seen=$(timeout 50 python3 look.py)
echo "$seen"
[ "$seen" = '1 message for ann,ann,ANN; ISON: ann ann ann' ]
