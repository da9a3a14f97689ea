"""An aggregator's SQLite file: opened once, written by one transaction at a time, forgetful by setting.

Nothing in it is finer than a task's period: no moments, no addresses, no order of arrival once reports are
aggregated. What is deleted is overwritten (``secure_delete``) and leaves the write-ahead log at `forget`.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from dap.constants import Role
from server.errors import FolderError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION: Final = 1
CACHE: Final = 1_024
"""KiB of pages in memory: about what a job touches.

Report ids are random: a larger one would go on filling with every report. The system caches the file anyway.
"""
_APPLICATION_ID: Final = 0x53484F41  # "SHOA"
_WAIT: Final = 10.0  # seconds for another process's lock: a dump or a backup

_BOTH: Final = """
CREATE TABLE facts (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE batches (
    period INTEGER PRIMARY KEY,
    state INTEGER NOT NULL,
    reports INTEGER NOT NULL,
    checksum BLOB,
    share BLOB
) STRICT;
CREATE TABLE seen (report_id BLOB PRIMARY KEY, period INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE resources (
    kind INTEGER NOT NULL,
    id BLOB NOT NULL,
    digest BLOB NOT NULL,
    period INTEGER NOT NULL,
    request BLOB,
    response BLOB,
    problem BLOB,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;
"""
_LEADER: Final = """
CREATE TABLE reports (
    row INTEGER PRIMARY KEY,
    report_id BLOB NOT NULL UNIQUE,
    period INTEGER NOT NULL,
    job BLOB,
    share BLOB NOT NULL,
    state BLOB NOT NULL
) STRICT;
CREATE INDEX reports_by_job ON reports (job, period);
CREATE TABLE jobs (
    id BLOB PRIMARY KEY,
    period INTEGER NOT NULL,
    request BLOB NOT NULL,
    location TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_period ON jobs (period);
"""


class Database:
    """One connection that threads share; `write` gives it to one at a time.

    ``durable`` (always, outside tests) makes a commit survive a loss of power.
    """

    def __init__(self, path: Path, role: Role, task_id: bytes, *, durable: bool = True) -> None:
        self.path = path
        self.role = role
        self._lock = threading.Lock()
        self._closed = False
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_WAIT)
        try:
            path.chmod(0o600)
            self._prepare(durable)
            self._claim(role, task_id)
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise FolderError(
                f"{path} cannot be read: {error}.",
                "Move it away to begin a new one; reports that were not collected yet are lost with it.",
            ) from None
        except FolderError:
            self._connection.close()
            raise

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, on disk when it returns. Blocks: call it from a thread, not from the event loop."""
        with self._lock:
            if self._closed:
                raise FolderError(f"{self.path} was closed.")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk has ended it already
                    self._connection.execute("ROLLBACK")
                raise

    def forget(self) -> None:
        """Empty the write-ahead log, where deleted rows live on as old pages; not while somebody reads."""
        with self._lock:
            if not self._closed:
                run = self._connection.execute
                run("PRAGMA busy_timeout = 0")  # a backup must not hold up uploads
                try:
                    run("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                finally:
                    run(f"PRAGMA busy_timeout = {int(_WAIT * 1000)}")

    def close(self) -> None:
        """Checkpoint and close; closing twice does nothing."""
        self.forget()
        with self._lock:
            self._closed = True
            self._connection.close()

    def _prepare(self, durable: bool) -> None:
        run = self._connection.execute
        run("PRAGMA journal_mode = WAL")
        run(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        run("PRAGMA secure_delete = ON")
        run("PRAGMA temp_store = MEMORY")
        run(f"PRAGMA cache_size = -{CACHE}")
        run("PRAGMA wal_autocheckpoint = 2000")
        version = run("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise FolderError(f"{self.path} was written by a newer shoal-server.", "Run that one.")
        if version == 0:
            with self.write() as connection:
                for statement in (_BOTH + (_LEADER if self.role is Role.LEADER else "")).split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {VERSION}")

    def _claim(self, role: Role, task_id: bytes) -> None:
        """One file serves one role of one task: shares of both roles must never meet in one file."""
        with self.write() as connection:
            for key, value in (("role", role.word), ("task_id", task_id)):
                connection.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (key, value))
            found = dict(connection.execute("SELECT key, value FROM facts WHERE key IN ('role', 'task_id')"))
        if found != {"role": role.word, "task_id": task_id}:
            raise FolderError(
                f"{self.path} belongs to another role or task.", "Each role of each task has its own file."
            )
