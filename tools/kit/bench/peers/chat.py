#!/usr/bin/env python3
"""The chat in Python, a thread per client: names, lines, who comes and goes.
chat.py [PORT]"""
import itertools
import socketserver
import sys
import threading

room = set()
lock = threading.Lock()
guests = itertools.count(1)


class Client(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def broadcast(self, text):
        """Sends text to all others. Caller holds lock: the order is one for all."""
        for other in room:
            if other is not self:
                try:
                    other.wfile.write(text)
                except OSError:
                    pass  # its own thread will see that it has gone

    def handle(self):
        name = b"guest-%d" % next(guests)
        with lock:
            self.broadcast(b"* %s joined\n" % name)
            room.add(self)
        try:
            for line in self.rfile:
                with lock:
                    self.broadcast(b"%s: %s\n" % (name, line.rstrip(b"\r\n")))
        except OSError:
            pass  # a reset
        with lock:
            room.remove(self)
            self.broadcast(b"* %s left\n" % name)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True
    request_queue_size = 4096


port = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
with Server(("127.0.0.1", port), Client) as server:
    print("Listening on %s:%d" % server.server_address, flush=True)
    server.serve_forever()
