"""Periods and moments as people read and type them: dates in UTC, where the protocol counts periods."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

DAY: Final = 86_400


def period_name(period: int, seconds: int) -> str:
    """A period by its first and last day, "the week 2026-11-19 to 2026-11-25"; a demo's by its first second.

    seconds: a period's length.
    """
    start = period * seconds
    if seconds % DAY:
        return f"the {seconds} s from {_at(start):%Y-%m-%d %H:%M:%S} UTC"
    first, last = _at(start), _at(start + seconds - DAY)
    if seconds == DAY:
        return f"the day {first:%Y-%m-%d}"
    kind = "week" if seconds == 7 * DAY else f"{seconds // DAY} days"
    return f"the {kind} {first:%Y-%m-%d} to {last:%Y-%m-%d}"


def moment(at: int) -> str:
    """A moment: the day if it is a day's first second, else to the second, with "at" or "on" before it."""
    if at % DAY:
        return f"at {_at(at):%Y-%m-%d %H:%M:%S} UTC"
    return f"on {_at(at):%Y-%m-%d}"


def period_of(text: str, seconds: int) -> int:
    """The number of a period that is given by its number, or by a date within it (YYYY-MM-DD).

    ValueError in words for anything else.
    """
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return int(text)
    if seconds % DAY:
        raise ValueError("is no period's number; a date does not name a period of seconds")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("is no period's number, and no date like 2026-11-19") from None
    found = (day - date(1970, 1, 1)).days * DAY // seconds
    if found < 0:
        raise ValueError("is before 1970")
    return found


def sentence(text: str) -> str:
    """With a capital letter, to begin a sentence."""
    return text[:1].upper() + text[1:]


def clause(text: str) -> str:
    """With a small letter, to stand behind a colon."""
    return text[:1].lower() + text[1:]


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
