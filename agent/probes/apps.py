"""Programs: crashes, failed services, the largest in memory, one that is stuck. No name is ever kept."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host import Absent
from agent.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableMapping, Sequence

    from agent.model import Moment
    from agent.probes.host import Host, Process
    from agent.probes.probe import Source
    from catalogue.model import Metric

_DAY = 86400
# One program in a crash loop must not drown the rest (as Intune Endpoint analytics counts).
_PER_PROGRAM = 10
_CRASHES = "app.crashes"

_BUSY = 0.9
_STUCK_SECONDS = 600.0


class _Run(NamedTuple):
    """How long a process has kept a core busy on end; times by `Moment.ticking`."""

    at: float
    cpu: float
    since: float | None
    """None: it was not busy at the last scan."""


class Apps(Probe):
    """Crashes, services, and one scan of the processes for all that needs it."""

    name = "apps"

    def __init__(self, host: Host, metrics: Sequence[Metric]) -> None:
        super().__init__(host, metrics)
        self._scan: tuple[float, list[Process]] = (-1.0, [])
        self._runs: dict[tuple[int, int], _Run] = {}
        self._counted_until = 0.0

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            _CRASHES: self._crashes,
            "app.services_failed": self._services,
            "app.memory_top": self._largest,
            "app.cpu_runaway": self._stuck,
        }

    def _services(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        return self.host.failed_services()

    def _crashes(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Crashes since the last reading, at most ten a day (UTC) of one program.

        The mark is the last day counted and how many of it were, so that no program's name is kept.
        """
        today = int(moment.now // _DAY)
        days = _by_day(self.host.program_crashes())
        day, _, counted = marks.get(_CRASHES, "").partition(" ")
        marks[_CRASHES] = f"{today} {days.get(today, 0)}"
        if not counted or int(day) > today:  # first sight, or the clock was set back
            return 0
        more = max(0, days.get(int(day), 0) - int(counted))
        return more + sum(count for each, count in days.items() if int(day) < each <= today)

    def _processes(self, moment: Moment) -> list[Process]:
        """One scan a pass, whatever asks."""
        if self._scan[0] != moment.ticking:
            self._scan = (moment.ticking, list(self.host.processes()))
        return self._scan[1]

    def _largest(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """What the program with the most memory has to itself, all its processes together, in percent."""
        programs: Counter[str] = Counter()
        for process in self._processes(moment):
            programs[process.program] += max(process.memory, 0)
        _, total = self.host.memory()
        if not programs or total <= 0:
            raise Absent("no process can be seen")
        return min(100.0, 100 * max(programs.values()) / total)

    def _stuck(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Minutes, newly passed, in which some process has kept a core busy for ten minutes or more."""
        now = moment.ticking
        runs = {
            (process.pid, process.started): self._run(process, now) for process in self._processes(moment)
        }
        first, self._runs = not self._runs, runs
        if first:
            raise Absent("needs a second reading")
        long = [
            run.since for run in runs.values() if run.since is not None and now - run.since >= _STUCK_SECONDS
        ]
        if not long:
            return 0
        begin = max(min(long), self._counted_until)
        self._counted_until = now
        return max(0.0, now - begin) / 60

    def _run(self, process: Process, now: float) -> _Run:
        before = self._runs.get((process.pid, process.started))
        if before is None or now <= before.at or process.cpu - before.cpu <= _BUSY * (now - before.at):
            return _Run(now, process.cpu, None)
        return _Run(now, process.cpu, before.at if before.since is None else before.since)


def _by_day(crashes: Iterable[tuple[float, str]]) -> dict[int, int]:
    """UTC day → its crashes, at most _PER_PROGRAM of one program."""
    programs = Counter((int(time // _DAY), program) for time, program in crashes)
    days: dict[int, int] = {}
    for (day, _), count in programs.items():
        days[day] = days.get(day, 0) + min(count, _PER_PROGRAM)
    return days
