#!/bin/bash
# Starts one container of an image, runs ten commands in it by one exec, and removes it.
set -euo pipefail
image=$1
shift
container=$(docker run -d --network none "$image" sleep 60)
trap 'docker rm -f "$container" >/dev/null' EXIT
output=$(docker exec "$container" sh -c 'for word; do echo "$word"; done' sh "$@")
for word in "$@"; do
  grep -qx "$word" <<<"$output"
done
