"""Everything that Shoal holds, into a file of the person's choice, written in a thread."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QWidget

    from ui.link.session import Session

_LOOK = 200
"""Milliseconds between looks at how far it is."""


class Export(QObject):
    """Asks where to, writes, and tells."""

    moved = Signal(str)
    """How far it is, in words."""
    ended = Signal(str, str)
    """(the file, why it could not be written: empty if it was)."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._page = session, parent
        self._written = 0
        self._clock = QTimer(self, interval=_LOOK)
        self._clock.timeout.connect(self._tell)

    def ask(self) -> None:
        """Ask for the file."""
        if self._clock.isActive():
            return
        from ui.dialogs.saving import ask_where

        title, kinds = translate("Decides", "Export everything"), translate("Decides", "JSON files (*.json)")
        ask_where(self._page.window(), title, "shoal-everything.json", kinds, self.write)

    def write(self, path: str) -> None:
        """Write it there, whole or not at all, readable by this account alone."""
        self._written = 0
        self._clock.start()
        self._tell()
        env = self._session.env

        def work() -> None:
            from ui.link import files
            from ui.link.export import everything

            def pieces() -> Iterator[bytes]:
                for text in everything(env):
                    piece = text.encode()
                    self._written += len(piece)
                    yield piece

            files.save(Path(path), pieces())

        def done(_: object) -> None:
            self._clock.stop()
            self.ended.emit(path, "")

        def failed(error: Exception) -> None:
            self._clock.stop()
            from ui.link import files

            self.ended.emit(path, f"{path}: {files.cause(error)}")

        self._session.background.run(work, done, failed)

    def _tell(self) -> None:
        megabytes = self._session.numbers.decimal(round(self._written / 1_000_000, 1))
        self.moved.emit(translate("Decides", "{megabytes} MB written…").format(megabytes=megabytes))
