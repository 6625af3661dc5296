"""Where the other services are, from the environment."""

import os

import pg
import resp


def connect_database():
    setting = os.environ.get
    return pg.Connection(
        setting("DB_HOST", "db"), setting("DB_USER", "postgres"), setting("DB_PASSWORD", ""), setting("DB_NAME", "postgres")
    )


def connect_redis():
    return resp.Redis(os.environ.get("REDIS_HOST", "redis"))
