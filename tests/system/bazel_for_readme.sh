#!/bin/sh
# Stands in for Bazel in readme_test.sh: `bazel run` starts the binary in the test's runfiles, other
# commands only have their arguments checked. With README_NO_RUN=1, so has `bazel run`.
set -eu

fail() {
  echo "bazel: $*" >&2
  exit 2
}

command=${1-}
case "$command" in
  build | query | run | test) shift ;;
  *) fail "unknown command '$command'" ;;
esac

# Flags and targets; for `run` up to the first target, whose arguments follow, after -- if any.
program=
while [ $# -gt 0 ] && [ -z "$program" ]; do
  argument=$1
  shift
  case "$argument" in
    --config=*)
      grep -q "^build:${argument#--config=} " "$README_RUNFILES/.bazelrc" ||
        fail "$argument: .bazelrc has no such configuration"
      ;;
    -c) shift ;;
    -*) ;;
    //*:*) [ "$command" != run ] || program=$(echo "${argument#//}" | tr : /) ;;
    //*) [ "$command" != run ] || program=${argument#//}/${argument##*/} ;;
    *) fail "'$argument' is neither a flag nor a target, such as //tools:train" ;;
  esac
done
[ "$command" = run ] || exit 0

[ "${1-}" != -- ] || shift
if [ -z "$program" ] || [ ! -x "$README_RUNFILES/$program" ]; then
  fail "no program '$program'; is it among the data of //tests/system:readme_test?"
fi
if [ -n "${README_NO_RUN-}" ]; then
  for argument; do
    case "$argument" in
      configs/*:*)
        grep -q "name: \"${argument##*:}\"" "${argument%:*}" || fail "no variant $argument"
        ;;
      configs/*) [ -e "$argument" ] || fail "no file $argument" ;;
    esac
  done
  exit 0
fi
# As Bazel does it: the program starts in its runfiles and is told the caller's folder.
export BUILD_WORKING_DIRECTORY="$PWD" BUILD_WORKSPACE_DIRECTORY="$PWD"
cd "$README_RUNFILES"
exec "$README_RUNFILES/$program" "$@"
