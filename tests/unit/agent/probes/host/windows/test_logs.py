# ruff: noqa: N802  (wevtapi's own names)
from __future__ import annotations

import sys
from typing import Any

import pytest

from agent.probes.host import Absent
from agent.probes.host.windows import calls, logs
from agent.probes.host.windows.logs import Forgotten
from tests.unit.agent.probes.host.windows.fake_libraries import Fake

NO_MORE, TOO_SMALL = 259, 122


class Wevtapi:
    """A log of texts behind wevtapi's functions; a handle is a number, an event's is its place and 1,000."""

    def __init__(self, *texts: str) -> None:
        self.texts, self.first = list(texts), 0
        self.at, self.mark, self.error, self.failure = 0, -1, 0, NO_MORE
        self.open: list[int] = []

    def library(self) -> Fake:
        names = (
            "EvtQuery",
            "EvtNext",
            "EvtSeek",
            "EvtRender",
            "EvtCreateBookmark",
            "EvtUpdateBookmark",
            "EvtClose",
        )
        return Fake(**{name: getattr(self, name) for name in names})

    def EvtQuery(self, session: None, channel: str, query: str, flags: int) -> int | None:
        assert flags == 0x101
        if channel == "Secret":
            return None
        self.at = self.first
        self.open.append(1)
        return 1

    def EvtCreateBookmark(self, text: str | None) -> int:
        self.mark = -1 if text is None else int(text)
        self.open.append(2)
        return 2

    def EvtSeek(self, results: int, position: int, bookmark: int, timeout: int, flags: int) -> int:
        assert (results, position, bookmark, flags) == (1, 0, 2, 0x10004)
        if not self.first <= self.mark < len(self.texts):
            return 0
        self.at = self.mark
        return 1

    def EvtNext(self, results: int, size: int, events: Any, timeout: int, flags: int, count: Any) -> int:
        more = range(self.at, min(self.at + size, len(self.texts)))
        if not more:
            self.error = self.failure
            return 0
        for slot, place in enumerate(more):
            events[slot] = 1000 + place
            self.open.append(1000 + place)
        self.at = more.stop
        count._obj.value = len(more)
        return 1

    def EvtUpdateBookmark(self, bookmark: int, event: int) -> int:
        self.mark = event - 1000
        return 1

    def EvtRender(
        self, context: None, what: int, kind: int, size: int, text: Any, used: Any, parts: Any
    ) -> int:
        assert kind == (2 if what == 2 else 1)
        data = (str(self.mark) if what == 2 else self.texts[what - 1000]).encode("utf-16-le") + b"\0\0"
        used._obj.value = len(data)
        if len(data) > size:
            self.error = TOO_SMALL
            return 0
        text[: len(data)] = data
        return 1

    def EvtClose(self, handle: int | None) -> int:
        if handle:
            self.open.remove(handle)
        return 1


@pytest.fixture
def wevtapi(monkeypatch: pytest.MonkeyPatch) -> Wevtapi:
    log = Wevtapi(*(f"<Event>{number}</Event>" for number in range(40)))
    monkeypatch.setitem(calls._loaded, "wevtapi", log.library())
    monkeypatch.setattr(calls, "last_error", lambda: log.error)
    return log


def test_all_from_the_beginning_then_on_from_the_bookmark(wevtapi: Wevtapi) -> None:
    found, bookmark = logs.read("System", "*", "")
    assert (found, bookmark) == (wevtapi.texts, "39")
    assert logs.read("System", "*", bookmark) == ([], "39")
    wevtapi.texts.append("new")
    assert logs.read("System", "*", bookmark) == (["new"], "40")
    assert wevtapi.open == [], "every handle was closed"


def test_an_empty_log_has_no_bookmark_yet(wevtapi: Wevtapi) -> None:
    wevtapi.texts.clear()
    assert logs.read("System", "*", "") == ([], "")
    wevtapi.texts.append("first")
    assert logs.read("System", "*", "") == (["first"], "0")


def test_a_log_that_was_cleared_or_went_round_is_forgotten(wevtapi: Wevtapi) -> None:
    wevtapi.first = 10
    with pytest.raises(Forgotten):
        logs.read("System", "*", "9")
    wevtapi.first, wevtapi.texts[:] = 0, ["only"]
    with pytest.raises(Forgotten):
        logs.read("System", "*", "39")
    assert wevtapi.open == []


def test_a_long_event_is_read_whole(wevtapi: Wevtapi) -> None:
    wevtapi.texts[:] = ["x" * 100_000]
    assert logs.read("System", "*", "")[0] == ["x" * 100_000]


def test_an_event_without_end_is_absent(wevtapi: Wevtapi) -> None:
    wevtapi.texts[:] = ["a", "x" * 1_000_000, "b"]
    with pytest.raises(Absent, match="cannot be read"):
        logs.read("System", "*", "")
    assert wevtapi.open == []


def test_a_flood_is_read_in_parts(wevtapi: Wevtapi) -> None:
    wevtapi.texts[:] = [str(number) for number in range(6000)]
    first, bookmark = logs.read("Application", "*", "")
    second, end = logs.read("Application", "*", bookmark)
    assert first + second == wevtapi.texts
    assert 5000 <= len(first) < 5100
    assert end == "5999"


def test_a_log_that_may_not_be_read(wevtapi: Wevtapi) -> None:
    with pytest.raises(Absent, match="does not let this account"):
        logs.read("Secret", "*", "")


def test_a_service_that_does_not_answer(wevtapi: Wevtapi) -> None:
    wevtapi.texts.clear()
    wevtapi.failure = 1460
    with pytest.raises(Absent, match="does not answer"):
        logs.read("System", "*", "")
    assert wevtapi.open == []


@pytest.mark.skipif(sys.platform != "win32", reason="reads Windows' logs")
def test_the_log_of_this_computer() -> None:
    try:
        found, bookmark = logs.read("System", "*[System[(EventID=6005)]]", "")
    except Absent as absent:
        pytest.skip(str(absent))
    assert all(text.startswith("<Event") for text in found)
    if found:
        assert logs.read("System", "*[System[(EventID=6005)]]", bookmark) == ([], bookmark)
