"""What is never read, however useful: the refused list, with the sources that a test looks for.

`texts` are patterns of paths, commands, queries and names as they stand in a text; `names` of functions and
attributes as they stand in code. A test holds every probe's code, and everything that the probes of a running
system touch, against them. Nothing on a device imports this.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Refused(NamedTuple):
    """One kind of reading that is refused for good."""

    what: str
    why: str
    texts: tuple[str, ...]
    """Regular expressions, without case, searched for in texts that are not documentation."""
    names: tuple[str, ...] = ()
    """The same for whole names in code ("os.environ" where `os` has it, else the attribute alone)."""

    def of_text(self, text: str) -> str | None:
        """The pattern that a text falls under, or None."""
        return next((each for each in self.texts if re.search(each, text, re.IGNORECASE)), None)

    def of_name(self, name: str) -> str | None:
        """The pattern that a name in code falls under, or None."""
        return next((each for each in self.names if re.fullmatch(each, name, re.IGNORECASE)), None)


REFUSED = (
    Refused(
        "Foreground and engagement time, active and idle minutes",
        "They measure a person's work, not a computer.",
        (
            "xprintidle", "IdleMonitor", "IdleHint", "ScreenSaver", "HIDIdleTime", "UserAssist",
            r"SRUDB\.dat",
            r"knowledgeC\.db", r"ActivitiesCache\.db", "_NET_ACTIVE_WINDOW", "recently-used",
        ),
        ("GetLastInputInfo", "GetForegroundWindow", "CGEventSourceSecondsSinceLastEventType", "frontmost.*"),
    ),
    Refused(
        "Messages, meetings, camera, microphone, mentions",
        "What people say to each other, and when.",
        (
            r"/dev/video", r"/dev/snd", r"\.pst\b", r"\.ost\b", "Maildir", r"chat\.db",
            "Outlook\\.Application",
            "CapabilityAccessManager", "pipewire", "pulse/native", "MediaSession",
        ),
        ("AVCaptureDevice.*", "waveIn.*"),
    ),
    Refused(
        "Addresses of pages, page loads, browser extensions",
        "What somebody reads.",
        (
            r"places\.sqlite", r"cookies\.sqlite", r"extensions\.json", "User Data/", r"\.mozilla/",
            "google-chrome/",
            r"History\.db", "WebCacheV01", "Local Storage", "Bookmarks",
        ),
    ),
    Refused(
        "What is installed or runs beyond the closed list of products",
        "Some programs tell of illness, faith, a union or another employer.",
        (
            r"^dpkg-query (-l|--list)", r"^dpkg (-l|--list)", r"^rpm -qa *(--queryformat=\S*)?$",
            "flatpak list",
            "snap list", "SPApplicationsDataType", "SPInstallHistoryDataType", r"\bWin32_Product\b",
            "Get-AppxPackage", "pkgutil --pkgs", "Prefetch", r"\bAmcache", r"var/lib/dpkg/status$",
        ),
    ),
    Refused(
        "Arguments and surroundings of processes, keys and passwords",
        "They hold file names, addresses, secrets.",
        (
            r"/cmdline\b", r"/environ\b", r"^ps\b.*\b(args|command|cmd)\b", "CommandLine", r"\.ssh/",
            r"\.gnupg",
            r"/etc/shadow", "login\\.keychain", "proc/.*/fd/", "proc/.*/maps", "proc/.*/mem$",
        ),
        ("cmdline", "environ", "open_files", "memory_maps", "KERN_PROCARGS2?"),
    ),
    Refused(
        "Names of people who are signed in, times of signing in and out",
        "Who was there, and when.",
        (
            r"[uw]tmp\b", "lastlog", "loginctl", r"^(who|w|last|finger|query user|quser)( |$)", "/etc/passwd",
            r"\b4624\b", r"\b4634\b", r"\b4647\b", "LastLoggedOn", "login1.*ListSessions", "GetLogonSession",
        ),
        ("getlogin", "getpwall", "getpwuid", "getuser", "users", "WTSQuerySessionInformation.*",
        "GetUserName.*"),
    ),
    Refused(
        "Names of networks, addresses, location, office",
        "Where somebody is.",
        (
            r"\bB?SSID\b", "iwgetid", "iwconfig", r"^iw\b", "nmcli", r"airport\b.*-I", "SPAirPortDataType",
            "current_connection", "system-connections", "wpa_supplicant", r"proc/net/arp",
            r"proc/net/(tcp|udp)6?$",
            "proc/net/route", "dhclient", "geoclue", "CoreLocation", "resolv\\.conf",
            r"^(ip|ifconfig|arp|netstat)\b",
        ),
        (
            "net_if_addrs", "net_connections", "gethostbyname", "getpeername", "getsockname",
            "WlanGetNetworkBssList", "WlanScan", "WlanGetAvailableNetworkList", "CLLocation.*",
            "GetAdaptersAddresses", "GetExtendedTcpTable",
        ),
    ),
    Refused(
        "Identifiers of the computer, its model, time zone and language",
        "They single a device out among all.",
        (
            "machine-id", "product_uuid", "product_serial", "product_name", "board_serial", "dmi/id",
            "MachineGuid",
            "IOPlatformSerialNumber", "IOPlatformUUID", r"\bhw\.model\b", "Win32_BIOS",
            "Win32_ComputerSystem\\b",
            "SPHardwareDataType", "/etc/hostname", "/etc/timezone", "/etc/localtime", "/etc/default/locale",
            r"class/net/[^/]+/address",
        ),
        (
            "getnode", "gethostname", "getfqdn", r"platform\.node", "getlocale", "getdefaultlocale",
            "GetComputerName.*",
            "GetUserDefault.*", "GetTimeZoneInformation", "tzname",
        ),
    ),
    Refused(
        "Moods and surveys, keystrokes, pictures of the screen, memory dumps, titles of windows",
        "What somebody feels, writes, sees.",
        (
            r"/dev/input", "screencapture", r"^xwd\b", r"^import -window", "_NET_WM_NAME", "coredumpctl",
            r"\.dmp\b", r"\.hprof\b", r"coredump/core\.", r"var/crash/.*\.crash$",
        ),
        (
            "SetWindowsHookEx.*", "GetAsyncKeyState", "GetKeyState", "BitBlt", "GetWindowText.*", "ImageGrab",
            "CGWindowListCopyWindowInfo", "CGDisplayCreateImage", "MiniDumpWriteDump",
        ),
    ),
)  # fmt: skip

_PAGE = """\
No metric of this list may ever be made of these, and no probe reads where they stand. A test holds the
code of all probes, for every system, and all that they touch while they run, against the sources that
`catalogue/refused.py` names.

{kinds}

How long a start or a sign-in takes is a duration, no time of day. Where a number cannot be had without
looking at something of this list (a connection's far end, to leave out this computer's own; a drive's
maker, to leave out virtual ones), it is looked at in memory and dropped."""


def page() -> str:
    """The list as Markdown, for docs/metrics.md."""
    return _PAGE.format(kinds="\n".join(f"- **{each.what}.** {each.why}" for each in REFUSED))


def found(texts: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """What of these texts and names in code is refused: "TEXT is refused (WHAT: PATTERN)"."""
    hits = [(text, each, each.of_text(text)) for text in texts for each in REFUSED]
    hits += [(name, each, each.of_name(name)) for name in names for each in REFUSED]
    return [f"{subject} is refused ({each.what}: {pattern})" for subject, each, pattern in hits if pattern]
