#!/bin/sh
export GREETING=Hello
exec python /app/server.py "$@"
