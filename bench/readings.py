"""What readings of this computer cost: ``python -m bench.readings FOLDER ROUNDS CHECKS``, in its own process.

Prints one JSON object: what each probe costs at each of its intervals, what a day of the real sampler's loop
costs under a clock that is turned, and what a check of the target costs whose order (Fact.CHECKS) comes on
standard input.

CPU is the measuring thread's own by its clock, and beside it that of what was started, ended or not.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from agent import migrations
from agent.checking import Checking
from agent.env import real_env
from agent.log import Log
from agent.model import Moment, Setting
from agent.probes import Target, probes, read_all, stop_all, this_host
from agent.sampler import CADENCE, Passes, Sampler
from agent.schedule import DAY
from agent.store import Store
from agent.tending import Tending
from bench.watch import clock, descendants
from catalogue.load import load
from tests.fakes import FakeEnv

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from agent.model import Reading
    from agent.probes.probe import Probe
    from catalogue.model import Metric

PAUSE = 0.25
"""Seconds between two rounds: long enough for ticks to pass, and for others to have had the caches."""
_PROGRAMS = 5
"""Readings that start programs are made so often."""
_MINUTES = 1440
_LATEST = 40.0
_GLANCE = 0.2


class Cost(NamedTuple):
    """Milliseconds of CPU."""

    own: float
    below: float
    """Of what was started."""


class Meter:
    """Costs from moment to moment."""

    def __init__(self) -> None:
        self._below = _below()
        self._own = time.thread_time_ns()  # last: to look at others costs something, too

    def cost(self) -> Cost:
        """Since it was made."""
        own = time.thread_time_ns()
        return Cost((own - self._own) / 1e6, _below() - self._below)


def _below() -> float:
    """Milliseconds of all processes that this one started so far."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    alive = sum(clock(pid) for pid in descendants(os.getpid()))
    return (ended.ru_utime + ended.ru_stime) * 1000 + alive


def main(folder: Path, rounds: int, checks: int, order: str) -> dict[str, Any]:
    """All of it."""
    known = load(None)
    found = each_probe(probes(this_host(), known), known.metrics, rounds)
    return {
        "probes": [each.plain() for each in found],
        "scan": scan(rounds),
        "day": day(folder / "day", known.metrics),
        "checks": reach(folder / "checks", order, checks) if order else None,
    }


# ------------------------------------------------------------------------ each probe


class Row:
    """What a probe reads at one interval, and every reading's cost."""

    def __init__(self, probe: Probe, every: int, ids: Iterable[str], later: bool = False) -> None:
        self.probe = probe
        self.every = every
        self.ids = frozenset(ids)
        self.later = later
        """Whether it is asked at one reading and answered at the next."""
        self.costs: list[Cost] = []
        self.answered: set[str] = set()

    @property
    def starts_programs(self) -> bool:
        """Whether a reading costs others more than this process."""
        return self.later or any(each.below for each in self.costs)

    def plain(self) -> dict[str, Any]:
        """As JSON has it: medians of all but the first."""
        warm = self.costs[1:] or self.costs
        return {
            "probe": self.probe.name,
            "every": self.every,
            "metrics": sorted(self.ids),
            "answered": len(self.answered),
            "readings": len(warm),
            "first": self.costs[0],
            "warm": Cost(median(each.own for each in warm), median(each.below for each in warm)),
            "later": self.later,
        }


