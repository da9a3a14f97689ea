"""What the host itself makes of an answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos import MacHost
from agent.probes.host.macos.recorded import Recorded

Change = Callable[..., Recorded]


@pytest.mark.parametrize("level", [0, -1, 77])
def test_a_level_of_pressure_that_there_is_not(changed: Change, level: int) -> None:
    system = changed("laptop", sysctl={"kern.memorystatus_vm_pressure_level": level})
    with pytest.raises(Absent, match="makes no sense"):
        MacHost(system).memory_stall()
