"""Keeps a journal: each entry is drafted in /scratch and then appended to /var/lib/journal/entries.log.

POST /entries             the body is the entry; answers {"entry": …}
GET  /entries?find=TEXT   {"found": true or false, "entries": how many there are}
GET  /scratch?find=TEXT   {"found": true or false, "drafts": how many there are}
GET  /health              {"status": "ok", "uid": the user it runs as}
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

JOURNAL = "/var/lib/journal"
SCRATCH = "/scratch"


def append(entry):
    draft = os.path.join(SCRATCH, f"{entry[:40]}.draft")
    with open(draft, "w") as file:
        file.write(entry)
    with open(os.path.join(JOURNAL, "entries.log"), "a") as file:
        file.write(entry + "\n")
        file.flush()
        os.fsync(file.fileno())


def entries():
    try:
        with open(os.path.join(JOURNAL, "entries.log")) as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def drafts():
    return [name.removesuffix(".draft") for name in os.listdir(SCRATCH) if name.endswith(".draft")]


class Journal(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlsplit(self.path)
        find = parse_qs(url.query).get("find", [""])[0]
        try:
            if url.path == "/entries":
                known = entries()
                return self.answer(200, {"found": find in known, "entries": len(known)})
            if url.path == "/scratch":
                known = drafts()
                return self.answer(200, {"found": find[:40] in known, "drafts": len(known)})
            if url.path == "/health":
                return self.answer(200, {"status": "ok", "uid": os.geteuid()})
            self.answer(404, {"error": "try /entries, /scratch or /health"})
        except OSError as error:
            self.trouble(error)

    def do_POST(self):
        entry = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode().strip()
        if urlsplit(self.path).path != "/entries" or not entry.isalnum():
            return self.answer(400, {"error": "POST letters and digits to /entries"})
        try:
            append(entry)
            self.answer(201, {"entry": entry})
        except OSError as error:
            self.trouble(error)

    def trouble(self, error):
        text = f"{error.strerror}: {error.filename} (running as uid {os.geteuid()})"
        print(text, flush=True)
        self.answer(507, {"error": text, "path": error.filename})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, form, *values):
        print(form % values, flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"journal listens on port 8000, as uid {os.geteuid()}", flush=True)
    ThreadingHTTPServer(("", 8000), Journal).serve_forever()