def each_probe(found: Sequence[Probe], metrics: Sequence[Metric], rounds: int) -> list[Row]:
    """Every probe read again and again, what it reads often before what it reads seldom.

    All readings of a round have one moment, as those of one pass: what metrics share (a scan of the
    processes) is read once, and counts where it is needed most often.
    """
    every = {metric.id: metric.every for metric in metrics}
    rows = [
        Row(probe, seconds, [id for id in probe.metrics if every[id] == seconds])
        for probe in found
        for seconds in sorted({every[id] for id in probe.metrics})
    ]
    marks: dict[str, str] = {}
    waiting: list[Row] = []
    for number in range(rounds + 1):
        moment = _moment()
        for row in rows:
            if row.ids and (number <= _PROGRAMS or not row.starts_programs):
                waiting += _read(row, moment, marks)
        time.sleep(PAUSE)
    for row in waiting:
        for _ in range(_PROGRAMS):
            row.costs.append(_answer(row, metrics, marks))
    stop_all(found, _moment(), marks)
    return sorted([row for row in rows + waiting if row.costs], key=lambda row: row.every)


def scan(rounds: int) -> tuple[int, float]:
    """(processes that were seen, milliseconds of a scan): what grows with the number of programs."""
    host = this_host()
    seen, costs = 0, []
    for _ in range(rounds):
        meter = Meter()
        seen = len(list(host.processes()))
        costs.append(meter.cost().own)
        time.sleep(PAUSE / 5)
    return seen, median(costs)


def _read(row: Row, moment: Moment, marks: dict[str, str]) -> list[Row]:
    """Read once; what cannot be answered at once is waited for, and becomes a row of its own."""
    meter = Meter()
    reading = read_all([row.probe], moment, row.ids, marks)
    cost = meter.cost()
    if not (later := row.ids & row.probe.pending):
        row.costs.append(cost)
        row.answered |= _values(reading)
        return []
    apart = Row(row.probe, row.every, later, later=True)
    _settle(apart, marks)
    apart.costs.append(cost)
    row.ids -= later
    return [apart]


def _answer(row: Row, metrics: Sequence[Metric], marks: dict[str, str]) -> Cost:
    """Ask, and hear the answer: of a new host, since one keeps for minutes what it was told."""
    probe = type(row.probe)(this_host(), [metric for metric in metrics if metric.id in row.ids])
    fresh = Row(probe, row.every, row.ids, later=True)
    meter = Meter()
    read_all([probe], _moment(), row.ids, marks)
    asked = meter.cost().own
    heard = _settle(fresh, marks)
    found = Cost(asked + heard, meter.cost().below)
    row.answered |= fresh.answered
    probe.stop(_moment(), marks)
    return found


def _settle(row: Row, marks: dict[str, str]) -> float:
    """Read until there is an answer; milliseconds of the reading that had it."""
    end = time.monotonic() + _LATEST
    own = 0.0
    while row.probe.pending & row.ids and time.monotonic() < end:
        time.sleep(_GLANCE)
        meter = Meter()
        row.answered |= _values(read_all([row.probe], _moment(), row.ids, marks))
        own = meter.cost().own
    return own


def _values(reading: Reading) -> set[str]:
    return {id for id, sample in reading.samples.items() if sample is not None}


def _moment() -> Moment:
    return Moment(time.time(), time.monotonic(), "boot")


# ------------------------------------------------------------------------ a day


class _Bell:
    """A minute passes when somebody waits at it, and hardly any time. Notes what was spent between."""

    def __init__(self, env: FakeEnv, is_pending: Callable[[], object]) -> None:
        self.minutes = 0
        self.spent = 0.0
        self.stop: Callable[[], None] = lambda: None
        self.begin: Callable[[], None] = lambda: None
        self._env, self._is_pending = env, is_pending
        self._since = time.thread_time_ns()

    def wait(self, seconds: float) -> bytes:
        now = time.thread_time_ns()
        self.spent += (now - self._since) / 1e6
        self.minutes += 1
        if self.minutes == 3:  # the first pass and the one that reads everything are no part of a day
            self.spent = 0.0
            self.begin()
        if self.minutes == 3 + _MINUTES:
            self.stop()
        if self._is_pending():  # programs need real time
            _wait_for_a_child()
        self._env.pass_time(max(seconds, CADENCE))
        time.sleep(0.002)
        self._since = time.thread_time_ns()
        return b""


class _Idle(Tending):
    """A worker that is never due."""

    def wait(self) -> float:
        return float(DAY)


