#!/bin/sh
# Installs what is missing, builds, and runs every test and every check. Exit 0 only if all of it passed.
set -eu
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=etc/lib.sh
. etc/lib.sh

install_packages "$BUILD_PACKAGES $TEST_PACKAGES"
build dev
build clang
say "checks"
sh etc/check.sh
say "tests (gcc, AddressSanitizer and UndefinedBehaviorSanitizer)"
ctest --preset dev -j "$(nproc)"
