"""From a summary to the vector."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agent.measurement import measure, zeros
from agent.store import Summarised
from catalogue import layout
from tests.unit.agent.agreement import METRICS

IDS = [metric.id for metric in METRICS]
buckets = st.fixed_dictionaries(
    {metric.id: st.none() | st.integers(0, metric.buckets - 1) for metric in METRICS}
)


@given(buckets, st.sets(st.sampled_from(IDS)), st.integers(1, len(METRICS)))
def test_only_what_is_asked_and_not_left_out(
    found: dict[str, int | None], left_out: set[str], asked: int
) -> None:
    summary = {id: Summarised(id, None, bucket, "ok") for id, bucket in found.items()}
    made = measure(7, summary, METRICS[:asked], left_out)
    assert made.time == 7
    expected = {id: None if id in left_out else found[id] for id in (metric.id for metric in METRICS[:asked])}
    assert layout.decode(made.vector, METRICS[:asked]) == expected


def test_zeros() -> None:
    assert zeros(3, 5) == (3, (0, 0, 0, 0, 0))
