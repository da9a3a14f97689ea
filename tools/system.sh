#!/bin/sh
# Sees to what pip cannot bring: Qt's system libraries, and the tools that the proofs use.
#
#   tools/system.sh qt        can Qt draw (offscreen)?
#   tools/system.sh proof     are the tools of `make proof` there?
#   tools/system.sh container are the tools there that make and boot a container?
#   tools/system.sh bundle    are the libraries and tools there that go into a bundle, or make one?
#   tools/system.sh bench     are the tools of `make bench`, and what it measures us beside, there?
#   tools/system.sh screens   are the fonts of `make screens` there?
#   tools/system.sh bare      is the tool of `make bare` there?
#
# What is missing is installed when root runs this on Debian or a relative; others are told the one command.
set -eu
cd "$(dirname "$0")/.."

qt_draws() {
    # An import would not do: plugins load their libraries when the application starts.
    QT_QPA_PLATFORM=offscreen .venv/bin/python -c '
import sys
from PySide6 import QtDBus, QtNetwork, QtSvg, QtWidgets
sys.exit(QtWidgets.QApplication([]) is None)' 2>&1
}

bundle_can_be_made() { # libqxcb without these would be a window without a screen; some Pythons are a static one
    missing=$(for lib in libxcb-cursor.so.0 libxcb-icccm.so.4 libxcb-keysyms.so.1 libxcb-shape.so.0 \
        libxcb-image.so.0 libxcb-render-util.so.0 libxcb-xkb.so.1 libxkbcommon-x11.so.0; do
        /sbin/ldconfig -p | grep -q "$lib" || echo "no $lib"
    done)
    [ -z "$missing" ] || { echo "$missing"; return 1; }
    .venv/bin/python -c '
import sys
from PyInstaller.depend.bindepend import get_python_library_path
sys.exit(get_python_library_path() is None and "no shared library of this Python")' 2>&1 || return 1
    tools_are_there objdump Xvfb xdotool openbox
}

tools_are_there() { # command…: names those that are not
    for tool in "$@"; do
        command -v "$tool" || PATH=$PATH:/usr/sbin:/sbin command -v "$tool" || echo "no $tool" >&2
    done 2>&1 >/dev/null | grep . && return 1
    return 0
}

fonts_are_there() {
    for folder in opentype/inter truetype/dejavu; do
        [ -d "/usr/share/fonts/$folder" ] || { echo "no /usr/share/fonts/$folder"; return 1; }
    done
}

proof_tools() {
    tools_are_there ip strace dbus-run-session gnome-keyring-daemon Xvfb xdotool openbox || return 1
    # The client that reads the window as a screen reader does; Debian has it for its own Python only.
    /usr/bin/python3 -c 'import pyatspi' 2>&1 || return 1
    [ -x /usr/libexec/at-spi-bus-launcher ] || { echo "no at-spi-bus-launcher"; return 1; }
    bundle_can_be_made
}

# What Qt needs of X11, beside what it draws with.
screen="libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xkb1 \
    libxkbcommon-x11-0"

case ${1:-} in
    qt)
        what="Qt cannot draw"
        check=qt_draws
        packages="libglib2.0-0 libbrotli1 libdbus-1-3 libegl1 libgl1 libfontconfig1 libxkbcommon0"
        ;;
    proof)
        what="Tools that the proofs use are missing"
        check=proof_tools
        packages="iproute2 strace dbus gnome-keyring xvfb xdotool openbox at-spi2-core python3-pyatspi $screen"
        ;;
    container)
        what="The tools that make a container are missing"
        check="tools_are_there debootstrap systemd-nspawn nsenter setpriv tar"
        packages="debootstrap systemd-container util-linux"
        ;;
    bundle)
        what="What a bundle is made of is missing"
        check=bundle_can_be_made
        python=$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        packages="binutils xvfb xdotool openbox libgl1 libegl1 libpython$python $screen"
        ;;
    bench)
        what="What the bench compares us with is missing"
        check="tools_are_there node npm"
        packages="nodejs npm"
        ;;
    screens)
        what="Fonts that the pictures are drawn with are missing"
        check="fonts_are_there"
        packages="fonts-inter fonts-dejavu-core"
        ;;
    bare)
        what="The tool that makes a bare Debian is missing"
        check="tools_are_there debootstrap"
        packages="debootstrap"
        ;;
    *)
        echo "usage: $0 qt|proof|container|bundle|bench|screens|bare" >&2
        exit 2
        ;;
esac

found=$($check) && exit 0
found=$(printf '%s' "$found" | tail -n 3)

if ! command -v apt-get >/dev/null; then
    printf '%s:\n%s\n  → Install what it names with your system (on Debian: %s).\n' "$what" "$found" "$packages" >&2
    exit 1
fi
if [ "$(id -u)" != 0 ]; then
    printf '%s:\n%s\n  → sudo apt-get install --yes --no-install-recommends %s\n' "$what" "$found" "$packages" >&2
    exit 1
fi

echo "· installing Debian packages: $packages (some seconds to a minute)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086  # a list of words
if ! { apt-get -q -o DPkg::Lock::Timeout=180 -o Acquire::Retries=3 update &&
    apt-get -q -o DPkg::Lock::Timeout=180 -o Acquire::Retries=3 install --yes --no-install-recommends $packages; } \
    >"$log" 2>&1 </dev/null; then
    tail -n 6 "$log" >&2
    printf '%s, and apt-get could not install the packages.\n  → Mend what it names above, then: apt-get install %s\n' \
        "$what" "$packages" >&2
    exit 1
fi
found=$($check) && exit 0
printf '%s, although these packages are installed: %s\n%s\n' "$what" "$packages" "$found" >&2
exit 1
