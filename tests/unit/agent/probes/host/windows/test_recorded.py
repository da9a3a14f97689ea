"""Recorded hosts as named cases: what every metric of each gives in one pass, and in a second one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent.model import Sample
from agent.probes import probes, read_all
from agent.probes.host import Absent
from agent.probes.host.replay import recorded_host
from agent.probes.host.windows import WindowsHost
from agent.probes.host.windows.recorded import Recorded, Registry, packed
from tests.repository import ROOT
from tests.unit.agent.probes.fake_host import CATALOGUE
from tests.unit.agent.probes.host.recordings import WINDOWS, check, names

SECOND = "needs a second reading"
NO_LOG = "does not let this account read"
HERE = {each.id for each in CATALOGUE.metrics if "windows" in each.platforms}
# Asked of a process of its own, never of the host.
TARGET = {each.id: "no target" for each in CATALOGUE.metrics if each.probe == "target"}

# Host → metric → its sample, or words of the reason why there is none. Every metric is in every case.
CASES: dict[str, dict[str, Sample | str]] = {
    "laptop": {
        **TARGET,
        "endpoint.disk_free": 100 * 90 / 510,
        "endpoint.disk_latency": SECOND,
        "endpoint.disk_health": 0.0,
        "endpoint.disk_type": 0.0,
        "endpoint.memory_low": 0.0,
        "endpoint.cpu_busy": SECOND,
        "endpoint.boot_time": 34.5,
        "endpoint.unclean_shutdowns": 0.0,
        "endpoint.uptime": 200_000 / 86400,
        "endpoint.os_crashes": 0.0,
        "endpoint.disk_encryption": 0.0,
        "endpoint.firewall": 0.0,
        "endpoint.secure_boot": 0.0,
        "endpoint.antimalware_age": 0.5,
        "endpoint.battery_capacity": 77.0,
        "endpoint.clock_offset": 0.021,
        "endpoint.update_age": 2.0,
        "endpoint.os_support": 333.5,
        "endpoint.reboot_pending": 2.0,
        "network.link_drops": 0.0,
        "network.tcp_retransmit": SECOND,
        "network.nic_errors": SECOND,
        "network.wifi_signal": -61.0,
        "app.crashes": 0.0,
        "app.hangs": 0.0,
        "app.services_failed": 1.0,
        "app.security_updates": 1.0,
        # Both processes of the browser together, of 16.89 GB.
        "app.memory_top": 6.0,
        "app.cpu_runaway": SECOND,
        "app.firefox.update_age": 3.0,
        "app.edge.update_age": 14.0,
        "app.chrome.update_age": "not installed",
        "app.thunderbird.update_age": "not installed",
        "app.office.crash_days": "did not run",
    },
    "desktop": {
        **TARGET,
        "endpoint.disk_free": 4.0,
        "endpoint.disk_latency": SECOND,
        "endpoint.disk_health": 1.0,
        "endpoint.disk_type": 1.0,
        "endpoint.memory_low": 1.0,
        "endpoint.cpu_busy": SECOND,
        "endpoint.boot_time": "signed out since",
        "endpoint.unclean_shutdowns": 0.0,
        "endpoint.uptime": 3_000_000 / 86400,
        "endpoint.os_crashes": 0.0,
        "endpoint.disk_encryption": 1.0,
        "endpoint.firewall": 1.0,
        "endpoint.secure_boot": 1.0,
        "endpoint.antimalware_age": "another product",
        "endpoint.battery_capacity": "no battery",
        "endpoint.clock_offset": "no time server",
        "endpoint.update_age": 60.0,
        "endpoint.os_support": -30.5,
        "endpoint.reboot_pending": 60.0,
        "network.link_drops": 0.0,
        "network.tcp_retransmit": SECOND,
        "network.nic_errors": SECOND,
        "network.wifi_signal": "no Wi-Fi",
        "app.crashes": 0.0,
        "app.hangs": 0.0,
        "app.services_failed": 0.0,
        "app.security_updates": "older than two weeks",
        "app.memory_top": 55.0,
        "app.cpu_runaway": SECOND,
        "app.firefox.update_age": "not installed",
        "app.edge.update_age": "not installed",
        "app.chrome.update_age": 1.0,
        "app.thunderbird.update_age": "not installed",
        "app.office.crash_days": "did not run",
    },
    "virtual": {
        **TARGET,
        "endpoint.disk_free": 50.0,
        "endpoint.disk_latency": "does not time",
        "endpoint.disk_health": "virtual",
        "endpoint.disk_type": "virtual",
        "endpoint.memory_low": 0.0,
        "endpoint.cpu_busy": SECOND,
        "endpoint.boot_time": "signed out since",
        "endpoint.unclean_shutdowns": 0.0,
        "endpoint.uptime": 900 / 86400,
        "endpoint.os_crashes": NO_LOG,
        "endpoint.disk_encryption": "cannot encrypt",
        "endpoint.firewall": 2.0,
        "endpoint.secure_boot": "UEFI",
        "endpoint.antimalware_age": "does not tell",
        "endpoint.battery_capacity": "no battery",
        "endpoint.clock_offset": "no time server",
        "endpoint.update_age": 1_121_600 / 86400,
        "endpoint.os_support": 697.5,
        "endpoint.reboot_pending": 0.0,
        "network.link_drops": 0.0,
        "network.tcp_retransmit": SECOND,
        "network.nic_errors": SECOND,
        "network.wifi_signal": "no Wi-Fi",
        "app.crashes": NO_LOG,
        "app.hangs": NO_LOG,
        "app.services_failed": 0.0,
        "app.security_updates": "does not tell when it last searched",
        "app.memory_top": 0.025,
        "app.cpu_runaway": SECOND,
        **{
            f"app.{slot}.update_age": "not installed" for slot in ("firefox", "edge", "chrome", "thunderbird")
        },
        "app.office.crash_days": NO_LOG,
    },
    # What lies gives no value; what is left gives the truth.
    "broken": {
        **dict.fromkeys(HERE, ""),
        "endpoint.unclean_shutdowns": 0.0,
        "endpoint.reboot_pending": 0.0,
        "app.crashes": 0.0,
        "app.hangs": 0.0,
    },
}


@pytest.mark.parametrize("name", CASES)
def test_each_host_gives_what_it_should(name: str) -> None:
    folder, host = recorded_host(WINDOWS / name)
    moment = next(folder.moments())
    reading = read_all(probes(host, CATALOGUE, "windows"), moment, HERE, {})
    assert set(reading.samples) == set(CASES[name]) == HERE
    check(reading, CASES[name])


# Host → at each of its moments: metric → its sample, or words of the reason; the rest is none of the case's.
MOMENTS: dict[str, list[dict[str, Sample | str]]] = {
    # A week of sleep is no load, no lost link and no stuck program.
    "sleeping": [
        {"network.link_drops": 0.0, "network.wifi_signal": -50.0, "endpoint.uptime": 100_000 / 86400},
        {
            "network.link_drops": 0.0,
            "network.wifi_signal": "no Wi-Fi",
            "endpoint.cpu_busy": 0.0,
            "endpoint.disk_latency": "hardly used",
            "app.cpu_runaway": 0.0,
            "endpoint.uptime": 704_800 / 86400,
        },
        {"network.link_drops": 0.0, "network.wifi_signal": -52.0, "network.nic_errors": (0.0, 500.0)},
    ],
    # What a clock that is set back makes older than the present is not believed; the rest goes on.
    "jumping": [
        {"endpoint.clock_offset": 172_800.0, "endpoint.antimalware_age": 0.25},
        {
            "endpoint.clock_offset": 0.0009,
            "endpoint.antimalware_age": "contradict",
            "endpoint.uptime": 100_060 / 86400,
            "endpoint.cpu_busy": 0.0,
            "endpoint.unclean_shutdowns": 0.0,
        },
    ],
    # What is lower than before has begun anew: no loss is made of it, and nothing is negative.
    "wrapping": [
        {"endpoint.memory_low": 0.0},
        {
            "endpoint.disk_latency": "hardly used",
            "network.tcp_retransmit": (10.0, 110_000.0),
            "network.nic_errors": (1.0, 401.0),
            "endpoint.cpu_busy": "too little time",
        },
    ],
}


# Numbers beyond belief are no value, and what rises by a little is seen all the same.
MOMENTS["huge"] = [
    {
        "endpoint.disk_free": 50.0,
        "endpoint.memory_low": 0.0,
        "endpoint.uptime": 300_000_000 / 86400,
        "endpoint.battery_capacity": "make no sense",
        "endpoint.clock_offset": "out of range",
        "endpoint.disk_encryption": "cannot encrypt",
        "endpoint.antimalware_age": "contradict",
        "network.wifi_signal": "no Wi-Fi",
        "app.security_updates": "out of range",
        "app.memory_top": 100.0,
    },
    {
        "endpoint.cpu_busy": 1.0,
        "endpoint.disk_latency": 20.0,
        "network.tcp_retransmit": (1e6, 1e9),
        "network.nic_errors": (1e14, 1.1e15),
        "network.link_drops": 0.0,
    },
]
# What is told in Japanese is understood where it is told in figures and identifiers, and else no value.
MOMENTS["foreign"] = [
    {
        "endpoint.uptime": 100_000 / 86400,
        "endpoint.update_age": 2.0,
        "endpoint.os_support": 333.5,
        "endpoint.firewall": 0.0,
        "endpoint.disk_encryption": "answered something else",
        "endpoint.unclean_shutdowns": 0.0,
        "app.security_updates": "answered something else",
        "app.firefox.update_age": 3.0,
        "app.chrome.update_age": "not installed",
        "app.memory_top": 20.0,
        "app.crashes": 0.0,
        "app.hangs": 0.0,
    },
    {"endpoint.unclean_shutdowns": 1.0, "app.crashes": 1.0, "app.hangs": 1.0},
]


@pytest.mark.parametrize("name", MOMENTS)
def test_each_moment_gives_what_it_should(name: str) -> None:
    folder, host = recorded_host(WINDOWS / name)
    found, marks = probes(host, CATALOGUE, "windows"), dict[str, str]()
    for moment, expected in zip(folder.moments(), MOMENTS[name], strict=True):
        check(read_all(found, moment, HERE, marks), expected)


def test_every_recorded_host_is_a_case() -> None:
    assert names(WINDOWS) == {*CASES, *MOMENTS}


def test_a_minute_later_what_rose_is_seen() -> None:
    """The laptop's second moment: a crash, a lost link, busy processor and disk, damaged packets."""
    folder, host = recorded_host(WINDOWS / "laptop")
    found, marks = probes(host, CATALOGUE, "windows"), dict[str, str]()
    readings = [(moment, read_all(found, moment, HERE, marks)) for moment in folder.moments()]
    assert len(readings) == 2
    moment, later = readings[1][0], readings[1][1].samples
    assert later["endpoint.cpu_busy"] == 1.0
    assert later["endpoint.disk_latency"] == pytest.approx(30.0)
    assert later["network.tcp_retransmit"] == (300.0, 10_000.0)
    assert later["network.nic_errors"] == (4.0, 1_004.0)
    assert later["network.link_drops"] == 1.0
    assert later["network.wifi_signal"] is None
    # Logs are asked every ten minutes: the crash of the last minute is there at a later reading.
    assert later["app.crashes"] == 0.0
    again = probes(WindowsHost(Recorded(folder)), CATALOGUE, "windows")
    counts = [read_all(again, moment, {"app.crashes", "endpoint.os_crashes"}, marks).samples for _ in "ab"]
    assert counts == [
        {"app.crashes": 1.0, "endpoint.os_crashes": 1.0},
        {"app.crashes": 0.0, "endpoint.os_crashes": 0.0},
    ]


