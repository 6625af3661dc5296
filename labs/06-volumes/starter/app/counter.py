"""Counts in PostgreSQL. Where the database is comes from DB_HOST, DB_NAME, DB_USER and DB_PASSWORD.

POST /count/<name>   adds one, answers {"name": …, "count": …}
GET  /count/<name>   the count so far, 0 for a name that was never counted
GET  /health         {"status": "ok"} once the database answers
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from pg import Connection, PostgresError

TABLE = "CREATE TABLE IF NOT EXISTS counters (name text PRIMARY KEY, count integer NOT NULL)"
ADD = "INSERT INTO counters VALUES (%s, 1) ON CONFLICT (name) DO UPDATE SET count = counters.count + 1"
READ = "SELECT count FROM counters WHERE name = %s"


def connect():
    setting = os.environ.get
    return Connection(
        setting("DB_HOST", "db"), setting("DB_USER", "postgres"), setting("DB_PASSWORD", ""), setting("DB_NAME", "postgres")
    )


class Counter(BaseHTTPRequestHandler):
    def do_GET(self):
        self.serve(add=False)

    def do_POST(self):
        self.serve(add=True)

    def serve(self, add):
        parts = urlsplit(self.path).path.strip("/").split("/")
        try:
            if parts == ["health"]:
                with connect() as database:
                    database.query("SELECT 1")
                return self.answer(200, {"status": "ok"})
            if len(parts) == 2 and parts[0] == "count":
                return self.answer(200, self.count(unquote(parts[1]), add))
            self.answer(404, {"error": "try /count/<name> or /health"})
        except PostgresError as error:
            print(f"database: {error}", flush=True)
            self.answer(503, {"error": f"database: {error}"})

    def count(self, name, add):
        with connect() as database:
            database.query("SET client_min_messages TO warning; " + TABLE)
            if add:
                database.query(ADD, name)
            rows = database.query(READ, name)
        return {"name": name, "count": int(rows[0][0]) if rows else 0}

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
    print("counter listens on port 8000", flush=True)
    ThreadingHTTPServer(("", 8000), Counter).serve_forever()
