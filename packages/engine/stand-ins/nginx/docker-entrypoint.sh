#!/bin/sh
# Runs what lies in /docker-entrypoint.d before the server: *.envsh is sourced, executable *.sh is run.
set -e
case "${1-}" in
  nginx | nginx-debug)
    for file in /docker-entrypoint.d/*; do
      case "$file" in
        *.envsh) [ ! -x "$file" ] || . "$file" ;;
        *.sh) [ ! -x "$file" ] || "$file" ;;
      esac
    done
    ;;
esac
exec "$@"
