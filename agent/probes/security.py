"""Protection that the person at the machine relies on: encryption, firewall, Secure Boot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from agent.model import Moment
    from agent.probes.probe import Source


class Security(Probe):
    """Classes that the host tells as they are."""

    name = "security"

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            "endpoint.disk_encryption": self._encryption,
            "endpoint.firewall": self._firewall,
            "endpoint.secure_boot": self._secure_boot,
        }

    def _encryption(self, moment: Moment, marks: MutableMapping[str, str]) -> str:
        return self.host.disk_encryption()

    def _firewall(self, moment: Moment, marks: MutableMapping[str, str]) -> str:
        return self.host.firewall()

    def _secure_boot(self, moment: Moment, marks: MutableMapping[str, str]) -> str:
        return self.host.secure_boot()
