"""Each record counted once, whatever is cleared away, comes late, or happens to the clock."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.probes.records import PER_PROGRAM, counted, days_with
from agent.schedule import DAY

NOW = 1_700_000_000.0
MIDNIGHT = NOW // DAY * DAY + DAY
KEY = "k"


class Counting:
    def __init__(self, *records: tuple[float, str]) -> None:
        self.marks: dict[str, str] = {}
        self.now = NOW
        assert counted(self.marks, KEY, records, self.now) == 0, "what was before belongs to nobody"

    def look(self, *records: tuple[float, str], wait: float = 3600) -> int:
        self.now += wait
        return counted(self.marks, KEY, records, self.now)


def test_once() -> None:
    counting = Counting((NOW - 60, "a"))
    new = ((NOW - 60, "a"), (NOW + 10, "a"), (NOW + 20, "b"))
    assert counting.look(*new) == 2
    assert counting.look(*new) == 0


def test_a_loop_counts_ten_a_day_of_a_program() -> None:
    counting = Counting()
    loop = [(NOW + i, "loop") for i in range(40)]
    assert counting.look(*loop[:7]) == 7
    assert counting.look(*loop) == PER_PROGRAM - 7
    assert counting.look(*loop, (NOW + 50, "other")) == 1
    assert counting.look(*loop, *((MIDNIGHT + i, "loop") for i in range(12)), wait=DAY) == PER_PROGRAM


def test_one_that_comes_after_others_were_cleared_away() -> None:
    counting = Counting()
    assert counting.look((NOW + 1, "a"), (NOW + 2, "b"), (NOW + 3, "c")) == 3
    assert counting.look() == 0
    assert counting.look((counting.now + 5, "d")) == 1


def test_one_whose_record_takes_the_place_of_an_older_one() -> None:
    """apport keeps one report a program: its time moves on."""
    counting = Counting((NOW - 5, "a"))
    assert counting.look((NOW + 5, "a")) == 1
    assert counting.look((NOW + 3700, "a")) == 1


def test_one_that_appears_late() -> None:
    """A large dump is written for minutes; meanwhile a younger crash may have been counted."""
    counting = Counting()
    assert counting.look((NOW + 500, "b")) == 1
    assert counting.look((NOW + 400, "a"), (NOW + 500, "b")) == 1


def test_one_that_appears_after_midnight() -> None:
    counting = Counting()
    counting.now = MIDNIGHT - 1800
    assert counting.look(wait=3600) == 0
    assert counting.look((MIDNIGHT - 1801, "late"), wait=60) == 1
    assert counting.look((MIDNIGHT - 1801, "late"), wait=60) == 0


def test_what_lies_in_the_future_waits_for_its_day() -> None:
    counting = Counting()
    assert counting.look((MIDNIGHT + 5, "a"), wait=60) == 0
    assert counting.look((MIDNIGHT + 5, "a"), wait=DAY) == 1


def test_a_clock_that_is_set_back_begins_anew() -> None:
    counting = Counting((NOW, "a"))
    assert counting.look((NOW, "a"), wait=-10 * DAY) == 0
    assert counting.look((NOW, "a"), (NOW - 10 * DAY + 1, "b"), wait=60) == 1


def test_one_of_the_very_moment_of_looking_is_counted_once() -> None:
    counting = Counting()
    counting.now = NOW + 0.75
    just = ((NOW + 3600.5, "a"), (NOW + 3601.25, "b"))
    assert sum(counting.look(*just, wait=wait) for wait in (3600, 0.25, 1, 60, 60)) == 2


@pytest.mark.parametrize(
    "wrong", [0.0, 100 * DAY, NOW - 3 * DAY, NOW - 1800, NOW + 5 * DAY, NOW + 4000 * DAY]
)
def test_a_clock_that_is_wrong_for_an_hour_counts_nothing_twice(wrong: float) -> None:
    """A computer with an empty clock battery starts in 1970 every morning, until a time server answers."""
    old = [(NOW - 4 * DAY, "a"), (NOW - DAY, "b"), (NOW - 60, "c")]
    counting = Counting(*old)
    assert counting.look(*old, (NOW + 600, "d")) == 1
    for morning in range(3):
        here = counting.now
        known = [*old, (NOW + 600, "d"), *((NOW + DAY * n, "e") for n in range(1, morning + 1))]
        assert counting.look(*known, wait=wrong - here) == 0
        assert counting.look(*known, wait=60) == 0
        if wrong < NOW and not morning:  # one of that time, whose record stays
            old.append((wrong + 90, "f"))
            known.append(old[-1])
            assert counting.look(*known, wait=60) == 1
        assert counting.look(*known, wait=NOW + DAY * (morning + 1) - 30 - counting.now) == 0
        known.append((NOW + DAY * (morning + 1), "e"))
        assert counting.look(*known, wait=60) == 1
        assert counting.look(*known, wait=60) == 0


def test_a_clock_that_was_wrong_at_first_sight_counts_from_then_on() -> None:
    marks: dict[str, str] = {}
    assert counted(marks, KEY, [(NOW - 5, "a")], NOW + 4000 * DAY) == 0
    assert counted(marks, KEY, [(NOW - 5, "a")], NOW) == 0
    for hour in range(1, 50):
        records = [(NOW + 3600 * each - 9, f"{each}") for each in range(1, hour + 1)]
        assert counted(marks, KEY, records, NOW + 3600 * hour) == 1
        assert len(marks[KEY]) < 80


def test_a_mark_of_another_version_begins_anew() -> None:
    marks = {KEY: "19675 3"}
    assert counted(marks, KEY, [(NOW, "a")], NOW) == 0
    assert counted(marks, KEY, [(NOW, "a"), (NOW + 1, "b")], NOW + 60) == 1


RECORDS = st.lists(st.tuples(st.integers(1, 3 * DAY), st.sampled_from("abc")), max_size=40, unique=True)


@given(RECORDS, st.lists(st.integers(0, 3 * DAY), max_size=8))
def test_however_often_one_looks_each_is_counted_once(
    offsets: list[tuple[int, str]], looks: list[int]
) -> None:
    """Records that appear at their time and stay, at most ten a day and program."""
    records = [(NOW + offset, program) for offset, program in offsets]
    marks: dict[str, str] = {}
    counted(marks, KEY, [], NOW)
    total = 0
    for look in (*sorted(looks), 3 * DAY):
        total += counted(marks, KEY, [r for r in records if r[0] <= NOW + look], NOW + look)
    days = {(int(time // DAY), program) for time, program in records}
    expected = sum(
        min(PER_PROGRAM, sum((int(t // DAY), p) == (day, program) for t, p in records))
        for day, program in days
    )
    assert total == expected


class TestDays:
    def look(self, marks: dict[str, str], now: float, *times: float) -> int:
        return days_with(marks, KEY, times, now)

    def test_each_day_once(self) -> None:
        marks: dict[str, str] = {}
        assert self.look(marks, NOW, NOW - DAY) == 0
        assert self.look(marks, NOW + 60, NOW - DAY, NOW + 30) == 1
        assert self.look(marks, NOW + 90, NOW + 30, NOW + 70) == 0
        late = MIDNIGHT + 2 * DAY
        assert self.look(marks, late, NOW + 30, MIDNIGHT + 5, MIDNIGHT + 7, late - 1) == 2
        assert self.look(marks, late + 60) == 0

    def test_what_was_before_is_not_counted(self) -> None:
        marks: dict[str, str] = {}
        assert self.look(marks, NOW, NOW - 60) == 0
        assert self.look(marks, NOW + 60, NOW - 60) == 0

    def test_a_clock_that_was_set_back_begins_anew(self) -> None:
        marks: dict[str, str] = {}
        self.look(marks, NOW)
        assert self.look(marks, NOW - 5 * DAY, NOW - 5 * DAY - 1) == 0
        assert self.look(marks, NOW - 4 * DAY, NOW - 4 * DAY - 1) == 1

    def test_a_clock_that_is_wrong_for_an_hour_counts_no_day_twice(self) -> None:
        marks: dict[str, str] = {}
        times = [NOW - 3 * DAY, NOW - DAY]
        self.look(marks, NOW, *times)
        for wrong in (0.0, NOW - 2 * DAY, NOW + 900 * DAY, NOW + 4000 * DAY):
            assert self.look(marks, wrong, *times) == 0
            assert self.look(marks, NOW + 60, *times) == 0
        assert self.look(marks, NOW + 2 * DAY, *times, NOW + 2 * DAY - 5) == 1
        assert self.look(marks, NOW + 2 * DAY + 60, *times, NOW + 2 * DAY - 5) == 0

    def test_a_mark_that_is_no_number_begins_anew(self) -> None:
        marks = {KEY: "soon"}
        assert self.look(marks, NOW, NOW) == 0
        assert int(marks[KEY]) == NOW // DAY
