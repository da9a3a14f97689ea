"""Opens the account's SQLite file, and says in plain words what is wrong with it or the disk below.

Below `store` and `ledger`, which keep their tables in this one file. Nothing here repairs anything: a
damaged file is named, and put aside whole.
"""

from __future__ import annotations

import math
import os
import sqlite3
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from agent.errors import StoreError
from agent.model import Fact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = 1
"""The schema that this program reads and writes (PRAGMA user_version); agent.migrations makes it."""

PAGE = 512
"""Bytes. A commit writes whole pages, most of them for a few changed bytes. Over a simulated year of passes,
twenty to a commit, this size hands 0.7 kB a pass to the disk, 1,024 bytes 1.1, SQLite's usual 4,096 2.6."""
BUSY_SECONDS = 10.0
_SHARED = 32 * 1_024
"""Bytes by which the journal's index grows (https://sqlite.org/walformat.html, section 2)."""
_LARGEST = 1 << 53
"""No number in facts and settings comes near it; up to here each whole one is exact."""
CACHE_KIB = 512  # the resident process keeps no more of the file in memory

# Primary result codes, https://sqlite.org/rescode.html
_READONLY, _BUSY, _LOCKED, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 8, 5, 6, 10, 11, 13, 14, 26


class CorruptError(StoreError):
    """The file is damaged. It is left as it is; `set_aside` puts it out of the way."""


class BusyError(StoreError):
    """Another process holds the file, and does not let go."""


class FullError(StoreError):
    """The disk that holds the file is full."""


class ReadOnlyError(StoreError):
    """The file or its folder cannot be written."""


class NewerError(StoreError):
    """A newer version of this program made the file."""


class DamagedError(ValueError):
    """A value in the file is none that this program writes; `trouble` makes it a CorruptError."""


class UnmigratedError(StoreError):
    """There is no database yet, or an older program made it: `migrations.migrate` comes first."""


