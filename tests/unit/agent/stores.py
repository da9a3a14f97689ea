"""A store of all kinds of metrics, what tests put into it, and what it must make of that."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from agent import migrations, tally
from agent.model import Sample
from agent.store import Store
from catalogue.model import Metric
from tests.fakes import FakeEnv, metric

METRICS = [
    metric("endpoint.mean"),
    metric("endpoint.last", "last"),
    metric("endpoint.least", "min"),
    metric("endpoint.most", "max"),
    metric("network.middle", "p50"),
    metric("network.high", "p95"),
    metric("network.share", "share", least=10),
    metric("network.ratio", "ratio", least=1),
    metric("app.sum", "sum"),
    metric("app.bad_count", "derived"),
]
RAW = [found for found in METRICS if not found.is_derived]
MEAN, RATIO = METRICS[0], METRICS[7]
Passes = dict[int, dict[str, Sample | None]]
MONDAY = 1_700_438_400  # 20 November 2023, 00:00 UTC


@contextmanager
def opened(env: FakeEnv, metrics: Sequence[Metric]) -> Iterator[Store]:
    """A new store of these metrics, until the end of the block."""
    migrations.migrate(env.database, metrics)
    store = Store.open(env, metrics)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def in_memory() -> Iterator[Store]:
    """One in memory, for examples by the hundred."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrations._bring_up(connection, METRICS)
    try:
        yield Store(connection, Path("memory"), METRICS)
    finally:
        connection.close()


def samples(source: random.Random) -> dict[str, Sample | None]:
    """One pass over all metrics, some without an answer."""
    found: dict[str, Sample | None] = {}
    for one in RAW:
        if source.random() < 0.1:
            found[one.id] = None
        elif one.statistic == "share":
            found[one.id] = float(source.random() < 0.3)
        elif one.statistic == "ratio":
            found[one.id] = (float(source.randrange(5)), float(source.randrange(5, 100)))
        else:
            found[one.id] = round(source.uniform(0, 60), 3)
    return found


def fill(store: Store, start: int, stop: int, step: int = 60, seed: int = 1) -> Passes:
    """Passes from start to stop, committed; what went in."""
    source = random.Random(seed)
    passes = {}
    for t in range(start, stop, step):
        passes[t] = samples(source)
        store.add(t, passes[t], {})
    store.flush()
    return passes


def expected(one: Metric, passes: Passes, start: int, stop: int) -> tally.Tally:
    """The tally of every sample that went in between start and stop, once."""
    total = tally.start(one)
    for t, found in passes.items():
        sample = found[one.id]
        if start <= t < stop and sample is not None:
            total.add(sample, t)
    return total


def count(store: Store, table: str) -> int:
    """How many rows a table has."""
    return int(store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def other(env: FakeEnv) -> Store:
    """The same database as another process sees it."""
    return Store.open(env, METRICS)
