"""Recorded hosts as named cases: what every metric of each gives in one pass."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent.model import Moment, Sample
from agent.probes import probes, read_all
from agent.probes.host import Absent
from agent.probes.host.linux import LinuxHost
from agent.probes.host.linux.recorded import Recorded
from tests.repository import ROOT
from tests.unit.agent.probes.fake_host import CATALOGUE
from tests.unit.agent.probes.host.recordings import EVERYTHING, LINUX, check, names
from tests.unit.agent.probes.host.test_recorded_moments import MOMENTS

IN_2023, IN_2026 = 1_700_000_000.0, 1_795_322_446.0
SECOND = "needs a second reading"
HERE = [each for each in CATALOGUE.metrics if "linux" in each.platforms and each.probe != "target"]

# Host → (when, metric → its sample, or words of the reason why there is none). Every metric is in every case.
CASES: dict[str, tuple[float, dict[str, Sample | str]]] = {
    "laptop": (
        IN_2023,
        {
            "endpoint.disk_free": 18.5,
            "endpoint.disk_latency": SECOND,
            "endpoint.disk_type": 0.0,
            "endpoint.memory_low": 0.0,
            "endpoint.oom_kills": 0.0,
            "endpoint.memory_pressure": 0.0,
            "endpoint.cpu_busy": SECOND,
            "endpoint.thermal_throttle": SECOND,
            "endpoint.boot_time": 3.511 + 12.061 + 18.93,
            "endpoint.unclean_shutdowns": 0.0,
            "endpoint.uptime": 345600.5 / 86400,
            "endpoint.os_crashes": 0.0,
            "endpoint.disk_encryption": 0.0,
            "endpoint.firewall": 0.0,
            "endpoint.secure_boot": 0.0,
            "endpoint.battery_capacity": 100 * 40.41 / 57,
            "endpoint.clock_offset": 0.0021,
            "endpoint.update_age": 14.59258101851852,
            "endpoint.os_support": 1690.0740740740741,
            "endpoint.reboot_pending": 3.0,
            "network.tcp_rtt": 23.4,
            "network.link_drops": 0.0,
            "network.tcp_retransmit": SECOND,
            "network.nic_errors": SECOND,
            "network.wifi_signal": -61.0,
            "app.crashes": 0.0,
            "app.services_failed": 0.0,
            "app.security_updates": 3.0,
            # Both processes of "Web Content": their pages less those shared, of 16 GB.
            "app.memory_top": 100 * (200_000 + 100_000) * 4096 / 16_384_000_000,
            "app.cpu_runaway": SECOND,
            "app.firefox.update_age": 15.0,
            "app.chrome.update_age": 100.0,
            "app.edge.update_age": "not installed",
            "app.thunderbird.update_age": "not installed",
            "app.libreoffice.crash_days": "did not run",
        },
    ),
    "desktop": (
        IN_2023,
        {
            "endpoint.disk_free": 4.0,
            "endpoint.disk_latency": SECOND,
            "endpoint.disk_type": 1.0,
            "endpoint.memory_low": 1.0,
            "endpoint.oom_kills": 0.0,
            "endpoint.memory_pressure": 1.0,
            "endpoint.cpu_busy": SECOND,
            "endpoint.thermal_throttle": "does not tell whether it is slowed by heat",
            "endpoint.boot_time": 155.75,
            "endpoint.unclean_shutdowns": 0.0,
            "endpoint.uptime": 40.0,
            "endpoint.os_crashes": 0.0,
            "endpoint.disk_encryption": 2.0,
            "endpoint.firewall": 2.0,
            "endpoint.secure_boot": 1.0,
            "endpoint.battery_capacity": "no battery",
            "endpoint.clock_offset": 412.0,
            "endpoint.update_age": 105.5925925925926,
            "endpoint.os_support": -166.92592592592592,
            "endpoint.reboot_pending": 2_000_000 / 86400,
            "network.tcp_rtt": "no connection",
            "network.link_drops": 0.0,
            "network.tcp_retransmit": SECOND,
            "network.nic_errors": SECOND,
            "network.wifi_signal": "no Wi-Fi",
            "app.crashes": 0.0,
            "app.services_failed": 3.0,
            "app.security_updates": "older than two weeks",
            "app.memory_top": 50.0,
            "app.cpu_runaway": SECOND,
            "app.firefox.update_age": 10.0,
            "app.chrome.update_age": "not installed",
            "app.edge.update_age": "not installed",
            "app.thunderbird.update_age": "not installed",
            "app.libreoffice.crash_days": 0.0,
        },
    ),
    "virtual": (
        IN_2026,
        {
            "endpoint.disk_free": 100 * 85_899_345_920 / 110_000_000_000,
            "endpoint.disk_latency": SECOND,
            "endpoint.disk_type": "virtual",
            "endpoint.memory_low": 0.0,
            "endpoint.oom_kills": 0.0,
            "endpoint.memory_pressure": 0.0,
            "endpoint.cpu_busy": SECOND,
            "endpoint.thermal_throttle": "does not tell",
            "endpoint.boot_time": "not started by systemd",
            "endpoint.unclean_shutdowns": 0.0,
            "endpoint.uptime": 1900.25 / 86400,
            "endpoint.os_crashes": "keeps no record",
            "endpoint.disk_encryption": "virtual",
            "endpoint.firewall": "no firewall",
            "endpoint.secure_boot": "UEFI",
            "endpoint.battery_capacity": "no battery",
            "endpoint.clock_offset": "no time server",
            "endpoint.update_age": 61.038275462962964,
            "endpoint.os_support": 586.8050231481482,
            "endpoint.reboot_pending": "does not note",
            "network.tcp_rtt": 0.4,
            "network.link_drops": 0.0,
            "network.tcp_retransmit": SECOND,
            "network.nic_errors": SECOND,
            "network.wifi_signal": "no Wi-Fi",
            "app.crashes": "not recorded",
            "app.services_failed": "not started by systemd",
            "app.security_updates": "no package lists",
            "app.memory_top": 100 * 50 * 4096 / 25_276_063_744,
            "app.cpu_runaway": SECOND,
            "app.firefox.update_age": "not installed",
            "app.chrome.update_age": "not installed",
            "app.edge.update_age": "not installed",
            "app.thunderbird.update_age": "not installed",
            "app.libreoffice.crash_days": "not recorded",
        },
    ),
    # What lies gives no value; what is left gives the truth.
    "broken": (
        IN_2023,
        {
            **{
                each.id: ""
                for each in HERE
                if each.id not in ("endpoint.unclean_shutdowns", "app.services_failed")
            },
            "endpoint.unclean_shutdowns": 0.0,
            "app.services_failed": 0.0,
        },
    ),
    "empty": (
        IN_2023,
        {
            **{each.id: "" for each in HERE},
            "endpoint.memory_low": "does not tell how much memory",
            "network.link_drops": "/sys is not mounted",
            "endpoint.unclean_shutdowns": 0.0,
        },
    ),
}


@pytest.mark.parametrize("host", CASES)
def test_each_host_gives_what_it_should(host: str) -> None:
    now, expected = CASES[host]
    found = probes(LinuxHost(Recorded(LINUX / host)), CATALOGUE, "linux")
    reading = read_all(found, Moment(now, 1_000.0, "boot-1"), EVERYTHING, {})
    assert set(reading.samples) == set(expected)
    check(reading, expected)


def test_every_recorded_host_is_a_case() -> None:
    assert names(LINUX) == CASES.keys() | MOMENTS.keys()


def test_reasons_hold_nothing_personal() -> None:
    """Reasons are read aloud at help desks: no path of a home, no name of a program or an account."""
    for host, (now, _) in CASES.items():
        found = probes(LinuxHost(Recorded(LINUX / host)), CATALOGUE, "linux")
        reading = read_all(found, Moment(now, 1_000.0, "b"), EVERYTHING, {})
        for reason in reading.reasons.values():
            assert not {"user", "größe", "gnome-shell", "Web Content", "wlan0", "Traceback"} & set(
                reason.split()
            )
            assert "/home" not in reason


def test_a_recorded_linux_is_replayed_where_there_is_none() -> None:
    """Without what only POSIX systems have, as if this were Windows; the same samples come out."""
    program = """
