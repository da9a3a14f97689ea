"""Simulated persons and their machines: who is at it when, and the real agent living through it all.

Real are the sampler's loop, what starts a worker (agent.tending), the worker (agent.worker), ledger, database
and schedule. Not real: the clock, what is measured, and the leader. Passes are an hour apart instead of a
minute, which changes nothing about sending; a worker runs in this process and takes no time.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from agent import sampler, schedule, tending
from agent.log import Log
from agent.model import Choice, Moment, Reading
from agent.probes.probe import Probe
from agent.sampler import Passes, Sampler
from agent.schedule import DAY, HOUR, MINUTE
from agent.store import Store
from agent.tending import Tending
from dap.messages import UploadRequest
from tests.unit.agent.agreement import DAILY, METRICS, MONDAY, Device, task

Span = tuple[float, float]
"""UTC seconds: from, to."""


class Person(NamedTuple):
    """Whose machine is on when."""

    name: str
    hours: Callable[[int, random.Random], Sequence[Span]]
    """Of a day (0: a Monday), hours after its midnight; not across the next day's first."""
    always_on: bool = False
    """The machine is on all the time; the hours are the person's at it."""
    shuts_down: bool = False
    """Rather than to close the lid."""
    weekly: bool = False
    """Reports weeks, not days."""

    def at_it(self, days: int, seed: object) -> list[Span]:
        """When the person is at the machine, over so many days, whatever the weather."""
        source = random.Random(f"{self.name} {seed}")
        spans = []
        for day in range(days):
            for begin, end in self.hours(day, source):
                spans.append((MONDAY + day * DAY + begin * HOUR, MONDAY + day * DAY + end * HOUR))
        return spans


def _about(begin: float, end: float, wide: float = 0.5) -> Callable[[int, random.Random], Sequence[Span]]:
    return lambda day, source: [
        (begin + source.uniform(-wide, wide), end + source.uniform(-wide, wide)),
    ]


def _office(day: int, source: random.Random) -> Sequence[Span]:
    return _about(8.5, 17.5)(day, source) if day % 7 < 5 else ()


def _often(day: int, source: random.Random) -> Sequence[Span]:
    """Opened for some minutes, closed, opened again."""
    spans, at = [], 7 + source.uniform(0, 2)
    while at < 22:
        end = at + source.choice([0.1, 0.4, 0.7, 1.5, 2.5])
        spans.append((at, end))
        at = end + source.uniform(0.3, 3)
    return spans


PERSONS = (
    Person("is there by day, machine always on", _about(8, 18), always_on=True),
    Person("is there by night, machine always on", _about(19, 30), always_on=True),
    Person("early bird", _about(5, 14)),
    Person("night owl", _about(15, 27)),
    Person("office, weekdays", _office),
    Person("closes the laptop often", _often),
    Person("shuts down every evening", _about(9, 22), shuts_down=True),
    Person("evenings only", _about(19, 23)),
    Person("office, weekdays, weekly reports", _office, weekly=True),
)


class Draw(NamedTuple):
    """A moment as it was drawn, and from what; UTC seconds."""

    period: int
    low: float
    high: float
    moment: float


class Sent(NamedTuple):
    """A report that left: the draw that it followed, and when it did leave."""

    draw: Draw
    at: float


class Lived(NamedTuple):
    """What a machine's days came to."""

    person: Person
    on: list[Span]
    """When the machine was on, as its agent could notice; one that wakes is noticed within a minute."""
    draws: list[Draw]
    sent: list[Sent]


class Readings(Probe):
    """Measures what the person does: another value while somebody is at the machine."""

    name = "fake"

    def __init__(self, there: Callable[[float], bool]) -> None:
        self._there = there

    @property
    def metrics(self) -> tuple[str, ...]:
        return ("endpoint.disk_free", "endpoint.memory_low", "network.tcp_rtt")

    def read(self, moment: Moment, wanted: frozenset[str], marks: MutableMapping[str, str]) -> Reading:
        busy = self._there(moment.now)
        values = {"endpoint.disk_free": 30.0 - 20 * busy, "endpoint.memory_low": float(busy)}
        return Reading({id: values.get(id, 3.0 + 20 * busy) for id in wanted})

    def stop(self, moment: Moment, marks: MutableMapping[str, str]) -> None:
        """There is no host behind it that could be closed."""


