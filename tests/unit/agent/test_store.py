from __future__ import annotations

import random
import sqlite3
import struct
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from agent import database, migrations, tally
from agent.database import CorruptError, UnmigratedError
from agent.errors import StoreError
from agent.model import Fact, Sample
from agent.rollup import KEEP_DAYS, KEEP_QUARTERS, KEEP_SAMPLES
from agent.schedule import DAY, HOUR, QUARTER
from agent.store import BATCH, LONGEST_BUFFER, Point, Read, Store, Summarised
from catalogue.load import load
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
WRITTEN = Path("/proc/self/io")
MONDAY = 1_700_438_400  # 20 November 2023, 00:00 UTC


@pytest.fixture
def store(env: FakeEnv) -> Iterator[Store]:
    migrations.migrate(env.database, METRICS)
    store = Store.open(env, METRICS)
    yield store
    store.close()


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
    total = tally.start(one)
    for t, found in passes.items():
        sample = found[one.id]
        if start <= t < stop and sample is not None:
            total.add(sample, t)
    return total


def count(store: Store, table: str) -> int:
    return int(store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def other(env: FakeEnv) -> Store:
    """The same database as another process sees it."""
    return Store.open(env, METRICS)


# -- committing


def test_passes_are_committed_ten_at_a_time(env: FakeEnv, store: Store) -> None:
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


# -- rolling up


@pytest.mark.parametrize("step", [60, 300, 7_200])
def test_tallies_over_days_are_those_of_every_sample_once(store: Store, step: int) -> None:
    stop = MONDAY + 4 * DAY + 5 * HOUR + 7 * 60
    passes = fill(store, MONDAY, stop, step)
    assert min(passes) < stop - KEEP_SAMPLES  # so much is rolled up
    for one in RAW:
        for start in (MONDAY, MONDAY + DAY, MONDAY + DAY + 3 * QUARTER, stop - HOUR, stop - 17 * 60):
            for end in (stop, MONDAY + 4 * DAY, MONDAY + 4 * DAY + 3 * HOUR + 17 * 60):
                found = store.tally(one, start, end)
                assert found == expected(one, passes, start, end), (one.id, start - MONDAY, end - MONDAY)


@given(
    st.lists(st.integers(1, 30_000), min_size=1, max_size=60),
    st.integers(0, DAY),
    st.integers(0, 3 * DAY),
    st.integers(0, 3 * DAY),
)
def test_no_sample_is_counted_twice_or_forgotten_whatever_the_gaps(
    gaps: list[int], start: int, one_end: int, other_end: int
) -> None:
    with _temporary() as store:
        t = MONDAY + start
        passes: Passes = {}
        for gap in gaps:
            passes[t] = {MEAN.id: float(gap), RATIO.id: (1.0, float(gap))}
            store.add(t, passes[t], {})
            t += gap
        store.flush()
        low, high = sorted((MONDAY + one_end, MONDAY + other_end))
        for one in (MEAN, RATIO):
            # samples of the last 48 hours are there to the second, older ones by the quarter-hour
            if low >= t - KEEP_SAMPLES + QUARTER:
                assert store.tally(one, low, high) == expected(one, passes, low, high)
            low, high = low // QUARTER * QUARTER, high // QUARTER * QUARTER
            assert store.tally(one, low, high) == expected(one, passes, low, high)


def test_rolling_up_happens_across_a_restart(env: FakeEnv, store: Store) -> None:
    first = fill(store, MONDAY, MONDAY + 20 * HOUR)
    again = other(env)
    second = fill(again, MONDAY + 20 * HOUR, MONDAY + 30 * HOUR, seed=2)
    assert again.tally(MEAN, MONDAY, MONDAY + 2 * DAY) == expected(
        MEAN, first | second, MONDAY, MONDAY + 2 * DAY
    )
    assert count(again, "days") == 1
    assert count(again, "quarters") == 30 * 4 - 1
    again.close()


def test_each_level_is_kept_as_long_as_said_and_no_longer(store: Store) -> None:
    stop = MONDAY + 400 * DAY
    for t in range(MONDAY, stop - 3 * DAY, 6 * HOUR):
        store.add(t, {MEAN.id: 1.0}, {})
    fill(store, stop - 3 * DAY, stop + 60)
    for table, keep, span in (
        ("samples", KEEP_SAMPLES, QUARTER),
        ("quarters", KEEP_QUARTERS, DAY),
        ("days", KEEP_DAYS, DAY),
    ):
        oldest = store.connection.execute(f"SELECT min(t) FROM {table}").fetchone()[0]
        assert stop - keep <= oldest <= stop - keep + max(span, 6 * HOUR) + 60, table


def test_notes_and_summaries_go_after_a_year(store: Store) -> None:
    store.note_reading(MONDAY, "anna")
    store.fix_summary(MONDAY - DAY, MONDAY, [Summarised(MEAN.id, 1.0, 0, "ok")])
    fill(store, MONDAY + 364 * DAY, MONDAY + 364 * DAY + 3 * HOUR)
    assert store.readings() and store.summary(MONDAY - DAY, MONDAY)
    fill(store, MONDAY + 366 * DAY, MONDAY + 366 * DAY + 3 * HOUR)
    assert not store.readings() and not store.summary(MONDAY - DAY, MONDAY)


# -- wrong clocks


@pytest.mark.parametrize("back", [1, 70, 1_000, HOUR, DAY, 10 * 365 * DAY])
def test_a_clock_set_back_and_right_again_loses_no_sample(store: Store, back: int) -> None:
    noon = MONDAY + 4 * DAY + 12 * HOUR + 7
    passes = fill(store, noon - 30 * HOUR, noon)
    wrong = fill(store, noon - back, noon - back + 40 * 60, seed=3)
    passes |= {t + 1 if t == noon - 60 else t: found for t, found in wrong.items()}
    later = noon + 80 * 60
    passes |= fill(store, later, later + DAY, seed=4)
    start, stop = MONDAY + 2 * DAY, MONDAY + 7 * DAY
    for one in RAW:
        assert store.tally(one, start, stop) == expected(one, passes, start, stop), one.id


def test_a_clock_that_runs_years_ahead_for_minutes_takes_no_history_with_it(store: Store) -> None:
    passes = fill(store, MONDAY, MONDAY + 5 * DAY, 300)
    now = MONDAY + 5 * DAY
    fill(store, now + 3_000 * DAY, now + 3_000 * DAY + 50 * 60, seed=2)
    passes |= fill(store, now + 3_000, now + DAY, seed=3)
    for one in RAW:
        assert store.tally(one, MONDAY, now + DAY) == expected(one, passes, MONDAY, now + DAY), one.id


def test_a_clock_that_stays_ahead_is_believed_after_sixty_passes(store: Store) -> None:
    fill(store, MONDAY, MONDAY + DAY)
    ahead = MONDAY + 100 * DAY
    fill(store, ahead, ahead + 90 * 60)
    assert store.connection.execute("SELECT min(t) FROM samples").fetchone()[0] == ahead


def test_after_two_weeks_asleep_the_old_goes_within_the_hour(store: Store) -> None:
    fill(store, MONDAY, MONDAY + 2 * HOUR)
    back = MONDAY + 14 * DAY
    fill(store, back, back + 2 * HOUR)
    assert store.connection.execute("SELECT min(t) FROM samples").fetchone()[0] == back
    assert store.tally(MEAN, MONDAY, MONDAY + DAY).count > 100  # its day is kept


@given(
    st.lists(
        st.tuples(
            st.sampled_from([-4_000 * DAY, -DAY, -HOUR, -61, 0, 61, HOUR, DAY, 4_000 * DAY]),
            st.integers(1, 80),
        ),
        max_size=8,
    )
)
def test_however_the_clock_jumps_the_store_goes_on(jumps: list[tuple[int, int]]) -> None:
    with _temporary() as store:
        now = MONDAY + 5_000 * DAY
        for jump, passes in jumps:
            now += jump
            for _ in range(passes):
                now += 60
                store.add(now, {MEAN.id: 1.0, RATIO.id: (1.0, 2.0)}, {"seen": str(now)})
            store.flush()
            found = store.tally(MEAN, now - HOUR, now + 1)
            assert found.count >= 1 and found.value() == 1.0
        database.check(store.connection, store._path)


# -- history, summaries and the rest


def test_history_is_as_fine_as_what_is_kept(store: Store) -> None:
    stop = MONDAY + 40 * DAY
    for t in range(MONDAY, stop - 3 * DAY, HOUR):
        store.add(t, {MEAN.id: 7.0}, {})
    fill(store, stop - 3 * DAY, stop)
    points = store.history(MEAN, MONDAY, stop)
    assert points == sorted(points)
    finenesses = [point.seconds for point in points]
    assert set(finenesses) == {DAY, QUARTER, 60}
    assert finenesses == sorted(finenesses, reverse=True)
    for point, following in pairwise(points):
        assert point.t + point.seconds <= following.t
    assert points[0] == Point(MONDAY, DAY, 7.0)


def test_history_of_a_share_and_a_ratio_are_percentages(store: Store) -> None:
    """A single minute is a point of a chart, though far too little for a value."""
    store.add(MONDAY, {"network.share": 1.0, RATIO.id: (1.0, 4.0)}, {})
    store.flush()
    assert store.history(METRICS[6], MONDAY, MONDAY + 60) == [Point(MONDAY, 60, 100.0)]
    assert store.tally(METRICS[6], MONDAY, MONDAY + 60).value() is None
    assert store.history(RATIO, MONDAY, MONDAY + 60) == [Point(MONDAY, 60, 25.0)]
    assert store.history(RATIO, MONDAY + 1, MONDAY + 60) == []


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


class _temporary:  # noqa: N801
    """A store in memory, for examples by the hundred."""

    def __enter__(self) -> Store:
        self._connection = sqlite3.connect(":memory:", isolation_level=None)
        db = Database(self._connection, recursive_triggers=False, execute_plugins=False)
        migrations._bring_up(db, METRICS)
        return Store(self._connection, Path("memory"), METRICS)

    def __exit__(self, *_: object) -> None:
        self._connection.close()
