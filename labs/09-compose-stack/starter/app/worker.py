"""Takes jobs from Redis and writes each run into PostgreSQL.

WORKER_GROUP names the group that this worker belongs to: every group gets every job, and within a group each job goes
to one worker. A worker that loses the database or Redis ends with 1; to start it again is not its own business.
"""

import os
import signal
import socket
import sys
import time

from pg import PostgresError
from resp import RedisError
from settings import connect_database, connect_redis


def join(redis, group):
    try:
        redis.call("XGROUP", "CREATE", "jobs", group, "0", "MKSTREAM")
    except RedisError as error:
        if "BUSYGROUP" not in str(error):
            raise


def take(redis, group, name, position):
    answer = redis.call("XREADGROUP", "GROUP", group, name, "COUNT", "1", "BLOCK", "1000", "STREAMS", "jobs", position)
    for identity, fields in answer[0][1] if answer else []:
        yield identity, dict(zip(fields[::2], fields[1::2]))


def work(redis, database, group, name):
    position = "0"  # first what this worker had taken and not finished before it was started again
    while True:
        jobs = list(take(redis, group, name, position))
        for identity, job in jobs:
            time.sleep(0.02)
            database.query("INSERT INTO job_runs VALUES (%s, %s, %s)", job["job"], job["batch"], name)
            redis.call("XACK", "jobs", group, identity)
        if not jobs:
            position = ">"


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    group = os.environ.get("WORKER_GROUP")
    if not group:
        sys.exit("worker: WORKER_GROUP is not set")
    try:
        with connect_redis() as redis, connect_database() as database:
            database.query("SELECT 1 FROM job_runs LIMIT 1")
            join(redis, group)
            print(f"worker {socket.gethostname()} of group {group} is ready", flush=True)
            work(redis, database, group, socket.gethostname())
    except (PostgresError, RedisError) as error:
        print(f"worker: {error}", file=sys.stderr, flush=True)
        sys.exit(1)
