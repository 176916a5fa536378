#!/bin/sh
# Every operation that a header of ops/ declares is called by a row of op_cases_*.cc, of which the
# tests of gradients, accumulation, memory, threads and precision are made.
#
#   op_rows_test.sh ops/*.h tests/ops/op_cases_*.cc
set -eu

headers=$(printf '%s\n' "$@" | grep '\.h$' | grep -v '/elementwise\.h$')
cases=$(printf '%s\n' "$@" | grep '\.cc$')

# Declarations of functions whose result is a variable, or a struct of some.
# shellcheck disable=SC2086  # lists of files
operations=$(sed -nE 's/^(inline )?(Variable|[A-Z][A-Za-z0-9]*Result) ([A-Z][A-Za-z0-9]*)\(.*/\3/p' \
  $headers | sort -u)

count=0
missing=0
for operation in $operations; do
  count=$((count + 1))
  # shellcheck disable=SC2086
  if ! grep -qE "(^|[^A-Za-z0-9])$operation\\(" $cases; then
    echo "$operation: no row of tests/ops/op_cases_*.cc calls it"
    missing=$((missing + 1))
  fi
done
echo "$count operations, $missing without a row"
[ "$missing" = 0 ] && [ "$count" -gt 50 ]
