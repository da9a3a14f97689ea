"""One window for a state directory: a second start raises the first one.

Who is first, the project's lock says; the kernel drops it with its process. The first listens on a local
socket in the state directory, which only this account can reach.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from agent.errors import Declined
from agent.lock import Lock

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtNetwork import QLocalServer, QLocalSocket

WINDOW = "window"
"""The lock's kind, and the socket's name."""
ACTIVATION = "XDG_ACTIVATION_TOKEN"
"""What lets a program raise its window under Wayland; it is passed from the second to the first."""
_LONGEST = 100
"""Bytes that a socket's path may have everywhere (sun_path of unix(7) has 108, macOS 104)."""
_MOST = 4_096


class Instance(QObject):
    """`first` tells whether this process is the only one; `listen` then hears others (`raised`)."""

    raised = Signal(str)
    """Another start asks for the window, and for this page of it ("" for none)."""

    def __init__(self, state: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._lock = Lock(state, WINDOW)
        self._server: QLocalServer | None = None
        self._folder: int | None = None
        self._callers: list[QLocalSocket] = []

    def first(self) -> bool:
        """Take the lock; False if another window has it. StoreError."""
        try:
            self._lock.take()
        except Declined:
            return False
        return True

    def listen(self) -> bool:
        """Hear other starts from now on; for the first one, once there is an application."""
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.newConnection.connect(self._called)
        QLocalServer.removeServer(self._name())
        return self._server.listen(self._name())

    def raise_other(self, page: str = "", milliseconds: int = 5_000) -> bool:
        """Ask the first one to show itself; whether it answered."""
        from PySide6.QtNetwork import QLocalSocket

        socket, end = QLocalSocket(), time.monotonic() + milliseconds / 1_000
        while True:  # it may have begun a moment ago, and not listen yet
            socket.connectToServer(self._name())
            if socket.waitForConnected(milliseconds):
                break
            if time.monotonic() >= end:
                return False
            time.sleep(0.05)
        import json

        wish = {"page": page, "token": os.environ.get(ACTIVATION, "")}
        socket.write(json.dumps(wish).encode() + b"\n")
        answered = socket.waitForReadyRead(milliseconds)
        socket.disconnectFromServer()
        return answered

    def release(self) -> None:
        """Let another be the first."""
        if self._server is not None:
            for socket in self._callers:
                socket.blockSignals(True)
                socket.abort()
            self._callers.clear()
            self._server.close()
            self._server.deleteLater()
            self._server = None
        self._lock.release()
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None

    def _name(self) -> str:
        if sys.platform == "win32":
            import hashlib

            # Named pipes share one name space; the account's own directory is in the name.
            return f"shoal-{hashlib.sha256(os.fsencode(self._state)).hexdigest()[:24]}"
        path = self._state / f"{WINDOW}.socket"
        if len(os.fsencode(path)) <= _LONGEST or not sys.platform.startswith("linux"):
            return str(path)
        # A deep directory: the same socket by a short way.
        if self._folder is None:
            self._folder = os.open(self._state, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._folder}/{WINDOW}.socket"

    def _called(self) -> None:
        while self._server is not None and (socket := self._server.nextPendingConnection()) is not None:
            self._callers.append(socket)
            socket.readyRead.connect(self._read_all)
            socket.disconnected.connect(self._forget)
            self._read(socket)

    def _read_all(self) -> None:
        for socket in tuple(self._callers):
            self._read(socket)

    def _forget(self) -> None:
        from PySide6.QtNetwork import QLocalSocket

        gone = [one for one in self._callers if one.state() is QLocalSocket.LocalSocketState.UnconnectedState]
        for socket in gone:
            self._callers.remove(socket)
            socket.deleteLater()

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > _MOST:
                socket.abort()
            return
        import json

        try:
            wish = json.loads(bytes(socket.readLine(_MOST).data()))
            page, token = str(wish["page"]), str(wish["token"])
        except (ValueError, KeyError, TypeError):
            socket.abort()
            return
        if token:
            os.environ[ACTIVATION] = token
        socket.write(b"ok\n")
        socket.flush()
        self.raised.emit(page)
