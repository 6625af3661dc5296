"""A small greeting service. Given with the lab: put it into an image as it is.

    python server.py serve [--host ADDRESS]    answer HTTP on port 8080 of ADDRESS (default 127.0.0.1)
    python server.py greet NAME                print one greeting and end

The greeting's first word comes from the environment variable GREETING.
"""

import argparse
import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

PORT = 8080
TEMPLATE = json.loads(Path(__file__).with_name("greetings.json").read_text())["template"]


def greet(name):
    return TEMPLATE.format(greeting=os.environ.get("GREETING") or "(GREETING is not set)", name=name)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        if url.path == "/health":
            self.answer(200, {"status": "ok", "value": query.get("value")})
        elif url.path == "/greet":
            self.answer(200, {"greeting": greet(query.get("name", "world"))})
        else:
            self.answer(404, {"error": f"no such path: {url.path}; try /health?value=1 or /greet?name=Ada"})

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        print(format % args, flush=True)


def serve(host):
    server = ThreadingHTTPServer((host, PORT), Handler)
    print(f"listening on {host}:{PORT}", flush=True)
    server.serve_forever()


def main():
    parser = argparse.ArgumentParser(prog="server.py")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve").add_argument("--host", default="127.0.0.1")
    commands.add_parser("greet").add_argument("name")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if options.command == "serve":
        serve(options.host)
    else:
        print(greet(options.name))


main()
