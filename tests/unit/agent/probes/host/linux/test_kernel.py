from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import kernel
from agent.probes.host.linux.recorded import Recorded

Change = Callable[..., Recorded]


def test_the_laptop_s(laptop: Recorded) -> None:
    assert kernel.suspensions(laptop) == 7
    assert kernel.throttlings(laptop, kernel.heat_counters(laptop)) == 75
    assert kernel.memory_stall(laptop) == 0.45
    assert kernel.memory_kills(laptop) == 2


def test_a_kernel_that_cannot_suspend_has_not_slept(virtual: Recorded) -> None:
    assert kernel.suspensions(virtual) == 0


@pytest.mark.parametrize(
    ("file", "text", "read"),
    [
        ("proc/pressure/memory", "some avg10=0.00 avg60=1.20 avg300=0.30 total=3\n", kernel.memory_stall),
        ("proc/pressure/memory", None, kernel.memory_stall),
        ("proc/vmstat", "nr_free_pages 1\n", kernel.memory_kills),
    ],
)
def test_what_a_kernel_does_not_tell_is_absent(
    file: str, text: str | None, read: Callable[[Recorded], object], changed: Change
) -> None:
    with pytest.raises(Absent):
        read(changed("laptop", {file: text}))


def test_heat_that_no_processor_tells(desktop: Recorded, virtual: Recorded) -> None:
    for host in (desktop, virtual):
        assert kernel.heat_counters(host) == []
        with pytest.raises(Absent, match="heat"):
            kernel.throttlings(host, [])
