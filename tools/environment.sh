#!/bin/sh
# Makes .venv, in which `make` runs everything, and says meanwhile what it is doing.
#
#   tools/environment.sh demo     what the programs need
#   tools/environment.sh tests    and what the tests, the checks and the window need
#
# PYTHON=… chooses the interpreter (default: python3). A .venv counts as whole only when it says for which
# pyproject.toml, constraints.txt and folder it was finished: half-made, moved or outdated ones are mended.
set -eu
cd "$(dirname "$0")/.."
wanted=$1
# Settings of a person's shell that would lead pip or the interpreter elsewhere.
unset PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT
case $wanted in
    demo) extras=server ;;
    tests) extras=server,window,dev ;;
    *) echo "usage: $0 demo|tests" >&2; exit 2 ;;
esac
log=.venv/install.log

stop() { # cause, cure
    printf '\n%s\n  → %s\n' "$1" "$2" >&2
    exit 1
}

recipe() { # what a finished .venv was finished for
    pwd
    cat pyproject.toml constraints.txt | cksum
}

finished_for() {
    [ -f ".venv/finished-$1" ] && [ "$(cat ".venv/finished-$1")" = "$(recipe)" ]
}

interpreter() { # prints an interpreter's identity; fails when it does not start
    "$1" -c 'import sys; print(sys.version, sys.base_prefix)' 2>/dev/null
}

has_its_interpreter() { # the one that was asked for, if one was
    found=$(interpreter .venv/bin/python) || return 1
    [ -z "${PYTHON:-}" ] || [ "$found" = "$(interpreter "$PYTHON")" ]
}

is_whole() {
    { finished_for tests || finished_for "$wanted"; } && has_its_interpreter
}

was_whole() { # once, in this folder, for whatever pyproject.toml said then
    cat .venv/finished-* 2>/dev/null | grep -qxF "$(pwd)" && has_its_interpreter
}

check_interpreter() {
    debian='On Debian and Ubuntu: apt-get install python3 python3-venv'
    version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null) ||
        stop "$python does not start; Shoal needs Python 3.11 or newer." \
            "$debian. Elsewhere: make PYTHON=/path/to/python3"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        stop "$python is Python $version; Shoal needs 3.11 or newer." \
            "Name a newer one: make PYTHON=/path/to/python3.12"
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        stop "Python $version cannot make environments: its venv module is missing." \
            "On Debian and Ubuntu: apt-get install python3-venv"
}

explain() { # what of the log tells why pip failed
    { grep -E 'ERROR|WARNING' "$log" || tail -n 6 "$log"; } | tail -n 4 | cut -c 1-300 >&2
    if grep -qiE 'no space left' "$log"; then
        stop "The disk is full." "Free about 1 GB, then run the same command again."
    elif grep -qiE 'CERTIFICATE_VERIFY_FAILED|SSLError' "$log"; then
        stop "The package index shows a certificate that pip does not trust." \
            "Behind a company's proxy, give pip its authority: export PIP_CERT=/path/to/ca.pem; then run the same command again."
    elif grep -qiE 'NewConnectionError|ConnectTimeout|ReadTimeout|name resolution|unreachable|refused|ProxyError|from versions: none' "$log"; then
        stop "The package index cannot be reached, and the packages are fetched from there once." \
            "Check the network, and pip's proxy and index (python3 -m pip config list); then run the same command again."
    elif grep -qi 'permission denied' "$log"; then
        stop "A file in this folder cannot be written (it may belong to another account)." \
            "Give the folder to your account, then run the same command again."
    fi
    stop "pip could not install what pyproject.toml names; all that it said is in $log." \
        "Mend what it names, then run the same command again."
}

watched() { # what, command…: runs it with its words in the log, and shows every five seconds how far it is
    printf '· %s\n' "$1"
    shift
    began=$(date +%s)
    (
        while sleep 5 >/dev/null 2>&1; do
            step=$(sed -nE 's/^ *(Collecting|Downloading|Installing|Building|Preparing) ([^ (]+).*/\1 \2/p' "$log" | tail -n 1)
            printf '  %3d s  %s\n' $(($(date +%s) - began)) "$(printf %s "$step" | cut -c 1-80)"
        done
    ) &
    ticker=$!
    trap 'kill "$ticker" 2>/dev/null; exit 130' INT TERM
    result=0
    "$@" >>"$log" 2>&1 || result=$?
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    trap - INT TERM
    return "$result"
}

is_whole && exit 0

python=${PYTHON:-python3}
started=$(date +%s)
if was_whole; then
    # It was whole once, for this folder: what changed since, pip adds. A failure leaves it unfinished.
    finished_for demo || rm -f .venv/finished-*
else
    check_interpreter
    rm -rf .venv
    mkdir .venv
    watched "making .venv with Python $version (some seconds)" "$python" -m venv .venv ||
        { tail -n 6 "$log" >&2; stop "python -m venv failed." "On Debian and Ubuntu: apt-get install python3-venv"; }
fi

case $wanted in
    demo) what='installing what the programs need (about 15 MB; seconds to a minute)' ;;
    tests) what='installing what tests, checks and the window need (about 180 MB; one to three minutes)' ;;
esac
watched "$what" .venv/bin/python -m pip install --no-input --disable-pip-version-check --progress-bar off \
    --constraint constraints.txt --editable ".[$extras]" || explain
.venv/bin/python -m pip check --disable-pip-version-check >>"$log" 2>&1 || explain
recipe >".venv/finished-$wanted.new"
mv ".venv/finished-$wanted.new" ".venv/finished-$wanted"
printf '· .venv is ready (%d s)\n' $(($(date +%s) - started))
