"""Functions that touch the disk, in threads, off the event loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

if TYPE_CHECKING:
    from collections.abc import Callable


class Background(QObject):
    """Runs functions in threads; what they give comes back on the event loop."""

    _came = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._pool.setExpiryTimeout(5_000)
        self._came.connect(self._give, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Do `work` in a thread; then call `done` with its value, or `failed` with what it raised."""
        self._pool.start(_Work(work, lambda value, error: self._came.emit((done, failed), value, error)))

    def finish(self, milliseconds: int = 5_000) -> bool:
        """Wait until nothing runs any more; False if something still does then."""
        return self._pool.waitForDone(milliseconds)

    def _give(self, told: Any, value: Any, error: Exception | None) -> None:
        done, failed = told
        if error is None:
            done(value)
        elif failed is not None:
            failed(error)
        else:
            raise error


class _Work(QRunnable):
    def __init__(self, work: Callable[[], Any], tell: Callable[[Any, Exception | None], None]) -> None:
        super().__init__()
        self._work, self._tell = work, tell

    def run(self) -> None:
        try:
            value = self._work()
        except Exception as error:  # noqa: BLE001  (given to whoever asked)
            self._report(None, error)
        else:
            self._report(value, None)

    def _report(self, value: Any, error: Exception | None) -> None:
        try:
            self._tell(value, error)
        except RuntimeError:  # the window is gone; nobody waits
            return
