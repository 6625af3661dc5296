"""Makes the tables, once: a second run finds nothing to do. Ends with 0 when the schema is right, with 1 when it is not.

--fresh              drops everything first (for development)
DB_WAIT=30           tries for up to 30 seconds to reach the database; without it a database that is not there is an error
MIGRATION_SECONDS=2  takes that much longer, as the migration of a large table does
BREAK_MIGRATION=1    fails on purpose, so that you can see what your stack does then
"""

import os
import sys
import time

from pg import PostgresError
from settings import connect_database

RUNS = "CREATE TABLE IF NOT EXISTS migration_runs (at timestamptz NOT NULL DEFAULT clock_timestamp())"
SCHEMA = """
BEGIN;
SELECT pg_sleep(%s);
CREATE TABLE notes (name text PRIMARY KEY, text text NOT NULL);
CREATE TABLE job_runs (job text NOT NULL, batch text NOT NULL, worker text NOT NULL);
CREATE TABLE schema_version (version integer NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
INSERT INTO schema_version (version) VALUES (1);
COMMIT
"""
FRESH = "DROP TABLE IF EXISTS notes, job_runs, schema_version, migration_runs"


def connect_patiently(seconds):
    end = time.monotonic() + seconds
    while True:
        try:
            return connect_database()
        except PostgresError as error:
            if time.monotonic() >= end:
                raise
            print(f"waiting for the database: {error}", flush=True)
            time.sleep(0.25)


def migrate(database):
    database.socket.settimeout(None)  # a migration takes as long as it takes
    if "--fresh" in sys.argv:
        database.query(FRESH)
    if os.environ.get("BREAK_MIGRATION"):
        database.query("ALTER TABLE no_such_table ADD COLUMN broken integer")
    database.query("SET client_min_messages TO warning; " + RUNS)
    database.query("INSERT INTO migration_runs DEFAULT VALUES")
    if database.query("SELECT to_regclass('schema_version')")[0][0] is None:
        database.query(SCHEMA, os.environ.get("MIGRATION_SECONDS", "0"))
        return "made the tables of version 1"
    return "nothing to do, the schema has version 1"


if __name__ == "__main__":
    try:
        with connect_patiently(float(os.environ.get("DB_WAIT", "0"))) as connection:
            print(f"migrate: {migrate(connection)}", flush=True)
    except PostgresError as error:
        print(f"migrate: failed: {error}", file=sys.stderr, flush=True)
        sys.exit(1)
