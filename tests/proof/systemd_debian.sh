#!/usr/bin/env bash
# Makes the Debian that test_container.py boots: a small one with systemd and systemd-coredump, kept as a tar.
#
#   sudo tests/proof/systemd_debian.sh        needs debootstrap and systemd-container; takes two minutes
#
# Its second half runs in a container, where /proc/sys cannot be written: systemd-coredump's installation would
# otherwise set this computer's own kernel.core_pattern.
set -euo pipefail
if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null || ! command -v systemd-nspawn >/dev/null; then
    echo "systemd_debian.sh needs root  → sudo apt-get install debootstrap systemd-container" >&2
    exit 1
fi
tar=${TMPDIR:-/tmp}/shoal-systemd-debian-12.tar
root=$(mktemp -d "${TMPDIR:-/tmp}/shoal-systemd.XXXXXX")
trap 'rm -rf --one-file-system "$root"' EXIT
packages=systemd-sysv,dbus,dbus-user-session,libpam-systemd,systemd-coredump,python3,procps
debootstrap --foreign --variant=minbase --include="$packages" bookworm "$root"
for folder in proc dev; do # debootstrap may link them to its own
    if [ -L "$root/$folder" ]; then rm "$root/$folder" && mkdir "$root/$folder"; fi
done
systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --private-network \
    /debootstrap/debootstrap --second-stage || [ -x "$root/lib/systemd/systemd-coredump" ]
tar --directory="$root" --create --file="$tar.new" .
mv "$tar.new" "$tar"
echo "$tar"
