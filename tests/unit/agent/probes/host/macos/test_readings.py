"""Each macOS reading by itself: what commands and files say, in every form that is documented."""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos import MacHost, disks, power, products, reports, security, tasks, updates
from agent.probes.host.macos.recorded import Recorded
from agent.probes.host.macos.system import parsed
from agent.probes.host.watched import Tape
from catalogue.load import load
from tests.unit.agent.probes.host.linux.conftest import HOSTS

Change = Callable[..., Recorded]
IOREG = "/usr/sbin/ioreg -r -c AppleSmartBattery -a"
FDESETUP = "/usr/bin/fdesetup status"
FIREWALL = "/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate"
ROOT = "/usr/sbin/diskutil info -plist /"
DAY = datetime.fromisoformat("2023-11-08")  # a property list's dates are UTC without saying so
REPORTS = "Library/Logs/DiagnosticReports"


def as_text(value: Any) -> str:
    return plistlib.dumps(value).decode()


class TestSecurity:
    @pytest.mark.parametrize(
        ("said", "state"),
        [
            ("FileVault is On.\n", "on"),
            ("FileVault is Off.\n", "off"),
            ("FileVault is On.\nEncryption in progress: Percent completed = 31\n", "partial"),
            ("FileVault is Off.\nDecryption in progress: Percent completed = 2.5\n", "partial"),
            ("FileVault is Off, but will be enabled after the next restart.\n", "off"),
            ("FileVault is Off.\nDeferred enablement appears to be active for user 'x'.\n", "off"),
        ],
    )
    def test_filevault(self, changed: Change, said: str, state: str) -> None:
        assert security.encryption(changed("mac-laptop", commands={FDESETUP: said})) == state

    @pytest.mark.parametrize(
        ("said", "state"),
        [
            ("Firewall is enabled. (State = 1) \n", "on"),
            ("Firewall is disabled. (State = 0)\n", "off"),
            ("Firewall is set to block all non-essential incoming connections. (State = 2)", "on"),
        ],
    )
    def test_the_firewall(self, changed: Change, said: str, state: str) -> None:
        assert security.firewall(changed("mac-laptop", commands={FIREWALL: said})) == state

    @pytest.mark.parametrize("said", ["", "Error: ...", "FileVault ist aktiviert.", "(State = 7)"])
    def test_other_words_are_no_answer(self, changed: Change, said: str) -> None:
        system = changed("mac-laptop", commands={FDESETUP: said, FIREWALL: said})
        for ask in (security.encryption, security.firewall):
            with pytest.raises(Absent, match="does not tell"):
                ask(system)


class TestBatteries:
    def test_on_apple_silicon_the_raw_capacity_counts(self, laptop: Recorded) -> None:
        assert power.batteries(laptop) == [(3681.0, 4382.0)]

    def test_on_intel_the_capacity_itself(self, changed: Change) -> None:
        said = as_text([{"MaxCapacity": 5889, "DesignCapacity": 6559}])
        assert power.batteries(changed("mac-laptop", commands={IOREG: said})) == [(5889.0, 6559.0)]

    @pytest.mark.parametrize(
        "entry", [{"MaxCapacity": 100, "DesignCapacity": 4000}, {"AppleRawMaxCapacity": 3000}, {}]
    )
    def test_a_percentage_is_no_capacity(self, changed: Change, entry: dict[str, int]) -> None:
        with pytest.raises(Absent, match="does not tell its condition"):
            power.batteries(changed("mac-laptop", commands={IOREG: as_text([entry])}))

    @pytest.mark.parametrize("said", ["", as_text([])])
    def test_a_desktop(self, changed: Change, said: str) -> None:
        with pytest.raises(Absent, match="no battery"):
            power.batteries(changed("mac-laptop", commands={IOREG: said}))

    def test_serial_numbers_go_nowhere(self) -> None:
        """Not even to whoever has the reading explained."""
        tape = Tape()
        host = tape.around(MacHost(tape.around(Recorded(HOSTS / "mac-laptop"))))
        host.batteries()
        (asked,) = tape.take()
        (command,) = asked.below
        assert command.answer == [
            {
                "BatteryInstalled": True,
                "DesignCapacity": 4382,
                "MaxCapacity": 100,
                "AppleRawMaxCapacity": 3681,
            }
        ]


