#!/usr/bin/env bash
# Proves the README's promise: on a Debian 12 with nothing but python3, python3-venv and make, its commands work.
#
#   tests/proof/bare_debian.sh [--person] [VERB…]     as root; the verbs are `demo test` unless others are named
#
# A Debian is made by debootstrap (once: it is kept as a tar in $TMPDIR, and every run starts from it anew), HEAD is
# copied into it, and `make VERB` runs there: as root, or with --person as an ordinary account, whom Qt's missing
# system libraries must be told about in one command; root then runs exactly that one. How this machine reaches
# Debian's packages and pip's (sources, proxies, authorities, indexes) is lent to the Debian while it runs.
set -euo pipefail
cd "$(dirname "$0")/../.."

account=root
if [ "${1:-}" = --person ]; then
    account=person
    shift
fi
[ $# -gt 0 ] || set -- demo test
verbs=("$@")

if [ "$(id -u)" != 0 ] || ! command -v debootstrap >/dev/null; then
    echo "bare_debian.sh needs root and debootstrap  → sudo apt-get install debootstrap; sudo make bare" >&2
    exit 1
fi
if [ -z "${SHOAL_BARE_INSIDE:-}" ]; then
    # A namespace of its own: whatever happens below, its mounts and processes end with it.
    export SHOAL_BARE_INSIDE=1
    options=()
    [ "$account" = root ] || options=(--person)
    exec unshare --mount --pid --fork --kill-child --mount-proc -- "$0" "${options[@]}" "${verbs[@]}"
fi

cache=${TMPDIR:-/tmp}/shoal-bare-debian-12.tar
root=$(mktemp -d "${TMPDIR:-/tmp}/shoal-bare.XXXXXX")
leave() {
    local result=$?
    # Nothing is removed while something of this machine may still be mounted below.
    umount --recursive --lazy "$root" && rm -rf --one-file-system "$root"
    exit "$result"
}
mount --bind "$root" "$root"
mount --make-rprivate "$root"
trap leave EXIT

say() { printf '\n== %s\n' "$1"; }

if [ ! -s "$cache" ]; then
    say "debootstrap: Debian 12 with python3, python3-venv and make (about a minute)"
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 2>/dev/null | head -n 1)
    debootstrap --variant=minbase --include=python3,python3-venv,make bookworm "$root/debian" ${mirror:+"$mirror"} \
        >"$root/debootstrap.log" 2>&1 || { tail -n 20 "$root/debootstrap.log" >&2; exit 1; }
    rm -rf "$root"/debian/var/cache/apt/archives/*.deb
    tar -C "$root/debian" -cf "$cache.new" .
    mv "$cache.new" "$cache"
    rm -rf "$root/debian"
fi
debian=$root/debian
mkdir "$debian"
tar -C "$debian" -xf "$cache"

lend() { # path…: copied to the same place, where it exists here
    local path
    for path in "$@"; do
        [ -e "$path" ] || continue
        mkdir -p "$debian$(dirname "$path")"
        cp -aL --no-target-directory "$path" "$debian$path"
    done
}

# How this machine reaches packages.
lend /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /etc/pip.conf
if grep -q '^VERSION_CODENAME=bookworm' /etc/os-release; then
    rm -f "$debian/etc/apt/sources.list"
    lend /etc/apt/sources.list /etc/apt/sources.list.d /etc/apt/auth.conf.d /etc/apt/trusted.gpg.d
fi
apt-config dump | grep -E '^Acquire::' >"$debian/etc/apt/apt.conf.d/90lent" || true
lent=()
while IFS='=' read -r name value; do
    lent+=("$name=$value")
done < <(env | grep -E '^(PIP_[A-Z_]+|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|(https?|all|no)_proxy|(HTTPS?|ALL|NO)_PROXY)=')
while read -r folder; do
    folder=${folder%/simple} # an index's pages point at files beside them
    if [ -d "$folder" ] && [ ! -e "$debian$folder" ]; then
        mkdir -p "$debian$folder"
        mount --bind -o ro "$folder" "$debian$folder"
    fi
done < <(
    { cat /etc/pip.conf ~/.config/pip/pip.conf 2>/dev/null || true; printf '%s\n' ${lent[@]+"${lent[@]}"}; } |
        grep -E '(find-links|index-url|FIND_LINKS|INDEX_URL)' | grep -oE '(^|[ =]|file://)/[^ ]+' | sed -E 's,^[ =]?(file://)?,,'
)

# What every Linux has mounted.
mount -t proc proc "$debian/proc"
mount -t sysfs -o ro sysfs "$debian/sys"
mkdir -p "$debian/dev/shm" "$debian/dev/pts"
mount -t tmpfs tmpfs "$debian/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$debian/dev/pts"
ln -sf pts/ptmx "$debian/dev/ptmx"
ln -sfn /proc/self/fd "$debian/dev/fd"

# What is committed, and nothing else: no work tree, no test vectors beside it, no git.
home=/root
if [ "$account" = person ]; then
    home=/home/person
    chroot "$debian" useradd --create-home person
fi
mkdir "$debian$home/shoal"
git archive HEAD | tar -C "$debian$home/shoal" -xf -
if [ -e ~/.config/pip/pip.conf ]; then
    mkdir -p "$debian$home/.config/pip"
    cp ~/.config/pip/pip.conf "$debian$home/.config/pip/"
fi
chroot "$debian" chown -R "$account:" "$home"

inside() { # account, command…
    local who=$1
    shift
    chroot --userspec="$who:$who" "$debian" /usr/bin/env -i ${lent[@]+"${lent[@]}"} HOME="$home" TERM=dumb \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        sh -c 'cd "$HOME/shoal" && exec "$@"' sh "$@" </dev/null
}

say "Debian $(cat "$debian/etc/debian_version"), $(inside "$account" python3 --version), $(git log -1 --format='commit %h'), as $account"
inside "$account" sh -c 'for tool in git gcc pip3 curl; do command -v $tool && exit 1; done; exit 0' ||
    { echo "this Debian is not bare" >&2; exit 1; }
result=0
for verb in "${verbs[@]}"; do
    say "make $verb"
    began=$SECONDS
    if [ "$account" = person ] && [ "$verb" = test ]; then
        # The first try must stop, and name the one command that helps.
        if inside person make test >"$root/first.log" 2>&1; then
            echo "make test found Qt's libraries on a bare Debian?" >&2
            exit 1
        fi
        cat "$root/first.log"
        cure=$(sed -n 's/.*→ sudo \(apt-get install .*\)/\1/p' "$root/first.log")
        [ -n "$cure" ] || { echo "make test did not name the command that helps" >&2; exit 1; }
        inside root apt-get -q update >"$root/apt.log" 2>&1 || { cat "$root/apt.log" >&2; exit 1; }
        # shellcheck disable=SC2086  # a command line, as printed
        inside root $cure >"$root/apt.log" 2>&1 || { cat "$root/apt.log" >&2; exit 1; }
    fi
    inside "$account" make "$verb" || result=$?
    printf '== make %s: exit %d after %d s\n' "$verb" "$result" $((SECONDS - began))
    [ "$result" = 0 ] || break
done
left=$(pgrep --list-full --full "$home/shoal/.venv" || true)
if [ -n "$left" ]; then
    printf 'processes left behind:\n%s\n' "$left" >&2
    result=1
fi
exit "$result"
