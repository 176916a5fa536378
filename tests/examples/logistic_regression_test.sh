#!/bin/sh
# Runs the example given as $1 and looks for what it must print.
set -eu
out=$("$1")
echo "$out"
error=$(echo "$out" | sed -n 's/^test error \([0-9]*\)\..* %$/\1/p')
[ "$error" -lt 12 ] || { echo "expected a test error below 12 %"; exit 1; }
