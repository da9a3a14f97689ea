"""Functions that touch the disk, in threads, off the event loop.

Python's own threads rather than QThreadPool: a pool that Qt destroys waits for its threads with the
interpreter's lock held, which those threads need in order to end.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Lock
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from ui.link import garbage

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

_THREADS = 2


class Background(QObject):
    """Runs functions in threads; what they give comes back on the event loop, until `finish`."""

    _came = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool: ThreadPoolExecutor | None = None
        self._running: set[Future[None]] = set()
        self._asked: dict[int, tuple[Callable[[Any], None], Callable[[Exception], None] | None]] = {}
        self._number = 0
        self._open = Lock()
        self._is_over = False
        self._came.connect(self._give, Qt.ConnectionType.QueuedConnection)

    def run(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Do `work` in a thread; then call `done` with its value, or `failed` with what it raised.

        After `finish` it does nothing: nobody waits any more.
        """
        if self._is_over:
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(_THREADS, "background")

        # The thread is given a number: whoever asked, mostly a widget, must not be let go of there.
        self._number += 1
        number = self._number
        self._asked[number] = (done, failed)

        def worked() -> None:
            try:
                value = work()
            except Exception as error:  # noqa: BLE001  (given to whoever asked)
                self._tell(number, None, error)
            else:
                self._tell(number, value, None)

        future = self._pool.submit(worked)
        self._running.add(future)
        future.add_done_callback(self._running.discard)

    def finish(self, seconds: float = 5.0) -> bool:
        """Take and tell nothing more, and wait for what was begun; False if something still runs."""
        with self._open:
            self._is_over = True
        if self._pool is None:
            return True
        self._pool.shutdown(wait=False)
        return not wait(tuple(self._running), seconds).not_done

    def _tell(self, number: int, value: Any, error: Exception | None) -> None:
        with self._open:  # never while this object goes
            if not self._is_over:
                self._came.emit(number, value, error)

    def _give(self, number: int, value: Any, error: Exception | None) -> None:
        done, failed = self._asked.pop(number)
        if self._is_over:
            return
        garbage.collect()
        if error is None:
            done(value)
        elif failed is not None:
            failed(error)
        else:
            raise error
