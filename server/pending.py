"""What the leader keeps between upload and commit: reports that wait, and jobs on their way to the helper.

Runs inside the caller's transaction. A row goes in the transaction that adds its report to the batch.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from dap.constants import JOB_ID_SIZE
from server import batches

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable


class Waiting(NamedTuple):
    """A report that the leader has decrypted and begun to verify; `state` is its secret half of the sum."""

    report_id: bytes
    period: int
    init: bytes
    """The encoded VerifyInit that the helper will get."""
    state: bytes

    def __repr__(self) -> str:
        return f"Waiting(period={self.period})"


class Job(NamedTuple):
    """Reports under way to the helper: the very bytes that are sent, as often as it takes."""

    id: bytes
    period: int
    request: bytes
    location: str | None

    def __repr__(self) -> str:
        return f"Job(period={self.period}, bytes={len(self.request)})"


def is_known(connection: sqlite3.Connection, report_id: bytes) -> bool:
    """Whether a report with this id waits, was added or was refused."""
    statement = "SELECT 1 FROM reports WHERE report_id = ?"
    return batches.is_seen(connection, report_id) or (
        connection.execute(statement, (report_id,)).fetchone() is not None
    )


def accept(connection: sqlite3.Connection, report: Waiting) -> bool:
    """Keep a report; False if its id is known already."""
    if batches.is_seen(connection, report.report_id):
        return False
    statement = "INSERT OR IGNORE INTO reports (report_id, period, share, state) VALUES (?, ?, ?, ?)"
    return connection.execute(statement, report).rowcount == 1


def waiting_periods(connection: sqlite3.Connection) -> list[int]:
    """The periods of which reports are in no job yet, oldest first."""
    found: list[int] = []
    statement = "SELECT min(period) FROM reports WHERE job IS NULL AND period > ?"
    while (period := connection.execute(statement, (found[-1] if found else -1,)).fetchone()[0]) is not None:
        found.append(period)
    return found


def is_idle(connection: sqlite3.Connection, period: int) -> bool:
    """Whether nothing of a period waits or is under way."""
    row = connection.execute("SELECT 1 FROM reports WHERE period = ? LIMIT 1", (period,)).fetchone()
    return row is None and (
        connection.execute("SELECT 1 FROM jobs WHERE period = ? LIMIT 1", (period,)).fetchone() is None
    )


def count(connection: sqlite3.Connection, period: int) -> int:
    """How many reports of a period wait or are under way."""
    row = connection.execute("SELECT count(*) FROM reports WHERE period = ?", (period,)).fetchone()
    return int(row[0])


def take(connection: sqlite3.Connection, period: int, most: int) -> list[tuple[bytes, bytes]]:
    """Up to `most` waiting reports of a period for one job: id and encoded VerifyInit.

    In the order of their random ids, so that the helper is not told in which order they came.
    """
    rows = connection.execute(
        "SELECT report_id, share FROM reports WHERE job IS NULL AND period = ? LIMIT ?", (period, most)
    )
    return sorted(rows.fetchall())


def shares(connection: sqlite3.Connection, job: Job) -> list[tuple[bytes, bytes]]:
    """What `take` gave for a job."""
    rows = connection.execute("SELECT report_id, share FROM reports WHERE job = ?", (job.id,))
    return sorted(rows.fetchall())


def start(connection: sqlite3.Connection, period: int, report_ids: Iterable[bytes], request: bytes) -> Job:
    """Bind reports to a job, before its first byte is sent. Its id follows from the request."""
    job = Job(hashlib.sha256(request).digest()[:JOB_ID_SIZE], period, request, None)
    connection.execute("INSERT INTO jobs VALUES (?, ?, ?, ?)", job)
    connection.executemany(
        "UPDATE reports SET job = ? WHERE report_id = ?", [(job.id, report_id) for report_id in report_ids]
    )
    return job


def jobs(connection: sqlite3.Connection, but: Collection[bytes] = ()) -> list[Job]:
    """All that are under way, without those of the given ids."""
    ids = [id for (id,) in connection.execute("SELECT id FROM jobs") if id not in but]
    statement = "SELECT id, period, request, location FROM jobs WHERE id = ?"
    return [Job(*connection.execute(statement, (id,)).fetchone()) for id in ids]


def locate(connection: sqlite3.Connection, job: Job, location: str | None) -> None:
    """Remember where the helper said its answer will be; None: nowhere."""
    connection.execute("UPDATE jobs SET location = ? WHERE id = ?", (location, job.id))


def members(connection: sqlite3.Connection, job: Job) -> dict[bytes, bytes]:
    """Report id → verify state, of a job's reports."""
    rows = connection.execute("SELECT report_id, state FROM reports WHERE job = ?", (job.id,))
    return dict(rows.fetchall())


def exists(connection: sqlite3.Connection, job: Job) -> bool:
    """Whether a job is still under way."""
    return connection.execute("SELECT 1 FROM jobs WHERE id = ?", (job.id,)).fetchone() is not None


def finish(connection: sqlite3.Connection, job: Job, again: Iterable[bytes] = ()) -> None:
    """End a job and erase its reports, but for those to be tried `again`.

    The ids of the erased stay known, so that a report that was refused is not taken a second time.
    """
    connection.executemany(
        "UPDATE reports SET job = NULL WHERE job = ? AND report_id = ?",
        [(job.id, report) for report in again],
    )
    connection.execute(
        "INSERT OR IGNORE INTO seen SELECT report_id, period FROM reports WHERE job = ?", (job.id,)
    )
    connection.execute("DELETE FROM reports WHERE job = ?", (job.id,))
    connection.execute("DELETE FROM jobs WHERE id = ?", (job.id,))


def drop_period(connection: sqlite3.Connection, period: int) -> None:
    """Erase what waits of one period: it will not be released."""
    connection.execute("DELETE FROM reports WHERE period = ?", (period,))
    connection.execute("DELETE FROM jobs WHERE period = ?", (period,))


def drop_before(connection: sqlite3.Connection, period: int) -> None:
    """Erase what is older than a period."""
    connection.execute("DELETE FROM reports WHERE period < ?", (period,))
    connection.execute("DELETE FROM jobs WHERE period < ?", (period,))
