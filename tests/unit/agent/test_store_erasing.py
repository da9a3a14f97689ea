"""What is erased leaves no trace, and stays erased, whatever another process has in memory."""

from __future__ import annotations

import struct

import pytest

from agent.model import Fact
from agent.schedule import DAY, HOUR
from agent.store import Store, Summarised
from tests.fakes import FakeEnv
from tests.unit.agent.stores import MEAN, MONDAY, fill, other


def test_erase_leaves_no_byte_of_a_reading(env: FakeEnv, store: Store) -> None:
    canary = 1234.515625
    pattern = struct.pack(">d", canary)
    store.set_setting("choice", "local")
    store.note_reading(5, "anna-the-canary")
    for t in range(MONDAY, MONDAY + DAY, 60):
        store.add(t, {MEAN.id: canary}, {"mark-canary": str(t)})
    store.flush()
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert pattern in env.database.read_bytes()
    store.erase()
    left = b"".join(part.read_bytes() for part in env.state.glob("shoal.db*"))
    for trace in (pattern, b"anna-the-canary", b"mark-canary"):
        assert trace not in left
    assert store.setting("choice") == "local"
    fill(store, MONDAY + DAY, MONDAY + DAY + HOUR)
    assert store.tally(MEAN, MONDAY, MONDAY + 2 * DAY).count > 30


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
