"""A simulated year of one device's readings: ``python -m bench.year FOLDER [DAYS]``, in a process of its own.

The real store, roll-ups and retention under a clock that is turned: a pass each minute, every metric at its
own interval with values all over its range, whose roll-ups are longer than a real device's.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent import migrations
from agent.store import Store
from catalogue.load import load
from tests.fakes import FakeEnv

if TYPE_CHECKING:
    from agent.model import Sample
    from catalogue.model import Metric

DAYS = 365
WEEK = 7
"""Days at the end after each of whose commits the disk is made to follow, as it has long done in reality when
the next one comes: only then does a page that is written again count again."""
_MINUTES = 1440
_SEED = 365


def main(folder: Path, days: int) -> dict[str, Any]:
    """Live for so many days (a week at least): what the database has become, and bytes written a pass."""
    chance = random.Random(_SEED)
    env = FakeEnv(folder / "state", now=1_700_000_000.0 // 86_400 * 86_400)
    env.prepare()
    metrics = load(None).metrics
    migrations.migrate(env.database, metrics)
    measured = [(metric, max(1, metric.every // 60)) for metric in metrics if not metric.is_derived]
    store = Store.open(env, metrics)
    before, start = _io(), time.process_time()
    week = before
    for minute in range(days * _MINUTES):
        env.pass_time(60)
        samples = {metric.id: _sample(metric, chance) for metric, every in measured if minute % every == 0}
        marks = {
            "a.counter": f"boot-1 tcp={minute},{minute * 1000}",
            "another.counter": f"boot-1 eth0={minute}",
        }
        if minute == (days - WEEK) * _MINUTES:
            _follow(env.database)
            week = _io()
        store.add(env.now(), samples, marks)
        if minute >= (days - WEEK) * _MINUTES and not store.pending:
            _follow(env.database)
    store.flush()
    after = _io()
    found = {
        "days": days,
        "passes": days * _MINUTES,
        "cpu": time.process_time() - start,
        "handed": (after["wchar"] - before["wchar"]) / (days * _MINUTES),
        "disk": (after["write_bytes"] - week["write_bytes"]) / (WEEK * _MINUTES),
        "database": env.database.stat().st_size,
        "journal": Path(f"{env.database}-wal").stat().st_size,
        "rows": {
            table: store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("samples", "quarters", "days")
        },
    }
    store.close()
    return found


def _sample(metric: Metric, chance: random.Random) -> Sample:
    if metric.classes:
        return float(chance.randrange(len(metric.classes)))
    if metric.statistic == "share":
        return float(chance.random() < 0.1)
    if metric.statistic == "ratio":
        sent = chance.randrange(1, 100_000)
        return float(chance.randrange(sent // 20 + 1)), float(sent)
    if metric.unit == "1":
        return float(chance.choices((0, 1, 5), (20, 2, 1))[0])
    low, high = metric.edges[0], metric.edges[-1]
    return chance.uniform(low - (high - low) / 10, high)


def _follow(database: Path) -> None:
    """Have everything that was written reach the disk."""
    for file in database.parent.glob(f"{database.name}*"):
        descriptor = os.open(file, os.O_RDWR)
        os.fsync(descriptor)
        os.close(descriptor)


def _io() -> dict[str, int]:
    """What this process has written so far: ``wchar`` to calls, ``write_bytes`` in pages for the disk."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return {key: int(value) for key, _, value in (line.partition(":") for line in lines)}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else DAYS)))
