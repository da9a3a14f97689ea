"""Programs: crashes, freezes, failed services, the largest in memory, one that is stuck; a few by product.

No name is ever kept. Of a product of the catalogue's closed list: the day on which it last ran, and the last
day on which it crashed.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from agent.probes.host import Absent
from agent.probes.probe import Probe
from agent.probes.records import counted, days_with
from agent.schedule import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence

    from agent.model import Moment
    from agent.probes.host import Host, Process
    from agent.probes.probe import Source
    from agent.probes.records import Record
    from catalogue.model import Metric, Slot

_CRASHES, _HANGS = "app.crashes", "app.hangs"
_UPDATE_AGE, _CRASH_DAYS = ".update_age", ".crash_days"  # of a product

_BUSY = 0.9
_STUCK_SECONDS = 600.0
# Days by which a file's time may lie ahead of the clock before the two contradict each other.
_AHEAD = 1.0


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
        self._records: tuple[float, Sequence[Record]] = (-1.0, ())
        self._runs: dict[tuple[int, int], _Run] = {}
        self._counted_until = 0.0
        self._owners = {
            program.casefold(): metric.slot.id
            for metric in metrics
            if metric.slot is not None and metric.name.endswith(_CRASH_DAYS)
            for program in metric.slot.programs
        }
        """Program, without case → the product it belongs to, of those whose crashes are told apart."""
        self._ran: set[str] = set()
        """Products seen running since their last reading."""

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        found: dict[str, Source] = {
            _CRASHES: self._crashes,
            _HANGS: self._hangs,
            "app.services_failed": self._services,
            "app.memory_top": self._largest,
            "app.cpu_runaway": self._stuck,
        }
        for metric in self._metrics.values():
            if metric.slot is not None and metric.name.endswith(_UPDATE_AGE):
                found[metric.id] = self._update_age(metric.slot)
            elif metric.slot is not None and metric.name.endswith(_CRASH_DAYS):
                found[metric.id] = self._crash_days(metric, metric.slot)
        return found

    def forget(self) -> None:
        """See Probe."""
        self._runs.clear()
        self._ran.clear()

    def _services(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """As many as the host tells."""
        return self.host.failed_services()

    def _crashes(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Crashes since the last reading."""
        return counted(marks, _CRASHES, self._crash_records(moment), moment.now)

    def _hangs(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Freezes since the last reading."""
        return counted(marks, _HANGS, self.host.program_hangs(), moment.now)

    def _crash_records(self, moment: Moment) -> Sequence[Record]:
        """Looked up once a pass, whatever asks."""
        if self._records[0] != moment.ticking:
            self._records = (moment.ticking, list(self.host.program_crashes()))
        return self._records[1]

    def _update_age(self, product: Slot) -> Source:
        def source(moment: Moment, marks: MutableMapping[str, str]) -> float:
            """Days since the installed version came."""
            days = (moment.now - self.host.product_updated(product)) / DAY
            if days < -_AHEAD:
                raise Absent("the clock and the files' times contradict each other")
            return max(days, 0.0)

        return source

    def _crash_days(self, metric: Metric, product: Slot) -> Source:
        """A sample tells no more than that the product ran within two weeks; kept is the day it did last."""

        def source(moment: Moment, marks: MutableMapping[str, str]) -> float:
            """Days with a crash of this product, newly known; no answer unless it ran in the last 14 days."""
            today = int(moment.now // DAY)
            records = self._crash_records(moment)
            self._processes(moment)
            times = [time for time, program in records if self._owners.get(program.casefold()) == product.id]
            new = days_with(marks, f"{metric.id}.counted", times, moment.now)
            ran = f"{metric.id}.ran"
            if product.id in self._ran or new:
                self._ran.discard(product.id)
                marks[ran] = str(today)
            if not 0 <= today - int(marks.get(ran, -metric.window)) < metric.window:
                raise Absent(f"{product.product} did not run here in {metric.window} days, as far as seen")
            return new

        return source

    def _processes(self, moment: Moment) -> list[Process]:
        """One scan a pass, whatever asks. Which products of the list run is noted by the way."""
        if self._scan[0] != moment.ticking:
            self._scan = (moment.ticking, list(self.host.processes()))
            names = {process.program.casefold() for process in self._scan[1]}
            self._ran.update(owner for program, owner in self._owners.items() if program in names)
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
