"""The closed list of what a probe may ask a system: a new source needs a line here, that somebody reviews.

Every platform's probes ask through one object (`System`), and reach the system in no other way. All that they
ask it while they read recorded hosts of all platforms, and this computer, must fall under a line. What they
would ask of other computers only is held against the refused list by its code (test_refused.py).
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent.model import Moment
from agent.probes import probes, read_all, stop_all, this_host, this_platform
from agent.probes.host.linux import wireless
from agent.probes.host.replay import recorded_host
from agent.probes.host.watched import Tape
from agent.probes.host.windows import calls
from catalogue.load import load
from catalogue.refused import found
from tests.repository import ROOT
from tests.unit.agent.probes.reading_code import code

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from agent.probes.host.watched import Heard

RECORDED = sorted(
    place for system in (ROOT / "tests" / "data" / "hosts").iterdir() for place in system.iterdir()
)
KNOWN = load(None)

_PSUTIL = (
    r"close|library\.(boot_time|cpu_times|disk_io_counters|net_io_counters|virtual_memory|disk_usage .*)"
)
_KEY = r"HKEY_LOCAL_MACHINE\\"
_CURRENT = _KEY + r"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\"
_INSTALLED = r"HKEY_\w+\\SOFTWARE\\(WOW6432Node\\)?Microsoft\\Windows\\CurrentVersion\\Uninstall"
_REPORTS = r"(Users/[^/]+/)?Library/Logs/DiagnosticReports"
_BUNDLES = r"(Users/[^/]+/)?Applications"

# System by system: "METHOD WHAT", whole, as regular expressions.
ASKED = {
    "linux": (
        _PSUTIL,
        *("home", "release", "units", "clock_error", "round_trips", "when [0-9 ]+"),
        *("wifi_signals .*", "device /.*", "is_read_only /.*"),
        r"listing proc", r"text proc/\d+/(stat|statm)", r"link proc/\d+/exe",
        r"(text|kept) proc/(vmstat|net/snmp|net/wireless|pressure/memory|sys/kernel/core_pattern)",
        r"text proc/self/(mounts|mountinfo)",
        r"listing sys/(class/net|class/power_supply|devices/system/cpu|fs/pstore)",
        r"exists sys/class/net/[^/]+/(device|phy80211)",
        r"(text|kept) sys/class/net/[^/]+/(carrier_down_count|ifindex)",
        r"kept sys/power/suspend_stats/success",
        r"(exists|kept) sys/devices/system/cpu/cpu\d+/thermal_throttle/(core|package)_throttle_count",
        r"text sys/class/power_supply/[^/]+/"
        r"(type|scope|present|status|online|(energy|charge)_(full|full_design))",
        r"target sys/(dev/block/\d+:\d+|class/block/[^/]+)", r"listing sys/class/block/[^/]+/slaves",
        r"(exists|text) sys/class/block/[^/]+/(slaves|partition|dm/uuid|device/model|device/vendor"
        r"|queue/rotational)",
        r"(exists|data) sys/firmware/efi(/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c)?",
        r"(exists|text) sys/(kernel/kexec_crash_loaded|module/pstore/parameters/backend)",
        r"(exists|text) (etc|usr/lib)/os-release", r"text usr/share/distro-info/(debian|ubuntu)\.csv",
        r"exists etc/kernel/postinst\.d/(unattended-upgrades|update-notifier)",
        r"exists etc/systemd/system/(multi-user|sysinit)\.target\.wants/(firewalld|nftables)\.service",
        r"(exists|text) etc/ufw/ufw\.conf", r"exists usr/sbin/firewalld", r"exists run/systemd/system",
        r"exists usr/share/update-notifier/notify-reboot-required", r"changed run/reboot-required",
        r"listing lib/modules", r"(exists|changed) lib/modules/[^/]+(/modules\.dep)?",
        r"exists (usr/lib/sysimage|var/lib)/rpm", r"lines_backwards var/log/dpkg\.log(\.1)?",
        r"(listing|changed) var/lib/apt/(lists|lists/partial|periodic/update-success-stamp)",
        r"changed var/lib/dpkg/info/(chromium|firefox(-esr)?|google-chrome-stable|microsoft-edge-stable"
        r"|thunderbird)(:\w+)?\.list",
        r"linked (.+/\.local/share|var/lib)/flatpak/app/(com\.google\.Chrome|com\.microsoft\.Edge"
        r"|org\.chromium\.Chromium|org\.mozilla\.(Thunderbird|firefox|thunderbird))/current/active",
        r"linked (var/lib/snapd/)?snap/(chromium|firefox|thunderbird)/current",
        r"(exists|listing|changed) var/crash(/[^/]+)?",
        r"listing var/lib/systemd/(coredump|pstore)", r"exists var/lib/systemd/pstore",
        r"changed var/lib/systemd/pstore/[^/]+",
        r"run dpkg-query --show --showformat=\$\{db:Status-Status\}\\n [a-z-]+",
        r"run rpm -qa --queryformat=%\{INSTALLTIME\}\\n [A-Za-z -]+",
        r"run journalctl --quiet --no-pager --output=export --since=-8d --lines=2000"
        r" --output-fields=COREDUMP_TIMESTAMP,COREDUMP_PID,COREDUMP_EXE,COREDUMP_COMM"
        r" MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1",
        r"run systemctl list-units --type=service --state=failed --plain --no-legend --no-pager",
        r"run systemd-analyze time", r"start nice -n 15 apt -q list --upgradable",
    ),
    "windows": (
        _PSUTIL,
        *("battery_devices", "drive", "home_drive", "interfaces", "last_sleep", "processes", "services"),
        *("ticking", "wifi_signals", "tcp_statistics (2|23)", "guard 1", "drive_kind [A-Z]:"),
        r"counter \\Windows Time Service\\(Computed Time Offset|NTP Client Time Source Count)",
        # disk extents, performance, properties of storage; a battery's tag and information
        r"control \\\\\.\\[A-Z]: 5636096 .*", r"control \\\\\.\\PhysicalDrive\d+ (2954240|458784) .*",
        r"control \\\\\?\\.* (2703424|2703428) .*",
        r"events Application .*Application Error'\] and EventID=1000\)"
        r".*Application Hang'\] and EventID=1002\).*",
        r"events System .*WER-SystemErrorReporting'\] and EventID=1001\).*Kernel-Power'\] and EventID=41\)"
        r".*EventLog'\] and EventID=6008\).*",
        r"keys " + _INSTALLED,
        r"value " + _INSTALLED + r"\\[^\\]+ (DisplayName|Publisher)",
        r"written " + _INSTALLED + r"\\[^\\]+",
        r"keys " + _CURRENT + r"(Component Based Servicing(\\Packages)?|WindowsUpdate\\Auto Update)",
        r"written "
        + _CURRENT
        + r"(Component Based Servicing\\RebootPending|WindowsUpdate\\Auto Update\\RebootRequired)",
        r"value "
        + _CURRENT
        + r"Component Based Servicing\\Packages\\Package_for_RollupFix~\S+ "
        + r"(CurrentState|InstallTimeHigh|InstallTimeLow)",
        r"value "
        + _KEY
        + r"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion "
        + r"(CurrentBuildNumber|EditionID|InstallTime|ProductName)",
        r"value " + _KEY + r"SOFTWARE\\Policies\\Microsoft\\WindowsFirewall\\\w+Profile EnableFirewall",
        r"value "
        + _KEY
        + r"SYSTEM\\CurrentControlSet\\(Control\\SecureBoot\\State UEFISecureBootEnabled"
        + r"|Services\\MpsSvc Start"
        + r"|Services\\SharedAccess\\Parameters\\FirewallPolicy\\\w+Profile EnableFirewall)",
        r"ask [\s\S]*",  # SCRIPTS below
    ),
    "macos": (
        _PSUTIL,
        *("home", "ethernet", "tasks", "starts loginwindow", "device /.*"),
        r"number kern\.memorystatus_vm_pressure_level",
        r"(listing|changed) " + _REPORTS + r"(/[^/]+|/Retired/[^/]+)?",
        r"header " + _REPORTS + r"/(Retired/)?[^/]+\.ips bug_type app_name name",
        r"listing " + _BUNDLES,
        r"(plist|arrived) "
        + _BUNDLES
        + r"/(Firefox|Google Chrome|Chromium|Microsoft Edge|Thunderbird)\.app/Contents/Info\.plist"
        r"( CFBundleIdentifier)?",
        r"plist Library/Receipts/InstallHistory\.plist date displayName",
        r"plist System/Library/CoreServices/SystemVersion\.plist ProductVersion",
        r"properties /usr/sbin/ioreg -r -c AppleSmartBattery -a"
        r" AppleRawMaxCapacity MaxCapacity DesignCapacity BatteryInstalled",
        r"properties /usr/sbin/diskutil info -plist (/|disk\d+) APFSPhysicalStores APFSPhysicalStore"
        r" DeviceIdentifier ParentWholeDisk SolidState VirtualOrPhysical MediaName BusProtocol SMARTStatus",
        r"run /usr/bin/fdesetup status",
        r"run /usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate",
    ),
}  # fmt: skip

# What a script for PowerShell may take: commands, objects, classes, types, their members, names in quotes.
SCRIPTS = (
    "AntivirusEnabled AntivirusSignatureLastUpdated Categories CategoryID ConvertTo-Json"
    " CreateUpdateSearcher DateTime DateTimeKind DeviceId ExtendedProperty Get-CimInstance HealthStatus"
    " LastSearchSuccessDate MSFT_MpComputerStatus MSFT_PhysicalDisk Microsoft.Update.AutoUpdate"
    " Microsoft.Update.Session NameSpace New-Object Online Results Search Self Shell.Application"
    " SilentlyContinue Software SpecifyKind Stop System.Volume.BitLockerProtection ToUniversalTime"
    " TotalSeconds Updates Utc bool int long new root/Microsoft/Windows/Storage string"
)
_TAKEN = re.compile(
    r"\b([A-Z]\w+-[A-Z]\w+)|-ComObject ([\w.]+\w)|\b((?:MSFT|Win32|CIM)_\w+)|\[([A-Za-z][\w.]*)\]|::(\w+)"
    r"|\$(env:\w+)|\.([A-Z]\w+)|'([\w./]+)'"
)

# Whether it is there, and since when: no look inside.
LOOKED_AT = {"exists", "changed", "linked", "arrived", "written"}

# What Python reaches the system through, and who may: the rooms of `System` alone.
REACH = {
    *("os", "psutil", "subprocess", "ctypes", "winreg", "socket", "_socket", "pwd", "platform", "getpass"),
    *("glob", "shutil", "locale", "uuid", "mmap", "sqlite3", "http", "urllib"),
    *("open", "eval", "exec", "__import__"),
    *("read_text", "read_bytes", "iterdir", "lstat", "rglob", "readlink"),
}
# What is taken of that which knows more than it should tell: Python's modules, the C library, libproc.
TAKEN = {
    "os": "O_BINARY O_CLOEXEC O_RDONLY SEEK_END ST_RDONLY close environ getuid killpg major minor open path"
    " pread read readlink scandir set_blocking statvfs strerror sysconf uname",
    "psutil": "Error process_iter",
    "libc": "adjtimex",
    "library": "boot_time cpu_times disk_io_counters disk_usage net_io_counters virtual_memory"
    " mach_timebase_info proc_listallpids proc_pid_rusage proc_pidpath sysctlbyname",
}
# Windows' functions: one that has no signature cannot be called.
FUNCTIONS = (
    "CM_Get_Device_Interface_ListW CM_Get_Device_Interface_List_SizeW CallNtPowerInformation CloseHandle"
    " CloseServiceHandle CoCreateInstance CoInitializeEx CoUninitialize CreateFileW DeviceIoControl"
    " EnumServicesStatusExW EvtClose EvtCreateBookmark EvtNext EvtQuery EvtRender EvtSeek EvtUpdateBookmark"
    " FreeMibTable GetDriveTypeW GetIfTable2 GetSystemPowerStatus GetTcpStatisticsEx2 GetTickCount64"
    " NtQuerySystemInformation OpenSCManagerW PdhAddEnglishCounterW PdhCloseQuery PdhCollectQueryData"
    " PdhGetFormattedCounterValue PdhOpenQueryW WlanCloseHandle WlanEnumInterfaces WlanFreeMemory"
    " WlanOpenHandle WlanQueryInterface WscGetSecurityProviderHealth"
)
ROOMS = {
    "linux": {"system", "calls", "wireless", "bus", "child", "recorded"},
    "windows": {"system", "calls", "registry", "logs", "child", "recorded"},
    "macos": {"system", "calls", "child", "recorded"},
}


def _asked(heard: Iterable[Heard]) -> Iterator[tuple[str, Sequence[object]]]:
    for each in heard:
        for below in each.below:
            yield below.method, below.given
        yield from _asked(each.below)


def _told(method: str, given: Sequence[object]) -> str:
    """A question as ASKED has it: without the reason for no answer and the seconds it may take."""
    if method in ("text", "data", "kept", "listing", "run", "start", "ask"):
        given = given[:1]
    elif method in ("plist", "header", "properties"):
        given = given[:2]
    words = [" ".join(map(str, each)) if isinstance(each, list | tuple) else str(each) for each in given]
    return " ".join([method, *words]).replace("\n", "\\n" if method != "ask" else "\n")


def _unknown(platform: str, asked: Iterable[tuple[str, Sequence[object]]]) -> list[str]:
    """Those questions that no line of the list allows."""
    told = {_told(*each) for each in asked}
    wrong = [each for each in told if not any(re.fullmatch(line, each) for line in ASKED[platform])]
    for script in (each for each in told if each.startswith("ask ")):
        taken = {part for found in _TAKEN.findall(script) for part in found if part}
        wrong += [f"a script takes {part}" for part in taken - set(SCRIPTS.split())]
    return sorted(wrong)


def _all_of(place: Path | None) -> tuple[str, list[tuple[str, Sequence[object]]]]:
    """(platform, all questions) of reading everything of a recorded host, or twice of this one."""
    tape = Tape()
    marks: dict[str, str] = {}
    if place is None:
        platform, host = this_platform(), this_host(tape.around)
        moments = [Moment(1.8e9 + 60 * n, 100.0 + 60 * n, "b") for n in range(2)]
    else:
        folder, host = recorded_host(place, tape.around)
        platform, moments = folder.platform, list(folder.moments())
    every = probes(tape.around(host), KNOWN, platform)
    for moment in moments:
        read_all(every, moment, [metric.id for metric in KNOWN.metrics], marks)
    stop_all(every, moments[-1], marks)
    return platform, list(_asked(tape.take()))


def test_hosts_of_all_systems_are_recorded() -> None:
    platforms = [recorded_host(place)[0].platform for place in RECORDED]
    assert all(platforms.count(platform) >= 4 for platform in ASKED)


@pytest.mark.parametrize("place", RECORDED, ids=lambda place: place.name)
def test_recorded_hosts_are_asked_only_what_is_on_the_list(place: Path) -> None:
    platform, asked = _all_of(place)
    assert len(asked) > 20
    assert _unknown(platform, asked) == []


@pytest.mark.skipif(sys.platform != "linux", reason="its list has not been tried on the real system")
def test_this_computer_is_asked_only_what_is_on_the_list() -> None:
    platform, asked = _all_of(None)
    assert len(asked) > 100
    assert _unknown(platform, asked) == []


def test_nothing_that_is_read_is_refused() -> None:
    read = {_told(*each) for place in RECORDED for each in _all_of(place)[1] if each[0] not in LOOKED_AT}
    assert len(read) > 100
    assert found(each.partition(" ")[2] for each in read) == []


@pytest.mark.parametrize("platform", ROOMS)
def test_only_the_system_s_rooms_reach_the_system(platform: str) -> None:
    for path in sorted((ROOT / "agent" / "probes" / "host" / platform).glob("*.py")):
        if path.stem not in ROOMS[platform]:
            assert _reached(path) == set(), path


def test_the_probes_above_them_reach_nothing() -> None:
    for path in sorted((ROOT / "agent" / "probes").glob("*.py")):
        assert _reached(path) == set(), path


def _reached(path: Path) -> set[str]:
    names: set[str] = set()
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            names.add(node.func.id if isinstance(node.func, ast.Name) else node.func.attr)
    return names & REACH


@pytest.mark.parametrize("module", TAKEN)
def test_of_what_knows_more_only_this_is_taken(module: str) -> None:
    taken = {
        name.partition(".")[2]
        for path in (ROOT / "agent" / "probes").rglob("*.py")
        for name in code(path.read_text("utf-8")).names
        if name.startswith(f"{module}.")
    }
    assert taken <= set(TAKEN[module].split())


def test_of_windows_only_these_functions_can_be_called() -> None:
    assert set(calls._SIGNATURES) == set(FUNCTIONS.split())


def test_of_wi_fi_only_the_strength_is_asked() -> None:
    assert calls._WLAN_RSSI == 0x10000102  # wlan_intf_opcode_rssi; 7 would tell the network's name, and where
    numbers = {name: value for name, value in vars(wireless).items() if isinstance(value, int)}
    looked_at = {numbers[name] for name in ("_INDEX", "_TYPE", "_STATION", "_SIGNAL", "_SIGNAL_AVERAGE")}
    assert not looked_at & {0x2F, 0x34, 0x06}  # NL80211_ATTR_BSS, _SSID, _MAC
    assert (wireless._GET_INTERFACE, wireless._GET_STATION) == (5, 17)  # 32 would list the networks around
