from __future__ import annotations

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import services
from agent.probes.host.linux.recorded import Recorded


@pytest.mark.parametrize(
    ("output", "seconds"),
    [
        ("Startup finished in 1.5s (kernel) + 20.25s (userspace) = 21.75s", 21.75),
        (
            "Startup finished in 6s (firmware) + 2s (loader) + 1.5s (kernel) + 1min 2.5s (userspace)",
            64.0,
        ),
        ("Startup finished in 812ms (kernel) + 1h 2min 3.100s (userspace) = 1h 2min 4s", 3723.912),
        ("Startup finished in 950us (kernel) + 5min (initrd) + 1s (userspace)", 301.00095),
        ("Startup finished in 3.2s (userspace)", 3.2),
    ],
)
def test_times_as_systemd_prints_them(output: str, seconds: float) -> None:
    assert services.parse_boot(output) == pytest.approx(seconds)


@pytest.mark.parametrize("output", ["", "Bootup is not yet finished (…).", "Startup finished in (kernel)"])
def test_a_start_without_a_time(output: str) -> None:
    with pytest.raises(Absent, match="did not time"):
        services.parse_boot(output)


def test_only_systemd_is_asked(laptop: Recorded, virtual: Recorded) -> None:
    assert services.boot_duration(laptop) == pytest.approx(34.502)
    assert services.failed_services(laptop) == 0
    for read in (services.boot_duration, services.failed_services):
        with pytest.raises(Absent, match="systemd"):
            read(virtual)


def test_failed_services_are_lines(desktop: Recorded) -> None:
    assert services.failed_services(desktop) == 3
