"""Macs as named cases: what every metric of each gives at each moment."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.model import Sample
from agent.probes.host import Absent, Host
from agent.probes.host.macos import MacHost
from agent.probes.host.macos.recorded import Recorded
from tests.unit.agent.probes.fake_host import CATALOGUE
from tests.unit.agent.probes.host.macos.conftest import MACS
from tests.unit.agent.probes.host.recordings import EVERYTHING, MACOS, check, names, replayed

SECOND = "needs a second reading"
# Mac → for each moment: metric → its sample, or words of the reason why there is none. Each has all metrics.
CASES: dict[str, list[dict[str, Sample | str]]] = {
    "laptop": [
        {
            "endpoint.disk_free": 12.5,
            "endpoint.disk_latency": SECOND,
            "endpoint.disk_type": 0.0,
            "endpoint.disk_health": 0.0,
            "endpoint.memory_low": 0.0,
            "endpoint.memory_pressure": 0.0,
            "endpoint.cpu_busy": SECOND,
            "endpoint.boot_time": 21.75,
            "endpoint.uptime": 4.0,
            "endpoint.unclean_shutdowns": 0.0,
            "endpoint.os_crashes": 0.0,
            "endpoint.disk_encryption": 0.0,
            "endpoint.firewall": 0.0,
            "endpoint.battery_capacity": 100 * 3681 / 4382,
            "endpoint.update_age": 6.613425925925926,  # macOS 14.1.1, not XProtect's newer data
            "endpoint.os_support": 1036.0740740740741,
            "network.nic_errors": SECOND,
            "app.crashes": 0.0,
            "app.hangs": 0.0,
            "app.memory_top": 100 * 1_700_000_000 / 17_179_869_184,  # both of Firefox's processes
            "app.cpu_runaway": SECOND,
            "app.firefox.update_age": 10.0,
            "app.chrome.update_age": 1.1574074074074074,
            "app.edge.update_age": "not installed",  # what calls itself so has another identifier
            "app.thunderbird.update_age": "not installed",
            "app.libreoffice.crash_days": "did not run",
            "app.office.crash_days": "did not run",
        },
        {
            "endpoint.disk_free": 12.5,
            "endpoint.disk_latency": 1000 / 200,
            "endpoint.disk_type": 0.0,
            "endpoint.disk_health": 0.0,
            "endpoint.memory_low": 0.0,
            "endpoint.memory_pressure": 1.0,
            "endpoint.cpu_busy": 1.0,
            "endpoint.boot_time": 21.75,
            "endpoint.uptime": 4 + 60 / 86400,
            "endpoint.unclean_shutdowns": 0.0,
            "endpoint.os_crashes": 0.0,
            "endpoint.disk_encryption": 0.0,
            "endpoint.firewall": 0.0,
            "endpoint.battery_capacity": 100 * 3681 / 4382,
            "endpoint.update_age": 6.614120370370371,
            "endpoint.os_support": 1036.0733796296297,
            "network.nic_errors": (10.0, 1010.0),
            "app.crashes": 1.0,  # Firefox's, in between
            "app.hangs": 0.0,
            "app.memory_top": 100 * 1_700_000_000 / 17_179_869_184,
            "app.cpu_runaway": 0.0,
            "app.firefox.update_age": 10 + 60 / 86400,
            "app.chrome.update_age": 1.1581018518518518,
            "app.edge.update_age": "not installed",
            "app.thunderbird.update_age": "not installed",
            "app.libreoffice.crash_days": "did not run",
            "app.office.crash_days": "did not run",
        },
    ],
    "desktop": [
        {
            "endpoint.disk_free": 4.0,
            "endpoint.disk_latency": SECOND,
            "endpoint.disk_type": 1.0,  # a Fusion Drive
            "endpoint.disk_health": "does not tell its condition",
            "endpoint.memory_low": 1.0,
            "endpoint.memory_pressure": 1.0,
            "endpoint.cpu_busy": SECOND,
            "endpoint.boot_time": "signed out since",
            "endpoint.uptime": 40.0,
            "endpoint.unclean_shutdowns": 0.0,
            "endpoint.os_crashes": "only administrators",
            "endpoint.disk_encryption": 2.0,
            "endpoint.firewall": 2.0,
            "endpoint.battery_capacity": "no battery",
            "endpoint.update_age": 846.5925925925926,  # the security update of 2021, not the newer Safari
            "endpoint.os_support": -48.925925925925924,
            "network.nic_errors": SECOND,
            "app.crashes": 0.0,
            "app.hangs": "only administrators",
            "app.memory_top": "does not list its processes",
            "app.cpu_runaway": "does not list its processes",
            "app.firefox.update_age": "not installed",
            "app.chrome.update_age": "not installed",
            "app.edge.update_age": "not installed",
            "app.thunderbird.update_age": "not installed",
            "app.libreoffice.crash_days": "does not list its processes",
            "app.office.crash_days": "does not list its processes",
        }
    ],
    "virtual": [
        {
            "endpoint.disk_free": 50.0,
            "endpoint.disk_latency": SECOND,
            "endpoint.disk_type": "virtual",
            "endpoint.disk_health": "does not tell its condition",
            "endpoint.memory_low": 0.0,
            "endpoint.memory_pressure": 0.0,
            "endpoint.cpu_busy": SECOND,
            "endpoint.boot_time": 11.0,
            "endpoint.uptime": 2396 / 86400,
            "endpoint.unclean_shutdowns": 0.0,
            "endpoint.os_crashes": 0.0,
            "endpoint.disk_encryption": 1.0,
            "endpoint.firewall": 0.0,
            "endpoint.battery_capacity": "no battery",
            "endpoint.update_age": "no history",
            "endpoint.os_support": 297.80502314814817,
            "network.nic_errors": SECOND,
            "app.crashes": 0.0,
            "app.hangs": 0.0,
            "app.memory_top": "does not list its processes",
            "app.cpu_runaway": "does not list its processes",
            "app.firefox.update_age": "not installed",
            "app.chrome.update_age": "not installed",
            "app.edge.update_age": "not installed",
            "app.thunderbird.update_age": "not installed",
            "app.libreoffice.crash_days": "does not list its processes",
            "app.office.crash_days": "does not list its processes",
        }
    ],
    # What lies gives no value.
    "broken": [
        {
            **dict.fromkeys(
                (m.id for m in CATALOGUE.metrics if "macos" in m.platforms and m.id in EVERYTHING), ""
            ),
            "app.crashes": 0.0,
            "endpoint.unclean_shutdowns": 0.0,
        }
    ],
}


@pytest.mark.parametrize("mac", CASES)
def test_each_mac_gives_what_it_should(mac: str) -> None:
    readings = replayed(MACOS / mac)
    for reading, expected in zip(readings, CASES[mac], strict=True):
        assert reading.samples.keys() == expected.keys()
        check(reading, expected)


# Mac → for each moment: what the case is about.
MOMENTS: dict[str, list[dict[str, Sample | str]]] = {
    # What is lower than before has begun anew: nothing is negative, and nothing four milliards.
    "wrapping": [
        {"network.nic_errors": SECOND},
        {
            "endpoint.cpu_busy": "too little time",
            "endpoint.disk_latency": "hardly used",
            "network.nic_errors": (1.0, 521.0),
        },
        {
            "endpoint.cpu_busy": "too little time",
            "endpoint.disk_latency": "hardly used",
            "endpoint.uptime": 100 / 86400,
            "endpoint.unclean_shutdowns": 0.0,
            "network.nic_errors": (2.0, 402.0),
        },
    ],
    # Times that contradict the clock are no value; a crash of each time is counted once, and no old one anew.
    "jumping": [
        {"endpoint.update_age": 571_400 / 86400, "endpoint.uptime": 100_000 / 86400, "app.crashes": 0.0},
        {
            "endpoint.update_age": "contradict",
            "endpoint.uptime": 100_060 / 86400,
            "endpoint.cpu_busy": 0.0,
            "app.crashes": 0.0,
        },
        {"app.crashes": 1.0},
        {
            "endpoint.update_age": 571_580 / 86400,
            "endpoint.uptime": 100_180 / 86400,
            "endpoint.cpu_busy": 1.0,
            "endpoint.os_crashes": 0.0,
            "endpoint.unclean_shutdowns": 0.0,
            "app.crashes": 1.0,
        },
    ],
    # A week of sleep is no load and no stuck program; the start is a week further back.
    "sleeping": [
        {"endpoint.uptime": 90_000 / 86400},
        {
            "endpoint.uptime": 694_800 / 86400,
            "endpoint.cpu_busy": 0.0,
            "endpoint.disk_latency": "hardly used",
            "endpoint.unclean_shutdowns": 0.0,
            "network.nic_errors": (0.0, 100.0),
            "app.cpu_runaway": 0.0,
        },
        {"endpoint.cpu_busy": 1.0, "endpoint.disk_latency": 5.0, "network.nic_errors": (10.0, 1010.0)},
    ],
    # Numbers beyond belief are no value, and what rises by a little is seen all the same.
    "huge": [
        {
            "endpoint.disk_free": 50.0,
            "endpoint.memory_low": 0.0,
            "endpoint.memory_pressure": "makes no sense",
            "endpoint.uptime": 300_000_000 / 86400,
            "endpoint.boot_time": "signed out since",
            "endpoint.battery_capacity": "make no sense",
            "app.memory_top": 100.0,
        },
        {
            "endpoint.cpu_busy": 1.0,
            "endpoint.disk_latency": 15.0,
            "network.nic_errors": (1e14, 1.1e15),
        },
    ],
    # What is told in French is understood where it is told in figures and identifiers, and else no value.
    "foreign": [
        {
            "endpoint.disk_encryption": "does not tell whether FileVault",
            "endpoint.firewall": 0.0,
            "endpoint.battery_capacity": "ioreg did not answer",
            "endpoint.update_age": 571_400 / 86400,
            "endpoint.os_support": 1036.0740740740741,
            "endpoint.uptime": 1.0,
            "app.memory_top": 5.0,
            "app.crashes": 0.0,
            "app.hangs": 0.0,
        },
        {"app.crashes": 1.0, "app.hangs": 1.0},
    ],
}


@pytest.mark.parametrize("mac", MOMENTS)
def test_each_moment_gives_what_it_should(mac: str) -> None:
    for reading, expected in zip(replayed(MACOS / mac), MOMENTS[mac], strict=True):
        check(reading, expected)
        assert not [why for why in reading.reasons.values() if "failed (" in why]


def test_every_recorded_mac_is_a_case() -> None:
    assert names(MACOS) == CASES.keys() | MOMENTS.keys()
    assert CASES.keys() == set(MACS)


@pytest.mark.parametrize("mac", CASES)
def test_reasons_hold_nothing_personal(mac: str) -> None:
    for reading in replayed(MACOS / mac):
        for reason in reading.reasons.values():
            assert not {"user", "größe", "admin", "iTunes", "host", "NEVERSHOWN01"} & set(reason.split())
            assert "/Users" not in reason


def test_it_answers_all_that_probes_may_ask() -> None:
    """Or says why not: no method is missing, and a sealed answer needs no recording at all."""
    host = MacHost(Recorded(MACOS / "laptop"))
    for name in vars(Host):
        if not name.startswith("_"):
            assert callable(getattr(host, name)), name
    assert host.restraint() == ""
    host.close()


def test_what_was_not_recorded_is_absent(tmp_path: Path) -> None:
    system = Recorded(tmp_path)
    for ask in (
        lambda: system.number("kern.x"),
        lambda: system.device("/"),
        lambda: system.starts("loginwindow"),
        lambda: system.run(["/usr/bin/x"], 1),
        lambda: system.properties(["/usr/bin/x"], (), 1),
        lambda: list(system.tasks()),
        lambda: system.listing("Library", "none"),
        lambda: system.plist("a.plist", (), "none"),
    ):
        with pytest.raises(Absent):
            ask()
    assert system.changed("a") is None
    assert system.arrived("a") is None
