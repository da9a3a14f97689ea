from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from agent import summary
from agent.model import Reading
from agent.schedule import DAY, HOUR
from agent.store import Store, Summarised
from catalogue.model import Catalogue
from tests.fakes import FakeEnv, metric
from tests.unit.agent.stores import opened

METRICS = (
    metric("endpoint.day", window=1),
    metric("endpoint.week", "max", window=7),
    metric("endpoint.ratio", "ratio", window=7, least=100),
    metric("endpoint.kind", "last", edges=(), classes=("ssd", "mixed", "hdd"), warn=1, bad=2),
    metric("network.share", "share", window=7),
    metric("endpoint.bad_count", "derived"),
    metric("network.bad_count", "derived"),
    metric("app.bad_count", "derived"),
    metric("endpoint.newer", window=7),
)
CATALOGUE = Catalogue(METRICS, {}, {})
START = 1_700_438_400
STOP = START + 7 * DAY


@pytest.fixture
def store(env: FakeEnv) -> Iterator[Store]:
    with opened(env, METRICS) as store:
        yield store


def measure(store: Store, t: float, **values: float | tuple[float, float]) -> None:
    store.add(t, {name.replace("__", "."): value for name, value in values.items()}, {})
    store.flush()


def test_values_buckets_and_verdicts_over_each_metrics_own_window(store: Store) -> None:
    measure(store, START - 1, endpoint__week=99.0)  # before its window
    measure(
        store, START, endpoint__day=40.0, endpoint__week=19.0, endpoint__kind=0.0, endpoint__ratio=(1, 50)
    )
    measure(
        store, STOP - HOUR, endpoint__day=3.0, endpoint__kind=2.0, endpoint__ratio=(5, 50), network__share=1.0
    )
    measure(store, STOP, endpoint__day=60.0, endpoint__week=60.0, endpoint__kind=0.0)  # after the period
    rows = summary.summarise(store, CATALOGUE, START, STOP)
    assert list(rows) == [one.id for one in METRICS]
    assert list(rows.values()) == [
        Summarised("endpoint.day", 3.0, 1, "ok"),  # its window is the last day
        Summarised("endpoint.week", 19.0, 2, "warn"),
        Summarised("endpoint.ratio", 6.0, 2, "warn"),
        Summarised("endpoint.kind", 2.0, 2, "bad"),
        Summarised("network.share", 100.0, 4, "bad"),
        Summarised("endpoint.bad_count", 1.0, 1, "warn"),
        Summarised("network.bad_count", 1.0, 1, "warn"),
        Summarised("app.bad_count", None, None, "unknown"),
        Summarised("endpoint.newer", None, None, "unknown"),
    ]


def test_too_few_observations_are_no_answer(store: Store) -> None:
    measure(store, START, endpoint__ratio=(1, 99))
    row = summary.summarise(store, CATALOGUE, START, STOP)["endpoint.ratio"]
    assert row == ("endpoint.ratio", None, None, "unknown")


def test_nothing_measured_is_unknown_throughout_not_healthy(store: Store) -> None:
    rows = summary.summarise(store, CATALOGUE, START, STOP)
    assert {row[1:] for row in rows.values()} == {(None, None, "unknown")}


def test_bad_counts_count_within_the_prefix_and_without_what_is_left_out(store: Store) -> None:
    measure(
        store, STOP - 1, endpoint__day=30.0, endpoint__week=30.0, endpoint__kind=2.0, endpoint__newer=30.0
    )

    def count(**given: Any) -> float | None:
        return summary.today(store, CATALOGUE, STOP, **given)["endpoint.bad_count"].value

    assert count() == 4.0
    assert count(asked=METRICS[:8]) == 3.0
    assert count(asked=METRICS[:8], left_out={"endpoint.week"}) == 2.0
    assert count(left_out={one.id for one in METRICS}) is None
    # silencing takes a metric from the count, not from the person's own page
    rows = summary.today(store, CATALOGUE, STOP, left_out={"endpoint.week"})
    assert rows["endpoint.week"].verdict == "bad"


