from __future__ import annotations

import pytest

from agent.probes.host import Absent
from agent.probes.host.asked import Parsed


class Slow:
    """Answers at the second look."""

    def __init__(self, said: str) -> None:
        self.said, self.looks, self.stopped = said, 0, False

    def output(self) -> str | None:
        self.looks += 1
        return self.said if self.looks > 1 else None

    def stop(self) -> None:
        self.stopped = True


def count(text: str) -> int:
    if not text.isdecimal():
        raise Absent("no number")
    return int(text)


def test_none_until_it_is_there_and_then_what_it_means() -> None:
    later = Parsed(Slow("12"), count)
    assert later.result() is None
    assert later.result() == 12


def test_what_cannot_be_understood_is_absent_and_stopping_stops_it() -> None:
    asked = Slow("many")
    later = Parsed(asked, count)
    assert later.result() is None
    with pytest.raises(Absent, match="no number"):
        later.result()
    later.stop()
    assert asked.stopped
