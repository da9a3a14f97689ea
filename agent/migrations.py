"""Makes and grows the database's tables; runs in a worker or a command, never in the resident sampler.

One ordered list: step n takes a database from version n to n + 1. A metric that the catalogue gained gets
its columns whenever `migrate` runs, without a version of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent import database, rollup
from agent.database import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path
    from sqlite3 import Connection

    from sqlite_utils import Database

    from catalogue.model import Metric


def _first(db: Database) -> None:
    _measuring(db)
    _reporting(db)


def _measuring(db: Database) -> None:
    """Readings, from fine to coarse, and what is derived from them. Columns of metrics come with them."""
    for table in ("samples", "quarters", "days"):
        db.table(table).create({"t": int}, pk="t")
    db.table("marks").create({"key": str, "value": str}, pk="key", not_null={"value"})
    db.table("facts").create({"key": str, "value": str}, pk="key", not_null={"value"})
    db.table("settings").create({"key": str, "value": str}, pk="key", not_null={"value"})
    db.table("summaries").create(
        {"start": int, "stop": int, "metric": str, "value": float, "bucket": int, "verdict": str},
        pk=("start", "stop", "metric"),
        not_null={"verdict"},
    )
    db.table("readings").create({"t": int, "account": str}, not_null={"t", "account"})


def _reporting(db: Database) -> None:
    """The ledger and the reports that it tells of; `agent.ledger` says what the columns mean."""
    db.table("ledger").create(
        {
            "row": int,
            "t": int,
            "kind": str,
            "period_start": int,
            "detail": str,  # canonical JSON
            "previous": bytes,
            "hash": bytes,
        },
        pk="row",
        not_null={"t", "kind", "detail", "previous", "hash"},
    )
    db.table("reports").create(
        {
            "id": int,
            "task_id": bytes,
            "time": int,
            "start": int,
            "stop": int,
            "state": str,
            "zeros": int,
            "replaces": int,
            "serial": int,
            "sealed_row": int,
            "sealed_at": float,
            "moment": float,
            "attempts": int,
            "unanswered": int,
            "resealed": int,
            "note": str,
        },
        pk="id",
        not_null={"task_id", "time", "start", "stop", "state", "zeros", "serial", "sealed_row", "sealed_at"},
        defaults={"attempts": 0, "unanswered": 0, "resealed": 0, "note": ""},
    )
    db.table("bodies").create(
        {
            "row": int,
            "report": int,
            "body": bytes,
            "opening": bytes,
            "vector": bytes,
            "configuration": bytes,
            "leader_hpke": bytes,
            "helper_hpke": bytes,
        },
        pk="row",
        not_null={"report", "body", "opening", "vector", "configuration", "leader_hpke", "helper_hpke"},
    )
    # Whatever the code above them does: one report a period that may ever leave, and no row is rewritten.
    db.execute("CREATE UNIQUE INDEX one_report_a_period ON reports(start) WHERE state != 'withheld'")
    for table in ("ledger", "bodies"):
        db.execute(
            f"CREATE TRIGGER {table}_never_changes BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of {table} never change'); END"
        )
    db.execute(
        "CREATE TRIGGER ledger_never_shrinks BEFORE DELETE ON ledger "
        "BEGIN SELECT RAISE(ABORT, 'rows of ledger are never deleted'); END"
    )


MIGRATIONS: list[Callable[[Database], None]] = [_first]


def migrate(path: Path, metrics: Iterable[Metric]) -> None:
    """Create the database at `path` or bring it up to date, for these metrics. Cheap if nothing is due.

    All steps are one transaction: a kill leaves the file as it was. Raises CorruptError (after SQLite's quick
    check, made before anything is changed) or StoreError.
    """
    with database.trouble(path):
        connection = database.open_unchecked(path, durable=True)
        try:
            database.refuse_newer(connection, path)
            if _is_current(connection, metrics := list(metrics)):
                return
            database.check(connection, path)
            # Kept in the file; cannot be changed within a transaction, the page's size only before the first.
            connection.execute(f"PRAGMA page_size = {database.PAGE}")
            connection.execute("PRAGMA journal_mode = WAL")
            with database.transaction(connection, path):
                _bring_up(connection, metrics)
        finally:
            connection.close()


def _bring_up(connection: Connection, metrics: list[Metric]) -> None:
    from sqlite_utils import Database  # only here: almost every command finds nothing to do

    found = database.version(connection)  # again: another process may have been first
    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    for number in range(found, VERSION):
        MIGRATIONS[number](db)
    db.execute(f"PRAGMA user_version = {VERSION:d}")
    for table, name, kind in _missing(connection, metrics):
        db.table(table).add_column(name, kind)


def _is_current(connection: Connection, metrics: list[Metric]) -> bool:
    return database.version(connection) == VERSION and not _missing(connection, metrics)


def _missing(connection: Connection, metrics: list[Metric]) -> list[tuple[str, str, type]]:
    """Columns that the tables lack: (table, column, type)."""
    raw = rollup.columns(metrics)
    rolled = [metric.id for metric in metrics if not metric.is_derived]
    wanted: list[tuple[str, list[str], type]] = [
        ("samples", raw, float),
        ("quarters", rolled, str),
        ("days", rolled, str),
    ]
    return [
        (table, name, kind)
        for table, names, kind in wanted
        for has in [{row[1] for row in connection.execute(f"PRAGMA table_info({table})")}]
        for name in names
        if name not in has
    ]


assert len(MIGRATIONS) == VERSION, "each version has the step that leads to it"
