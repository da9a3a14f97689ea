"""Days as vendors publish them, in UTC seconds."""

from __future__ import annotations

from datetime import date

from agent.schedule import DAY

_EPOCH = date(1970, 1, 1).toordinal()


def end_of(day: str) -> float:
    """The end of "2028-06-30", UTC. ValueError for no date."""
    return float((date.fromisoformat(day).toordinal() - _EPOCH + 1) * DAY)
