"""What the agent costs at rest, beside other programs that watch a computer, in the same minutes."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from agent import rollup
from agent.probes.target import FAILURES
from bench import machine, peers, probes, targets, workers
from bench.frame import Cell, Options, Section, Table, Unavailable, Verdict, median, ratio
from bench.peers import Peer
from bench.target import listening
from bench.watch import Cost, cost
from tests.devices import PROGRAM, catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from tests.devices import Device

TITLE = "The agent at rest"
OURS = "shoal"
_MINUTE = 60.0
_SETTLING = 150.0
"""Seconds until the agent's second pass, which reads everything, and its first worker are over."""
_APART = 5.0
"""Seconds between two programs' starts, so that they do not look in the same second."""
_HOUR = 3600
_YEAR = 365


class Watched(NamedTuple):
    """A running program."""

    peer: Peer
    process: subprocess.Popen[bytes]
    first: float | None
    """Milliseconds from its start to the first of what it saw; None if that takes it more than 15 s."""


def run(options: Options) -> Section:
    """Starts, each probe, what happens seldom, then an hour (or ``options.minutes``) side by side."""
    _require_a_disk(options.folder)
    with listening(options.folder / "target") as target:
        others = peers.peers(_new(options.folder / "peers"))
        device = probes.device(options.folder / "device", target)
        starts = _starts(device, options)
        each = probes.measure(options, probes.order(device))
        seldom = workers.measure(options)
        year = _year(options)
        begin = time.time()
        found, firsts = _together([_ours(device), *others], options)
    kept = _answered(device, begin)
    if not kept[FAILURES]:
        raise Unavailable("the device did not check its target")
    ours = found[OURS]
    day = Day(_mean(ours, "own"), _mean(ours, "children"), each, seldom, len(ours))
    written = max(_mean(ours, "disk"), year["disk"] / 1000) + seldom.disk_a_minute
    return Section(
        TITLE,
        [*_prose(others, year, ours, kept), *each.prose],
        [_table(found, firsts), _starting(starts), *each.tables, seldom.table, day.table],
        [
            Verdict(targets.SAMPLER_CPU, median([each.own for each in ours]), f"mean {day.own:.2f}"),
            Verdict(
                targets.AGENT_CPU,
                day.all,
                f"means, checks of a target, and what happens once a day or a week; as Shoal comes, without "
                f"a target, {day.without_target:.2f}",
            ),
            Verdict(
                targets.RESIDENT,
                median([each.memory for each in ours]),
                f"most {max(each.memory for each in ours):.1f}; what it had started and still ran included",
            ),
            Verdict(
                targets.WRITTEN,
                written,
                f"workers {seldom.disk_a_minute:.2f}; the sampler {_mean(ours, 'disk'):.2f} in these "
                f"minutes, {year['disk'] / 1000:.2f} in the simulation",
            ),
            Verdict(targets.START, median(starts["shoal resident"])),
            Verdict(targets.YEAR, year["size"], f"{year['days']} days" if options.quick else ""),
        ],
        {**peers.versions(), "sqlite": sqlite3.sqlite_version},
    )


class Day(NamedTuple):
    """CPU over a day, ms a minute: means of the minutes that were watched, and what is seldom."""

    own: float
    """The sampler's own."""
    below: float
    """That of all that it started, the process that checks among them."""
    probes: probes.Probes
    seldom: workers.Seldom
    minutes: int
    """How many were watched."""

    @property
    def thorough(self) -> float:
        """What the hourly check, which shows who answers, starts beyond a plain one; measured apart."""
        return self.probes.thorough[1]

    @property
    def checks(self) -> float:
        """What checks start: as in these minutes, which are longer apart than those that were measured one
        after the other; of less than an hour nothing follows for a day, then as measured.
        """
        apart = self.probes.plain[1] + self.thorough
        return max(apart, self.below - self.probes.programs(_HOUR)) if self.minutes >= 60 else apart

    @property
    def all(self) -> float:
        """Everything."""
        return self.own + self.checks + self.probes.programs() + self.seldom.a_minute

    @property
    def without_target(self) -> float:
        """The same without checks, neither those who check nor what it takes to ask them."""
        asking = self.probes.plain[0] + self.probes.thorough[0]
        return self.all - self.checks - asking

    @property
    def table(self) -> Table:
        """Line by line."""
        seldom: list[list[Cell]] = [[f"{one.name}, {one.often}", one.a_minute] for one in self.seldom.kinds]
        rows: list[list[Cell]] = [
            ["the sampler itself, mean of these minutes", self.own],
            ["checks of the target, every five minutes", self.checks - self.thorough],
            ["what the hourly check, which shows who answers, has more", self.thorough],
            ["other programs that probes ask (systemctl each hour, under systemd)", self.probes.programs()],
            *seldom,
            ["all", self.all],
            ["all, as Shoal comes: without a target", self.without_target],
        ]
        return Table(("over a day", "CPU ms a minute"), rows)


