#!/bin/sh
set -eu
# Arguments of the application get the application in front; anything else is a command of its own.
case "${1:-}" in
  serve | greet | -*) set -- python3 /app/server.py "$@" ;;
esac
exec "$@"
