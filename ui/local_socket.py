"""How starts of the window meet on POSIX: a socket in the state directory, which only this account can reach.

One line is said by who calls, and `ok` by who listens. Qt's own local sockets come with its whole network
library, three MB of memory for this alone; so this is Python's, watched by Qt's event loop. Nothing here
waits: a caller that says nothing, too much, or has left costs no more than a turn of the loop.
"""

from __future__ import annotations

import os
import socket
import stat
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QSocketNotifier, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QObject

NAME = "window.socket"
MOST = 4_096
"""Bytes that a line may have."""
OK = b"ok\n"
_LONGEST = 100
"""Bytes that a socket's path may have everywhere (sun_path of unix(7) has 108, macOS 104)."""
_CALLERS = 8
"""Who has called and said nothing yet; one more, and the one that has waited longest has to go."""
_PATIENCE = 2_000
"""Milliseconds within which a caller has to have said its line."""
_FULL = 1_000
"""Milliseconds before callers are let in again, where the process may open no more files."""
_PAUSE = 0.05
"""Seconds between two tries to reach one that does not listen yet."""


class Listener:
    """Hears callers. `heard` is given each whole line, without its end, and tells whether it is understood.

    Only for the holder of the window's lock: it removes the socket of one that was killed. What Qt has to
    watch belongs to `parent`; this itself is no child of it, which would keep alive what keeps it alive.
    """

    def __init__(self, state: Path, heard: Callable[[bytes], bool], parent: QObject) -> None:
        self._state = state
        self._heard = heard
        self._parent = parent
        self._socket: socket.socket | None = None
        self._notifier: QSocketNotifier | None = None
        self._callers: list[_Caller] = []

    def open(self) -> bool:
        """Begin; False where no socket can be made."""
        _remove(self._state)
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            made.setblocking(False)
            with suppress(OSError):  # Linux: the socket file is made with this mode; elsewhere refused
                os.fchmod(made.fileno(), 0o600)
            with _Way(self._state) as path:
                made.bind(path)
                os.chmod(path, 0o600)  # noqa: PTH101  (the short way to a deep place is no path to resolve)
            made.listen(_CALLERS)
        except OSError:
            made.close()
            return False
        self._socket = made
        self._notifier = QSocketNotifier(made.fileno(), QSocketNotifier.Type.Read, self._parent)
        self._notifier.activated.connect(self._called)
        return True

    def close(self) -> None:
        """End, and leave no socket behind."""
        for caller in tuple(self._callers):
            caller.end()
        if self._notifier is not None:
            _forget(self._notifier)
            self._notifier = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            _remove(self._state)

    def _called(self) -> None:
        """One in a turn of the loop: it comes back while there are more."""
        if self._socket is None or self._notifier is None:
            return
        try:
            other, _ = self._socket.accept()
        except (BlockingIOError, ConnectionError):
            return  # it has left meanwhile
        except OSError:
            # It would be told of again at once, and for ever.
            notifier = self._notifier
            notifier.setEnabled(False)
            QTimer.singleShot(_FULL, notifier, lambda: notifier.setEnabled(True))
            return
        if len(self._callers) >= _CALLERS:
            self._callers[0].end()
        self._callers.append(_Caller(other, self._heard, self._callers.remove, self._parent))


class _Caller:
    """One that has called: read until its line is whole, answered, and let go."""

    def __init__(
        self,
        other: socket.socket,
        heard: Callable[[bytes], bool],
        gone: Callable[[_Caller], None],
        parent: QObject,
    ) -> None:
        other.setblocking(False)
        self._socket, self._heard, self._gone = other, heard, gone
        self._said = b""
        self._notifier = QSocketNotifier(other.fileno(), QSocketNotifier.Type.Read, parent)
        self._notifier.activated.connect(self._read)
        patience = QTimer(self._notifier, singleShot=True, interval=_PATIENCE)
        patience.timeout.connect(self.end)
        patience.start()

    def end(self) -> None:
        """Let go; more than once is no harm: what was under way may still come."""
        if self._socket.fileno() < 0:
            return
        _forget(self._notifier)
        self._socket.close()
        self._gone(self)

    def _read(self) -> None:
        if self._socket.fileno() < 0:
            return
        try:
            said = self._socket.recv(MOST)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        self._said += said
        line, end, _ = self._said.partition(b"\n")
        if end and len(line) <= MOST:
            if self._heard(line):
                with suppress(OSError):  # it has not waited for the answer
                    self._socket.send(OK)
        elif said and len(self._said) <= MOST:
            return  # more is to come
        self.end()


def _forget(notifier: QSocketNotifier) -> None:
    """Watch no more, before the descriptor is closed and becomes another's."""
    notifier.setEnabled(False)
    notifier.deleteLater()  # it may be what called


def call(state: Path, line: bytes, seconds: float) -> bool:
    """Say a line (without its end) to the one that listens, and wait; whether it was understood.

    It may have begun a moment ago, and not listen yet: tried again until the time is up.
    """
    end = time.monotonic() + seconds
    while True:
        try:
            return _call(state, line + b"\n", end)
        except OSError:
            if time.monotonic() + _PAUSE >= end:
                return False
        time.sleep(_PAUSE)


def _call(state: Path, line: bytes, end: float) -> bool:
    """One try; OSError if nobody listens, or it let go without an answer."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as other:
        other.settimeout(_left(end))
        with _Way(state) as path:
            other.connect(path)
        other.sendall(line)
        said = b""
        while not said.endswith(b"\n"):
            other.settimeout(_left(end))
            more = other.recv(len(OK))
            if not more:
                return False
            said += more
        return said == OK


def _left(end: float) -> float:
    """Seconds until then; at least some, as none would mean not to wait at all."""
    return max(end - time.monotonic(), 0.001)


def _remove(state: Path) -> None:
    """Take a socket away, and nothing else that may lie in its place."""
    path = state / NAME
    with suppress(OSError):
        if stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()


class _Way:
    """A path to the socket that is short enough for the system, for as long as it is needed."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._folder: int | None = None

    def __enter__(self) -> str:
        path = self._state / NAME
        if len(os.fsencode(path)) <= _LONGEST or not sys.platform.startswith("linux"):
            return str(path)
        # A deep directory: the same socket by a short way.
        self._folder = os.open(self._state, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._folder}/{NAME}"

    def __exit__(self, *_: object) -> None:
        if self._folder is not None:
            os.close(self._folder)
