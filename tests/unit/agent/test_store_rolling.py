"""Samples are rolled up and go after their time, whatever the clock does; and what a chart sees of them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import database
from agent.rollup import KEEP_DAYS, KEEP_QUARTERS, KEEP_SAMPLES
from agent.schedule import DAY, HOUR, QUARTER
from agent.store import Point, Store, Summarised
from tests.fakes import FakeEnv
from tests.unit.agent.stores import (
    MEAN,
    METRICS,
    MONDAY,
    RATIO,
    RAW,
    Passes,
    count,
    expected,
    fill,
    in_memory,
    other,
)

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
    with in_memory() as store:
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
    with in_memory() as store:
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


# -- history


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
