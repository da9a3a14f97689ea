"""What each probe costs, a check of the target, and a pass besides: part of "The agent at rest"."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

from bench import machine
from bench.frame import Cell, Options, Section, Table, Unavailable
from bench.target import Listening, listening
from tests.devices import Device, catalogue, signed, weekly

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

TITLE = "Cost per probe"
_APT = "app.security_updates"
_OFTEN = {60: "minute", 3600: "hour", 86_400: "day"}
# Of documentation (RFC 5737): on loopback the operators would be the target's own computer, which is refused.
_LEADER, _HELPER = "https://192.0.2.1/", "https://192.0.2.2/"


def run(options: Options) -> Section:
    """Alone, within two minutes; `bench.agent` has the same in its section."""
    with listening(options.folder / "target") as target:
        found = measure(options, order(device(options.folder / "device", target)))
    return Section(TITLE, found.prose, found.tables)


def device(folder: Path, target: Listening) -> Device:
    """An ordinary device with every metric on: enrolled in a weekly task, its person shares, and its
    organisation names a target.
    """
    made = Device(folder)
    made.policy(target.policy)
    ran = made.enrol(signed(weekly(_LEADER, helper_url=_HELPER)))
    ran = ran if ran.code else made.shoal("choose", "share")
    ran = ran if ran.code else made.worker()
    if ran.code:
        raise Unavailable(f"the device could not be set up: {ran.err}")
    return made


def order(made: Device) -> str:
    """What its worker has left to be checked."""
    found = made.read("SELECT value FROM facts WHERE key = 'checks'")
    if not found:
        raise Unavailable("the device's policy names a target, but no checks came of it")
    return str(found[0][0])


class Probes(NamedTuple):
    """What was measured, in milliseconds of CPU; own and below as (the process itself, what it started)."""

    rows: Sequence[Mapping[str, Any]]
    scan: tuple[int, float]
    """(processes that a scan sees, its milliseconds)."""
    day: Mapping[str, float]
    checks: Mapping[str, Any]

    @property
    def plain(self) -> tuple[float, float]:
        """Of plain checks, ms a minute."""
        own, below = self.checks["plain"]
        return own * 60 / self.checks["every"][0], below * 60 / self.checks["every"][0]

    @property
    def thorough(self) -> tuple[float, float]:
        """What the hourly check that shows who answers has more than a plain one, ms a minute."""
        every = self.checks["every"][1]
        more = [max(0.0, a - b) for a, b in zip(self.checks["thorough"], self.checks["plain"], strict=True)]
        return more[0] * 60 / every, more[1] * 60 / every

    def programs(self, longest: int = 86_400) -> float:
        """What probes start that are read at intervals of so many seconds at most, ms a minute; but for the
        question to the package manager, which `bench.workers` measures, and the target.
        """
        asked = [row for row in self.rows if row["probe"] != "target" and _APT not in row["metrics"]]
        return sum(float(row["warm"][1] * 60 / row["every"]) for row in asked if row["every"] <= longest)

    @property
    def prose(self) -> list[str]:
        """How it was measured."""
        day, (processes, scan) = self.day, self.scan
        return [
            "Each probe is read on this computer through the agent's own way, in a process of its own, a "
            "quarter of a second apart; CPU is the reading thread's, by its clock, and medians are of all "
            "readings but the first. What starts a program is read a few times only. What is read often is "
            "read first, and all readings of a round have one moment, as in a pass: what metrics share (one "
            "scan of the processes, one check of the target) counts once, where it is needed most often. "
            "*Ms a minute* is with what was started, spread over the interval. Metrics that have no value on "
            "this computer are mostly a file that is not there: elsewhere they cost more (systemctl each "
            "hour, where there is a systemd). What grows with a computer is the scan of the processes: "
            f"{scan:.2f} ms for the {processes} that are seen here.",
            "*A pass besides* is from a day of the real loop under a turned clock, 1,440 passes with all "
            f"probes and the store: {day['all']:.2f} ms a minute in all, of which probes "
            f"{day['probes']:.2f}, the store with commits and roll-ups {day['store']:.2f}. The sampler that "
            "really waits for a minute costs more than such a day: meanwhile others have had the processor's "
            "caches.",
        ]

    @property
    def tables(self) -> list[Table]:
        """A row for each probe and interval, the most frequent first."""
        rows: list[list[Cell]] = []
        total = 0.0
        for row in self.rows:
            if row["probe"] == "target":
                continue  # see _checks: without an order it reads nothing
            warm = row["warm"]
            a_minute = sum(warm) * 60 / row["every"]
            total += a_minute
            rows.append(
                [
                    row["probe"],
                    _said(row["metrics"]) + (" (asked; heard at the next pass)" if row["later"] else ""),
                    f"{row['answered']} of {len(row['metrics'])}",
                    _interval(row["every"]),
                    sum(row["first"]),
                    warm[0],
                    warm[1] or None,
                    a_minute,
                ]
            )
        rows += self._checks()
        day = self.day
        besides = max(0.0, day["all"] - day["probes"] - day["store"])
        parts = {"rota, clocks, counters' memory": besides, "store, with commits and roll-ups": day["store"]}
        rows += [
            ["a pass besides", part, None, _interval(60), None, spent, None, spent]
            for part, spent in parts.items()
        ]
        total += besides + day["store"]
        checks = sum(self.plain) + sum(self.thorough)
        rows.append(["all, without a target", None, None, None, None, None, None, total])
        rows.append(["all, with a target", None, None, None, None, None, None, total + checks])
        headers = (
            *("probe", "metrics", "with a value here", "read each", "first reading ms", "CPU ms a reading"),
            *("what it starts ms", "ms a minute"),
        )
        return [Table(headers, rows, f"Cost per probe: {count()} metrics that are read, warm")]

    def _checks(self) -> list[list[Cell]]:
        found = {row["every"]: row for row in self.rows if row["probe"] == "target"}
        kinds = (("plain", self.plain), ("thorough", self.thorough))
        rows: list[list[Cell]] = []
        for (kind, a_minute), every in zip(kinds, self.checks["every"], strict=True):
            metrics = found[every]["metrics"]
            own, below = self.checks[kind]
            if kind == "thorough":
                plain = self.checks["plain"]
                own, below = max(0.0, own - plain[0]), max(0.0, below - plain[1])
            first = sum(self.checks["first"]) if kind == "plain" else None
            here = f"{len(metrics)} of {len(metrics)}"
            rows.append(["target", _said(metrics), here, _interval(every), first, own, below, sum(a_minute)])
        return rows


def count() -> int:
    """How many metrics are read, on whatever platform."""
    return sum(not metric.is_derived for metric in catalogue().metrics)


def measure(options: Options, checks: str) -> Probes:
    """Read this computer; `checks` is the order for checks of the target."""
    options.say("reading each probe again and again, living a day, checking the target")
    folder = options.folder / "readings"
    folder.mkdir()
    given = [str(folder), str(options.count(12, 80)), str(options.count(3, 9))]
    ran = subprocess.run(
        [sys.executable, "-m", "bench.readings", *given],
        cwd=machine.ROOT,
        input=checks,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found = json.loads(ran.stdout)
    return Probes(found["probes"], found["scan"], found["day"], found["checks"])


def _said(metrics: Sequence[str]) -> str:
    return ", ".join(metric.partition(".")[2] for metric in metrics)


def _interval(seconds: int) -> str:
    for unit in sorted(_OFTEN, reverse=True):
        if seconds % unit == 0:
            number = seconds // unit
            return _OFTEN[unit] if number == 1 else f"{number} {_OFTEN[unit]}s"
    return f"{seconds} s"
