#!/usr/bin/env bash
# mosquitto-empty-message: mosquitto_sub prints no line for an empty message, and
# mosquitto_pub -s refuses to send one, while -l makes one of each empty line.
#
# Packages: mosquitto, mosquitto-clients, libmosquitto1 2.0.11-1.2+deb12u2, libcjson1
#           1.7.15-1+deb12u4, libdlt2 2.18.8-6 (Debian 12).
# Guessed:  an empty line for the empty message, from all three.
# Seen:     -l of a, empty, b prints "a b"; with a format 1 0 1 bytes; -s of nothing ends with 1
# Why:      what prints asks for the length first, and with the text leaves out the newline;
#           -s takes nothing for a mistake, as -n is there to say so.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get -qq download mosquitto=2.0.11-1.2+deb12u2 mosquitto-clients=2.0.11-1.2+deb12u2 \
    libmosquitto1=2.0.11-1.2+deb12u2 libcjson1=1.7.15-1+deb12u4 libdlt2=2.18.8-6 2>warnings || { cat warnings; exit 1; }
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH
cat >look.py <<'SCRIPT'
import socket
import subprocess
import time

CLIENTS = 'root/usr/bin/mosquitto_'


def waits_for(ready):
    for _ in range(100):
        if ready():
            return
        time.sleep(0.1)


with socket.socket() as free:
    free.bind(('127.0.0.1', 0))
    port = str(free.getsockname()[1])
with open('broker.conf', 'w') as conf:
    conf.write(f'listener {port} 127.0.0.1\nallow_anonymous true\nlog_dest stderr\nlog_type subscribe\n')


def client(name, *words, **how):
    return subprocess.Popen([CLIENTS + name, '-h', '127.0.0.1', '-p', port, '-t', 'room', *words],
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, **how)


def publishes(text, word):
    sender = client('pub', word, stdin=subprocess.PIPE)
    sender.communicate(text, timeout=10)
    return sender.returncode


broker = subprocess.Popen(['root/usr/sbin/mosquitto', '-c', 'broker.conf'], stderr=open('broker.log', 'w'))
try:
    waits_for(lambda: subprocess.call([CLIENTS + 'pub', '-h', '127.0.0.1', '-p', port, '-t', 'none', '-n'],
                                      stderr=subprocess.DEVNULL) == 0)
    plain, formatted = client('sub', '-C', '3'), client('sub', '-C', '3', '-F', '%l')
    waits_for(lambda: open('broker.log').read().count('room') == 2)
    publishes('a\n\nb\n', '-l')
    texts = [receiver.communicate(timeout=10)[0].replace('\n', ' ') for receiver in (plain, formatted)]
    print(f'-l "{texts[0]}", with a format "{texts[1]}"; -s ends with {publishes("", "-s")}')
finally:
    broker.terminate()
    broker.wait()
SCRIPT
seen=$(timeout 50 python3 look.py)
echo "$seen"
[ "$seen" = '-l "a b ", with a format "1 0 1 "; -s ends with 1' ]