class TestDisks:
    def test_volumes_share_their_container(self, laptop: Recorded) -> None:
        assert disks.volumes(laptop) == [(61_798_099_456, 494_384_795_648)]

    def test_a_home_elsewhere_counts_too(self, changed: Change) -> None:
        system = changed("mac-laptop", device={"/Users/user": 99})
        assert len(disks.volumes(system)) == 2

    def test_an_old_system_has_one_volume(self, desktop: Recorded) -> None:
        assert disks.volumes(desktop) == [(40_000_000_000, 1_000_000_000_000)]

    def test_the_disks_below_the_container(self, laptop: Recorded, desktop: Recorded) -> None:
        assert disks.system_disks(laptop) == {"disk0"}
        assert disks.system_disks(desktop) == {"disk0", "disk1"}

    def test_without_a_container_the_whole_disk(self, changed: Change) -> None:
        said = as_text({"ParentWholeDisk": "disk1"})
        assert disks.system_disks(changed("mac-laptop", commands={ROOT: said})) == {"disk1"}

    @pytest.mark.parametrize("said", ["", as_text([]), as_text({}), as_text({"ParentWholeDisk": "x"}), "{"])
    def test_a_diskutil_that_says_nothing(self, changed: Change, said: str) -> None:
        with pytest.raises(Absent):
            disks.system_disks(changed("mac-laptop", commands={ROOT: said}))

    def test_where_it_says_nothing_it_is_not_asked_each_minute(self, changed: Change) -> None:
        tape = Tape()
        host = MacHost(tape.around(changed("mac-laptop", commands={ROOT: ""})))
        for _ in range(3):
            with pytest.raises(Absent, match="cannot be told"):
                host.disk_activity()
        assert [each.method for each in tape.take()].count("properties") == 1

    def test_a_disk_that_does_not_say_what_it_is(self, changed: Change) -> None:
        said = as_text({"MediaName": "X"})
        system = changed("mac-laptop", commands={"/usr/sbin/diskutil info -plist disk0": said})
        with pytest.raises(Absent, match="does not tell its kind"):
            disks.kind(system)

    @pytest.mark.parametrize(
        ("first", "second", "wanted"),
        [
            ("Verified", "Verified", "healthy"),
            ("Verified", "Failing", "failing"),
            ("About to Fail", "Not Supported", "failing"),
            ("Not Supported", "Verified", None),
            (None, "Verified", None),
        ],
    )
    def test_condition(self, changed: Change, first: str | None, second: str, wanted: str | None) -> None:
        said = [{"SMARTStatus": first} if first else {}, {"SMARTStatus": second}]
        commands = {f"/usr/sbin/diskutil info -plist disk{i}": as_text(each) for i, each in enumerate(said)}
        system = changed("mac-desktop", commands=commands)
        if wanted is None:
            with pytest.raises(Absent, match="does not tell its condition"):
                disks.condition(system)
        else:
            assert disks.condition(system) == wanted


class TestReports:
    def test_crashes_and_nothing_else(self, laptop: Recorded) -> None:
        assert sorted(program for _, program in reports.program_crashes(laptop)) == [
            "Microsoft Word",
            "Numbers",  # sent to Apple meanwhile
            "firefox",
            "mds",
        ]

    def test_hangs_by_their_names(self, laptop: Recorded) -> None:
        assert sorted(reports.program_hangs(laptop)) == [(1_699_870_500, "Finder"), (1_699_870_620, "Safari")]

    def test_an_ordinary_account_sees_its_own_crashes(self, desktop: Recorded) -> None:
        assert reports.program_crashes(desktop) == [(1_699_952_400, "iTunes")]
        for ask in (reports.program_hangs, reports.system_crashes):
            with pytest.raises(Absent, match="only administrators"):
                ask(desktop)

    def test_panics(self, changed: Change) -> None:
        names = ("Kernel_2019-10-18-143411_host.panic", "panic-full-2023-01-01-000000.0001.ips")
        system = changed(
            "mac-laptop",
            {f"{REPORTS}/{name}": b"" for name in names},
            changed={f"{REPORTS}/{name}": 5.0 for name in names},
        )
        assert sorted(reports.system_crashes(system)) == [5.0, 5.0, 1_699_780_523]

    def test_a_report_that_is_gone_meanwhile(self, changed: Change) -> None:
        system = changed("mac-laptop", {f"{REPORTS}/gone-2023-11-13-111500.ips": b'{"bug_type":"309"}\n'})
        assert "gone" not in dict(map(reversed, reports.program_crashes(system)))  # type: ignore[arg-type]

    def test_an_account_without_any_folder(self, changed: Change) -> None:
        with pytest.raises(Absent, match="only administrators"):
            reports.program_crashes(changed("mac-desktop", home="/nowhere"))


