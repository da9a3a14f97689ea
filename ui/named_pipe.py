"""How starts of the window meet on Windows: a named pipe of Qt, with the words of `ui.local_socket`.

Written from Qt's documentation, and not run on Windows; the same code is tested over the local sockets that
Qt has in the pipe's place elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QObject

MOST = 4_096
"""Bytes that a line may have."""
OK = b"ok\n"
_CALLERS = 8
_PATIENCE = 2_000
_PAUSE = 0.05


class Listener:
    """Hears callers, as `ui.local_socket.Listener` does."""

    def __init__(self, state: Path, heard: Callable[[bytes], bool], parent: QObject) -> None:
        self._name = name(state)
        self._heard = heard
        self._server = QLocalServer(parent)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setListenBacklogSize(_CALLERS)
        self._server.newConnection.connect(self._called)
        self._callers: list[QLocalSocket] = []

    def open(self) -> bool:
        """Begin; False where no pipe can be made."""
        QLocalServer.removeServer(self._name)
        return self._server.listen(self._name)

    def close(self) -> None:
        """End."""
        for caller in tuple(self._callers):
            self._end(caller)
        self._server.close()
        self._server.deleteLater()

    def _called(self) -> None:
        while (caller := self._server.nextPendingConnection()) is not None:
            if len(self._callers) >= _CALLERS:
                self._end(self._callers[0])
            caller.setReadBufferSize(MOST + 2)  # a line that does not fit has no end
            self._callers.append(caller)
            caller.readyRead.connect(lambda caller=caller: self._read(caller))
            caller.disconnected.connect(lambda caller=caller: self._end(caller))
            QTimer.singleShot(_PATIENCE, caller, lambda caller=caller: self._end(caller))
            self._read(caller)

    def _end(self, caller: QLocalSocket) -> None:
        if caller in self._callers:
            self._callers.remove(caller)
            caller.disconnectFromServer()  # what was written is still handed over
            caller.deleteLater()

    def _read(self, caller: QLocalSocket) -> None:
        if caller not in self._callers:
            return
        if caller.canReadLine():
            line = bytes(caller.readLine(MOST + 2).data())
            if line.endswith(b"\n") and self._heard(line[:-1]):
                caller.write(OK)
                caller.flush()
        elif caller.bytesAvailable() <= MOST:
            return  # more is to come
        self._end(caller)


def call(state: Path, line: bytes, seconds: float) -> bool:
    """Say a line to the one that listens, and wait, as `ui.local_socket.call` does."""
    end = time.monotonic() + seconds
    while True:
        other = QLocalSocket()
        other.connectToServer(name(state))
        if other.waitForConnected(_left(end)):
            other.write(line + b"\n")
            while not other.canReadLine():
                if not other.waitForReadyRead(_left(end)):
                    return False
            return bytes(other.readLine(MOST).data()) == OK
        if time.monotonic() + _PAUSE >= end:
            return False
        time.sleep(_PAUSE)


def name(state: Path) -> str:
    """The pipe's: all of them share one space of names, so the account's own directory is in it."""
    return f"shoal-{hashlib.sha256(os.fsencode(state)).hexdigest()[:24]}"


def _left(end: float) -> int:
    """Milliseconds until then."""
    return max(round((end - time.monotonic()) * 1_000), 1)
