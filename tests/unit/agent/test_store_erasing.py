"""What another process erases stays erased, whatever this one has in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent import migrations
from agent.model import Fact
from agent.schedule import DAY
from agent.store import Store, Summarised
from tests.fakes import FakeEnv, metric

MEAN = metric("endpoint.mean")
METRICS = [MEAN]
MONDAY = 1_700_438_400  # 20 November 2023, 00:00 UTC


@pytest.fixture
def store(env: FakeEnv) -> Iterator[Store]:
    migrations.migrate(env.database, METRICS)
    store = Store.open(env, METRICS)
    yield store
    store.close()


def other(env: FakeEnv) -> Store:
    """The same database as another process sees it."""
    return Store.open(env, METRICS)


def test_what_was_measured_before_another_process_erased_is_never_written(env: FakeEnv, store: Store) -> None:
    for n in range(4):
        store.add(MONDAY + 60 * n, {MEAN.id: 7.0}, {"mark": str(n)})
    assert store.pending == 4
    eraser = other(env)
    eraser.erase()
    store.flush()
    assert (store.pending, eraser.passes(0, 2 * MONDAY), eraser.marks()) == (0, 0, {})
    store.add(MONDAY + 600, {MEAN.id: 8.0}, {"mark": "new"})
    store.flush()
    assert (eraser.passes(0, 2 * MONDAY), eraser.marks()) == (1, {"mark": "new"})
    eraser.close()


def test_a_pass_that_lasts_while_another_process_erases_is_not_written_either(
    env: FakeEnv, store: Store
) -> None:
    store.flush()
    eraser = other(env)
    eraser.erase()  # while the probes are read
    store.add(MONDAY, {MEAN.id: 7.0}, {})
    store.flush()
    assert eraser.passes(0, 2 * MONDAY) == 0
    eraser.erase()
    store.flush()  # nothing in memory: what comes next was measured afterwards
    store.add(MONDAY + 60, {MEAN.id: 7.0}, {})
    store.flush()
    assert eraser.passes(0, 2 * MONDAY) == 1
    eraser.close()


def test_erasing_oneself_forgets_what_is_in_memory_and_goes_on(store: Store) -> None:
    store.add(MONDAY, {MEAN.id: 7.0}, {})
    store.erase()
    assert store.pending == 0 and not store.was_erased()
    store.add(MONDAY + 60, {MEAN.id: 7.0}, {})
    store.flush()
    assert store.passes(0, 2 * MONDAY) == 1


def test_a_summary_of_what_was_erased_meanwhile_is_not_fixed(env: FakeEnv, store: Store) -> None:
    eraser = other(env)
    eraser.erase()
    row = Summarised(MEAN.id, 1.5, 1, "ok")
    assert store.was_erased()
    assert store.fix_summary(0, DAY, [row]) == {MEAN.id: row}
    assert eraser.summary(0, DAY) is None
    assert eraser.fix_summary(0, DAY, [row]) == eraser.summary(0, DAY) == {MEAN.id: row}
    eraser.close()


@pytest.mark.parametrize("stored", ["", "garbage", "9" * 40])
def test_erasing_gets_over_a_count_that_is_none(env: FakeEnv, store: Store, stored: str) -> None:
    store.set_fact(Fact.ERASED, stored)
    measuring = other(env)
    measuring.add(MONDAY, {MEAN.id: 7.0}, {})
    store.erase()
    measuring.flush()
    assert store.passes(0, 2 * MONDAY) == 0
    measuring.close()
