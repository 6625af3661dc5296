#!/bin/sh
echo "the office is being prepared"
"$@"
