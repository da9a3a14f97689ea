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
        """The pattern that a text falls under, or None; texts may be names, as for getattr."""
        found = next((each for each in self.texts if re.search(each, text, re.IGNORECASE)), None)
        return found or (self.of_name(text) if text.isidentifier() else None)

    def of_name(self, name: str) -> str | None:
        """The pattern that a name in code falls under, or None."""
        return next((each for each in self.names if re.fullmatch(each, name, re.IGNORECASE)), None)


REFUSED = (
    Refused(
        "Foreground and engagement time, active and idle minutes",
        "They measure a person's work, not a computer.",
        (
            "xprintidle", "IdleMonitor", "IdleHint", "ScreenSaver", "HIDIdleTime", "IOHIDSystem",
            "UserAssist", r"SRUDB\.dat", r"knowledgeC\.db", r"ActivitiesCache\.db", "_NET_ACTIVE_WINDOW",
            "recently-used", "RecentDocs", "RunMRU", "xdotool", "System Events",
        ),
        ("GetLastInputInfo", "GetForegroundWindow", "CGEventSourceSecondsSinceLastEventType", "frontmost.*"),
    ),
    Refused(
        "Messages, meetings, camera, microphone, mentions",
        "What people say to each other, and when: the figures about persons that Microsoft took out of its "
        "Productivity Score.",
        (
            r"/dev/video", r"/dev/snd", "proc/asound", r"\.pst\b", r"\.ost\b", "Maildir", r"chat\.db",
            r"Outlook\.Application", "CapabilityAccessManager", "pipewire", "pulse/native", "MediaSession",
            r"\bmpris\b", r"org\.bluez", "bluetooth",
        ),
        ("AVCaptureDevice.*", "waveIn.*"),
    ),
    Refused(
        "Addresses of pages, page loads, browser extensions",
        "What somebody reads.",
        (
            r"places\.sqlite", r"cookies\.sqlite", r"extensions\.json", r"User Data[/\\]", r"\.mozilla/",
            "google-chrome/", r"History\.db", r"[/\\]History\b", "WebCacheV01", "Local Storage", "Bookmarks",
            "Mozilla/Firefox/Profiles", r"Mozilla\\Firefox\\Profiles",
        ),
    ),
    Refused(
        "What is installed or runs beyond the closed list of products",
        "Some programs tell of illness, faith, a union or another employer.",
        (
            r"^dpkg-query (-l|--list)", r"^dpkg-query (-W|--show)( -\S+)*$",
            r"^dpkg (-l|--list|--get-selections)", r"^rpm -qa *(--queryformat=\S*)?$", r"^apt\b.*--installed",
            "flatpak list", "snap list", r"^brew\b", "usr/share/applications", "SPApplicationsDataType",
            "SPInstallHistoryDataType", r"\bWin32_Product\b", "Get-AppxPackage", "pkgutil --pkgs", "Prefetch",
            r"\bAmcache", r"var/lib/dpkg/status$",
        ),
    ),
    Refused(
        "Arguments and surroundings of processes, keys and passwords",
        "They hold file names, addresses, secrets.",
        (
            r"/cmdline\b", r"/environ\b", r"^ps\b", r"^pgrep\b", "CommandLine", r"\bWin32_Process\b",
            r"\.ssh/", r"\.gnupg", r"/etc/shadow", r"login\.keychain", "proc/.*/fd(/|$)", "proc/.*/cwd$",
            "proc/.*/maps", "proc/.*/mem$", "procargs", r"_history\b", "/(Documents|Desktop|Downloads)$",
        ),
        (
            "cmdline", "environ", "open_files", "memory_maps", "cwd", "KERN_PROCARGS2?",
            "PROC_PIDVNODEPATHINFO", "GetClipboardData",
        ),
    ),
    Refused(
        "Names of people who are signed in, times of signing in and out",
        "Who was there, and when.",
        (
            r"[uw]tmp\b", "lastlog", "loginctl", r"^(who|w|last|finger|query user|quser)( |$)", "/etc/passwd",
            r"\b4624\b", r"\b4634\b", r"\b4647\b", "LastLoggedOn", "ListSessions", "GetLogonSession",
            "Win32_LoggedOnUser", "TargetUserName", r"LogName[= ]+Security\b", r"^(?-i:Security)$",
            r"log/auth\.log", r"log/secure$", r"log/(syslog|messages)$", r"freedesktop\.Accounts",
            "^(?-i:USER|USERNAME|LOGNAME|USERDOMAIN)$",
        ),
        (
            "getlogin", "getpwall", "getpwuid", "getpwnam", "getuser", "users", "username",
            "WTSQuerySessionInformation.*", "WTSEnumerateSessions.*", "GetUserName.*", "LookupAccountSid.*",
            "NetWkstaUserEnum",
        ),
    ),
    Refused(
        "Names of networks, addresses, location, office",
        "Where somebody is.",
        (
            r"\bB?SSID\b", "iwgetid", "iwconfig", r"^iw\b", "nmcli", r"airport\b.*-I", "SPAirPortDataType",
            "getairportnetwork", "^wdutil", "^ipconfig", "^scutil", "current_connection",
            "system-connections", "wpa_supplicant", "ActiveConnection", "NetworkList", "Get-NetIP",
            r"proc/net/(arp|fib_trie|route)", r"proc/net/(tcp|udp)6?$", "dhclient", "geoclue", "CoreLocation",
            r"resolv\.conf", r"^(ip|ss|ifconfig|arp|netstat)\b",
        ),
        (
            r"(.*_)?B?SSID", r"SIOCGIW(ESSID|AP)", "net_if_addrs", "net_connections", "gethostbyname",
            "getpeername", "getsockname", "WlanGetNetworkBssList", "WlanScan", "WlanGetAvailableNetworkList",
            "CLLocation.*", "GetAdaptersAddresses", "GetExtendedTcpTable", "GetIpAddrTable",
        ),
    ),
    Refused(
        "Identifiers of the computer, its model, time zone and language",
        "They single a device out among all.",
        (
            "machine-id", "product_uuid", "product_serial", "product_name", "board_serial", "dmi/id",
            "MachineGuid", r"\bProductId\b", "ComputerName", "SystemProductName", r"\bSystem\\BIOS\b",
            "IOPlatformSerialNumber", "IOPlatformUUID", "IOPlatformExpertDevice",
            r"\bhw\.(model|serial\w*)\b", r"\bkern\.(hostname|hostuuid|uuid)\b", "Win32_BIOS",
            r"Win32_ComputerSystem\b", "SPHardwareDataType", r"etc/hostname\b", r"kernel/hostname\b",
            "^hostname( |$)", r"^uname -\w*[an]", "/etc/timezone", "/etc/localtime", "/etc/default/locale",
            "TimeZone", r"class/net/[^/]+/address", "^(COMPUTERNAME|HOSTNAME|TZ)$",
        ),
        (
            "getnode", "uuid1", "gethostname", "getfqdn", r"platform\.(node|uname)", "nodename", "getlocale",
            "getdefaultlocale", "GetComputerName.*", "GetUserDefault.*", "GetTimeZoneInformation", "tzname",
            "astimezone",
        ),
    ),
    Refused(
        "Moods and surveys, keystrokes, pictures of the screen, memory dumps, titles of windows",
        "What somebody feels, writes, sees.",
        (
            r"/dev/input", "bus/input", "screencapture", r"^(xwd|xprop|xwininfo|wmctrl)\b",
            r"^import -window", "_NET_WM_NAME", "MainWindowTitle", "name of window", "coredumpctl",
            r"\.dmp\b", r"\.hprof\b", r"coredump/core\.", r"var/crash/.*\.crash$",
        ),
        (
            "SetWindowsHookEx.*", "GetAsyncKeyState", "GetKeyState", "GetRawInputData", "BitBlt",
            "GetWindowText.*", "EnumWindows", "ImageGrab", "CGWindowListCopyWindowInfo",
            "CGDisplayCreateImage", "MiniDumpWriteDump",
        ),
    ),
)  # fmt: skip

