# What the tests of the programs begin with: source tests/system/tools.sh. They go on in a scratch
# folder that has copies of configs/ and, if the test depends on it, of examples/.
set -uo pipefail

tools=$PWD/tools
for folder in configs examples; do
  [[ ! -e $folder ]] || cp -rL $folder "$TEST_TMPDIR/"
done
cd "$TEST_TMPDIR" || exit 1
unset BUILD_WORKING_DIRECTORY
export HOME=$TEST_TMPDIR/home

failures=0
fail() {
  printf 'FAILED: %s\n' "$*"
  failures=$((failures + 1))
}
# expect CODE TEXT PROGRAM ARGUMENTS...: the exit code, TEXT somewhere in the output, and of an error
# (2 or 3) one line of it, after warnings if there are any.
expect() {
  local code=$1 text=$2 program=$3 got
  shift 3
  "$tools/$program" "$@" > stdout 2> stderr
  got=$?
  if [[ $got != "$code" ]] || ! grep -qF -- "$text" stdout stderr; then
    fail "$program $*: expected exit code $code and: $text; got $got and:"$'\n'"$(cat stdout stderr)"
  elif [[ $code == [23] && $(grep -vc '^warning: ' stderr) != 1 ]]; then
    fail "$program $*: expected one line on stderr, got:"$'\n'"$(cat stderr)"
  fi
}
expect_true() {  # expect_true COMMAND...
  "$@" || fail "$*"
}
# wait_for_epoch RUN PROCESS: until the run has trained one, and so answers signals, or the process
# has ended.
wait_for_epoch() {
  until grep -q . "$1/metrics.jsonl" 2> /dev/null || ! kill -0 "$2" 2> /dev/null; do :; done
}
