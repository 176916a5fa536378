#!/bin/sh
# Installs everything that a fresh Debian 12 lacks to build, test and run this project.
set -eu
packages="bazel-bootstrap g++ libabsl-dev libbenchmark-dev libgmock-dev libgtest-dev libhwy-dev
  libopenblas-dev libprotobuf-dev nlohmann-json3-dev protobuf-compiler zlib1g-dev"
missing=$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' $packages 2>/dev/null | awk '$1=="ii"{print $2}' > /dev/null; for p in $packages; do dpkg-query -W -f '${db:Status-Abbrev}' "$p" 2>/dev/null | grep -q '^ii' || echo "$p"; done)
[ -z "$missing" ] || { apt-get update; apt-get install -y --no-install-recommends $missing; }
