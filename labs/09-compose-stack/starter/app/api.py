"""The API, on port 8000. It holds no connection: each request opens its own.

GET  /whoami?token=T          {"instance": this container, "token": T}; asks nobody
GET  /health                  200 once the database has its schema and Redis answers, 503 before
GET  /about                   when the database started and the schema was made, and how often a migration ran
POST /notes/<name>            the body is the note; GET reads it
POST /jobs?batch=B&count=N    queues N jobs; GET /jobs?batch=B says how often each was run, and by which workers
"""

import json
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from pg import PostgresError
from resp import RedisError
from settings import connect_database, connect_redis

ABOUT = """
SELECT extract(epoch FROM pg_postmaster_start_time()), extract(epoch FROM applied_at),
       (SELECT count(*) FROM migration_runs) FROM schema_version
"""


def health(_):
    with connect_database() as database, connect_redis() as redis:
        return {"version": int(database.query("SELECT version FROM schema_version")[0][0]), "redis": redis.call("PING")}


def about(_):
    with connect_database() as database:
        started, applied, runs = database.query(ABOUT)[0]
    return {"database_started": float(started), "migrated": float(applied), "migration_runs": int(runs)}


def queue_jobs(query):
    batch, count = query["batch"], min(int(query.get("count", 1)), 200)
    with connect_redis() as redis:
        for number in range(count):
            redis.call("XADD", "jobs", "*", "batch", batch, "job", f"{batch}-{number}")
    return {"batch": batch, "queued": count}


def read_jobs(query):
    with connect_database() as database:
        rows = database.query("SELECT job, worker FROM job_runs WHERE batch = %s", query["batch"])
    runs = {}
    for job, _ in rows:
        runs[job] = runs.get(job, 0) + 1
    return {"batch": query["batch"], "runs": runs, "workers": sorted({worker for _, worker in rows})}


class Api(BaseHTTPRequestHandler):
    def do_GET(self):
        self.serve({"/whoami": self.whoami, "/health": health, "/about": about, "/jobs": read_jobs}, self.read_note)

    def do_POST(self):
        self.serve({"/jobs": queue_jobs}, self.write_note)

    def serve(self, routes, note):
        url = urlsplit(self.path)
        try:
            if url.path.startswith("/notes/"):
                return self.answer(200, note(unquote(url.path.removeprefix("/notes/"))))
            if url.path in routes:
                return self.answer(200, routes[url.path](dict(parse_qsl(url.query))))
            self.answer(404, {"error": f"nothing at {url.path}"})
        except (KeyError, ValueError) as error:
            self.answer(400, {"error": f"bad request: {error}"})
        except (PostgresError, RedisError) as error:
            print(f"api: {error}", flush=True)
            self.answer(503, {"error": str(error)})

    def whoami(self, query):
        return {"instance": socket.gethostname(), "token": query.get("token")}

    def write_note(self, name):
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        with connect_database() as database:
            database.query("INSERT INTO notes VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET text = excluded.text", name, text)
        return {"name": name, "text": text}

    def read_note(self, name):
        with connect_database() as database:
            rows = database.query("SELECT text FROM notes WHERE name = %s", name)
        return {"name": name, "text": rows[0][0] if rows else None}

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
    print("api listens on port 8000", flush=True)
    ThreadingHTTPServer(("", 8000), Api).serve_forever()
