"""A recorded host, of whatever system, to be replayed on any: its files, and answers.toml for all the rest.

    platform = "linux"              # or windows, macos; linux if it says nothing
    now = 1_700_000_000             # when it was recorded: UTC seconds,
    ticking = 1000                  # seconds since it started, suspension counted,
    boot = "boot-1"                 # and which start that was
    then = ["a-minute-later"]       # folders within this one, each a later moment

What only one system has stands in the room of that system (`agent.probes.host.linux.recorded`). A later
moment's folder holds what had changed until then: files that take the place of older ones, and an
answers.toml whose entries do the same; `now` and `ticking` are a minute later where it does not say.

What psutil answered, by its functions and the fields of their answers (those that are used suffice):

    [psutil]
    boot_time = 1_699_654_399.5
    cpu_times = { user = 1000.0, system = 300.0, idle = 8000.0 }
    virtual_memory = { total = 16_000_000, available = 9_000_000 }
    [psutil.disk_usage]
    "/" = { used = 163_000_000_000, free = 37_000_000_000 }
    [psutil.disk_io_counters]
    sda = { read_count = 1000, write_count = 600, read_time = 400, write_time = 500 }
    [psutil.net_io_counters]
    eth0 = { packets_recv = 700, packets_sent = 300, errin = 0, errout = 0, dropin = 0, dropout = 0 }

What is not in it, the system did not answer.
"""

from __future__ import annotations

import math
import os
import tomllib
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.model import Moment
from agent.probes.host import Absent
from agent.probes.host.files import Files

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_STEP = 60.0


class Answers:
    """Answers as psutil's (agent.probes.host.portable.Psutil), from a table."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table

    def _of(self, function: str) -> Any:
        if function not in self._table:
            raise NotImplementedError(f"psutil.{function} was not recorded")
        return self._table[function]

    def _each(self, function: str) -> dict[str, SimpleNamespace]:
        return {name: SimpleNamespace(**fields) for name, fields in self._of(function).items()}

    def boot_time(self) -> float:
        """As psutil's."""
        return float(self._of("boot_time"))

    def cpu_times(self) -> SimpleNamespace:
        """As psutil's."""
        return SimpleNamespace(**self._of("cpu_times"))

    def virtual_memory(self) -> SimpleNamespace:
        """As psutil's."""
        return SimpleNamespace(**self._of("virtual_memory"))

    def disk_usage(self, path: str) -> SimpleNamespace:
        """As psutil's."""
        volumes = self._each("disk_usage")
        if path not in volumes:
            raise FileNotFoundError(path)
        return volumes[path]

    def disk_io_counters(self, *, perdisk: bool, nowrap: bool) -> dict[str, SimpleNamespace]:
        """As psutil's, by disk."""
        return self._each("disk_io_counters")

    def net_io_counters(self, *, pernic: bool, nowrap: bool) -> dict[str, SimpleNamespace]:
        """As psutil's, by adapter."""
        return self._each("net_io_counters")


class Folder:
    """A recorded host's files and answers as of one moment; `moments` goes on to the later ones.

    ValueError for an answers.toml that is none.
    """

    def __init__(self, folder: Path) -> None:
        self._layers = [folder]
        self.answers = _answers(folder)
        self.library = Answers(self.answers.get("psutil", {}))

    @property
    def platform(self) -> str:
        """Which system it is."""
        return str(self.answers.get("platform", "linux"))

    def moments(self) -> Iterator[Moment]:
        """Each recorded moment; what is asked between two of them is answered as of the first."""
        first = self._layers[0]
        if "now" not in self.answers:
            raise ValueError(f"{first / 'answers.toml'} does not say when it was recorded (now = …)")
        moment = _moment(self.answers, Moment(0.0, 1000.0 - _STEP, "boot-1"), first)
        yield moment
        then = self.answers.get("then", [])
        if not isinstance(then, list) or not all((first / str(name)).is_dir() for name in then):
            raise ValueError(f"{first / 'answers.toml'}: then = … does not name folders that are there")
        for name in then:
            found = _answers(first / name)
            moment = _moment(found, moment, first / name)
            self._layers.insert(0, first / name)
            self.answers = _merged(self.answers, found)
            self.library = Answers(self.answers.get("psutil", {}))
            yield moment

    def path(self, name: str) -> str:
        """Where "proc/stat" lies, as it was last."""
        paths = [f"{layer.as_posix()}/{name}" for layer in self._layers]
        return next((path for path in paths if os.path.lexists(path)), paths[-1])

    def names(self, name: str) -> list[str]:
        """The names in a directory, of all moments until now, sorted. OSError if there is none."""
        paths = [layer / name for layer in self._layers]
        there = [path for path in paths if path.is_dir()] or paths[-1:]
        return sorted({each.name for path in there for each in path.iterdir()})

    def answer(self, key: str, absent: str) -> Any:
        """What was recorded under a key. Raises Absent with that reason."""
        if key not in self.answers:
            raise Absent(absent)
        return self.answers[key]

    def of(self, table: str, key: str) -> Any:
        """One entry of a table of answers."""
        found = self.answers.get(table, {})
        if key not in found:
            raise Absent(f"{table} of {key} was not recorded")
        return found[key]


class RecordedFiles(Files):
    """Files below the folder, times and psutil's answers from answers.toml; stands before a system's own."""

    def __init__(self, folder: Path | Folder) -> None:
        self.folder = folder if isinstance(folder, Folder) else Folder(folder)
        super().__init__()

    def path(self, name: str) -> str:
        """See Files."""
        return self.folder.path(name)

    def listing(self, name: str, absent: str) -> list[str]:
        """See Files."""
        try:
            return self.folder.names(name)
        except OSError as error:
            raise Absent(absent) from error

    def changed(self, name: str) -> float | None:
        """See Files; of the table [changed], which holds what a copy does not keep."""
        times: dict[str, float] = self.folder.answers.get("changed", {})
        return times.get(name)

    @property
    def library(self) -> Answers:
        """Instead of psutil."""
        return self.folder.library


class Said(NamedTuple):
    """What a program printed when it was recorded, there at once: an agent.probes.host.asked.Asked."""

    said: str

    def output(self) -> str:
        """See Asked."""
        return self.said

    def stop(self) -> None:
        """Nothing runs."""


def _moment(found: Mapping[str, Any], before: Moment, folder: Path) -> Moment:
    """When that was; what it does not say is as a minute after the moment before."""
    now, ticking = found.get("now", before.now + _STEP), found.get("ticking", before.ticking + _STEP)
    for number in (now, ticking):
        if not isinstance(number, int | float) or not math.isfinite(number):
            raise ValueError(f"{folder / 'answers.toml'}: now and ticking must be numbers of seconds")
    return Moment(float(now), float(ticking), str(found.get("boot", before.boot)))


def _answers(folder: Path) -> dict[str, Any]:
    file = folder / "answers.toml"
    try:
        return tomllib.loads(file.read_text("utf-8")) if file.exists() else {}
    except (OSError, ValueError) as error:
        raise ValueError(f"{file} cannot be read: {error}") from error


def _merged(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged, whatever else is new takes the old one's place."""
    both = {
        key: _merged(old[key], new[key]) for key in old.keys() & new.keys() if _are_tables(old[key], new[key])
    }
    return old | new | both


def _are_tables(*values: object) -> bool:
    return all(isinstance(value, dict) for value in values)
