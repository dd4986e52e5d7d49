#!/bin/sh
# What only the console's benchmark needs, from Debian: the programs it is compared with, and pyte.
set -eu
if [ "$(id -u)" -ne 0 ]; then
    echo "install.sh: run it as root (apt-get)" >&2
    exit 1
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    mc calcurse khal openssl python3 python3-pyte
