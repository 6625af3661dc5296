#!/bin/bash
# Serve for everybody who reaches the container, unless told otherwise.
if [ "$*" = serve ]; then
  set -- serve --host 0.0.0.0
fi
exec python3 /app/server.py "$@"
