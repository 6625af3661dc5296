#!/bin/sh
# Starts a program, passes SIGTERM on, collects orphans while it waits, and ends with the program's exit code.
"$@" &
child=$!
trap 'kill -TERM "$child"' TERM
while :; do
  wait "$child"
  code=$?
  kill -0 "$child" 2>/dev/null || exit "$code"
done
