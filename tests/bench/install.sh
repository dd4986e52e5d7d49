#!/bin/sh
# What only the benchmark needs, from Debian: nginx, php-fpm with SQLite. Their own services are
# neither started nor enabled: the benchmark starts what it needs in a directory of its own.
set -eu

packages="nginx php-fpm php-sqlite3 python3"
if [ "$(id -u)" -ne 0 ]; then
    echo "install.sh: run it as root (apt-get)" >&2
    exit 1
fi

# Debian's maintainer scripts ask this file whether a service may be started: while it stands, none is.
policy=/usr/sbin/policy-rc.d
made=
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    made=1
fi
trap '[ -z "$made" ] || rm -f "$policy"' EXIT

apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages
if command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then
    for unit in nginx $(systemctl list-unit-files 'php*-fpm.service' --no-legend | cut -d' ' -f1); do
        systemctl disable "$unit" >/dev/null 2>&1 || true
    done
fi
