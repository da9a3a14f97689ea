"""Protection that people rely on: encryption, firewall, Secure Boot, what is known of malware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.probe import Probe
from agent.schedule import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from agent.model import Moment
    from agent.probes.probe import Source

# Days by which that time may lie ahead of the clock before the two contradict each other.
_AHEAD = 1.0


class Security(Probe):
    """Classes that the host tells as they are."""

    name = "security"

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            "endpoint.disk_encryption": self._encryption,
            "endpoint.firewall": self._firewall,
            "endpoint.secure_boot": self._secure_boot,
            "endpoint.antimalware_age": self._antimalware,
        }

    def _encryption(self, moment: Moment, marks: MutableMapping[str, str]) -> str:
        """As the host tells it."""
        return self.host.disk_encryption()

    def _firewall(self, moment: Moment, marks: MutableMapping[str, str]) -> str:
        """As the host tells it."""
        return self.host.firewall()

    def _secure_boot(self, moment: Moment, marks: MutableMapping[str, str]) -> str:
        """As the host tells it."""
        return self.host.secure_boot()

    def _antimalware(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Days since what the malware protection knows was renewed."""
        days = (moment.now - self.host.protection_renewed()) / DAY
        if days < -_AHEAD:
            raise Absent("the clock and the protection's own time contradict each other")
        return max(days, 0.0)
