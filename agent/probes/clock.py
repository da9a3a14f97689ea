"""The clock: how far it is off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from agent.model import Moment
    from agent.probes.probe import Source


class Clock(Probe):
    """Against the time servers that the system itself asks; Shoal asks none."""

    name = "clock"

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {"endpoint.clock_offset": self._offset}

    def _offset(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """The error without its sign."""
        return abs(self.host.clock_error())
