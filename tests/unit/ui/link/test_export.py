"""The export is one JSON document with every row of every table; so it is without a database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests import devices
from tests.unit.ui.states import copied, seeded
from ui.link.export import TABLES, everything


def test_every_row_of_every_table() -> None:
    made = seeded("normal")
    found = json.loads("".join(everything(made.env)))
    with closing(sqlite3.connect(made.env.database)) as connection:
        there = {
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        counts = {t: connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in TABLES}
        hashes = [h.hex() for (h,) in connection.execute("SELECT hash FROM ledger ORDER BY row")]
    assert there <= set(TABLES), "a table would be left out"
    assert {table: len(found[table]) for table in TABLES} == counts
    assert all(counts[table] for table in ("samples", "quarters", "days", "ledger", "bodies", "readings"))
    assert [row["hash"] for row in found["ledger"]] == hashes


def test_what_lies_beside_the_database_too(tmp_path: Path) -> None:
    """Whatever Shoal keeps for this account, but what comes and goes with its processes, and any secret."""
    made = copied("held", tmp_path)
    (made.env.state / "window.json").write_text('{"keep_icon": true}')
    (made.env.state / "agent.log").write_bytes(b"started \xff\n")
    found = json.loads("".join(everything(made.env)))
    assert found["files"]["window.json"] == '{"keep_icon": true}'
    assert found["files"]["agent.log"] == "started \N{REPLACEMENT CHARACTER}\n"
    kept = json.loads(found["files"]["enrolment.json"])
    assert len(kept["leader_key"]) == 64 and "Nordwerk" in kept["accepted"]
    passing = {"worker.lock", "CACHEDIR.TAG", "doorbell", "shoal.db", "shoal.db-wal", "shoal.db-shm"}
    assert {path.name for path in made.env.state.iterdir()} - passing == set(found["files"])
    assert devices.TOKEN not in json.dumps(found)


def test_without_a_database() -> None:
    assert json.loads("".join(everything(seeded("empty").env))) == {"format": "shoal-export-1"}
