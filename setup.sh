#!/bin/sh
# Installs what a fresh Debian 12 lacks to build, test and run this project:
#
#   ./setup.sh          as root, or with sudo
#   ./setup.sh --dev    also what tools/lint and the sanitizers under clang need
#
# Running it again is cheap: when nothing is missing it asks dpkg once and touches nothing.
set -eu

packages="
  bazel-bootstrap
  ca-certificates
  curl
  g++
  libabsl-dev
  libbenchmark-dev
  libdnnl-dev
  libexif-dev
  libgmock-dev
  libgtest-dev
  libhwy-dev
  libopenblas-dev
  libpng-dev
  libprotobuf-dev
  libturbojpeg0-dev
  libzip-dev
  nlohmann-json3-dev
  protobuf-compiler
  zlib1g-dev
"
dev_packages="clang clang-format clang-tidy libclang-rt-dev"

fail() {
  echo "setup.sh: $*" >&2
  exit 1
}

case "$*" in
  "") ;;
  --dev) packages="$packages $dev_packages" ;;
  *)
    echo "usage: ./setup.sh [--dev]" >&2
    exit 2
    ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  fail "this is not Debian: install these packages' counterparts by other means:$packages"
fi

# shellcheck disable=SC2086  # a list of words
installed=" $(dpkg-query --show --showformat '${db:Status-Status}=${Package} ' $packages \
  2>/dev/null || true) "
missing=
for package in $packages; do
  case "$installed" in
    *" installed=$package "*) ;;
    *) missing="$missing $package" ;;
  esac
done
missing=${missing# }

if [ -z "$missing" ]; then
  echo "setup.sh: everything is installed"
  exit 0
fi
[ "$(id -u)" = 0 ] ||
  fail "these packages are missing: $missing
setup.sh: installing them needs root: sudo ./setup.sh${1:+ $1}"

echo "setup.sh: installing $missing"
export DEBIAN_FRONTEND=noninteractive
# One unreachable source among several is no reason to stop: whether it mattered, install will tell.
apt-get -q -o DPkg::Lock::Timeout=120 update || true
# shellcheck disable=SC2086
apt-get -q -y -o DPkg::Lock::Timeout=120 install --no-install-recommends $missing ||
  fail "apt-get could not install: $missing
setup.sh: its reason is above. It needs a network and Debian 12's repository in /etc/apt."
echo "setup.sh: done"