import os, sys
for name in ("fcntl", "pwd", "resource", "_posixsubprocess"):
    sys.modules[name] = None
sys.modules["psutil"] = type(sys)("psutil")
sys.modules["psutil"].Error = OSError
for name in ("sysconf", "pread", "uname", "statvfs", "killpg", "set_blocking", "O_CLOEXEC", "posix_spawnp"):
    delattr(os, name)
from pathlib import Path
from agent.model import Moment
from agent.probes import probes, read_all
from agent.probes.host.linux import LinuxHost
from agent.probes.host.linux.recorded import Recorded
from catalogue.load import load
known = load(None)
found = probes(LinuxHost(Recorded(Path(sys.argv[1]))), known, "linux")
reading = read_all(found, Moment(float(sys.argv[2]), 1000.0, "b"), [each.id for each in known.metrics], {})
print(sum(sample is not None for sample in reading.samples.values()), dict(reading.reasons))
"""
    now, expected = CASES["laptop"]
    command = [sys.executable, "-c", program, str(LINUX / "laptop"), str(now)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    wanted = sum(not isinstance(sample, str) for sample in expected.values())
    assert run.stdout.startswith(f"{wanted} "), run.stdout


def test_what_was_not_recorded_is_absent(tmp_path: Path) -> None:
    system = Recorded(tmp_path)
    for ask in (
        system.release,
        system.clock_error,
        system.round_trips,
        lambda: system.device("/"),
        lambda: system.run(["x"], 1),
    ):
        with pytest.raises(Absent):
            ask()
    assert system.changed("etc/passwd") is None


def test_nice_is_no_part_of_a_recorded_command(tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text('[commands]\n"apt-get -s x" = "found"\n')
    assert Recorded(tmp_path).run(["nice", "-n", "15", "apt-get", "-s", "x"], 1) == "found"
