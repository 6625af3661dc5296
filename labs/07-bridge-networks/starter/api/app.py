"""The API. Given with the lab: use it as it is.

    PUT /values/<key>   stores the body under the key
    GET /values/<key>   {"key": …, "value": …}, or 404
    GET /health         answers without asking the database

It listens on port 8000 of every interface and keeps its values in the Redis at DATABASE_HOST:DATABASE_PORT.
"""

import json
import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

if not os.environ.get("DATABASE_HOST"):
    sys.exit("DATABASE_HOST is not set: give the name under which the database is reached")
HOST = os.environ["DATABASE_HOST"]
PORT = int(os.environ.get("DATABASE_PORT") or 6379)


def ask(*words):
    """One command to Redis, in its own protocol (RESP), over a connection of its own."""
    with socket.create_connection((HOST, PORT), timeout=1) as connection:
        request = b"*%d\r\n" % len(words)
        for word in words:
            request += b"$%d\r\n%s\r\n" % (len(word.encode()), word.encode())
        connection.sendall(request)
        with connection.makefile("rb") as answer:
            first = answer.readline()
            if first[:1] == b"$":
                size = int(first[1:])
                return None if size < 0 else answer.read(size).decode()
            if first[:1] == b"+":
                return first[1:].strip().decode()
            raise OSError(first.decode().strip() or "the connection was closed")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {"status": "ok"})
        return self.with_key(lambda key: self.found(key, ask("GET", key)))

    def do_PUT(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        return self.with_key(lambda key: ask("SET", key, body) and self.found(key, body))

    def found(self, key, value):
        if value is None:
            return self.answer(404, {"error": f"no value for {key}"})
        return self.answer(200, {"key": key, "value": value})

    def with_key(self, action):
        prefix, _, key = self.path.rpartition("/")
        if prefix != "/values" or not key:
            return self.answer(404, {"error": f"no such path: {self.path}; try /values/greeting"})
        try:
            return action(key)
        except OSError as error:
            return self.answer(503, {"error": f"cannot use the database at {HOST}:{PORT}: {error}"})

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        print(format % args, flush=True)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print(f"listening on port 8000, database at {HOST}:{PORT}", flush=True)
ThreadingHTTPServer(("", 8000), Handler).serve_forever()