def test_a_periods_summary_is_fixed_at_its_first_call(store: Store) -> None:
    measure(store, START, endpoint__week=3.0)
    first = summary.summarise(store, CATALOGUE, START, STOP)
    measure(store, START + 60, endpoint__week=60.0)
    assert (
        summary.summarise(store, CATALOGUE, START, STOP, asked=METRICS[:2], left_out={"endpoint.week"})
        == first
    )
    assert summary.summarise(store, CATALOGUE, START, STOP + DAY) != first


def test_today_fixes_nothing_and_takes_in_the_present_second(store: Store) -> None:
    measure(store, STOP, endpoint__week=3.0)
    assert summary.today(store, CATALOGUE, STOP + 0.5)["endpoint.week"].value == 3.0
    measure(store, STOP + 60, endpoint__week=30.0)
    assert summary.today(store, CATALOGUE, STOP + 60)["endpoint.week"].value == 30.0
    assert store.connection.execute("SELECT count(*) FROM summaries").fetchone() == (0,)


class TestMomentary:
    """One measuring just now, before anything is kept."""

    def rows(self, samples: dict[str, Any], **options: Any) -> dict[str, Summarised]:
        return summary.momentary(CATALOGUE, Reading(samples), **options)

    def test_every_metric_has_a_row_in_the_catalogue_s_order(self) -> None:
        rows = self.rows({})
        assert list(rows) == [each.id for each in METRICS]
        assert {row.value for id, row in rows.items() if not id.endswith("bad_count")} == {None}

    def test_one_sample_is_the_value(self) -> None:
        rows = self.rows({"endpoint.day": 7.0, "endpoint.week": 30.0, "endpoint.kind": 2.0})
        assert rows["endpoint.day"] == Summarised("endpoint.day", 7.0, 2, "warn")
        assert rows["endpoint.week"] == Summarised("endpoint.week", 30.0, 3, "bad")
        assert rows["endpoint.kind"].verdict == "bad"
        assert rows["endpoint.bad_count"].value == 2.0

    def test_what_needs_more_than_one_has_none(self) -> None:
        assert self.rows({"endpoint.ratio": (1.0, 50.0)})["endpoint.ratio"].bucket is None
        assert self.rows({"endpoint.ratio": (1.0, 100.0)})["endpoint.ratio"].value == 1.0

    def test_counts_are_within_what_is_asked_and_not_silenced(self) -> None:
        bad = {"endpoint.day": 99.0, "endpoint.week": 99.0}
        assert self.rows(bad, asked=METRICS[:1])["endpoint.bad_count"].value == 1.0
        assert self.rows(bad, left_out=["endpoint.day"])["endpoint.bad_count"].value == 1.0

    def test_absent_and_none_are_the_same(self) -> None:
        assert self.rows({"endpoint.day": None}) == self.rows({})

    def test_it_is_what_today_would_say_of_the_same_sample(self, store: Store) -> None:
        samples = {"endpoint.day": 7.0, "network.share": 1.0, "endpoint.kind": 1.0}
        store.add(START, samples, {})
        store.flush()
        assert self.rows(samples) == summary.today(store, CATALOGUE, START)


def test_counts_leave_derived_ones_out() -> None:
    from agent.store import Summarised
    from agent.summary import Counts, count
    from tests.fakes import metric

    metrics = [metric(f"app.{name}") for name in ("a", "b", "c", "d")] + [metric("app.bad_count", "derived")]
    words = ("ok", "warn", "bad", "unknown", "bad")
    found = {m.id: Summarised(m.id, None, None, word) for m, word in zip(metrics, words, strict=True)}
    counts = count(metrics, found)
    assert counts == Counts(1, 1, 1, 1)
    assert (counts.answered, counts.attention) == (3, 2)
