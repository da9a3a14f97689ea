"""Records that a system keeps, such as those of crashes: each counted once, whatever happens in between.

A record is (UTC seconds, program). Marks hold days and numbers, never a program's name.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from agent.schedule import DAY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, MutableMapping

Record: TypeAlias = tuple[float, str]

PER_PROGRAM = 10
"""So many a day: a program in a crash loop must not drown the rest (as Intune Endpoint analytics counts)."""


class _Look(NamedTuple):
    """The last look: its day, how many records that day and the day before had, its time."""

    day: int
    of_day: int
    of_eve: int
    then: int


def counted(marks: MutableMapping[str, str], key: str, records: Collection[Record], now: float) -> int:
    """How many records are new since this was last asked under `key`, at most ten a day (UTC) of one program.

    Those from before the first time belong to nobody. Two looks together miss none and count none twice: by
    number, a record of today or yesterday that appears late (a large dump is written for minutes); by time,
    one that came after others were cleared away. The mark: the last look.

    While the clock stands before that look, a second mark beside it is what counts: one of the two times was
    wrong, and nobody knows which. Once it is as late again, only by time: what was counted meanwhile is old.
    """
    # What is from the future is counted when its time has come.
    records = [record for record in records if record[0] <= int(now)]
    days, today = _by_day(records), int(now // DAY)
    here = _Look(today, days.get(today, 0), days.get(today - 1, 0), int(now))
    last, earlier = (_look(part) for part in _two(marks.get(key, "")))
    if last is not None and now < last.then:
        marks[key] = f"{_text(last)};{_text(here)}"
        return 0 if earlier is None or now < earlier.then else _new(records, days, earlier, today)
    marks[key] = _text(here)
    return 0 if last is None else _new(records, days, last, today, late=earlier is None)


def _new(
    records: Collection[Record], days: Mapping[int, int], last: _Look, today: int, *, late: bool = True
) -> int:
    known = {last.day: last.of_day, last.day - 1: last.of_eve}
    by_number = sum(
        max(0, count - known.get(each, 0)) for each, count in days.items() if last.day - 1 <= each <= today
    )
    old = _by_day(record for record in records if record[0] <= last.then)
    by_time = sum(count - old.get(each, 0) for each, count in days.items() if each <= today)
    return max(by_number, by_time) if late else by_time


def days_with(marks: MutableMapping[str, str], key: str, times: Iterable[float], now: float) -> int:
    """How many days (UTC) that have a record are new since this was last asked under `key`.

    The mark is the last day that counted, or at first sight the day before it began. A second one beside it
    counts while the clock stands before that day.
    """
    today = int(now // DAY)
    found = {int(time // DAY) for time in times}
    begin = today if today in found else today - 1
    last, earlier = (_number(part) for part in _two(marks.get(key, "")))
    behind = last is not None and last > today
    since = earlier if behind else last
    if since is None or since > today:
        new, until = set[int](), begin
    else:
        new = {day for day in found if since < day <= today}
        until = max(new, default=since)
    marks[key] = f"{last};{until}" if behind else str(until)
    return len(new)


def _by_day(records: Iterable[Record]) -> dict[int, int]:
    """UTC day → its records, at most PER_PROGRAM of one program."""
    programs = Counter((int(time // DAY), program) for time, program in records)
    days: dict[int, int] = {}
    for (day, _), count in programs.items():
        days[day] = days.get(day, 0) + min(count, PER_PROGRAM)
    return days


def _two(mark: str) -> tuple[str, str]:
    """A mark, and the one of an earlier clock beside it; empty for none."""
    last, _, earlier = mark.partition(";")
    return last, earlier


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:  # none, or one of another version
        return None


def _look(text: str) -> _Look | None:
    parts = [_number(part) for part in text.split(" ")]
    day, of_day, of_eve, then = parts if len(parts) == 4 else (None,) * 4
    if day is None or of_day is None or of_eve is None or then is None:
        return None
    return _Look(day, of_day, of_eve, then)


def _text(look: _Look) -> str:
    return " ".join(map(str, look))
