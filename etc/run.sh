#!/bin/sh
# Installs what is missing, builds, and opens the console on the practice salon. Nothing leaves this machine but Debian's packages.
# Without a terminal it builds, says how to start, and exits 0.
set -eu
cd "$(dirname "$0")/.." || exit 1
# shellcheck source=etc/lib.sh
. etc/lib.sh

install_packages "$BUILD_PACKAGES"
build release
program=build/release/tui/zapis
if [ -t 0 ] && [ -t 1 ]; then
    exec "$program" practice "$@"
fi
say "built. In a terminal, start the practice salon with: $program practice"
