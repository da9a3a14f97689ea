#!/usr/bin/env bash
# Makes the Debian that test_container.py boots: a small one with systemd and systemd-coredump, kept as a tar.
#
#   sudo tests/proof/systemd_debian.sh                  two to three minutes, 290 MB in ~/.cache/shoal
#   sudo tests/proof/systemd_debian.sh --if-possible    what `make proof` does: only if it is not there; never
#                                                       fails, leaves beside it why there is none (for the skips)
#
# Its second half runs in a container, where /proc/sys cannot be written: systemd-coredump's installation would
# otherwise set this computer's own kernel.core_pattern. So it must never be installed on this computer itself.
set -euo pipefail
cd "$(dirname "$0")/../.."

folder=$(getent passwd "$(id -u)" | cut -d: -f6)/.cache/shoal
tar=$folder/systemd-debian-12.tar
why=$folder/systemd-debian-12.why

if [ "${1:-}" = --if-possible ]; then
    # Without root there is nothing to try, and the tests say so themselves.
    if [ "$(id -u)" != 0 ] || [ -s "$tar" ]; then exit 0; fi
    echo "· a Debian with systemd for the proofs in a container (once, two to three minutes)"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    if ! timeout --kill-after=30 480 tests/proof/systemd_debian.sh >"$log" 2>&1; then
        [ -s "$log" ] || echo "it took longer than eight minutes" >"$log"
        echo "  there is none, and the proofs that need it are passed over:"
        tail -n 4 "$log" | sed 's/^/  /'
        if mkdir -p "$folder"; then tail -n 2 "$log" >"$why"; fi
    fi
    exit 0
fi

[ "$(id -u)" = 0 ] || { echo "making a container needs root  → sudo tests/proof/systemd_debian.sh" >&2; exit 1; }
tools/system.sh container
(umask 077 && mkdir -p "$folder")
exec 9>"$folder/lock"
flock 9
[ ! -s "$tar" ] || { echo "$tar is there; remove it to have it made anew"; exit 0; }

pattern=$(cat /proc/sys/kernel/core_pattern)
root=$(mktemp -d "${TMPDIR:-/tmp}/shoal-systemd.XXXXXX")
leave() {
    rm -rf --one-file-system "$root" "$tar.new"
    if [ "$(cat /proc/sys/kernel/core_pattern)" != "$pattern" ]; then
        printf '%s\n' "$pattern" >/proc/sys/kernel/core_pattern
        echo "kernel.core_pattern had been changed, and is as it was; this must not happen" >&2
        exit 1
    fi
}
trap leave EXIT
chmod 755 "$root" # its accounts live in it

# From where this computer's own packages come, if they are the same Debian's.
# shellcheck disable=SC2016  # apt's own placeholder
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 2>/dev/null | head -n 1 || true)
packages=systemd-sysv,dbus,dbus-user-session,libpam-systemd,systemd-coredump,python3,procps,iproute2
if ! debootstrap --foreign --variant=minbase --include="$packages" bookworm "$root" ${mirror:+"$mirror"}; then
    echo "debootstrap could not fetch a Debian  → let this computer reach a mirror of Debian" >&2
    exit 1
fi
for place in proc dev; do # debootstrap may link them to its own
    if [ -L "$root/$place" ]; then rm "$root/$place" && mkdir "$root/$place"; fi
done
if ! systemd-nspawn --quiet --directory="$root" --register=no --keep-unit --private-network \
    /debootstrap/debootstrap --second-stage && [ ! -x "$root/lib/systemd/systemd-coredump" ]; then
    echo "systemd-nspawn could not run it  → run this where containers may be made" >&2
    exit 1
fi
rm -rf "$root"/var/cache/apt/archives/*.deb
tar --directory="$root" --create --file="$tar.new" .
mv "$tar.new" "$tar"
rm -f "$why"
echo "$tar"