# ------------------------------------------------------------------------ the hour


def _together(
    all_of_them: Sequence[Peer], options: Options
) -> tuple[dict[str, list[Cost]], dict[str, float | None]]:
    """Each program's cost in each minute, all of them running side by side."""
    with ExitStack() as stack:
        watched = []
        for peer in all_of_them:
            options.say(f"starting {peer.name}")
            watched.append(stack.enter_context(_running(peer, options.folder)))
            time.sleep(_APART)
        options.say("waiting until all have settled")
        time.sleep(_SETTLING)
        found: dict[str, list[Cost]] = {one.peer.name: [] for one in watched}
        minutes = max(1, round(options.minutes if not options.quick else min(options.minutes, 5)))
        before = {one.peer.name: cost(one.process.pid) for one in watched}
        begin = time.monotonic()
        for minute in range(1, minutes + 1):
            for one in watched:
                if one.peer.ask is not None:
                    one.peer.ask()
            time.sleep(max(0.0, begin + minute * _MINUTE - time.monotonic()))
            for one in watched:
                if one.process.poll() is not None:
                    raise Unavailable(f"{one.peer.name} ended by itself")
                now = cost(one.process.pid)
                found[one.peer.name].append(now.since(before[one.peer.name]))
                before[one.peer.name] = now
            options.say(
                f"minute {minute} of {minutes}: {found[OURS][-1].own:.2f} ms, {found[OURS][-1].memory:.1f} MB"
            )
    return found, {one.peer.name: one.first for one in watched}


@contextmanager
def _running(peer: Peer, folder: Path) -> Iterator[Watched]:
    """The program, from its start until it is told to leave."""
    with tempfile.TemporaryFile(dir=folder) as said:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        start = time.monotonic()
        process = subprocess.Popen(
            peer.command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**environment, **peer.environment},
            cwd=machine.ROOT,
        )
        try:
            first = None
            while time.monotonic() < start + 15 and process.poll() is None:
                if peer.has_looked():
                    first = (time.monotonic() - start) * 1000
                    break
                time.sleep(0.002)
            yield Watched(peer, process, first)
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


# ------------------------------------------------------------------------ ours


def _ours(device: Device) -> Peer:
    stored = _Stored(device)
    does = f"all {probes.count()} metrics at their own intervals, each minute; share, in a weekly task"
    return Peer(OURS, does, [*PROGRAM, "resident"], stored, environment=_environment(device))


class _Stored:
    """Whether there is one more pass in the database than there was."""

    def __init__(self, device: Device) -> None:
        self._connection = sqlite3.connect(device.state / "shoal.db", isolation_level=None)
        self._before = self._count()

    def _count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM samples").fetchone()[0])

    def __call__(self) -> bool:
        if self._count() == self._before:
            return False
        self._connection.close()
        return True


def _environment(device: Device) -> dict[str, str]:
    return {"SHOAL_STATE": str(device.state), "SHOAL_ROOT": str(device.root), "HOME": str(device.folder)}


def _starts(device: Device, options: Options) -> dict[str, list[float]]:
    """Milliseconds from start to the first stored pass, of the process and of the command that becomes it."""
    options.say("starting the agent again and again")
    ways = {"shoal resident": ["resident"], "shoal run": ["--state", str(device.state), "run"]}
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(options.count(4, 16)):
        for name, words in ways.items():
            time.sleep(2)  # passes of one second are filed as one
            peer = Peer(name, "", [*PROGRAM, *words], _Stored(device), environment=_environment(device))
            with _running(peer, options.folder) as one:
                if one.first is None:
                    raise Unavailable(f"{name} stores nothing")
                if turn:  # the first warms the disk's cache
                    found[name].append(one.first)
    return found


