"""A ticket office. Given with the lab: run it as it is, Python's standard library is all it needs.

    python tickets.py serve     answer HTTP on port 8000 until SIGTERM comes, then close the office and end with 0
    python tickets.py audit     check the books once: ends with 0, or with the number in AUDIT_FAILS, to try a failure

    GET  /health?value=x             200 while all is well, 503 while it is broken; says which process answers
    POST /tickets?name=Ada&count=20  prints so many tickets, each by a process of its own, and says their process ids
    POST /break    POST /mend        what a lost printer would do: it still runs and answers, and is of no use
    POST /crash                      the process ends with exit code 70

The log goes to the file that LOG_FILE names, by default /var/log/tickets.log, or to standard output where it is "-".
"""

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PORT = 8000
LOG_FILE = os.environ.get("LOG_FILE", "/var/log/tickets.log")


class Office:
    instance = secrets.token_hex(4)
    broken = False
    sold = 0
    last = "nobody"


def log(text):
    line = f"tickets: {text}\n"
    if LOG_FILE == "-":
        sys.stdout.write(line)
        sys.stdout.flush()
        return
    with open(LOG_FILE, "a") as file:
        file.write(line)


def start_printers(count):
    """One child that starts the printers and ends; they work on without it. Returns their process ids."""
    command = [sys.executable, __file__, "print", str(count)]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout
    return [int(line) for line in output.split()]


def print_tickets(count):
    reader, writer = os.pipe()
    for _ in range(count):
        if os.fork() == 0:
            os.close(writer)
            os.read(reader, 1)  # until the process that started it is gone
            os.write(1, f"{os.getpid()}\n".encode())
            os._exit(0)
    os._exit(0)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        path, query = self.asked()
        if path == "/":
            self.answer(200, {"office": "open"})
        elif path != "/health":
            self.answer(404, {"error": f"no such path: {path}"})
        else:
            status = "broken" if Office.broken else "ok"
            about = {"status": status, "value": query.get("value"), "instance": Office.instance}
            self.answer(503 if Office.broken else 200, about)

    def do_POST(self):
        path, query = self.asked()
        if path == "/tickets":
            count = max(1, min(50, int(query.get("count", "1"))))
            printers = start_printers(count)
            Office.sold += count
            Office.last = query.get("name", "somebody")
            log(f"sold {count} to {Office.last}")
            self.answer(200, {"printers": printers})
        elif path in ("/break", "/mend"):
            Office.broken = path == "/break"
            self.answer(200, {"broken": Office.broken})
        elif path == "/crash":
            log("crash")
            self.answer(200, {"instance": Office.instance})
            threading.Timer(0.2, os._exit, [70]).start()
        else:
            self.answer(404, {"error": f"no such path: {path}"})

    def asked(self):
        url = urlsplit(self.path)
        return url.path, {key: values[0] for key, values in parse_qs(url.query).items()}

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format, *args):
        pass


def serve():
    server = ThreadingHTTPServer(("0.0.0.0", PORT), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    log(f"office {Office.instance} opens")
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    log(f"office closed, {Office.sold} sold, the last to {Office.last}")


def audit():
    code = int(os.environ.get("AUDIT_FAILS", "0"))
    log("the books are wrong" if code else "the books are right")
    sys.exit(code)


def main():
    match sys.argv[1:]:
        case ["serve"]:
            serve()
        case ["audit"]:
            audit()
        case ["print", count]:
            print_tickets(int(count))
        case _:
            sys.exit(__doc__)


main()
