"""Passes are committed, facts and summaries kept; test_store_rolling has what time makes of samples."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from agent import migrations
from agent.database import CorruptError, UnmigratedError
from agent.errors import StoreError
from agent.model import Fact, Sample
from agent.schedule import DAY, HOUR
from agent.store import BATCH, LONGEST_BUFFER, Read, Store, Summarised
from catalogue.load import load
from catalogue.model import Metric
from tests.fakes import FakeEnv, metric
from tests.unit.agent.stores import (
    MEAN,
    METRICS,
    MONDAY,
    RATIO,
    RAW,
    count,
    expected,
    fill,
    other,
    samples,
)

WRITTEN = Path("/proc/self/io")

# -- committing


def test_passes_are_committed_a_batch_at_a_time(env: FakeEnv, store: Store) -> None:
    reader = other(env)
    for n in range(1, 26):
        store.add(MONDAY + 60 * n, {MEAN.id: 1.0}, {})
        assert count(reader, "samples") == n // BATCH * BATCH
        assert store.pending == n % BATCH
    store.flush()
    assert count(reader, "samples") == 25
    assert reader.fact(Fact.LAST_PASS) == str(MONDAY + 60 * 25)
    reader.close()


def test_marks_are_saved_with_their_samples_or_not_at_all(env: FakeEnv, store: Store) -> None:
    reader = other(env)
    store.add(MONDAY, {MEAN.id: 1.0}, {"app.sum cursor": "17", "gone": "x"})
    assert reader.marks() == {}
    store.flush()
    assert reader.marks() == {"app.sum cursor": "17", "gone": "x"}
    store.add(MONDAY + 60, {MEAN.id: 1.0}, {"app.sum cursor": "18", "gone": None})
    store.flush()
    assert reader.marks() == {"app.sum cursor": "18"}
    store.remember({"clean": "yes"})
    store.flush()
    assert reader.marks()["clean"] == "yes"
    reader.close()


def test_what_is_no_sample_of_its_metric_is_none(store: Store) -> None:
    odd: dict[str, Sample | None] = {
        MEAN.id: float("nan"),
        "endpoint.last": float("inf"),
        "network.share": 0.5,
        RATIO.id: 3.0,
        "app.sum": (1.0, 2.0),
        "endpoint.most": 4.0,
        "unknown.metric": 1.0,
    }
    store.add(MONDAY, odd, {})
    store.flush()
    store.add(MONDAY + DAY, {}, {})
    store.flush()
    filled = {one.id for one in RAW if store.tally(one, MONDAY, MONDAY + DAY).count}
    assert filled == {"endpoint.most"}


def test_a_disk_that_refuses_costs_nothing_once_it_takes_again(store: Store) -> None:
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")
    passes, refused = {}, 0
    source = random.Random(2)
    for t in range(MONDAY, MONDAY + 300 * 60, 60):
        passes[t] = samples(source)
        try:
            store.add(t, passes[t], {"cursor": str(t)})
        except StoreError as error:
            assert "is full" in error.message
            refused += 1
    assert refused > 5
    store.connection.execute("PRAGMA max_page_count = 1000000")
    store.flush()
    assert store.marks() == {"cursor": str(t)}
    for one in RAW:
        assert store.tally(one, MONDAY, MONDAY + DAY) == expected(one, passes, MONDAY, MONDAY + DAY)


def test_memory_is_bounded_while_the_disk_refuses(store: Store) -> None:
    store.connection.execute("PRAGMA query_only = ON")
    for n in range(LONGEST_BUFFER + 50):
        try:
            store.add(MONDAY + 60 * n, {MEAN.id: 1.0}, {})
        except StoreError:
            continue
    assert store.pending == LONGEST_BUFFER
    store.connection.execute("PRAGMA query_only = OFF")
    store.flush()
    assert store.pending == 0


@pytest.mark.skipif(not WRITTEN.exists(), reason="Linux counts what a process writes")
def test_a_pass_of_the_whole_catalogue_writes_little_rolled_up_and_pruned(env: FakeEnv) -> None:
    known = [one for one in load(None).metrics if not one.is_derived]
    migrations.migrate(env.database, known)
    store = Store.open(env, known)
    source = random.Random(9)

    def sample(one: Metric) -> Sample:
        if one.statistic == "share":
            return float(source.random() < 0.1)
        if one.statistic == "ratio":
            return (float(source.randrange(30)), float(source.randrange(30_000)))
        return 0.0 if one.classes else source.uniform(0, one.edges[-1])

    def live(start: int, stop: int) -> None:
        for t in range(start, stop, 60):
            due = {one.id: sample(one) for one in known if t % one.every < 60}
            store.add(t, due, {f"{one.id} cursor": f"boot {t}" for one in known[::4]})

    live(MONDAY, MONDAY + 2 * DAY + HOUR)  # from here on as much goes as comes
    before = written()
    live(MONDAY + 2 * DAY + HOUR, MONDAY + 3 * DAY + HOUR)
    octets, calls = (now - then for now, then in zip(written(), before, strict=True))
    store.close()
    assert octets / 1_440 < 2_000
    assert calls / 1_440 < 4


def written() -> tuple[int, int]:
    """(bytes, calls) that this process has written so far."""
    counts = dict(line.split(": ") for line in WRITTEN.read_text().splitlines())
    return int(counts["wchar"]), int(counts["syscw"])


# -- summaries and the rest


def test_a_summary_is_fixed_once(env: FakeEnv, store: Store) -> None:
    assert store.summary(0, DAY) is None
    first = {
        row.metric: row
        for row in (Summarised(MEAN.id, 3.5, 1, "ok"), Summarised(RATIO.id, None, None, "unknown"))
    }
    assert store.fix_summary(0, DAY, first.values()) == first
    assert store.fix_summary(0, DAY, [Summarised(MEAN.id, 9.0, 2, "warn")]) == first
    reader = other(env)
    assert reader.summary(0, DAY) == first
    reader.close()


def test_facts_settings_and_readings(store: Store) -> None:
    assert store.fact(Fact.NEXT_DUE) is None
    store.set_fact(Fact.NEXT_DUE, "12.5")
    store.set_fact(Fact.NEXT_DUE, "13.5")
    assert store.fact("next_due") == "13.5"
    store.set_fact(Fact.NEXT_DUE, None)
    assert store.fact(Fact.NEXT_DUE) is None
    store.set_setting("choice", "quiet")
    assert (store.setting("choice"), store.settings()) == ("quiet", {"choice": "quiet"})
    store.note_reading(100.9, "anna")
    store.note_reading(100.9, "ben")
    assert store.readings() == [Read(100, "ben"), Read(100, "anna")]
    assert store.readings(101) == []


def test_passes_tell_whether_anything_was_measured(store: Store) -> None:
    fill(store, MONDAY + HOUR, MONDAY + 2 * HOUR)
    assert store.passes(MONDAY, MONDAY + DAY) > 0
    assert store.passes(MONDAY + DAY, MONDAY + 2 * DAY) == 0


# -- opening


@pytest.mark.parametrize("stored", ["", "soon", "nan", "inf", "1e300"])
def test_a_fact_that_should_be_a_number(env: FakeEnv, store: Store, stored: str) -> None:
    assert store.number(Fact.WOKE_AT) is None
    store.set_fact(Fact.WOKE_AT, "12.5")
    assert store.number(Fact.WOKE_AT) == 12.5
    store.set_fact(Fact.WOKE_AT, stored)
    with pytest.raises(CorruptError, match="woke_at should be a number") as caught:
        store.number(Fact.WOKE_AT)
    assert caught.value.exit_code == 19
    store.set_fact(Fact.LAST_PASS, stored)
    with pytest.raises(CorruptError, match="last_pass"):
        Store.open(env, METRICS)


def test_how_far_it_was_rolled_up_that_is_no_number(store: Store) -> None:
    store.set_fact("quarters_done", "x")
    store.add(MONDAY, {MEAN.id: 7.0}, {})
    with pytest.raises(CorruptError, match="quarters_done"):
        store.flush()
    assert store.pending == 1


def test_metrics_without_columns_call_for_a_migration(env: FakeEnv, store: Store) -> None:
    with pytest.raises(UnmigratedError, match="lacks columns"):
        Store.open(env, [*METRICS, metric("app.new", "p25")])


def test_values_that_no_version_writes_are_corruption(store: Store) -> None:
    fill(store, MONDAY, MONDAY + HOUR)
    store.connection.execute(f"UPDATE quarters SET \"{MEAN.id}\" = 'nonsense'")
    with pytest.raises(CorruptError, match="no tally"):
        store.tally(MEAN, MONDAY, MONDAY + HOUR)
    store.connection.execute(f"UPDATE quarters SET \"{MEAN.id}\" = CAST(x'ff31' AS TEXT)")
    with pytest.raises(CorruptError):
        store.tally(MEAN, MONDAY, MONDAY + HOUR)