class TestUpdates:
    def history(self, changed: Change, *entries: dict[str, Any]) -> Recorded:
        name = "Library/Receipts/InstallHistory.plist"
        return changed("mac-laptop", {name: plistlib.dumps(list(entries))})

    @pytest.mark.parametrize(
        "name",
        ["macOS 14.1.1", "macOS Sonoma 14.0", "OS X El Capitan 10.11.6", "Security Update 2021-005",
         "macOS Rapid Security Response 13.4.1 (c)", "macOS Ventura Update 13.2"],
    )  # fmt: skip
    def test_updates_of_the_system(self, changed: Change, name: str) -> None:
        system = self.history(changed, {"displayName": name, "date": DAY})
        assert updates.last_update(system) == 1_699_401_600

    @pytest.mark.parametrize(
        "name",
        [
            "Safari",
            "XProtectPlistConfigData",
            "Command Line Tools for Xcode",
            "Microsoft Word",
            "MRTConfigData",
        ],
    )
    def test_what_is_none(self, changed: Change, name: str) -> None:
        with pytest.raises(Absent, match="no history"):
            updates.last_update(self.history(changed, {"displayName": name, "date": DAY}))

    @pytest.mark.parametrize(
        ("version", "end"),
        [
            ("14.1.1", 1_789_516_800),
            ("26.0", 1_852_675_200),
            ("10.14.6", 1_695_772_800),
            ("11", 1_695_772_800),
        ],
    )
    def test_support(self, changed: Change, version: str, end: float) -> None:
        name = "System/Library/CoreServices/SystemVersion.plist"
        system = changed("mac-laptop", {name: plistlib.dumps({"ProductVersion": version})})
        assert updates.support_end(system) == end

    @pytest.mark.parametrize("version", ["10.16", "99.1", "", "x", "14.x"])
    def test_versions_that_nothing_is_known_of(self, changed: Change, version: str) -> None:
        name = "System/Library/CoreServices/SystemVersion.plist"
        with pytest.raises(Absent):
            updates.support_end(changed("mac-laptop", {name: plistlib.dumps({"ProductVersion": version})}))


def test_the_login_window_of_this_start(changed: Change) -> None:
    for starts, seconds in (([130.5, 4000.0], 30.5), ([700.0], 600.0)):
        assert tasks.boot_duration(changed("mac-laptop", starts={"loginwindow": starts}), 100.0) == seconds
    for starts in ([], [701.0], [99.0]):
        with pytest.raises(Absent, match="signed out since"):
            tasks.boot_duration(changed("mac-laptop", starts={"loginwindow": starts}), 100.0)


def test_processes_are_named_by_their_files(laptop: Recorded) -> None:
    found = list(tasks.processes(laptop))
    assert [(each.pid, each.program, each.memory) for each in found] == [
        (401, "firefox", 1_000_000_000),
        (402, "firefox", 700_000_000),
        (77, "", 300_000_000),
    ]


def test_a_product_is_known_by_its_identifier(laptop: Recorded) -> None:
    slots = {m.slot.id: m.slot for m in load(None).metrics if m.slot is not None}
    assert products.updated(laptop, slots["firefox"]) == 1_699_136_000  # the newer of two copies
    with pytest.raises(Absent, match="Microsoft Edge is not installed"):
        products.updated(laptop, slots["edge"])


@pytest.mark.parametrize("level", [0, -1, 77])
def test_a_level_of_pressure_that_there_is_not(changed: Change, level: int) -> None:
    system = changed("mac-laptop", sysctl={"kern.memorystatus_vm_pressure_level": level})
    with pytest.raises(Absent, match="makes no sense"):
        MacHost(system).memory_stall()


@pytest.mark.parametrize("data", [b"<plist>", b"bplist00\xff", b"{}", b"\x00" * 40, b"<a>" * 9_000])
def test_what_is_no_property_list(data: bytes) -> None:
    with pytest.raises(Absent, match="why"):
        parsed(data, (), "why")


def test_of_a_property_list_only_what_is_asked_for() -> None:
    data = plistlib.dumps({"a": {"secret": 1, "b": 2}, "secret": 3, "b": [{"a": 1, "secret": 2}]})
    assert parsed(data, ("a", "b"), "") == {"a": {"b": 2}, "b": [{"a": 1}]}
    assert parsed(b"\n", ("a",), "") is None


def test_files_of_a_real_folder(tmp_path: Path) -> None:
    from agent.probes.host.macos.system import System

    (tmp_path / "a.plist").write_bytes(plistlib.dumps({"k": 1}))
    (tmp_path / "long").write_bytes(b'{"a": 1, "id": "x"}\nsecond' + b"x" * 100_000)
    for number, text in enumerate([b"", b"[1]", b"{", b"\xff", b'{"a": "' + b"x" * 9_000 + b'"}']):
        (tmp_path / f"odd{number}.ips").write_bytes(text)
    system = System(tmp_path)
    assert system.plist("a.plist", ("k",), "") == {"k": 1}
    assert system.header("long", ("a", "b"), "") == {"a": "1"}  # no incident's number
    assert system.listing("", "")[:2] == ["a.plist", "long"]
    for name in system.listing("", "")[2:]:
        with pytest.raises(Absent, match="why"):
            system.header(name, ("a",), "why")
    assert system.changed("long") == (tmp_path / "long").stat().st_mtime
    assert system.arrived("long") == (tmp_path / "long").stat().st_ctime
    assert system.changed("none") is None and system.arrived("none") is None
    for ask in (lambda: system.header("none", (), "why"), lambda: system.listing("none", "why")):
        with pytest.raises(Absent, match="why"):
            ask()
    with pytest.raises(Absent, match="cannot be reached"):
        system.device(str(tmp_path / "none"))
    assert isinstance(system.ethernet(), list)
