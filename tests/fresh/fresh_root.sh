#!/bin/sh
# By hand, as root: makes a fresh Debian 12 root with debootstrap from this machine's own apt sources, puts a clone of the last commit
# in it, and runs the two commands there and nothing else. Usage: tests/fresh/fresh_root.sh ROOT_DIR
# The log goes to ROOT_DIR.log; the last lines say how each command ended.
set -eu
cd "$(dirname "$0")/../.." || exit 1
root=${1:?usage: $0 ROOT_DIR}
log="$root.log"

sources() { # the machine's own Debian sources, whatever their form
    cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null
}
mirror=$(sources | awk '/^URIs:/ {print $2; exit} /^deb / {for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) {print $i; exit}}')
[ -n "$mirror" ] || { echo "no apt source found on this machine" >&2; exit 1; }

# shellcheck disable=SC2317 # called by the trap
umount_all() {
    for dir in dev/pts dev proc sys; do
        umount "$root/$dir" 2>/dev/null || true
    done
}
trap umount_all EXIT

if [ ! -e "$root/etc/debian_version" ]; then
    debootstrap --variant=minbase --include=git,ca-certificates bookworm "$root" "$mirror" >"$log" 2>&1
fi
rm -f "$root/etc/apt/sources.list"
for file in etc/apt/sources.list etc/apt/sources.list.d/debian.sources etc/resolv.conf etc/hosts; do
    if [ -e "/$file" ]; then cp "/$file" "$root/$file"; fi
done
cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
# A certificate authority that this machine was given is needed there too, where its sources are read through it.
cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
chroot "$root" update-ca-certificates >>"$log" 2>&1
mount --bind /proc "$root/proc"
mount --bind /sys "$root/sys"
mount --bind /dev "$root/dev"
mount --bind /dev/pts "$root/dev/pts"

rm -rf "$root/root/zapis"
git clone -q --no-hardlinks . "$root/root/zapis"
in_root() {
    env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=xterm-256color ${http_proxy:+http_proxy="$http_proxy"} \
        ${https_proxy:+https_proxy="$https_proxy"} \
        ${NODE_EXTRA_CA_CERTS:+NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt} chroot "$root" sh -c "cd /root/zapis && $1"
}
status=0
for command in 'sh etc/run.sh </dev/null' 'sh etc/run.sh </dev/null' 'sh etc/test.sh'; do
    echo "##### $command" >>"$log"
    start=$(date +%s)
    if in_root "$command" >>"$log" 2>&1; then end=0; else end=$?; status=1; fi
    echo "##### ended with $end after $(($(date +%s) - start)) s: $command" | tee -a "$log"
done
exit $status
