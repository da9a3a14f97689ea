"""The disks below the system and the person's files: space, delay, kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from agent.model import Moment
    from agent.probes.probe import Source

# Operations since the last pass from which a delay says something about the disk.
_BUSY = 10


class Storage(Probe):
    """System and home volumes and their disks."""

    name = "storage"
    _last: Mapping[str, tuple[int, int]] | None = None

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            "endpoint.disk_free": self._free,
            "endpoint.disk_latency": self._latency,
            "endpoint.disk_type": self._kind,
            "endpoint.disk_health": self._condition,
        }

    def forget(self) -> None:
        """See Probe."""
        self._last = None

    def _free(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """The fullest volume's free share in percent."""
        shares = [100 * free / whole for free, whole in self.host.volumes() if whole > 0]
        if not shares:
            raise Absent("no volume tells its size")
        return min(shares)

    def _latency(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Milliseconds per operation since the last pass, if the system's disks were busy at all."""
        now = self.host.disk_activity()
        last, self._last = self._last, now
        if last is None:
            raise Absent("needs a second reading")
        operations = spent = 0
        for disk, (count, time) in now.items():
            more, longer = count - last.get(disk, (count, time))[0], time - last.get(disk, (count, time))[1]
            if more > 0 and longer >= 0:
                operations += more
                spent += longer
        if operations < _BUSY:
            raise Absent("the disk was hardly used since the last reading")
        return spent / operations

    def _kind(self, moment: Moment, marks: MutableMapping[str, str]) -> str:
        """As the host tells it."""
        return self.host.disk_kind()

    def _condition(self, moment: Moment, marks: MutableMapping[str, str]) -> str:
        """As the disks tell it, the worst of them."""
        return self.host.disk_condition()