@pytest.mark.parametrize("name", CASES)
def test_reasons_hold_nothing_personal(name: str) -> None:
    """Reasons are read aloud at help desks: no path, name, number of a device, or fault of ours."""
    folder, host = recorded_host(WINDOWS / name)
    reading = read_all(probes(host, CATALOGUE, "windows"), next(folder.moments()), HERE, {})
    for reason in reading.reasons.values():
        assert not {"user", "Jörg", "Müller", "RECHNER", "msedge.exe", "Traceback"} & set(reason.split())
        assert "\\" not in reason
        assert not reason.startswith("the reading failed"), reason


def test_it_is_replayed_where_there_is_no_windows_and_not_even_psutil() -> None:
    program = """
import sys
sys.modules["winreg"] = None
sys.modules["psutil"] = type(sys)("psutil")
sys.modules["psutil"].Error = OSError
from pathlib import Path
from agent.probes import probes, read_all
from agent.probes.host.replay import recorded_host
from catalogue.load import load
known = load(None)
folder, host = recorded_host(Path(sys.argv[1]))
found = probes(host, known, "windows")
reading = read_all(found, next(folder.moments()), [each.id for each in known.metrics], {})
print(sum(sample is not None for sample in reading.samples.values()), dict(reading.reasons))
"""
    command = [sys.executable, "-c", program, str(WINDOWS / "laptop")]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stderr
    wanted = sum(not isinstance(sample, str) for sample in CASES["laptop"].values())
    assert run.stdout.startswith(f"{wanted} "), run.stdout


