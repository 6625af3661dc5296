#!/bin/sh
# Time for what is under way.
"$@" &
trap 'sleep 6; kill -TERM "$!"' TERM
wait "$!" || wait "$!"
