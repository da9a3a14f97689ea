"""One window for a state directory: a second start raises the first one.

Who is first, the project's lock says; the kernel drops it with its process. The first listens where only
this account can reach it: `ui.local_socket`, on Windows `ui.named_pipe`.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from agent.errors import Declined
from agent.lock import Lock

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from ui.local_socket import Listener

WINDOW = "window"
"""The lock's kind."""
ACTIVATION = "XDG_ACTIVATION_TOKEN"
"""What lets a program raise its window under Wayland; it is passed from the second to the first."""


class Instance(QObject):
    """`first` tells whether this process is the only one; `listen` then hears others (`raised`)."""

    raised = Signal(str)
    """Another start asks for the window, and for this page of it ("" for none)."""

    def __init__(self, state: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._lock = Lock(state, WINDOW)
        self._is_first = False
        self._listener: Listener | None = None

    def first(self) -> bool:
        """Take the lock; False if another window has it. StoreError."""
        try:
            self._lock.take()
        except Declined:
            return False
        self._is_first = True
        return True

    def listen(self) -> bool:
        """Hear other starts from now on; for the first one alone, once there is an application."""
        if self._is_first and self._listener is None:
            listener: Listener = _meeting().Listener(self._state, self._heard, self)
            if listener.open():
                self._listener = listener
        return self._listener is not None

    def raise_other(self, page: str = "", milliseconds: int = 5_000) -> bool:
        """Ask the first one to show itself; whether it answered."""
        wish = Wish(page, os.environ.get(ACTIVATION, ""))
        if Wish.read(wish.line()) is None:  # a token that nobody gave out: without it then
            wish = Wish(page, "")
        return bool(_meeting().call(self._state, wish.line(), milliseconds / 1_000))

    def release(self) -> None:
        """Let another be the first."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._is_first = False
        self._lock.release()

    def _heard(self, line: bytes) -> bool:
        wish = Wish.read(line)
        if wish is None:
            return False
        if wish.token:
            os.environ[ACTIVATION] = wish.token
        # The caller is answered first: a page that was never shown is made before it is.
        QTimer.singleShot(0, self, lambda: self.raised.emit(wish.page))
        return True


class Wish(NamedTuple):
    """What another start asks for."""

    page: str
    token: str

    def line(self) -> bytes:
        """As it is said to the first one: JSON without a line's end."""
        return json.dumps(self._asdict()).encode("ascii")

    @classmethod
    def read(cls, line: bytes) -> Wish | None:
        """Understand a line; None for whatever is no wish."""
        try:
            said = json.loads(line)
            page, token = said["page"], said["token"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
        # Names of pages, and what a compositor gives out: nothing that an environment could not take.
        is_plain = all(
            isinstance(word, str) and word.isascii() and word.isprintable() for word in (page, token)
        )
        return cls(page, token) if is_plain else None


def _meeting() -> ModuleType:
    """How starts meet on this platform; loaded when it is needed, after the first paint."""
    if sys.platform == "win32":
        from ui import named_pipe

        return named_pipe
    from ui import local_socket

    return local_socket
