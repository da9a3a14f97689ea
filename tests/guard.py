"""What no test may touch: the person's files, keychain and desktop, and any network but loopback."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from stat import S_IMODE, S_ISDIR
from typing import Any, NoReturn

import psutil

# Settings of the machine that would make one developer's run differ from another's, or reach outside.
FOREIGN = (
    *("DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "SSH_AUTH_SOCK"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSLKEYLOGFILE"),
    *(
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "no_proxy",
    ),
    *("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS", "PYTHONUTF8", "PYTHONHOME"),
    *("LANGUAGE", "LC_ALL", "LC_MESSAGES", "NO_COLOR", "FORCE_COLOR", "COLUMNS"),
)
LOCAL_NAMES = frozenset({"", "localhost", "ip6-localhost"})


class OutsideError(AssertionError):
    """A test tried to reach beyond this machine. Not an OSError, which the tested code might swallow."""


def enclose(environment: MutableMapping[str, str], home: Path) -> None:
    """Point `environment` at folders below `home` (created); programs started with it stay inside."""
    for name in FOREIGN:
        environment.pop(name, None)
    folders = {
        "HOME": home,
        "USERPROFILE": home,
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_STATE_HOME": home / ".local/state",
        "XDG_DATA_HOME": home / ".local/share",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_RUNTIME_DIR": home / "run",
        "SHOAL_STATE": home / "state",
        "SHOAL_ROOT": home / "root",
    }
    for name, folder in folders.items():
        # The state is made by the program itself: whether it does that well is one of the things tested.
        if name != "SHOAL_STATE":
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        environment[name] = str(folder)
    environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    environment["QT_QPA_PLATFORM"] = "offscreen"
    environment["LANG"] = "C.UTF-8"
    # Not UTC, and no whole hour: whoever mixes local time with UTC is found out.
    environment["TZ"] = "LOC-5:45"


_LAID_OUT = {
    "": {".cache", ".config", ".local", "root", "run"},
    ".local": {"share", "state"},
    **dict.fromkeys((".cache", ".config", ".local/share", ".local/state", "root", "run"), frozenset()),
}
"""What `enclose` makes in a home: each folder, and what lies in it."""


def is_untouched(home: Path) -> bool:
    """Whether a home is as `enclose` made it: nothing was added, taken away, replaced or closed to others."""
    try:
        return all(
            S_ISDIR(mode := (home / folder).lstat().st_mode)
            and (folder in ("", ".local") or S_IMODE(mode) == 0o700)
            and set(os.listdir(home / folder)) == inside
            for folder, inside in _LAID_OUT.items()
        )
    except OSError:
        return False


def _refuse(what: str) -> NoReturn:
    raise OutsideError(f"a test tried to reach {what}; tests stay on loopback (fake the other side there)")


def _is_local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in LOCAL_NAMES:
        return True
    try:
        address = ipaddress.ip_address(str(host).split("%", 1)[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _check_address(sock: socket.socket, address: Any) -> None:
    if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
        _refuse(f"{address[0]}:{address[1]}")


@contextmanager
def loopback_only() -> Iterator[None]:
    """Within: connecting, sending and looking up names outside loopback raise OutsideError."""
    real = {name: getattr(socket.socket, name) for name in ("connect", "connect_ex", "sendto")}
    look_up = socket.getaddrinfo

    def connect(sock: socket.socket, address: Any) -> None:
        _check_address(sock, address)
        real["connect"](sock, address)

    def connect_ex(sock: socket.socket, address: Any) -> Any:
        _check_address(sock, address)
        return real["connect_ex"](sock, address)

    def sendto(sock: socket.socket, data: Any, *rest: Any) -> Any:
        _check_address(sock, rest[-1])
        return real["sendto"](sock, data, *rest)

    def getaddrinfo(host: Any, *rest: Any, **named: Any) -> Any:
        if not _is_local(host):
            # Names below .invalid never exist (RFC 6761), so the answer is known without asking anybody.
            if str(host).rstrip(".").endswith(".invalid"):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            _refuse(f"the name service for {host}")
        return look_up(host, *rest, **named)

    replaced = {"connect": connect, "connect_ex": connect_ex, "sendto": sendto}
    for name, function in replaced.items():
        setattr(socket.socket, name, function)
    socket.getaddrinfo = getaddrinfo
    try:
        yield
    finally:
        for name, function in real.items():
            setattr(socket.socket, name, function)
        socket.getaddrinfo = look_up


def started_below(folder: Path) -> list[psutil.Process]:
    """The processes, other than this one, whose home or state lies below the folder: a test started them."""
    found = []
    for process in psutil.process_iter():
        try:
            environment = process.environ()
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                continue
        except psutil.Error:
            continue
        places = (environment.get(name, "") for name in ("HOME", "SHOAL_STATE"))
        if any(place.startswith(f"{folder}{os.sep}") for place in places):
            found.append(process)
    return found


def end_what_is_left(folder: Path, patience: float = 5.0) -> list[str]:
    """Wait until what was started below the folder is gone; end and name what is still there then."""
    give_up = time.monotonic() + patience
    while (left := started_below(folder)) and time.monotonic() < give_up:
        time.sleep(0.1)
    named = []
    for process in left:
        with contextlib.suppress(psutil.Error):
            named.append(f"{process.pid}: {' '.join(process.cmdline())}")
            process.kill()
    return named


def is_full() -> bool:
    """Whether the full counts of the proofs were asked for (`make proof FULL=1`)."""
    return os.environ.get("SHOAL_PROOF_FULL", "") not in ("", "0")
