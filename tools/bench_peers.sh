#!/bin/sh
# Puts what the bench measures us beside, and no system package brings, into .bench/: by exact version, once.
set -eu
cd "$(dirname "$0")/.."
prio3=0.8.0

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
