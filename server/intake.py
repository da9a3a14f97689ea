"""Makes uploads durable together: reports that arrive while the disk works share the next transaction.

So the cost of a flush to disk is paid once for many devices, and still no device is told "taken" before its
report is on disk.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dap.constants import ReportError
    from server.pending import Waiting

    Answers = list[ReportError | None]


class Intake:
    """The queue between the event loop and the database. ``store`` blocks and runs in a thread."""

    def __init__(self, store: Callable[[Sequence[Waiting]], Answers], stored: Callable[[], None]) -> None:
        self._store = store
        self._stored = stored
        self._queue: list[tuple[Sequence[Waiting], asyncio.Future[Answers]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def keep(self, reports: Sequence[Waiting]) -> Answers:
        """For each report what is wrong with it, or None once it is on disk."""
        if not reports:
            return []
        answer: asyncio.Future[Answers] = asyncio.get_running_loop().create_future()
        self._queue.append((reports, answer))
        if self._flushing is None:
            self._flushing = asyncio.create_task(self._flush())
        return await answer

    async def _flush(self) -> None:
        try:
            while self._queue:
                batch, self._queue = self._queue, []
                await self._write(batch)
        finally:
            self._flushing = None

    async def _write(self, batch: list[tuple[Sequence[Waiting], asyncio.Future[Answers]]]) -> None:
        reports = [report for group, _ in batch for report in group]
        try:
            found = await asyncio.to_thread(self._store, reports)
        except Exception as error:  # noqa: BLE001 - each waiting upload gets it, and answers for it
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        at = 0
        for group, answer in batch:
            if not answer.done():  # its device may have hung up
                answer.set_result(found[at : at + len(group)])
            at += len(group)
        self._stored()
