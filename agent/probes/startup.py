"""Starts and stops of the system: how long, how long ago, how often without an orderly end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping, Sequence

    from agent.model import Moment
    from agent.probes.probe import Source

_DAY = 86400
# Records of one crash are written within this many seconds of each other.
_ONE_CRASH = 60

_BOOT_TIME = "endpoint.boot_time"
_CRASHES = "endpoint.os_crashes"
_RUNNING = "endpoint.unclean_shutdowns.running"
_STOPPED = "endpoint.unclean_shutdowns.stopped"


class Startup(Probe):
    """Boots, uptime, sudden power-offs, system crashes."""

    name = "startup"

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            _BOOT_TIME: self._boot_time,
            "endpoint.uptime": self._uptime,
            "endpoint.unclean_shutdowns": self._unclean,
            _CRASHES: self._crashes,
        }

    def _boot_time(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Seconds of the latest start-up; asked for once a boot, since asking starts a program."""
        boot, _, seconds = marks.get(_BOOT_TIME, "").partition(" ")
        if boot != moment.boot or not seconds:
            seconds = repr(self.host.boot_duration())
            marks[_BOOT_TIME] = f"{moment.boot} {seconds}"
        return float(seconds)

    def _uptime(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        days = (moment.now - self.host.started()) / _DAY
        if days < 0:
            raise Absent("the clock says that the system starts in the future")
        return days

    def _unclean(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """1 if the boot in which the agent last ran ended without the agent's orderly end, else 0.

        Counted only once an orderly end has been seen on this computer: where sessions are always killed,
        a missing note means nothing.
        """
        running, stopped = marks.get(_RUNNING, ""), marks.get(_STOPPED, "")
        marks[_RUNNING] = moment.boot
        if running in ("", moment.boot):
            # Running again in this boot: an earlier orderly end (a log-out, say) says nothing of its end.
            if stopped == moment.boot:
                marks[_STOPPED] = "seen"
            return 0
        if stopped == "":
            return 0
        marks[_STOPPED] = "seen"
        return 0 if stopped == running else 1

    def stop(self, moment: Moment, marks: MutableMapping[str, str]) -> None:
        """Note the orderly end, by which the next boot knows it from a power cut."""
        marks[_STOPPED] = moment.boot

    def _crashes(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """System crashes whose records are newer than the last one counted."""
        times = sorted(self.host.system_crashes())
        mark = marks.get(_CRASHES, "")
        until = float(mark) if mark else moment.now
        marks[_CRASHES] = repr(max([until, *times]))
        return _apart([time for time in times if time > until])


def _apart(times: Sequence[float]) -> int:
    """How many groups the rising times form that lie more than _ONE_CRASH apart."""
    count, last = 0, None
    for time in times:
        if last is None or time - last > _ONE_CRASH:
            count += 1
        last = time
    return count