def day(state: Path, metrics: Sequence[Metric]) -> dict[str, Any]:
    """The real loop with real probes and store for 1,440 passes; milliseconds a minute, without a target."""
    env = FakeEnv(state, now=time.time())
    env.prepare()
    migrations.migrate(env.database, metrics)
    store = Store.open(env, metrics)
    store.set_setting(Setting.CHOICE, "local")
    found = probes(this_host(), load(None))
    passes = Passes(env, found, metrics)
    spent: defaultdict[str, float] = defaultdict(float)
    for probe in found:
        _time(probe, "read", f"probe {probe.name}", spent)
    _time(store, "add", "store", spent)
    log = Log(env, "sampler")
    bell = _Bell(env, lambda: passes.pending)
    given: tuple[object, ...] = (env, passes, lambda damaged: store, bell, _Idle(env, ["none"], log), log)
    sampler = Sampler(*given)  # type: ignore[arg-type]
    bell.begin, bell.stop = spent.clear, sampler.stop
    sampler.run()
    return {
        "all": bell.spent / _MINUTES,
        "store": spent["store"] / _MINUTES,
        "probes": sum(ms for name, ms in spent.items() if name != "store") / _MINUTES,
    }


def _time(subject: Any, method: str, name: str, spent: dict[str, float]) -> None:
    """From now on note what calls of a method cost."""
    inner = getattr(subject, method)

    def timed(*given: Any) -> Any:
        start = time.thread_time_ns()
        try:
            return inner(*given)
        finally:
            spent[name] += (time.thread_time_ns() - start) / 1e6

    setattr(subject, method, timed)


def _wait_for_a_child() -> None:
    """Until one has ended, which is left for whoever asked it."""
    end = time.monotonic() + _LATEST
    while time.monotonic() < end:
        try:
            if os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                return
        except ChildProcessError:
            return
        time.sleep(0.02)


# ------------------------------------------------------------------------ checks of the target


def reach(state: Path, order: str, count: int) -> dict[str, Any]:
    """The first check, which shows who answers; plain ones; thorough ones, as there is one each hour."""
    known = load(None)
    found = [probe for probe in probes(this_host(), known) if isinstance(probe, Target)]
    asked = [metric for metric in known.metrics if metric.probe == Target.name]
    often = min(metric.every for metric in asked)
    env = real_env(state)
    passes = Passes(env, found, known.metrics, checking=Checking(env, at_once=True))
    passes.check(order)
    plain = frozenset(metric.id for metric in asked if metric.every == often)
    thorough = frozenset(metric.id for metric in asked)
    try:
        costs = {
            "first": [_check(passes, thorough)],
            "plain": [_check(passes, plain) for _ in range(count)],
            # In a row: where a thorough check ends the process, its next start is that check's cost.
            "thorough": [_check(passes, thorough) for _ in range(max(3, count // 2))],
        }
        alive = descendants(os.getpid())
    finally:
        passes.rest()
    every = max(metric.every for metric in asked)
    return {
        "living": len(alive),
        "every": [often, every],
        **{
            name: Cost(median(each.own for each in some), median(each.below for each in some))
            for name, some in costs.items()
        },
    }


def _check(passes: Passes, wanted: frozenset[str]) -> Cost:
    """Begin one, and hear what came of it. RuntimeError if it was not heard of or found a trouble."""
    meter = Meter()
    reading = passes.take(wanted)
    own = meter.cost().own
    end = time.monotonic() + _LATEST
    heard = 0.0
    while passes.pending and time.monotonic() < end:
        time.sleep(_GLANCE)
        last = Meter()
        reading = passes.take(passes.pending)
        heard = last.cost().own
    if missing := wanted - _values(reading):
        raise RuntimeError(f"a check was not answered: {[reading.reasons.get(id) for id in missing]}")
    return Cost(own + heard, meter.cost().below)


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.stdin.read())))