_PAGE = """\
No metric may ever be made of these, and no probe reads where they stand. Two tests hold to it: one compares
the code of all probes, for every system, with the sources that `catalogue/refused.py` names; the other keeps
the closed list of everything that a probe may ask a system, and compares all that is asked on this kind of
computer and on recorded ones.

{kinds}

How long a start or a sign-in takes is a duration, no time of day. Where a number cannot be had without
looking at something of this list, it is looked at in memory and dropped: a connection's far end, to leave out
this computer's own; a drive's maker, to leave out virtual ones; the names of running programs, to add up the
processes of one; on Windows the names in the list of installed programs, to find the six products above."""


def page() -> str:
    """The list as Markdown, for docs/metrics.md."""
    return _PAGE.format(kinds="\n".join(f"- **{each.what}.** {each.why}" for each in REFUSED))


def found(texts: Iterable[str], names: Iterable[str] = ()) -> list[str]:
    """What of these texts and names in code is refused: "TEXT is refused (WHAT: PATTERN)"."""
    hits = [(text, each, each.of_text(text)) for text in texts for each in REFUSED]
    hits += [(name, each, each.of_name(name)) for name in names for each in REFUSED]
    return [f"{subject} is refused ({each.what}: {pattern})" for subject, each, pattern in hits if pattern]
