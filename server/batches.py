"""What an aggregator knows of each period: a running sum, a count, a checksum, and which report ids it holds.

Everything here runs inside the caller's transaction (`server.database`), so that the replay check, the
collected check and the sum stand or fall together.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from dap.constants import CHECKSUM_SIZE, ReportError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from dap.prio3 import Prio3SumVec

_NO_CHECKSUM: Final = bytes(CHECKSUM_SIZE)


class BatchState(IntEnum):
    """How far a period has come; it only ever rises."""

    OPEN = 0
    FROZEN = 1
    """The leader has asked the helper for its share: nothing may be added any more."""
    COLLECTED = 2
    CLOSED = 3
    """Given up: below the minimum, without agreement, or too old. It will never be released."""


class Batch(NamedTuple):
    """One period's reports. The share is gone once the batch is collected or closed."""

    period: int
    state: BatchState
    reports: int
    checksum: bytes
    share: bytes | None

    def __repr__(self) -> str:
        return f"Batch(period={self.period}, state={self.state.name}, reports={self.reports})"


class OutShare(NamedTuple):
    """A verified report, ready to be added to its period."""

    report_id: bytes
    period: int
    elements: Sequence[int]

    def __repr__(self) -> str:
        return f"OutShare(period={self.period})"


def find(connection: sqlite3.Connection, period: int) -> Batch:
    """A period's batch; one that nobody reported for is open and empty."""
    row = connection.execute(
        "SELECT state, reports, checksum, share FROM batches WHERE period = ?", (period,)
    ).fetchone()
    if row is None:
        return Batch(period, BatchState.OPEN, 0, _NO_CHECKSUM, None)
    state, count, checksum, share = row
    return Batch(period, BatchState(state), count, checksum or _NO_CHECKSUM, share)


def freeze(connection: sqlite3.Connection, period: int) -> None:
    """Let nothing more into the batch, and keep what it holds."""
    _write(connection, find(connection, period)._replace(state=BatchState.FROZEN))


def erase(connection: sqlite3.Connection, period: int, state: BatchState) -> None:
    """End a batch: its share and checksum go, that it existed (and its size) stays, and nothing enters again.

    Stored answers to aggregation jobs go with it; what prevents replays stays.
    """
    batch = find(connection, period)
    connection.execute(
        "INSERT INTO batches VALUES (?, ?, ?, NULL, NULL) ON CONFLICT (period)"
        " DO UPDATE SET state = excluded.state, checksum = NULL, share = NULL",
        (period, int(state), batch.reports),
    )


def close_before(connection: sqlite3.Connection, period: int) -> list[Batch]:
    """Erase the shares of all earlier periods that were not collected; which these were. Ids stay known."""
    rows = connection.execute(
        "SELECT period FROM batches WHERE period < ? AND state IN (?, ?)",
        (period, int(BatchState.OPEN), int(BatchState.FROZEN)),
    ).fetchall()
    for (old,) in rows:
        erase(connection, old, BatchState.CLOSED)
    return [find(connection, old) for (old,) in rows]


def commit(
    connection: sqlite3.Connection, vdaf: Prio3SumVec, shares: Iterable[OutShare]
) -> dict[bytes, ReportError]:
    """Add verified reports to their periods; which were refused, and why (draft 18, section 4.5.3.4).

    A refused report changes nothing. An id twice among `shares` counts once.
    """
    refused: dict[bytes, ReportError] = {}
    sums: dict[int, tuple[Batch, list[int]]] = {}
    lowest = floor(connection)
    for share in shares:
        if share.period not in sums:
            batch = find(connection, share.period)
            start = vdaf.zero() if batch.share is None else vdaf.decode_aggregate(batch.share)
            sums[share.period] = (batch, start)
        batch, total = sums[share.period]
        error = _refusal(connection, share, batch, lowest)
        if error is not None:
            refused[share.report_id] = error
            continue
        grown = batch._replace(reports=batch.reports + 1, checksum=_mix(batch.checksum, share.report_id))
        sums[share.period] = (grown, vdaf.add(total, share.elements))
    for batch, total in sums.values():
        if batch.state is BatchState.OPEN:
            _write(connection, batch._replace(share=vdaf.encode_aggregate(total)))
    return refused


def is_seen(connection: sqlite3.Connection, report_id: bytes) -> bool:
    """Whether a report with this id was added or refused before."""
    return connection.execute("SELECT 1 FROM seen WHERE report_id = ?", (report_id,)).fetchone() is not None


def see(connection: sqlite3.Connection, report_id: bytes, period: int) -> bool:
    """Remember an id; False if it was known."""
    return connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (report_id, period)).rowcount == 1


def floor(connection: sqlite3.Connection) -> int:
    """The lowest period that is still kept: reports of earlier ones are dropped unseen."""
    row = connection.execute("SELECT value FROM facts WHERE key = 'floor'").fetchone()
    return 0 if row is None else int(row[0])


def raise_floor(connection: sqlite3.Connection, period: int) -> bool:
    """Forget everything before a period; False if nothing changed.

    The floor never sinks, whatever the clock does: with the ids gone, an earlier report could be replayed.
    """
    if period <= floor(connection):
        return False
    connection.execute(
        "INSERT INTO facts VALUES ('floor', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (period,),
    )
    for table in ("batches", "seen", "resources"):
        connection.execute(f"DELETE FROM {table} WHERE period < ?", (period,))  # noqa: S608 - our own names
    return True


def _refusal(
    connection: sqlite3.Connection, share: OutShare, batch: Batch, lowest: int
) -> ReportError | None:
    if share.period < lowest:
        return ReportError.REPORT_DROPPED
    if batch.state is not BatchState.OPEN:
        return ReportError.BATCH_COLLECTED
    if not see(connection, share.report_id, share.period):
        return ReportError.REPORT_REPLAYED
    return None


def _write(connection: sqlite3.Connection, batch: Batch) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO batches VALUES (?, ?, ?, ?, ?)",
        (batch.period, int(batch.state), batch.reports, batch.checksum, batch.share),
    )


def _mix(checksum: bytes, report_id: bytes) -> bytes:
    mixed = int.from_bytes(checksum, "big") ^ int.from_bytes(hashlib.sha256(report_id).digest(), "big")
    return mixed.to_bytes(CHECKSUM_SIZE, "big")
