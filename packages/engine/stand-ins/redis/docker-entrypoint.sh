#!/bin/sh
# Options or a config file alone mean the server; root hands the data over to `redis` and becomes it.
set -e
case "${1-}" in
  -* | *.conf) set -- redis-server "$@" ;;
esac
if [ "${1-}" = redis-server ]; then
  if [ "$(id -u)" = 0 ]; then
    find . ! -user redis -exec chown redis {} +
    exec setpriv --reuid=redis --regid=redis --init-groups "$0" "$@"
  fi
  [ "$(umask)" != 0022 ] || umask 0077
fi
exec "$@"
