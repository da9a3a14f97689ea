from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import kernel
from agent.probes.host.linux.recorded import Recorded

TICK = os.sysconf("SC_CLK_TCK")
Change = Callable[..., Recorded]


def test_the_laptop_s(laptop: Recorded) -> None:
    assert kernel.uptime(laptop) == 345600.5
    assert kernel.suspensions(laptop) == 7
    assert kernel.processor_time(laptop) == (133_000 / TICK, 938_000 / TICK)
    assert kernel.throttlings(laptop) == 75
    assert kernel.memory(laptop) == (9_000_000 * 1024, 16_000_000 * 1024)
    assert kernel.memory_stall(laptop) == 0.45
    assert kernel.memory_kills(laptop) == 2


def test_waiting_for_a_disk_is_not_busy_what_a_hypervisor_takes_is(changed: Change) -> None:
    host = changed("laptop", {"proc/stat": "cpu  10 0 10 100 50 0 0 30 8 0\n"})
    assert kernel.processor_time(host) == (50 / TICK, 200 / TICK)


def test_an_old_kernel_has_fewer_fields(changed: Change) -> None:
    host = changed("laptop", {"proc/stat": "cpu  10 0 10 100\n"})
    assert kernel.processor_time(host) == (20 / TICK, 120 / TICK)


def test_a_kernel_that_cannot_suspend_has_not_slept(virtual: Recorded) -> None:
    assert kernel.suspensions(virtual) == 0


@pytest.mark.parametrize(
    ("file", "text", "read"),
    [
        ("proc/stat", "intr 1 2\n", kernel.processor_time),
        ("proc/stat", None, kernel.processor_time),
        ("proc/meminfo", "MemTotal: 5 kB\n", kernel.memory),
        ("proc/meminfo", None, kernel.memory),
        ("proc/pressure/memory", "some avg10=0.00 avg60=1.20 avg300=0.30 total=3\n", kernel.memory_stall),
        ("proc/pressure/memory", None, kernel.memory_stall),
        ("proc/vmstat", "nr_free_pages 1\n", kernel.memory_kills),
        ("proc/uptime", None, kernel.uptime),
    ],
)
def test_what_a_kernel_does_not_tell_is_absent(
    file: str, text: str | None, read: Callable[[Recorded], object], changed: Change
) -> None:
    with pytest.raises(Absent):
        read(changed("laptop", {file: text}))


def test_heat_that_no_processor_tells(desktop: Recorded, virtual: Recorded) -> None:
    for host in (desktop, virtual):
        with pytest.raises(Absent, match="heat"):
            kernel.throttlings(host)