def test_what_was_not_recorded_is_absent(tmp_path: Path) -> None:
    system = Recorded(tmp_path)
    for ask in (
        system.battery_devices,
        system.wifi_signals,
        system.processes,
        system.services,
        system.interfaces,
        system.power_status,
        lambda: system.tcp_statistics(2),
        lambda: system.counter("x"),
        lambda: system.guard(1),
        lambda: system.control("x", 1, b"", 1),
        lambda: system.events("System", "", ""),
        lambda: system.ask("x", 1),
    ):
        with pytest.raises(Absent):
            ask()
    assert (system.keys("a"), system.value("a", "b"), system.written("a")) == ([], None, None)


class TestRegistry:
    TEXT = (
        "Windows Registry Editor Version 5.00\r\n\r\n"
        "[HKEY_LOCAL_MACHINE\\A]\r\n"
        '@="of the key itself"\r\n'
        '"Text"="C:\\\\Program Files\\\\\\"x\\""\r\n'
        '"Number"=dword:0000002a\r\n'
        '"Long"=hex(b):00,e4,0b,54,02,00,00,00\r\n'
        '"Bytes"=hex:01,02,\\\r\n  03\r\n'
        '"Expanded"=hex(2):25,00,61,00,25,00,00,00\r\n'
        '"Many"=hex(7):61,00,00,00,62,00,00,00,00,00\r\n\r\n'
        "[HKEY_LOCAL_MACHINE\\A\\Under Ground\\Deep]\r\n"
        "[-HKEY_LOCAL_MACHINE\\A\\Removed]\r\n"
    )

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("", "of the key itself"),
            ("Text", 'C:\\Program Files\\"x"'),
            ("Number", 42),
            ("long", 10_000_000_000),
            ("Bytes", b"\x01\x02\x03"),
            ("Expanded", "%a%"),
            ("Many", ["a", "b"]),
            ("None", None),
        ],
    )
    def test_values(self, name: str, value: object) -> None:
        assert Registry(self.TEXT).value("hkey_local_machine\\a", name) == value

    def test_keys_are_there_for_what_lies_below_them(self) -> None:
        registry = Registry(self.TEXT)
        assert registry.keys("HKEY_LOCAL_MACHINE\\A") == ["Under Ground"]
        assert registry.keys("HKEY_LOCAL_MACHINE") == ["A"]
        assert registry.keys("HKEY_LOCAL_MACHINE\\A\\Under Ground\\Deep") == []


def test_structs_are_written_as_c_has_them() -> None:
    assert packed([8, [0, "I", 1], [6, "H", 0x0201]]) == b"\x01\0\0\0\0\0\x01\x02"
    assert packed([4, [0, "s", "ab"]]) == b"ab\0\0"
