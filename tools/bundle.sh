#!/bin/sh
# Builds dist/shoal (`shoal`, `shoal-window`, and all that they need), unless it is newer than all it is made of.
set -eu
cd "$(dirname "$0")/.."
rooms='agent catalogue dap resources ui tools/bundle build.spec pyproject.toml constraints.txt'

# One build at a time; who waited finds it done.
exec 9>"${TMPDIR:-/tmp}/shoal-bundle-$(pwd | cksum | cut -d ' ' -f 1).lock"
command -v flock >/dev/null && flock 9

# shellcheck disable=SC2086  # a list of words
if [ -e dist/shoal/made ] && [ -z "$(find $rooms -name __pycache__ -prune -o -type f -newer dist/shoal/made -print -quit)" ]; then
    exit 0
fi
echo "· building dist/shoal (about half a minute)"
rm -rf dist/shoal
mkdir -p build
if ! .venv/bin/python -P -m PyInstaller --noconfirm --log-level WARN --distpath dist --workpath build build.spec >build/log 2>&1; then
    tail -n 20 build/log >&2
    exit 1
fi
if grep 'Library not found' build/log >&2; then # a library that a part of Qt needs: it would be missing elsewhere
    echo "  → tools/system.sh bundle" >&2
    exit 1
fi
touch dist/shoal/made
printf '· dist/shoal: %s\n' "$(du -sh dist/shoal | cut -f 1)"
