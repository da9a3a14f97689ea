"""Recorded hosts that something happens to: what the metrics of interest give at each moment."""

from __future__ import annotations

import pytest

from agent.model import Sample
from tests.unit.agent.probes.host.recordings import LINUX, check, replayed

Expected = dict[str, Sample | str]

# Host → for each of its moments: metric → its sample, or words of the reason why there is none.
MOMENTS: dict[str, list[Expected]] = {
    # Counters that begin again at 0 (at 2^32, with another adapter, with a new start): the rise is what they
    # show since then, never negative and never four milliards.
    "wrapping": [
        {"endpoint.cpu_busy": "second reading", "network.nic_errors": "second reading"},
        {
            "endpoint.cpu_busy": "too little time",
            "endpoint.disk_latency": "hardly used",
            "endpoint.oom_kills": 0.0,
            "endpoint.thermal_throttle": 0.0,
            "network.tcp_retransmit": (40.0, 12_000.0),
            "network.nic_errors": (0.0, 1_800.0),
            "network.link_drops": 0.0,
        },
        {
            "endpoint.cpu_busy": 0.0,
            "endpoint.disk_latency": 2.0,
            "endpoint.oom_kills": 1.0,
            "endpoint.thermal_throttle": 1.0,
            "network.tcp_retransmit": (4.0, 2_000.0),
            "network.nic_errors": (3.0, 153.0),
            "network.link_drops": 2.0,
        },
        {
            "endpoint.cpu_busy": "too little time",
            "endpoint.oom_kills": 1.0,  # of the new start
            "endpoint.thermal_throttle": 0.0,  # what stirs while a system starts is not counted
            "endpoint.uptime": 60 / 86400,
            "network.tcp_retransmit": (2.0, 900.0),
            "network.nic_errors": (0.0, 9_000.0),
            "network.link_drops": 0.0,
        },
    ],
    # A clock that is set to 1970, to 2036 and right: times that contradict it are no value, what counts by
    # the seconds since the start never notices.
    "jumping": [
        {"endpoint.update_age": 4.634259259259259, "endpoint.uptime": 90_000 / 86400, "app.crashes": 0.0},
        {
            "endpoint.update_age": "contradict each other",
            "endpoint.reboot_pending": "contradict each other",
            "endpoint.uptime": 90_060 / 86400,
            "endpoint.cpu_busy": 0.0,
            "endpoint.disk_latency": 2.0,
            "app.crashes": 0.0,
        },
        {
            "endpoint.uptime": 90_120 / 86400,
            "endpoint.cpu_busy": 1.0,
            "endpoint.clock_offset": "no time server",
        },
        {
            "endpoint.update_age": 4.636342592592592,
            "endpoint.reboot_pending": 1.1594907407407407,
            "endpoint.uptime": 90_180 / 86400,
            "endpoint.cpu_busy": 0.0,
            "endpoint.clock_offset": 0.25,
            "endpoint.unclean_shutdowns": 0.0,
        },
    ],
    # Closed for a week: links that fell with the sleep are no losses, and an idle week says nothing of the
    # processor; the start is a week further back.
    "sleeping": [
        {"network.link_drops": 0.0, "endpoint.uptime": 90_000 / 86400},
        {
            "network.link_drops": 0.0,
            "endpoint.uptime": 694_800 / 86400,
            "endpoint.cpu_busy": "too little time",
            "endpoint.disk_latency": "hardly used",
            "endpoint.unclean_shutdowns": 0.0,
            "network.tcp_retransmit": (2.0, 100.0),
        },
        {
            "network.link_drops": 1.0,
            "endpoint.cpu_busy": 1.0,
            "endpoint.disk_latency": 5.0,
            "network.tcp_retransmit": (3.0, 10_000.0),
        },
    ],
    "huge": [
        {
            "endpoint.disk_free": 50.0,
            "endpoint.memory_low": 0.0,
            "endpoint.memory_pressure": 1.0,
            "endpoint.oom_kills": 0.0,
            "endpoint.uptime": 300_000_000 / 86400,
            "endpoint.battery_capacity": 100.0,
            "endpoint.clock_offset": "out of range",
            "network.tcp_rtt": "out of range",
            "network.link_drops": 0.0,
        },
        {
            "endpoint.cpu_busy": "too little time",
            "endpoint.thermal_throttle": 0.0,
            "endpoint.disk_latency": 999 / 100,
            "network.tcp_retransmit": (999.0, 999_999_999.0),
            "network.nic_errors": (1e14, 1.1e15),
            "network.link_drops": 4.0,
        },
    ],
    # What is told in another language is understood where it is told in figures, and else no value.
    "foreign": [
        {
            "endpoint.boot_time": "did not time this start-up",
            "endpoint.firewall": 0.0,
            "endpoint.os_support": 47.074074074074076,
            "endpoint.update_age": 13.57175925925926,
            "app.security_updates": "",
            "app.services_failed": 1.0,
            "app.crashes": 0.0,
            "app.memory_top": 100 * (600 - 100) * 4096 / 8e9,
        }
    ],
}


@pytest.mark.parametrize("host", MOMENTS)
def test_each_moment_gives_what_it_should(host: str) -> None:
    readings = replayed(LINUX / host)
    assert len(readings) == len(MOMENTS[host])
    for number, (reading, expected) in enumerate(zip(readings, MOMENTS[host], strict=True)):
        check(reading, expected)
        assert not [why for why in reading.reasons.values() if "failed (" in why], number
