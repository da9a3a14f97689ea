from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.probes.counters import Counts, gained


def rises(*steps: tuple[str, Mapping[str, Counts]], since_boot: bool = True) -> list[Counts | None]:
    marks: dict[str, str] = {}
    return [gained(marks, "key", boot, counters, since_boot=since_boot) for boot, counters in steps]


CASES: dict[str, tuple[list[tuple[str, dict[str, Counts]]], list[Counts | None]]] = {
    "rises": ([("b", {"x": (5,)}), ("b", {"x": (5,)}), ("b", {"x": (9,)})], [None, (0,), (4,)]),
    "a reboot counts from nothing": ([("b", {"x": (5,)}), ("c", {"x": (3,)})], [None, (3,)]),
    "a reboot to a higher count": ([("b", {"x": (5,)}), ("c", {"x": (30,)})], [None, (30,)]),
    "a reset or a wrap": ([("b", {"x": (4_294_967_290,)}), ("b", {"x": (6,)})], [None, (6,)]),
    "two kinds fall together": ([("b", {"x": (5, 100)}), ("b", {"x": (6, 50)})], [None, (6, 50)]),
    "a new adapter": ([("b", {"x": (5,)}), ("b", {"x": (6,), "y": (7,)})], [None, (8,)]),
    "an adapter goes": ([("b", {"x": (5,), "y": (9,)}), ("b", {"x": (6,)})], [None, (1,)]),
    "it comes back, reset": (
        [("b", {"x": (5,), "y": (9,)}), ("b", {"x": (5,)}), ("b", {"x": (5,), "y": (2,)})],
        [None, (0,), (2,)],
    ),
    "odd names": ([("b", {"x=y,z": (5,)}), ("b", {"x=y,z": (7,)})], [None, (2,)]),
    "nothing there": ([("b", {}), ("b", {}), ("b", {"x": (1,)})], [None, (), (1,)]),
}


@pytest.mark.parametrize("case", CASES)
def test_increments(case: str) -> None:
    steps, expected = CASES[case]
    assert rises(*steps) == expected


def test_where_starting_itself_stirs_the_counter() -> None:
    steps = [("b", {"x": (5,)}), ("c", {"x": (3,)}), ("c", {"x": (4,)})]
    assert rises(*steps, since_boot=False) == [None, (0,), (1,)]


@pytest.mark.parametrize("mark", ["", "b x=", "b x=1,a", "b x", "b x=1,,2"])
def test_a_mark_that_cannot_be_read_is_a_first_sight(mark: str) -> None:
    marks = {"key": mark}
    assert gained(marks, "key", "b", {"x": (9,)}) is None
    assert gained(marks, "key", "b", {"x": (11,)}) == (2,)


@given(
    st.lists(st.tuples(st.sampled_from("bc"), st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2**64))))
)
def test_never_negative(steps: list[tuple[str, dict[str, int]]]) -> None:
    found = rises(*((boot, {name: (count,) for name, count in counters.items()}) for boot, counters in steps))
    assert all(rise is None or all(part >= 0 for part in rise) for rise in found)


@given(st.lists(st.integers(0, 1000) | st.sampled_from(["look", "reboot"])))
def test_nothing_is_lost_or_counted_twice(events: list[int | str]) -> None:
    """Looks at any time, by any number of processes; the last one before a reboot sees all of that boot."""
    marks: dict[str, str] = {}
    counter = boot = total = expected = 0

    def look() -> int:
        rise = gained(marks, "key", f"boot-{boot}", {"x": (counter,)})
        return rise[0] if rise else 0

    for event in ["look", *events, "look"]:
        if isinstance(event, int):
            counter += event
            expected += event
            continue
        total += look()
        if event == "reboot":
            boot, counter = boot + 1, 0
    assert total == expected