def _year(options: Options) -> dict[str, Any]:
    days = options.count(30, _YEAR)
    options.say(f"simulating {days} days")
    command = [sys.executable, "-m", "bench.year", str(_new(options.folder / "year")), str(days)]
    shown = subprocess.run(command, cwd=machine.ROOT, capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(shown)
    return found | {"size": (found["database"] + found["journal"]) / 1e6}


# ------------------------------------------------------------------------ tables


def _table(found: Mapping[str, Sequence[Cost]], firsts: Mapping[str, float | None]) -> Table:
    ours = found[OURS]
    rows: list[list[Cell]] = []
    for name, minutes in found.items():
        cpu = [each.cpu for each in minutes]
        rows.append(
            [
                name,
                median(cpu),
                _mean(minutes, "cpu"),
                ratio([each.cpu for each in ours], cpu),
                _mean(minutes, "cpu") / _mean(ours, "cpu"),
                median([each.memory for each in minutes]),
                median([each.memory for each in minutes]) / median([each.memory for each in ours]),
                _mean(minutes, "disk"),
                _mean(minutes, "handed"),
                median([float(each.wakings) for each in minutes]),
                _mean(minutes, "rest"),
                firsts[name],
            ]
        )
    headers = (
        *("program", "CPU ms a minute: median", "mean", "times ours: median", "mean"),
        *(
            "PSS MB",
            "times ours",
            "to disk kB a minute",
            "handed to write kB",
            "goes to sleep",
            "what it started: mean",
            "first look ms",
        ),
    )
    return Table(headers, rows, f"Side by side for {len(ours)} minutes, children included")


def _starting(starts: Mapping[str, Sequence[float]]) -> Table:
    rows: list[list[Cell]] = [[name, min(times), median(times), max(times)] for name, times in starts.items()]
    return Table(("from start to first stored pass, warm", "least ms", "median", "most"), rows)


def _answered(device: Device, since: float) -> dict[str, int]:
    """Metric → how many of its samples were kept since then."""
    found = {}
    for metric in catalogue().metrics:
        if not metric.is_derived:
            column = rollup.columns([metric])[0]
            ((count,),) = device.read(f'SELECT count("{column}") FROM samples WHERE t >= {since:.0f}')
            found[metric.id] = int(count)
    return found


def _prose(
    others: Sequence[Peer], year: Mapping[str, Any], ours: Sequence[Cost], kept: Mapping[str, int]
) -> list[str]:
    listed = "; ".join(f"**{peer.name}**: {peer.does}" for peer in others)
    here = sum(map(bool, kept.values()))
    rows = ", ".join(f"{name} {number:,}" for name, number in year["rows"].items())
    return [
        f"{OURS} reads all {probes.count()} metrics ({here} have a value on this computer), each at its own "
        "interval, for a person who shares in a weekly task, in an organisation that names a target for "
        f"active checks, {kept[FAILURES]} of which were kept: a server on loopback, whose own cost is "
        f"nobody's. Beside it: {listed}.",
        "CPU is that of the process and all its threads by its own clock, to the nanosecond, and of what it "
        "started and still runs likewise; of processes that it started and that ended, by the kernel's "
        "account in steps of 10 ms. Ratios of medians are medians of the minutes' own ratios. PSS counts "
        "what is shared with other processes in part (with other Pythons, the bench's own among them). *To "
        "disk* is write_bytes of /proc/PID/io: whole pages, those of a journal's index included; *handed to "
        "write* is wchar: bytes, wherever they go. Most minutes write nothing, so these are means. The "
        "watching begins when the agent's second pass and its first worker are over; what they cost is under "
        "what happens seldom. *Goes to sleep* is how often the process gave the processor up of its own "
        "will, and beside it what it had started and still ran at the minute's end: for "
        f"{OURS} {_mean(ours, 'wakings'):.2f} and {_mean(ours, 'rest'):.2f} on average.",
        f"The simulated year ({year['days']} days) is the real store under a turned clock, with values all "
        f"over each metric's range: {year['handed']:.0f} bytes a minute handed to the disk over the whole "
        f"time, {year['disk']:.0f} bytes a minute in pages in its last week, when each commit was made to "
        "reach the disk before the next; journal, checkpoints, roll-ups and deletions included. "
        f"Rows at its end: {rows}.",
    ]


def _mean(minutes: Sequence[Cost], what: str) -> float:
    return float(sum(getattr(each, what) for each in minutes)) / len(minutes)


def _new(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _require_a_disk(folder: Path) -> None:
    """In a file system in memory nothing is ever written to disk."""
    with tempfile.TemporaryFile(dir=folder) as file:
        before = cost(os.getpid()).disk
        file.write(bytes(1 << 16))
        file.flush()
        if cost(os.getpid()).disk == before:
            raise Unavailable(f"{folder} is not on a disk: TMPDIR=/some/where/on/one")
