#!/bin/sh
"$@" &
trap 'kill -TERM "$!"' TERM
wait "$!"
wait "$!"
echo "the office is closed"