def connect(path: Path, *, durable: bool = False, wait: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open the migrated database at `path`, in autocommit: transactions are begun in so many words.

    `durable`: every commit reaches the disk before it returns (synchronous=FULL), and what is deleted is
    overwritten; for the ledger. Otherwise a power cut may take the last commits, never the file's
    consistency (synchronous=NORMAL under WAL, https://sqlite.org/pragma.html#pragma_synchronous).
    `wait`: seconds to wait for another process to let go of the file.
    Raises UnmigratedError, CorruptError or StoreError.
    """
    if not path.exists():
        raise UnmigratedError(f"there is no database at {path} yet", "Start the agent with `shoal run`.")
    connection = open_unchecked(path, durable=durable, wait=wait)
    try:
        with trouble(path):
            refuse_newer(connection, path)
            if version(connection) < VERSION:
                raise UnmigratedError(
                    f"{path} was made by an older version of Shoal",
                    "Start the agent with `shoal run`, which brings it up to date.",
                )
    except BaseException:
        connection.close()
        raise
    return connection


def look(path: Path, *, wait: float = 2.0) -> sqlite3.Connection:
    """The same for somebody who only looks: whatever would write is refused by SQLite itself."""
    connection = connect(path, wait=wait)
    connection.execute("PRAGMA query_only = ON")
    return connection


def open_unchecked(path: Path, *, durable: bool, wait: float = BUSY_SECONDS) -> sqlite3.Connection:
    """Open (or create) the file with the usual settings, whatever its version."""
    with trouble(path):
        if not path.exists() and path.parent.is_dir() and os.access(path.parent, os.W_OK):
            path.touch(mode=0o600)  # SQLite gives its journal the same mode
        connection = sqlite3.connect(path, timeout=wait, isolation_level=None)
        try:
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            connection.execute(f"PRAGMA secure_delete = {'ON' if durable else 'FAST'}")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # reads: is it a database?
        except BaseException:
            connection.close()
            raise
    return connection


def version(connection: sqlite3.Connection) -> int:
    """The schema's number in the file; 0 for a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StoreError if a newer program made the file."""
    found = version(connection)
    if found > VERSION:
        raise NewerError(
            f"{path} was made by a newer Shoal: its schema is {found}, this program has {VERSION}",
            "Use the newer version again; nothing was changed.",
        )


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise CorruptError if SQLite's quick check finds damage, or a worker did. Reads the whole file."""
    with trouble(path):
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise DamagedError(str(found).splitlines()[0])
        if version(connection) == VERSION:
            noted = connection.execute("SELECT value FROM facts WHERE key = ?", (Fact.DAMAGED,)).fetchone()
            if noted is not None:
                raise DamagedError(noted[0])


def note_damage(path: Path, error: CorruptError) -> None:
    """Leave word of a damaged value in the file itself, for `check`: SQLite looks at pages, not at values."""
    if not isinstance(error.__cause__, DamagedError):
        return  # SQLite will find it again
    with suppress(StoreError), closing(connect(path)) as connection, transaction(connection, path):
        found = (Fact.DAMAGED, str(error.__cause__))
        connection.execute("INSERT OR REPLACE INTO facts(key, value) VALUES (?, ?)", found)


def number(key: str, stored: str) -> float:
    """A number out of facts or settings; DamagedError, naming the key, for what is none."""
    try:
        found = float(stored)
    except ValueError:
        found = math.nan
    if not abs(found) < _LARGEST:
        raise DamagedError(f"{key} should be a number, and is none")
    return found


def settings(connection: sqlite3.Connection, path: Path) -> dict[str, str]:
    """All that the person decided; CorruptError for what nobody can have."""
    with trouble(path):
        found = dict(connection.execute("SELECT key, value FROM settings"))
        if not all(isinstance(text, str) for pair in found.items() for text in pair):
            raise DamagedError("a setting is no text")
    return found


@contextmanager
def transaction(connection: sqlite3.Connection, path: Path) -> Iterator[sqlite3.Connection]:
    """All of the block or none of it; takes the write lock at once, so that what was read still holds."""
    with trouble(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            # A full disk or a failed write may have rolled back already.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def trouble(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into StoreError (or CorruptError) with cause and cure."""
    try:
        yield
    except sqlite3.Error as error:
        raise explain(path, error) from error
    except (DamagedError, UnicodeDecodeError) as error:
        raise _corrupt(path, str(error)) from error


def explain(path: Path, error: sqlite3.Error) -> StoreError:
    """What an error of SQLite means for a person."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary in (_CORRUPT, _NOTADB) or str(error).startswith("Could not decode to UTF-8"):
        return _corrupt(path, str(error))
    if primary == _FULL or (primary in (_CANTOPEN, _IOERR) and is_full(path)):
        return FullError(
            f"the disk that holds {path} is full", "Free some space; nothing that was stored is lost."
        )
    if primary == _READONLY or (primary == _CANTOPEN and not os.access(path.parent, os.W_OK)):
        return ReadOnlyError(
            f"{path} cannot be written: it or its folder is read-only",
            "Make folder and file writable for this account; perhaps the disk was mounted read-only.",
        )
    if primary in (_BUSY, _LOCKED):
        return BusyError(
            f"{path} is in use by another process, which does not let go",
            "Try again; if it stays so, restart the agent.",
        )
    if primary in (_CANTOPEN, _IOERR):
        return StoreError(
            f"{path} cannot be opened, read or written ({error})",
            "Look at the disk, and at who may use the folder.",
        )
    return StoreError(f"{path}: {error}", "Please report this; nothing was changed.")


def is_full(path: Path) -> bool:
    """Whether the disk has no room for what SQLite keeps beside the file: its errors then vary."""
    if not hasattr(os, "statvfs"):
        return False
    try:
        found = os.statvfs(path.parent)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize < _SHARED


def set_aside(path: Path) -> Path:
    """Rename a corrupt database, with its journal, to `….corrupt-<n>`; give the new path.

    Only for the process that holds the sampler's lock: others may still have the file open. The file
    itself goes first: were the journal to go first and the machine to stop in between, an older state of
    the file would look sound, and a report that was sent would look unsent.
    """
    n = 1
    while any(path.parent.glob(f"{path.name}.corrupt-{n}*")):
        n += 1
    aside = path.with_name(f"{path.name}.corrupt-{n}")
    try:
        for ending in ("", "-wal", "-shm"):
            part = path.with_name(path.name + ending)
            if part.exists():
                part.rename(aside.with_name(aside.name + ending))
    except OSError as error:
        raise StoreError(
            f"the corrupt {path} cannot be put aside: {error.strerror}", "Make its folder writable."
        ) from error
    return aside


def remove_aside(path: Path, before: float = math.inf) -> list[str]:
    """Delete the databases that were put aside, with what they hold of readings and reports; their names.

    Only those that were last written to before `before` (UTC seconds).
    """
    written: dict[str, float] = {}
    removed = set()
    try:
        parts = {part: part.name.split("-wal")[0].split("-shm")[0] for part in _aside(path)}
        for part, name in parts.items():
            written[name] = max(written.get(name, -math.inf), part.stat().st_mtime)
        for part, name in parts.items():
            if written[name] < before:
                part.unlink(missing_ok=True)
                removed.add(name)
    except OSError as error:
        raise StoreError(
            f"{error.filename} cannot be removed: {error.strerror}",
            "Remove it by hand; it holds readings.",
        ) from error
    return sorted(removed)


def _aside(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.name}.corrupt-*"))


def _corrupt(path: Path, finding: str) -> CorruptError:
    return CorruptError(
        f"the database {path} is corrupt ({finding})",
        f"`shoal run` puts it aside as {path.name}.corrupt-<n>, whole and unrepaired, and begins a new one; "
        "choose again afterwards.",
    )
