"""What Windows itself wrote down: crashes, freezes, stop errors, sudden ends.

Of an event its time is taken and, where a reading needs it, one field; the rest is dropped with the text.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host.windows.logs import Forgotten

if TYPE_CHECKING:
    from agent.probes.host.windows.system import System


class Kind(NamedTuple):
    """An event that is looked for."""

    channel: str
    provider: str
    id: int
    field: str = ""
    """The field that is kept, by its name; where fields have no names it is the first. Empty: none."""


PROGRAM_CRASH = Kind("Application", "Application Error", 1000, "AppName")
PROGRAM_HANG = Kind("Application", "Application Hang", 1002, "AppName")
STOP_ERROR = Kind("System", "Microsoft-Windows-WER-SystemErrorReporting", 1001)
SUDDEN_END = Kind("System", "Microsoft-Windows-Kernel-Power", 41, "BugcheckCode")
SUDDEN_END_TOO = Kind("System", "EventLog", 6008)
_KINDS = (PROGRAM_CRASH, PROGRAM_HANG, STOP_ERROR, SUDDEN_END, SUDDEN_END_TOO)

# As far back as any metric looks, and two days.
_DAYS = 30
# Logs are asked at most this often, in seconds.
_PATIENCE = 600.0
# Two records of one sudden end are written at the same start-up.
_SAME_START = 600.0


class Event(NamedTuple):
    """What is kept of one."""

    time: float
    """UTC seconds."""
    kind: Kind
    word: str
    """Kind.field's text."""


class Logs:
    """The events of all kinds, each log read on from where it was read to; every event is there once."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._read: dict[str, tuple[float, str, list[Event]]] = {}

    def events(self, kind: Kind) -> list[Event]:
        """The events of a kind in the last 30 days, oldest first. Absent if the log may not be read."""
        now = self._system.ticking()
        at, bookmark, known = self._read.get(kind.channel, (None, "", []))
        if at is None or not 0 <= now - at < _PATIENCE:
            bookmark, known = self._on(kind.channel, bookmark, known)
            self._read[kind.channel] = now, bookmark, known
        return [event for event in known if event.kind is kind]

    def _on(self, channel: str, bookmark: str, known: list[Event]) -> tuple[str, list[Event]]:
        query = select(channel)
        try:
            texts, after = self._system.events(channel, query, bookmark)
        except Forgotten:  # the log was cleared, or has gone round
            known = []
            texts, after = self._system.events(channel, query, "")
        found = [event for event in map(parse, texts) if event is not None]
        events = sorted({*known, *found}, key=lambda event: event.time)
        newest = events[-1].time if events else 0.0
        return after, [event for event in events if event.time > newest - _DAYS * 86400]


def select(channel: str) -> str:
    """The XPath query for this log's kinds."""
    each = (
        f"(Provider[@Name='{kind.provider}'] and EventID={kind.id})"
        for kind in _KINDS
        if kind.channel == channel
    )
    return f"*[System[({' or '.join(each)}) and TimeCreated[timediff(@SystemTime) <= {_DAYS * 86400_000}]]]"


class _Parser:
    """One event's XML, by expat: Windows writes it well-formed, but a program's name may hold anything."""

    def __init__(self) -> None:
        self.provider, self.id, self.time = "", "", ""
        self.fields: list[tuple[str, str]] = []
        self._text: list[str] | None = None
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if name == "Provider":
            self.provider = attributes.get("Name", "")
        elif name == "TimeCreated":
            self.time = attributes.get("SystemTime", "")
        elif name == "EventID" or (name == "Data" and self._depth == 3):
            self._text = []
            if name == "Data":
                self.fields.append((attributes.get("Name", ""), ""))

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._text is not None and name in ("EventID", "Data"):
            text, self._text = "".join(self._text), None
            if name == "EventID":
                self.id = text.strip()
            else:
                self.fields[-1] = (self.fields[-1][0], text)

    def data(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def field(self, name: str) -> str:
        named = {key: text for key, text in self.fields if key}
        if named:
            return named.get(name, "")
        return self.fields[0][1] if self.fields else ""


_KNOWN = {(kind.provider, str(kind.id)): kind for kind in _KINDS}


def parse(text: str) -> Event | None:
    """The event that an event's XML tells of; None if it is of no kind that is looked for, or torn."""
    from xml.parsers import expat  # only if a log is read

    found = _Parser()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = found.start, found.end
    parser.CharacterDataHandler = found.data
    try:
        parser.Parse(text, True)
        time = _seconds(found.time)
    except (expat.ExpatError, ValueError):
        return None
    kind = _KNOWN.get((found.provider, found.id))
    return None if kind is None else Event(time, kind, found.field(kind.field) if kind.field else "")


def _seconds(text: str) -> float:
    """UTC seconds of "2023-11-14T22:13:20.1234567Z"; always UTC, whatever the clock's zone."""
    match = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?\d*Z", text)
    if match is None:
        raise ValueError(text)
    return datetime.fromisoformat(f"{match[1]}+00:00").timestamp() + float(match[2] or 0)


# -- readings


def program_crashes(logs: Logs) -> list[tuple[float, str]]:
    """(UTC seconds, file name) of the programs that Windows saw crash."""
    return [(event.time, event.word) for event in logs.events(PROGRAM_CRASH)]


def program_hangs(logs: Logs) -> list[tuple[float, str]]:
    """(UTC seconds, file name) of the programs that were ended because they no longer answered."""
    return [(event.time, event.word) for event in logs.events(PROGRAM_HANG)]


def system_crashes(logs: Logs) -> list[float]:
    """When stop errors were recorded: at the start after them."""
    return [event.time for event in logs.events(STOP_ERROR)]


def sudden_ends(logs: Logs) -> list[float]:
    """When it was recorded that the system had ended without shutting down, and without a stop error.

    Two services record it at the next start: one may fail, so either counts, and both are one. A stop error
    (a code in Kernel-Power's record) is a crash of the system, which is counted as that.
    """
    by_kernel = logs.events(SUDDEN_END)
    ends = [event.time for event in by_kernel if event.word in ("", "0", "0x0")]
    ends += [
        event.time
        for event in logs.events(SUDDEN_END_TOO)
        if all(abs(event.time - other.time) > _SAME_START for other in by_kernel)
    ]
    return sorted(ends)
