#!/bin/sh
# Runs the commands of the documentation, so that it cannot rot.
#
#   readme_test.sh README.md docs/...    in the runfiles of a test
#
# What is done with a fenced code block depends on the words after its ```:
#
#   sh          run, in order of appearance, in one scratch copy of the workspace
#   sh no-run   too long, or in need of a network: only its bazel and setup.sh commands are checked
#               (tools, targets' packages, configurations and files must exist)
#   LANGUAGE FILE    must stand in FILE, line by line
#   text, or another language    left alone
#
# A block without a word is an error. Bazel cannot run inside of a Bazel test, so `bazel` is
# tests/system/bazel_for_readme.sh here, which runs the binaries that the test depends on.
set -eu

runfiles=$PWD
scratch=$TEST_TMPDIR/ladder
mkdir -p "$scratch" "$TEST_TMPDIR/bin" "$TEST_TMPDIR/blocks" "$TEST_TMPDIR/home"
for entry in "$runfiles"/* "$runfiles"/.bazelrc; do
  ln -s "$entry" "$scratch/"
done
ln -s "$runfiles/tests/system/bazel_for_readme.sh" "$TEST_TMPDIR/bin/bazel"
# setup.sh may install packages: here it only has to be a script that the shell can read.
rm "$scratch/setup.sh"
printf '#!/bin/sh\nexec sh -n "%s"\n' "$runfiles/setup.sh" >"$scratch/setup.sh"
chmod +x "$scratch/setup.sh"
export README_RUNFILES="$runfiles" HOME="$TEST_TMPDIR/home" PATH="$TEST_TMPDIR/bin:$PATH"
unset XDG_CACHE_HOME

failures=0
fail() {
  echo "FAILED: $*"
  failures=$((failures + 1))
}

# Writes each block to blocks/NNN, with its place, as FILE:LINE, and its words in the first line.
awk -v out="$TEST_TMPDIR/blocks" '
  FNR == 1 && inside { print "FAILED: " place ": the block does not end"; exit 1 }
  /^ *```/ && !inside {
    inside = 1
    match($0, /^ */)
    indent = RLENGTH
    words = $0
    sub(/^ *```/, "", words)
    place = FILENAME ":" FNR
    file = sprintf("%s/%03d", out, ++count)
    print place " " words > file
    next
  }
  /^ *``` *$/ && inside { inside = 0; close(file); next }
  inside { print substr($0, indent + 1) > file }
  END { if (inside) { print "FAILED: " place ": the block does not end"; exit 1 } }
' "$@"

for block in "$TEST_TMPDIR"/blocks/*; do
  [ -e "$block" ] || continue
  read -r place language option <"$block"
  sed 1d "$block" >"$block.body"
  case "$language $option" in
    " ")
      fail "$place: say what the block is: sh, sh no-run, text or a language"
      ;;
    "sh ")
      echo "---- $place"
      (cd "$scratch" && sh -eux "$block.body") 2>&1 || fail "$place: exit code $?"
      ;;
    "sh no-run")
      echo "---- $place (not run)"
      sed -e ':join' -e '/\\$/ { N; s/\\\n//; b join' -e '}' "$block.body" |
        grep -E '^(bazel|\./setup\.sh)( |$)' >"$block.check" || true
      (cd "$scratch" && README_NO_RUN=1 sh -eux "$block.check") 2>&1 || fail "$place: see above"
      ;;
    sh\ *)
      fail "$place: the option of sh is no-run, got $option"
      ;;
    "$language ") ;;
    *)
      echo "---- $place: the same as in $option"
      if [ ! -e "$runfiles/$option" ]; then
        fail "$place: no file $option (data of readme_test)"
      elif ! awk '
          NR == FNR { block = block $0 "\n"; next }
          { file = file $0 "\n" }
          END { exit index("\n" file, "\n" block) == 0 }
        ' "$block.body" "$runfiles/$option"; then
        fail "$place: the block does not stand in $option"
      fi
      ;;
  esac
done
echo "$failures failures"
[ "$failures" = 0 ]
