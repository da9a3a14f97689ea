#!/bin/sh
# Runs the Windows host's own tests under Wine, and every question to Windows itself: a smoke test, no proof.
#
#   tools/wine.sh [FOLDER]   where a Python for Windows is put together and kept (default: ~/.cache/shoal-wine)
#
# Needs wine64, gcc-mingw-w64-x86-64 with binutils, unzip; pip fetches the rest. PYTHON312 names a
# Python 3.12, whose standard library is taken (default: python3.12).
#
# The interpreter is the official python312.dll with its extension modules, which panda3d's wheel for Windows
# carries. What Wine has not (event logs, PowerShell, batteries, disks' counters) answers Absent there.
set -eu
cd "$(dirname "$0")/.."
root=$PWD
place=${1:-$HOME/.cache/shoal-wine}
python312=${PYTHON312:-python3.12}
for program in wine x86_64-w64-mingw32-gcc x86_64-w64-mingw32-objdump unzip "$python312"; do
    command -v "$program" >/dev/null || { echo "tools/wine.sh needs $program" >&2; exit 1; }
done
if ! "$python312" -c '' 2>/dev/null; then # a version manager's stand-in, say
    echo "tools/wine.sh: $python312 does not run  → PYTHON312=/path/to/python3.12 tools/wine.sh" >&2
    exit 1
fi
mkdir -p "$place"
cd "$place"
place=$PWD
app=$place/app
export WINEPREFIX="$place/prefix" WINEDEBUG=-all PYTHONDONTWRITEBYTECODE=1

build() {
    rm -rf "$app" "$place/wheels"
    mkdir -p "$app"
    pip="$root/.venv/bin/python -m pip --quiet --disable-pip-version-check"
    for_windows='--platform win_amd64 --python-version 3.12 --implementation cp --only-binary=:all:'
    # shellcheck disable=SC2086
    $pip download --no-deps $for_windows --abi cp312 panda3d --dest wheels
    unzip -q -o -j wheels/panda3d*.whl 'deploy_libs/*' -d "$app"
    cp -r "$("$python312" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" "$app/Lib"
    rm -rf "$app/Lib/site-packages" "$app/Lib/lib-dynload" "$app/Lib/test"
    # shellcheck disable=SC2086
    $pip install $for_windows --abi cp312 --abi abi3 --abi none --target "$app/Lib/site-packages" \
        psutil pytest pytest-timeout
    cat >start.c <<'C'
#include <windows.h>
#include <wchar.h>
int wmain(int argc, wchar_t **argv) {
    HMODULE python = LoadLibraryW(L"python312.dll");
    int (*run)(int, wchar_t **) = python ? (void *)GetProcAddress(python, "Py_Main") : 0;
    return run ? run(argc, argv) : 99;
}
C
    x86_64-w64-mingw32-gcc -municode -o "$app/python.exe" start.c
    # python3.dll, which psutil links against: each name leads on to python312.dll's.
    { echo 'LIBRARY python3'; echo EXPORTS
      x86_64-w64-mingw32-objdump -p "$app"/Lib/site-packages/psutil/_psutil_windows.pyd |
          awk '/DLL Name: python3.dll/ {here = 1; next} /DLL Name/ {here = 0} here' |
          grep -oE '_?Py[A-Za-z_0-9]+' | sort -u | sed 's/.*/& = python312.&/'
    } >python3.def
    echo 'int unused;' >unused.c
    x86_64-w64-mingw32-gcc -shared -o "$app/python3.dll" unused.c python3.def
    wine wineboot -i >/dev/null 2>&1 </dev/null
    touch "$place/finished"
}

[ -f "$place/finished" ] || build

windows() { # a path as Wine's programs see it
    printf 'Z:%s' "$1" | tr / '\\'
}

PYTHONHOME=$(windows "$app")
PYTHONPATH="$(windows "$app/Lib");$(windows "$app");$(windows "$app/Lib/site-packages");$(windows "$root")"
export PYTHONHOME PYTHONPATH
printf '[pytest]\naddopts = -ra\ntimeout = 120\n' >pytest.ini
# Without conftest.py: what encloses the tests elsewhere (zones of time, processes, network) is not for Windows.
tests=$root/tests/unit/agent/probes/host/windows
cd "$root"
set -- -m pytest --noconftest -p no:cacheprovider -c "$(windows "$place/pytest.ini")" --rootdir "$(windows "$root")"
for name in calls child init logs recorded registry releases; do
    set -- "$@" "$(windows "$tests/test_$name.py")"
done
# Through a pipe: Python finds no handle where Wine is given a file to write to.
{ code=0; wine "$app/python.exe" "$@" </dev/null 2>&1 || code=$?; echo "$code" >"$place/code"; } | cat
exit "$(cat "$place/code")"
