from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path, PureWindowsPath

import pytest

from agent.probes.host.windows import calls, child, logs, registry
from agent.probes.host.windows.system import System


def test_each_question_goes_to_its_library(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[object, ...]] = []

    def hear(module: object, *names: str) -> None:
        for name in names:

            def note(*given: object, name: str = name, **named: object) -> str:
                heard.append((name, *given, *named.values()))
                return name

            monkeypatch.setattr(module, name, note)

    hear(registry, "value", "keys", "written")
    hear(logs, "read")
    hear(calls, "control", "battery_devices", "tcp_statistics", "interfaces", "wifi_signals", "processes")
    hear(calls, "services", "counter", "guard", "last_sleep", "power_status", "uptime")
    hear(calls, "network_cost", "drive_kind")
    system = System()
    system.value("k", "n")
    system.keys("k")
    system.written("k")
    system.events("System", "*", "1")
    system.control("d", 1, b"q", 2, read=True)
    system.tcp_statistics(2)
    system.counter("c")
    system.guard(1)
    for ask in (
        system.battery_devices,
        system.interfaces,
        system.wifi_signals,
        system.processes,
        system.services,
    ):
        ask()
    system.last_sleep()
    system.power_status()
    system.ticking()
    system.network_cost()
    system.drive_kind("C:")
    assert heard == [
        ("value", "k", "n"), ("keys", "k"), ("written", "k"), ("read", "System", "*", "1"),
        ("control", "d", 1, b"q", 2, True), ("tcp_statistics", 2), ("counter", "c"), ("guard", 1),
        ("battery_devices",), ("interfaces",), ("wifi_signals",), ("processes",), ("services",),
        ("last_sleep",), ("power_status",), ("uptime",), ("network_cost",), ("drive_kind", "C:"),
    ]  # fmt: skip


def test_powershell_is_windows_own_without_the_person_s_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Sequence[str], float]] = []

    class Asked:
        def __init__(self, command: Sequence[str], seconds: float, clock: object) -> None:
            asked.append((command, seconds))

    monkeypatch.setattr(child, "Child", Asked)
    monkeypatch.setenv("SystemRoot", r"D:\Windows")
    monkeypatch.setenv("PATH", r"C:\Evil")
    System().ask("1 + 1", 9.0)
    program = r"D:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe"
    assert asked == [([program, "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "1 + 1"], 9.0)]


def test_places(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SystemDrive", "E:")
    assert System().drive() == "E:"
    monkeypatch.setattr(Path, "home", lambda: PureWindowsPath(r"D:\Profiles\x"))
    assert System().home_drive() == "D:"
    monkeypatch.setattr(Path, "home", lambda: PureWindowsPath(r"\\server\profiles\x"))
    assert System().home_drive() != "D:"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has all of it")
def test_it_is_imported_without_windows() -> None:
    assert System().library.boot_time() > 0
