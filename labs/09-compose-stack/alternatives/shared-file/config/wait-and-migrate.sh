#!/bin/sh
# Waits for the fact, not for the clock.
until python -c 'import socket; socket.create_connection(("db", 5432), 1)' 2>/dev/null; do sleep 0.2; done
exec python /opt/migrate.py
