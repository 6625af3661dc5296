#!/bin/sh
# Waits for the fact, not for the clock: an open port is not a database that is ready, a login is.
cd /opt
until python -c 'import settings; settings.connect_database()' 2>/dev/null; do sleep 0.2; done
exec python migrate.py
