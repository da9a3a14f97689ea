"""Everything that Shoal holds on this computer, as one JSON document: for the person, by the person.

Runs in a worker thread. Readings of a year are some megabytes, so it is written piece by piece. Openings
and bodies are in it, too: who has both reads the report.
"""

from __future__ import annotations

import json
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Final

from agent.database import look, trouble

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from agent.env import Env

TABLES: Final = (
    *("settings", "facts", "samples", "quarters", "days", "summaries", "readings", "marks"),
    *("ledger", "reports", "bodies"),
)

FILES: Final = ("enrolment.json", "window.json", "agent.log")


def everything(env: Env) -> Iterator[str]:
    """The document's text in pieces; StoreError. Bytes are hexadecimal, times UTC seconds, files text."""
    yield '{"format": "shoal-export-1"'
    if env.database.exists():
        with closing(look(env.database)) as connection, trouble(env.database):
            connection.execute("BEGIN")  # one state of the file for all tables
            for table in TABLES:
                yield f',\n"{table}": ['
                yield from _rows(connection, table)
                yield "]"
    if kept := _files(env):
        yield f',\n"files": {json.dumps(kept, ensure_ascii=False)}'
    yield "}\n"


def _files(env: Env) -> dict[str, str]:
    """What lies beside the database, as text. The token is a secret that others gave, and lies elsewhere."""
    found = {}
    for name in FILES:
        with suppress(OSError):
            found[name] = (env.state / name).read_text("utf-8", "replace")
    return found


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608  (one of TABLES)
    names = [column[0] for column in found.description]
    for number, row in enumerate(found):
        members = {name: _plain(value) for name, value in zip(names, row, strict=True) if value is not None}
        yield (",\n" if number else "\n") + json.dumps(members, ensure_ascii=False)


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value
