"""The collector's SQLite file: what was asked for, what came of it, and every release in tables to query."""

from __future__ import annotations

import sqlite3
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
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=10.0)
        try:
            path.chmod(0o600)
            self._prepare()
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
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        run("PRAGMA secure_delete = ON")
        version = run("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise FolderError(f"{self.path} was written by a newer shoal-server.", "Run that one.")
        if version == 0:
            with self._write():
                for statement in _TABLES.split(";"):
                    run(statement)
                run(f"PRAGMA user_version = {VERSION}")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

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

    def put(self, collection: Collection) -> None:
        """Write a row in place of an earlier state of it."""
        with self._write() as connection:
            self._put(connection, collection)

    def _put(self, connection: sqlite3.Connection, row: Collection) -> None:
        connection.execute(
            "INSERT OR REPLACE INTO collections VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._task_id, row.period, row.state.value, *row[2:]),
        )

    # --------------------------------------------------------------------- releases

    def release(self, collection: Collection, release: Release) -> None:
        """Keep a release and settle its collection; from here on the sealed answer is not needed."""
        key = (release.task_id, release.period)
        with self._write() as connection:
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
            settled = collection._replace(state=State.RELEASED, answer=None, location=None, note="")
            self._put(connection, settled)

    def released(self, period: int | None = None) -> Release | None:
        """The release of a period, or the latest; None if there is none."""
        row = self._connection.execute(
            "SELECT json FROM releases WHERE task_id = ?1 AND (?2 IS NULL OR period = ?2)"
            " ORDER BY period DESC LIMIT 1",
            (self._task_id, period),
        ).fetchone()
        return None if row is None else releases.load(row[0])

    def rho_spent(self, end: int) -> Fraction:
        """ρ of all releases, of any task, whose period ended in the 364 days up to `end` (UTC seconds)."""
        rows = self._connection.execute(
            "SELECT rho FROM releases WHERE (period + 1) * seconds > ? AND (period + 1) * seconds <= ?",
            (end - YEAR, end),
        )
        return sum((Fraction(rho) for (rho,) in rows), Fraction(0))
