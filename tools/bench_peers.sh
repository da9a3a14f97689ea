#!/bin/sh
# Puts what the bench measures us beside, and no system package brings, into .bench/: by exact version, once.
set -eu
cd "$(dirname "$0")/.."
prio3=0.8.0
glances=4.5.8
debian="prometheus-node-exporter collectd-core sysstat"

stop() { # cause, cure
    printf '%s\n  → %s\n' "$1" "$2" >&2
    exit 1
}

if [ ! -d ".bench/node/node_modules/@divviup/prio3" ] ||
    ! grep -qF "\"version\": \"$prio3\"" ".bench/node/node_modules/@divviup/prio3/package.json"; then
    command -v npm >/dev/null || stop "npm is missing." "On Debian and Ubuntu: apt-get install nodejs npm"
    echo "· installing @divviup/prio3 $prio3 with npm (some seconds)"
    mkdir -p .bench/node
    npm install --prefix .bench/node --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel error \
        "@divviup/prio3@$prio3" || stop "npm could not install it." "Is there a network, and does npm know its proxy?"
fi

# Programs of others that watch a computer, unpacked and never installed: nothing starts by itself.
if [ "$(cat .bench/glances/version 2>/dev/null)" != "$glances" ]; then
    echo "· installing glances $glances with pip (some seconds)"
    rm -rf .bench/glances
    .venv/bin/python -m venv .bench/glances
    .bench/glances/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        --constraint constraints.txt "glances==$glances" || stop "pip could not install it." "Is there a network, and does pip know its proxy?"
    echo "$glances" >.bench/glances/version
fi
if [ ! -f .bench/debian/versions ]; then
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
        stop "node_exporter, collectd and sysstat come from Debian's archive." "Run the bench on Debian or a relative."
    echo "· unpacking $debian from the distribution's archive (some seconds)"
    rm -rf .bench/debian
    mkdir -p .bench/debian/packages
    # shellcheck disable=SC2086  # a list of words
    (cd .bench/debian/packages && apt-get -q download $debian >../log 2>&1) ||
        stop "apt-get could not download them." "apt-get update; then run the same command again."
    for package in .bench/debian/packages/*.deb; do
        dpkg-deb -x "$package" .bench/debian/root
        dpkg-deb --show --showformat '${Package} ${Version}\n' "$package"
    done >.bench/debian/versions.new
    mv .bench/debian/versions.new .bench/debian/versions
fi
