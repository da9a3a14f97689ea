"""The collector's SQLite file: what was asked for, what came of it, and every release in tables to query."""

from __future__ import annotations

import sqlite3
import time
from contextlib import contextmanager
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from server import releases
from server.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.releases import Release

VERSION: Final = 1
YEAR: Final = 364 * 86_400
PATIENCE: Final = 10.0
"""Seconds for which another process that writes is waited for."""
_CURE: Final = "Is the folder yours, the disk full, or another collector stuck? Then collect again."

_TABLES: Final = """
CREATE TABLE collections (
    task_id BLOB NOT NULL,
    period INTEGER NOT NULL,
    state TEXT NOT NULL,
    request BLOB NOT NULL,
    location TEXT,
    answer BLOB,
    note TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (task_id, period)
) STRICT, WITHOUT ROWID;
CREATE TABLE releases (
    task_id BLOB NOT NULL,
    period INTEGER NOT NULL,
    seconds INTEGER NOT NULL,
    demo INTEGER NOT NULL,
    report_count INTEGER NOT NULL,
    mechanism TEXT NOT NULL,
    rho TEXT NOT NULL,
    sigma REAL NOT NULL,
    digest BLOB NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (task_id, period)
) STRICT;
CREATE TABLE totals (
    task_id BLOB NOT NULL,
    period INTEGER NOT NULL,
    metric TEXT NOT NULL,
    bucket INTEGER,
    label TEXT NOT NULL,
    estimate INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL
) STRICT;
CREATE INDEX totals_by_metric ON totals (metric, task_id, period);
"""


class State(StrEnum):
    """How far a collection is."""

    ASKED = "asked"  # the request is written down; the leader may know of it
    ANSWERED = "answered"  # the sealed totals are here, not released yet
    RELEASED = "released"
    TOO_SMALL = "too_small"  # below the minimum: never released
    REFUSED = "refused"  # the aggregators refused for good

    @property
    def is_final(self) -> bool:
        """Whether asking again is pointless."""
        return self in (State.RELEASED, State.TOO_SMALL, State.REFUSED)


class Collection(NamedTuple):
    """One period's row."""

    period: int
    state: State
    request: bytes
    location: str | None
    answer: bytes | None
    note: str


class Archive:
    """One task's view of the file. Each change is durable when the call returns."""

    def __init__(self, path: Path, task_id: bytes) -> None:
        self.path = path
        self._task_id = task_id
        try:
            self._connection = sqlite3.connect(path, isolation_level=None, timeout=PATIENCE)
        except sqlite3.Error as error:
            raise FolderError(f"{path} cannot be opened: {error}.", _CURE) from None
        try:
            path.chmod(0o600)
            self._prepare()
        except sqlite3.OperationalError as error:
            self._connection.close()
            raise FolderError(f"{path} cannot be used: {error}.", _CURE) from None
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise FolderError(
                f"{path} cannot be read: {error}.",
                "Move it away: releases are also in the folder `releases`, as files.",
            ) from None
        except FolderError:
            self._connection.close()
            raise

    def _prepare(self) -> None:
        run = self._connection.execute
        self._write_ahead()
        run("PRAGMA synchronous = FULL")
        run("PRAGMA secure_delete = ON")
        version = run("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise FolderError(f"{self.path} was written by a newer shoal-server.", "Run that one.")
        if version == 0:
            with self._write():
                if run("PRAGMA user_version").fetchone()[0] == 0:  # else another collector was faster
                    for statement in _TABLES.split(";"):
                        run(statement)
                    run(f"PRAGMA user_version = {VERSION}")

    def _write_ahead(self) -> None:
        """Switch to a write-ahead log, for which SQLite does not wait while another process does the same."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise
            time.sleep(0.01)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise FolderError(f"{self.path} cannot be written: {error}.", _CURE) from error

    # ------------------------------------------------------------------ collections

    def find(self, period: int) -> Collection | None:
        """The row of a period."""
        row = self._connection.execute(
            "SELECT period, state, request, location, answer, note FROM collections"
            " WHERE task_id = ? AND period = ?",
            (self._task_id, period),
        ).fetchone()
        return None if row is None else Collection(row[0], State(row[1]), *row[2:])

    def collections(self) -> list[Collection]:
        """All rows, by period."""
        rows = self._connection.execute(
            "SELECT period, state, request, location, answer, note FROM collections"
            " WHERE task_id = ? ORDER BY period",
            (self._task_id,),
        )
        return [Collection(row[0], State(row[1]), *row[2:]) for row in rows]

    def begin(self, collection: Collection) -> Collection:
        """Write a period's first row, unless another collector was faster; the row that stands."""
        with self._write() as connection:
            standing = self.find(collection.period)
            if standing is not None:
                return standing
            self._put(connection, collection)
            return collection

    def put(self, collection: Collection) -> Collection:
        """Write a row in place of an earlier state of it; a released one stays. The row that stands."""
        with self._write() as connection:
            standing = self.find(collection.period)
            if standing is not None and standing.state is State.RELEASED:
                return standing
            self._put(connection, collection)
            return collection

    def _put(self, connection: sqlite3.Connection, row: Collection) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO collections VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._task_id, row.period, row.state.value, *row[2:]),
        )

    # --------------------------------------------------------------------- releases

    def release(self, collection: Collection, release: Release) -> Release:
        """Keep a release and settle its collection; from here on the sealed answer is not needed.

        Returns the release that is kept: a period's first one, if another collector was faster.
        """
        key = (release.task_id, release.period)
        settled = collection._replace(state=State.RELEASED, answer=None, location=None, note="")
        with self._write() as connection:
            first = connection.execute(
                "SELECT json FROM releases WHERE task_id = ? AND period = ?", key
            ).fetchone()
            self._put(connection, settled)
            if first is not None:
                return releases.load(first[0])
            connection.execute(
                "INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *key,
                    release.seconds,
                    int(release.demo),
                    release.report_count,
                    release.mechanism,
                    str(release.rho),
                    release.sigma,
                    release.digest,
                    releases.dump(release),
                ),
            )
            for metric in release.metrics:
                rows = [(i, bucket.label, bucket.total) for i, bucket in enumerate(metric.buckets)]
                connection.executemany(
                    "INSERT INTO totals VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    [(*key, metric.id, i, label, *count) for i, label, count in rows],
                )
        return release

    def released(self, period: int | None = None) -> Release | None:
        """The release of a period, or the latest; None if there is none."""
        row = self._connection.execute(
            "SELECT json FROM releases WHERE task_id = ? AND (? IS NULL OR period = ?)"
            " ORDER BY period DESC LIMIT 1",
            (self._task_id, period, period),
        ).fetchone()
        return None if row is None else releases.load(row[0])

    def rho_spent(self, end: int) -> Fraction:
        """ρ of all releases, of any task, whose period ended in the 364 days up to `end` (UTC seconds)."""
        rows = self._connection.execute(
            "SELECT rho FROM releases WHERE (period + 1) * seconds > ? AND (period + 1) * seconds <= ?",
            (end - YEAR, end),
        )
        return sum((Fraction(rho) for (rho,) in rows), Fraction(0))
