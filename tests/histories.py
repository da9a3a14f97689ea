"""What must hold of everything that a device recorded and sent, however often it was killed.

A history is plain data, so that the checks can be shown to find what is wrong: see the forged ones in
tests/proof/test_killed.py.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from agent.ledger import check_chain
from agent.ledger.chain import Row
from tests.weeks import DAY, WEEK, Opened, Sent

DEADLINE = 6 * DAY
"""Seconds after a period's end at which its report is sent, or too late."""
LEEWAY = 300
"""Seconds by which a leader lets a device's clock be ahead."""
ENDS = ("delivered", "refused", "too_late", "dropped")
"""Kinds of rows with which a report that was not withheld is over."""


class History(NamedTuple):
    """A device's ledger, what is kept beside it, what left, and what the leader took."""

    rows: Sequence[Row]
    vectors: dict[str, tuple[int, ...]]
    """What was sealed, by the body's SHA-256, as the device keeps it."""
    earlier: Sequence[Sequence[bytes]]
    """The hashes of the ledger's rows, each time that somebody looked."""
    sent: Sequence[Sent]
    until: float
    """UTC seconds: when it ends."""

    def sealed(self) -> list[Row]:
        return [row for row in self.rows if row.kind == "sealed"]


def look(state: Path) -> tuple[list[Row], dict[str, tuple[int, ...]]]:
    """The ledger's rows and kept vectors of a device, from a copy: looking at a killed one mends nothing."""
    with tempfile.TemporaryDirectory() as folder:
        for part in state.glob("shoal.db*"):
            if "corrupt" not in part.name and not part.name.endswith("-shm"):
                shutil.copy(part, folder)
        connection = sqlite3.connect(Path(folder) / "shoal.db")
        try:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            if not connection.execute("PRAGMA user_version").fetchone()[0]:
                return [], {}
            found = connection.execute(
                "SELECT row, t, kind, period_start, detail, previous, hash FROM ledger ORDER BY row"
            )
            rows = [Row(*row) for row in found]
            bodies = connection.execute("SELECT body, vector FROM bodies").fetchall()
        finally:
            connection.close()
    return rows, {hashlib.sha256(body).hexdigest(): tuple(vector) for body, vector in bodies}


def check(history: History, open_: Callable[[bytes], Opened]) -> list[str]:
    """Everything that is wrong."""
    broken = check_chain(history.rows)
    wrong = [f"the chain is broken: {broken[1]}"] if broken else []
    return wrong + _check_growth(history) + _check_ends(history) + _check_sent(history, open_)


def _check_growth(history: History) -> list[str]:
    """The ledger only grows: what was on the disk once stays."""
    now = [row.hash for row in history.rows]
    return [
        f"rows were lost: {len(earlier)} rows once were others"
        for earlier in history.earlier
        if now[: len(earlier)] != list(earlier)
    ]


def _check_ends(history: History) -> list[str]:
    """Each sealed report has one life: withheld, or sending once and one end at most; one a period."""
    wrong = []
    for sealed in history.sealed():
        life = [row.kind for row in history.rows if row.facts.get("sealed") == sealed.row]
        life = [kind for kind in life if kind != "resealed"]
        ends = [kind for kind in life if kind in ENDS]
        name = f"the report of row {sealed.row}"
        # one that a clock invented which ran ahead waits for its time
        over = (sealed.facts["time"] + 1) * WEEK + DEADLINE <= history.until
        if life.count("sending") > 1 or (len(ends) > 1 and ends[:-1] != ["dropped"]):
            wrong.append(f"{name} has two lives: {life}")
        if "withheld" in life and "sending" in life:
            wrong.append(f"{name} was withheld and sent: {life}")
        if over and not ends and "withheld" not in life:
            wrong.append(f"{name} is lost: {life}")
        if "withheld" in life and over and "dropped" not in life and "too_late" not in life:
            zeros = [row for row in history.sealed() if row.facts.get("replaces") == sealed.row]
            if len(zeros) != 1:
                wrong.append(f"{name} was withheld, and {len(zeros)} reports of zeros are in its place")
    starts = [row.period_start for row in history.sealed() if "replaces" not in row.facts]
    wrong += [f"two reports of the period from {start}" for start in set(starts) if starts.count(start) > 1]
    return wrong


def _check_sent(history: History, open_: Callable[[bytes], Opened]) -> list[str]:
    """What left was recorded first, says what was recorded, and is one vector and one report a period."""
    by_hash = {row.facts["body_sha256"]: row for row in history.rows if row.kind in ("sealed", "resealed")}
    wrong, seen = [], dict[int, Opened]()
    delivered = set()
    for sent in history.sent:
        found, digest = open_(sent.body), hashlib.sha256(sent.body).hexdigest()
        name = f"what was sent of period {found.time}"
        if digest not in by_hash:
            wrong.append(f"{name} is in no row of the ledger")
            continue
        if not sent.on_record:
            wrong.append(f"{name} was not on record as sending when it came")
        if history.vectors.get(digest, found.vector) != found.vector:
            wrong.append(f"{name} is not what was kept")
        if (found.time + 1) * WEEK > sent.shown:
            wrong.append(f"{name} came before its end, by the device's own clock")
        if sent.taken and found.time * WEEK > sent.at + LEEWAY:
            wrong.append(f"{name} is of the future, and was taken")
        before = seen.setdefault(found.time, found)
        if before.vector != found.vector:
            wrong.append(f"{name}: two different vectors")
        if before.id != found.id:
            wrong.append(f"{name}: two report ids")
        if sent.taken is not False:
            row = by_hash[digest]
            delivered.add(row.facts["sealed"] if row.kind == "resealed" else row.row)
    said = {row.facts["sealed"] for row in history.rows if row.kind == "delivered"}
    wrong += [f"the report of row {row} is delivered, and never came" for row in said - delivered]
    return wrong


def released(
    others: Sequence[Sequence[int]], count: int, totals: Sequence[int], own: Sequence[Opened], perhaps: bool
) -> str:
    """What is wrong with one release; empty if it is exactly the others and what was taken of the device.

    `own`: the distinct reports that were taken. `perhaps`: whether the leader may have none of them.
    """
    allowed = [[*others, *(found.vector for found in own)]] + ([list(others)] if perhaps else [])
    for vectors in allowed:
        if count == len(vectors) and list(totals) == [sum(column) for column in zip(*vectors, strict=True)]:
            return ""
    return f"{count} reports with other totals than those of {len(others)} others and {len(own)} of its own"
