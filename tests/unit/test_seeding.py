"""The states that others look at are the same each time, real, and quick to make."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agent import verification
from agent.ledger import Ledger
from agent.schedule import DAY
from tests import seeding
from tests.unit.ui.states import VARIANTS, seeded


def contents(database: Path) -> dict[str, list[Any]]:
    """Every row of every table."""
    with closing(sqlite3.connect(database)) as connection:
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables}


@pytest.mark.parametrize("variant", ["held", "normal"])
def test_the_same_each_time(variant: str, tmp_path: Path) -> None:
    first, again = seeded(variant), seeding.seed(variant, tmp_path)
    assert contents(first.env.database) == contents(again.env.database)
    other = seeding.seed(variant, tmp_path / "other", now=seeding.NOW + DAY)
    assert contents(other.env.database) != contents(first.env.database), "nothing depends on the moment"


@pytest.mark.parametrize("variant", [name for name in VARIANTS if name != "empty"])
def test_what_is_in_it_holds_together(variant: str) -> None:
    ledger = Ledger.open(seeded(variant).env)
    try:
        checked = verification.verify(ledger)
        assert checked.agrees and checked.rows
        assert checked.bodies == len(ledger.sizes())
    finally:
        ledger.close()


def test_what_was_promised_of_the_normal_one() -> None:
    env = seeded("normal").env
    with closing(sqlite3.connect(env.database)) as connection:
        oldest = dict(
            connection.execute("SELECT 'samples', min(t) FROM samples UNION SELECT 'days', min(t) FROM days")
        )
        states = [state for (state,) in connection.execute("SELECT state FROM reports ORDER BY start, id")]
    assert env.now() - 2 * DAY - 900 <= oldest["samples"] <= env.now() - DAY
    assert oldest["days"] < env.now() - 50 * DAY
    assert states.count("delivered") == 6 and {"too_late", "withheld", "held"} <= set(states)


def test_real_programs_take_it_for_theirs(tmp_path: Path) -> None:
    device = seeding.seed("held", tmp_path).device
    assert device.json("verify")["agrees"] is True
    assert device.json("choose")["in_force"] == "share"