class Life:
    """A machine's days. It is its own doorbell: each wait passes time, sleeps, or ends a process."""

    def __init__(self, folder: Path, person: Person, days: int, seed: object) -> None:
        self._person = person
        self._there = person.at_it(days, seed)
        self._end = MONDAY + days * DAY
        on = [(float(MONDAY), float(self._end))] if person.always_on else self._there
        self._on = iter(on)
        self._source = random.Random(f"noticing {seed}")
        self._until = 0.0
        self._worker_ended = False
        self.noticed: list[Span] = []
        self.draws: list[Draw] = []
        begin, self._until = next(self._on)
        self.device = Device(folder, now=begin, seed=f"{person.name} {seed}")
        self.device.enrol(task() if person.weekly else DAILY)
        self.device.choose(Choice.SHARE)
        self._begin = begin

    def live(self) -> Lived:
        """All of the days."""
        while self._until:
            self._sampler = self._process()
            self._sampler.run()
            self._worker_ended = False
            if self._until and self._person.shuts_down:
                self.device.env.reboot(self._begin - self.device.env.now())
        self.device.close()
        return Lived(self._person, self.noticed, self.draws, self._sent())

    def _process(self) -> Sampler:
        """The resident process, as it is made."""
        env = self.device.env
        log = Log(env, "sampler")
        passes = Passes(env, [Readings(self._is_there)], METRICS)
        worker = Tending(env, ["shoal", "worker"], log)
        return Sampler(env, passes, lambda damaged: Store.open(env, METRICS), self, worker, log)  # type: ignore[arg-type]

    def _is_there(self, now: float) -> bool:
        return any(begin <= now < end for begin, end in self._there)

    def work(self, command: Sequence[str], **_: object) -> SimpleNamespace:
        """In place of starting a process: what `shoal worker tend` does, at once."""
        assert command[-1] == "tend"
        done = self.device.tend()
        assert done.error is None, done.error
        self._worker_ended = True
        return SimpleNamespace(poll=lambda: 0, terminate=lambda: None, wait=lambda seconds: 0)

    def wait(self, seconds: float) -> bytes:
        """The doorbell's: until somebody rings, or so long."""
        if self._worker_ended:
            self._worker_ended = False
            return b"\x11"  # SIGCHLD
        env = self.device.env
        left = self._until - env.now()
        if seconds < left:
            env.pass_time(seconds)
            return b""
        env.pass_time(max(0.0, left))
        self.noticed.append((self._begin, env.now()))
        self._begin, self._until = next(self._on, (0.0, 0.0))
        if not self._until or self._person.shuts_down:
            self._sampler.stop()
        else:
            env.sleep(self._begin - env.now())
            # what is left of a minute's wait goes on after a suspension
            env.pass_time(min(seconds - left, self._source.uniform(0, MINUTE)))
            self._begin = env.now()
        return b""

    def _sent(self) -> list[Sent]:
        """Each upload with the last draw for its period before it."""
        found = []
        for upload in self.device.wire.uploads:
            period = UploadRequest.decode(upload.body).reports[0].report_metadata.time
            (draw,) = [draw for draw in self.draws if draw.period == period][-1:]
            found.append(Sent(draw, upload.at))
        return found


Drawing = Callable[..., float | None]


def live(
    folder: Path, person: Person, days: int, seed: object, drawing: Drawing = schedule.draw_moment
) -> Lived:
    """A machine's days under the agent's own rule of drawing, or under another one."""
    life = Life(folder, person, days, seed)

    def drawn(
        k: int, now: float, sealed: float, woke: float, rule: schedule.Times, uniform: Any
    ) -> float | None:
        moment = drawing(k, now, sealed, woke, rule, uniform)
        if moment is not None:
            # as the rule is written down, not as it is written in code
            low = max(now, sealed + rule.hold, woke + 10 * MINUTE)
            high = min(low + DAY, (k + 1) * rule.period + rule.grace - DAY)
            life.draws.append(Draw(k, low, high, moment))
        return moment

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampler, "CADENCE", float(HOUR))
        patch.setattr(schedule, "draw_moment", drawn)
        processes = SimpleNamespace(
            Popen=life.work, DEVNULL=subprocess.DEVNULL, TimeoutExpired=subprocess.TimeoutExpired
        )
        patch.setattr(tending, "subprocess", processes)
        return life.live()


def lives(
    folder: Path, person: Person, periods: int, seed: object, drawing: Drawing = schedule.draw_moment
) -> Iterator[Lived]:
    """So many periods of a person's, on one machine after the other, so that no ledger grows long."""
    reports, number = 0, 0
    while reports < periods:
        number += 1
        days = 84 if person.weekly else 28
        lived = live(folder / str(number), person, days, f"{seed} {number}", drawing)
        shutil.rmtree(folder / str(number))
        assert lived.sent
        reports += len(lived.sent)
        yield lived
