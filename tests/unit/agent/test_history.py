from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import history, summary
from agent.history import DAYS, Day, Since
from agent.schedule import DAY, HOUR
from agent.store import Store
from catalogue.model import Catalogue
from catalogue.verdict import Verdict, bad_count, verdict
from tests.fakes import FakeEnv, metric
from tests.unit.agent.stores import opened

METRICS = (
    metric("endpoint.last", "last", window=7),
    metric("endpoint.sum", "sum", window=7, unit="1", edges=(1.0, 3.0, 6.0), warn=3.0, bad=6.0),
    metric("endpoint.share", "share", window=28, least=3),
    metric("endpoint.bad_count", "derived"),
)
CATALOGUE = Catalogue(METRICS, {}, {})
MONDAY = 1_700_438_400  # 20 November 2023, 00:00 UTC


@pytest.fixture
def store(env: FakeEnv) -> Iterator[Store]:
    with opened(env, METRICS) as store:
        yield store


def lived(store: Store, days: int, seed: int) -> float:
    """So many days with some of them off, up to Monday's noon; that moment."""
    chance = random.Random(seed)
    for day in range(days, -1, -1):
        if day and chance.random() < 0.2:
            continue
        for hour in (7, 9, 11):
            now = MONDAY - day * DAY + hour * HOUR
            samples = {
                "endpoint.last": chance.uniform(0, 30),
                "endpoint.sum": float(chance.random() < 0.2),
                "endpoint.share": float(chance.random() < 0.1),
            }
            store.add(now, samples, {})
    store.flush()
    return MONDAY + 12 * HOUR


@pytest.mark.parametrize("seed", range(3))
def test_each_day_is_judged_by_its_own_window(store: Store, seed: int) -> None:
    now = lived(store, 70, seed)
    current = summary.today(store, CATALOGUE, now)
    courses = history.courses(store, CATALOGUE, now, current)
    assert set(courses) == {one.id for one in METRICS}
    for one in METRICS[:3]:
        course = courses[one.id]
        assert [day.t for day in course] == [MONDAY - DAY * back for back in reversed(range(DAYS))]
        for day in course[:-1]:
            window = store.tally(one, day.t + DAY - one.window * DAY, day.t + DAY)
            own = store.tally(one, day.t, day.t + DAY)
            assert day == Day(day.t, own.estimate(), window.value(), verdict(one, window.value())), seed
        assert (course[-1].value, course[-1].verdict) == (current[one.id].value, current[one.id].verdict)
        assert any(day.own is None for day in course), "no day was off: the seed shows nothing"


def test_a_sampler_that_stopped_leaves_its_last_day_readable(store: Store) -> None:
    """Nothing has rolled it up, and it counts all the same, two days later."""
    now = lived(store, 20, 2)
    later = now + 2 * DAY
    course = history.courses(store, CATALOGUE, later, summary.today(store, CATALOGUE, later))["endpoint.last"]
    own = [day.own is not None for day in course[-3:]]
    assert own == [True, False, False]
    found = history.since(course)
    assert found is not None and found.t <= MONDAY


def test_a_count_of_bad_ones_follows_from_the_days_verdicts(store: Store) -> None:
    now = lived(store, 40, 5)
    courses = history.courses(store, CATALOGUE, now, summary.today(store, CATALOGUE, now))
    for index, day in enumerate(courses["endpoint.bad_count"][:-1]):
        verdicts = {one.id: Verdict(courses[one.id][index].verdict) for one in METRICS[:3]}
        assert day.value == bad_count("endpoint", verdicts, METRICS)


def test_a_metric_that_the_file_does_not_have_was_never_measured(env: FakeEnv, store: Store) -> None:
    now = lived(store, 3, 1)
    newer = CATALOGUE._replace(metrics=(*METRICS, metric("network.new", "mean")))
    with_less = Store.look(env, newer.metrics)
    try:
        current = summary.today(with_less, CATALOGUE, now)
        course = history.courses(with_less, newer, now, current)["network.new"]
    finally:
        with_less.close()
    assert history.since(course) is None
    assert {day.verdict for day in course} == {"unknown"}


VERDICTS = st.sampled_from(["ok", "warn", "bad", "unknown"])
COURSES = st.lists(st.tuples(st.booleans(), VERDICTS), min_size=1, max_size=12)


@given(COURSES)
def test_since_is_the_first_day_of_the_unbroken_verdict(days: list[tuple[bool, str]]) -> None:
    course = [Day(n * DAY, 1.0 if measured else None, 1.0, word) for n, (measured, word) in enumerate(days)]
    found = history.since(course)
    if not any(measured for measured, _ in days):
        assert found is None
        return
    current = days[-1][1]
    # what counts, newest first: today, and of a known verdict only days on which something was measured
    counting = [n for n, (measured, _) in enumerate(days) if measured or current == "unknown"]
    if len(days) - 1 not in counting:
        counting.append(len(days) - 1)
    unbroken = []
    for n in reversed(counting):
        if days[n][1] != current:
            break
        unbroken.append(n)
    assert found == Since(unbroken[-1] * DAY, len(unbroken) == len(counting) and unbroken[-1] == 0)


def test_a_weekend_off_breaks_nothing_and_a_good_day_does() -> None:
    def course(*days: tuple[float | None, str]) -> list[Day]:
        return [Day(n * DAY, own, own, word) for n, (own, word) in enumerate(days)]

    warn, off, fine = (1.0, "warn"), (None, "ok"), (0.0, "ok")
    assert history.since(course(fine, warn, off, off, warn)) == Since(DAY, False)
    assert history.since(course(fine, warn, fine, warn)) == Since(3 * DAY, False)
    assert history.since(course(warn, warn)) == Since(0, True)


def test_looking_writes_nothing(env: FakeEnv, store: Store, tmp_path: Path) -> None:
    from agent.errors import StoreError

    lived(store, 2, 0)
    looking = Store.look(env, METRICS)
    try:
        assert looking.number("last_pass")
        with pytest.raises(StoreError):
            looking.set_fact("a", "b")
    finally:
        looking.close()
    assert store.fact("a") is None
