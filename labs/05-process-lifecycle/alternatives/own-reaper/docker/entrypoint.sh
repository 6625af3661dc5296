#!/bin/sh
set -e
exec python /srv/init.py python /srv/tickets.py "$@"
