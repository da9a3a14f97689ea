"""Records that a system keeps, such as those of crashes: each counted once, whatever happens in between.

A record is (UTC seconds, program). Marks hold days and numbers, never a program's name.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, MutableMapping

Record: TypeAlias = tuple[float, str]

DAY = 86400
PER_PROGRAM = 10
"""So many a day: a program in a crash loop must not drown the rest (as Intune Endpoint analytics counts)."""


def counted(marks: MutableMapping[str, str], key: str, records: Collection[Record], now: float) -> int:
    """How many records are new since this was last asked under `key`, at most ten a day (UTC) of one program.

    Those from before the first time belong to nobody. Two looks together miss none and count none twice: by
    number, a record of today or yesterday that appears late (a large dump is written for minutes); by time,
    one that came after others were cleared away. The mark: the last day, how many records it and the day
    before it had, the time of the look.
    """
    today = int(now // DAY)
    before = _mark(marks.get(key, ""))
    days = _by_day(records)
    marks[key] = f"{today} {days.get(today, 0)} {days.get(today - 1, 0)} {int(now)}"
    if before is None or before[0] > today:  # first sight, or the clock was set back
        return 0
    day, of_day, of_eve, then = before
    known = {day: of_day, day - 1: of_eve}
    by_number = sum(
        max(0, count - known.get(each, 0)) for each, count in days.items() if day - 1 <= each <= today
    )
    old = _by_day(record for record in records if record[0] <= then)
    by_time = sum(count - old.get(each, 0) for each, count in days.items() if each <= today)
    return max(by_number, by_time)


def days_with(marks: MutableMapping[str, str], key: str, times: Iterable[float], now: float) -> int:
    """How many days (UTC) that have a record are new since this was last asked under `key`.

    The mark is the last day that counted, or at first sight the day before it began.
    """
    today = int(now // DAY)
    found = {int(time // DAY) for time in times}
    try:
        last = int(marks[key])
    except (KeyError, ValueError):
        last = today + 1
    if last > today:  # first sight, or the clock was set back
        marks[key] = str(today if today in found else today - 1)
        return 0
    new = {day for day in found if last < day <= today}
    marks[key] = str(max(new, default=last))
    return len(new)


def _by_day(records: Iterable[Record]) -> dict[int, int]:
    """UTC day → its records, at most PER_PROGRAM of one program."""
    programs = Counter((int(time // DAY), program) for time, program in records)
    days: dict[int, int] = {}
    for (day, _), count in programs.items():
        days[day] = days.get(day, 0) + min(count, PER_PROGRAM)
    return days


def _mark(text: str) -> tuple[int, int, int, int] | None:
    try:
        day, of_day, of_eve, then = (int(part) for part in text.split(" "))
    except ValueError:  # none, or one of another version
        return None
    return day, of_day, of_eve, then
