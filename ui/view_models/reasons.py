"""Why a check has no answer, in the person's language: the probes say it in English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ui.words import english, translate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAMES: Final = (
    (re.compile(r"there is no (?P<name>[\w./-]+)"), "none"),
    (re.compile(r"(?P<name>[\w./-]+) failed"), "failed"),
    (re.compile(r"(?P<name>[\w./-]+) did not answer within (?P<n>[\d.]+) seconds"), "late"),
    (re.compile(r"(?P<name>\S+) cannot be reached"), "away"),
    (re.compile(r"(?P<name>.+) is not installed"), "absent"),
    (re.compile(r"(?P<name>.+) is not installed as a package"), "no package"),
    (re.compile(r"(?P<name>.+) did not run here in (?P<n>\d+) days, as far as seen"), "idle"),
    (re.compile(r"this Windows has no (?P<name>\S+)"), "old"),
    (re.compile(r"the reading failed \((?P<name>\w+)\)"), "broken"),
)
"""Reasons that name a program, a product, a folder or an error."""


def told(reasons: Mapping[str, str]) -> dict[str, str]:
    """Metric → why it has no answer. What is not known here stays as it is."""
    known = dict(zip(_texts(english), _texts(translate), strict=True))
    return {metric: known.get(words) or _named(words) for metric, words in reasons.items()}


def _named(words: str) -> str:
    for pattern, what in _NAMES:
        if (found := pattern.fullmatch(words)) is not None:
            return _sentence(what).format(**found.groupdict())
    return words


def _sentence(what: str) -> str:
    match what:
        case "none":
            return translate("Reasons", "there is no {name}")
        case "failed":
            return translate("Reasons", "{name} failed")
        case "late":
            return translate("Reasons", "{name} did not answer within {n} seconds")
        case "away":
            return translate("Reasons", "{name} cannot be reached")
        case "absent":
            return translate("Reasons", "{name} is not installed")
        case "no package":
            return translate("Reasons", "{name} is not installed as a package")
        case "idle":
            return translate("Reasons", "{name} did not run here in {n} days, as far as seen")
        case "old":
            return translate("Reasons", "this Windows has no {name}")
    return translate("Reasons", "the reading failed ({name})")


def _texts(translate: Callable[..., str]) -> tuple[str, ...]:
    """All that the probes may say, and sources.toml of what has no source on a system, through this function;
    named so for those who look for texts.
    """
    return (
        translate("Reasons", "no process can be seen"),
        translate("Reasons", "needs a second reading"),
        translate("Reasons", "there is no physical network adapter"),
        translate("Reasons", "no time server keeps this clock at present"),
        translate("Reasons", "the kernel's list of connections makes no sense"),
        translate("Reasons", "the kernel does not list connections"),
        translate("Reasons", "there is no timeout command"),
        translate("Reasons", "the disk below the system cannot be told"),
        translate("Reasons", "the system's disk is virtual"),
        translate("Reasons", "the disk is virtual: whoever runs this virtual machine may encrypt it"),
        translate("Reasons", "/proc is not mounted"),
        translate("Reasons", "/sys is not mounted"),
        translate("Reasons", "this processor does not tell whether it is slowed by heat"),
        translate("Reasons", "this kernel does not report memory pressure"),
        translate("Reasons", "this kernel does not count programs killed for lack of memory"),
        translate("Reasons", "no Wi-Fi connection"),
        translate("Reasons", "this kernel does not count lost links"),
        translate("Reasons", "this kernel does not count TCP segments"),
        translate("Reasons", "this system does not say how long it is supported"),
        translate("Reasons", "no package lists that Shoal can read"),
        translate("Reasons", "there is no log of this system's updates that Shoal can read"),
        translate("Reasons", "this system does not note that a restart is needed"),
        translate("Reasons", "this system does not fetch lists of security updates"),
        translate("Reasons", "this apt lists updates in a form that Shoal does not know"),
        translate("Reasons", "there is no battery"),
        translate("Reasons", "the battery does not tell its condition"),
        translate("Reasons", "the battery's own numbers make no sense"),
        translate("Reasons", "no firewall whose state can be read without administrator rights"),
        translate("Reasons", "the firmware does not tell"),
        translate("Reasons", "crashes are not recorded on this system"),
        translate("Reasons", "crashes are not recorded where Shoal may read them"),
        translate("Reasons", "records of crashes cannot be read"),
        translate("Reasons", "this system was not started by systemd"),
        translate("Reasons", "systemd did not time this start-up"),
        translate("Reasons", "ufw's settings cannot be read"),
        translate("Reasons", "this computer was not started by UEFI firmware"),
        translate("Reasons", "this system keeps no record of its own crashes"),
        translate("Reasons", "records of system crashes cannot be read without administrator rights"),
        translate("Reasons", "this system does not count disk operations"),
        translate("Reasons", "this system does not time disk operations"),
        translate("Reasons", "this system does not count network packets"),
        translate("Reasons", "this system does not tell when it started"),
        translate("Reasons", "this system does not count processor time"),
        translate("Reasons", "this system does not tell how much memory is available"),
        translate("Reasons", "the system's account of its memory makes no sense"),
        translate("Reasons", "the system's account of its stalls makes no sense"),
        translate("Reasons", "no connection to another computer is in use"),
        translate("Reasons", "the reading is no number"),
        translate("Reasons", "the reading is out of range"),
        translate("Reasons", "the reading is none of the known classes"),
        translate("Reasons", "the reading is no pair of numbers"),
        translate("Reasons", "too little time since the last reading"),
        translate("Reasons", "the clock says that the system starts in the future"),
        translate("Reasons", "no volume tells its size"),
        translate("Reasons", "the disk was hardly used since the last reading"),
        translate("Reasons", "the package manager is being asked"),
        translate("Reasons", "the package manager does not answer"),
        translate("Reasons", "the package lists are older than two weeks"),
        translate("Reasons", "the clock and the files' times contradict each other"),
        translate("Reasons", "Linux records no programs that stop responding"),
        translate("Reasons", "PowerShell answered something else"),
        translate("Reasons", "PowerShell cannot be started"),
        translate("Reasons", "Windows Update does not list what waits"),
        translate("Reasons", "Windows cannot encrypt this drive"),
        translate("Reasons", "Windows does not count this"),
        translate("Reasons", "Windows does not follow one of its event logs"),
        translate("Reasons", "Windows does not let this account read one of its event logs"),
        translate("Reasons", "Windows does not list Wi-Fi adapters"),
        translate("Reasons", "Windows does not list batteries"),
        translate("Reasons", "Windows does not list network adapters"),
        translate("Reasons", "Windows does not list processes"),
        translate("Reasons", "Windows does not list services"),
        translate("Reasons", "Windows does not list services to this account"),
        translate("Reasons", "Windows does not tell heat from other reasons to slow the processor"),
        translate("Reasons", "Windows does not tell how long programs wait for memory"),
        translate("Reasons", "Windows does not tell its state of power"),
        translate("Reasons", "Windows does not tell since when a restart is needed"),
        translate("Reasons", "Windows does not tell the condition of its disk"),
        translate("Reasons", "Windows does not tell when it slept"),
        translate("Reasons", "Windows does not tell when this start began"),
        translate("Reasons", "Windows does not tell whether a restart is needed"),
        translate("Reasons", "Windows does not tell whether its drive is encrypted"),
        translate("Reasons", "Windows does not tell whether its firewall is on"),
        translate("Reasons", "Windows ends no programs for lack of memory"),
        translate("Reasons", "Windows tells other programs' response times to administrators only"),
        translate("Reasons", "Windows' count of TCP segments makes no sense"),
        translate("Reasons", "Windows' list of network adapters makes no sense"),
        translate("Reasons", "Windows' list of processes makes no sense"),
        translate("Reasons", "Windows' list of services makes no sense"),
        translate("Reasons", "a device cannot be asked"),
        translate("Reasons", "a device does not answer"),
        translate("Reasons", "drives tell their condition to administrators only"),
        translate("Reasons", "macOS counts TCP segments for administrators only"),
        translate("Reasons", "macOS does not count how often heat slows the processor"),
        translate("Reasons", "macOS does not count lost links"),
        translate("Reasons", "macOS does not count programs killed for lack of memory"),
        translate("Reasons", "macOS does not list connections with their times"),
        translate("Reasons", "macOS does not list its processes"),
        translate("Reasons", "macOS does not note that a restart is needed"),
        translate("Reasons", "macOS does not tell"),
        translate("Reasons", "macOS does not tell how far its clock was off"),
        translate("Reasons", "macOS does not tell the unit of its times"),
        translate("Reasons", "macOS does not tell this"),
        translate("Reasons", "macOS does not tell whether FileVault is on"),
        translate("Reasons", "macOS does not tell whether its firewall is on"),
        translate("Reasons", "macOS does not tell which of its services failed"),
        translate("Reasons", "macOS keeps no list of security updates that can be read without asking Apple"),
        translate("Reasons", "macOS lets only administrators read reports of crashes"),
        translate("Reasons", "macOS tells it only to administrators"),
        translate("Reasons", "macOS's level of memory pressure makes no sense"),
        translate(
            "Reasons", "malware is looked for by another product, which does not tell Shoal, or by none"
        ),
        translate("Reasons", "one of Windows' event logs does not answer"),
        translate("Reasons", "one of Windows' events cannot be read"),
        translate("Reasons", "the Wi-Fi adapter does not tell its signal"),
        translate("Reasons", "the Windows Security Center does not answer"),
        translate("Reasons", "the battery's bay is empty"),
        translate("Reasons", "the check did not end"),
        translate("Reasons", "the clock and the protection's own time contradict each other"),
        translate("Reasons", "the disk does not tell its condition"),
        translate("Reasons", "the disk does not tell its kind"),
        translate("Reasons", "the first session of this start is gone: somebody has signed out since"),
        translate("Reasons", "the kernel's answer about Wi-Fi makes no sense"),
        translate("Reasons", "the login window of this start is gone: somebody has signed out since"),
        translate("Reasons", "the proxy looks names up"),
        translate("Reasons", "the system's drive has no letter"),
        translate("Reasons", "the system's message bus does not answer"),
        translate("Reasons", "the system's message bus does not let us in"),
        translate("Reasons", "the target was not asked for TLS, or speaks none"),
        translate("Reasons", "there is no Wi-Fi service"),
        translate("Reasons", "there is no history of this system's updates that Shoal can read"),
        translate("Reasons", "this Windows does not count TCP segments"),
        translate("Reasons", "this kernel does not tell of Wi-Fi"),
        translate("Reasons", "this system does not tell its version"),
        translate("Reasons", "this system has no malware protection that Shoal knows"),
        translate("Reasons", "this system keeps no note of sudden ends"),
        translate("Reasons", "this version does not read the Wi-Fi signal on macOS"),
        translate("Reasons", "this version of Shoal does not know how long this Windows is supported"),
        translate(
            "Reasons", "this version of Shoal does not know how long this version of macOS is supported"
        ),
        translate("Reasons", "no target for active checks is set, or they are turned off"),
        translate("Reasons", "active checks rest: the connection is metered"),
        translate("Reasons", "active checks rest: the computer saves energy"),
        translate("Reasons", "there is no network: no way leads to the target"),
        translate("Reasons", "the name service does not answer, so that no name is found"),
        translate("Reasons", "the name service answers, but does not know the target's name"),
        translate(
            "Reasons", "this network lets nobody out before its sign-in page (captive portal) was passed"
        ),
        translate(
            "Reasons",
            "something else answers in the target's place: a sign-in page (captive portal), or a proxy "
            "that has to be named",
        ),
        translate("Reasons", "the target's computer answers, but refuses the connection"),
        translate("Reasons", "the target does not answer"),
        translate("Reasons", "the network says that the target cannot be reached"),
        translate("Reasons", "the proxy does not let through to the target"),
        translate("Reasons", "the proxy itself cannot be reached"),
        translate("Reasons", "the proxy's name is not found"),
        translate("Reasons", "the proxy that is named cannot be used"),
        translate("Reasons", "the target answers over IPv6 only, though it has an IPv4 address"),
        translate("Reasons", "the target answers over IPv4 only, though it has an IPv6 address"),
        translate("Reasons", "the target's certificate has expired, or this computer's clock is wrong"),
        translate("Reasons", "the target's certificate is from an authority that is not trusted here"),
        translate("Reasons", "the target does not complete the TLS handshake"),
        translate("Reasons", "the target is an aggregator's computer, which is never checked"),
        translate("Reasons", "the check itself failed"),
        translate("Reasons", "the target is an address"),
        translate("Reasons", "no connection came about"),
        translate("Reasons", "too few connections came about"),
        translate("Reasons", "Windows does not tell what the network costs"),
        translate("Reasons", "this program is for 32-bit Windows"),
        translate("Reasons", "what it is read from went away meanwhile"),
        translate(
            "Reasons",
            "round-trip times of other programs' connections are told to administrators only "
            "(GetPerTcpConnectionEStats)",
        ),
        translate("Reasons", "launchd starts anew what ends, and tells no failed ones apart"),
        translate("Reasons", "`softwareupdate --list` asks Apple's servers, and Shoal asks nobody"),
        translate("Reasons", "Linux keeps no record of programs that stop responding"),
        translate(
            "Reasons",
            "macOS counts TCP segments for administrators only (net.inet.tcp.disable_access_to_stats)",
        ),
        translate(
            "Reasons",
            "an update of macOS is installed by restarting, so none waits for it afterwards",
        ),
        translate(
            "Reasons",
            "CoreWLAN would load all of Foundation into the resident process; commands that tell it "
            "take seconds or need an administrator",
        ),
        translate(
            "Reasons",
            "Windows ends no program for lack of memory; Resource-Exhaustion 2004 tells of a full page "
            "file, which is another thing",
        ),
        translate("Reasons", "JetsamEvent reports also tell of helpers that were ended while idle"),
        translate(
            "Reasons",
            "Windows does not tell how long programs wait for memory; its low-memory signal says no "
            "more than endpoint.memory_low",
        ),
        translate(
            "Reasons",
            "few Linux desktops have a malware protection, and none tells its state in one way",
        ),
        translate(
            "Reasons",
            "XProtect's data comes when Apple has some, weeks apart: its age says nothing of a fault",
        ),
        translate(
            "Reasons",
            "macOS does not tell how far its clock was off, and `sntp` would ask a time server",
        ),
        translate("Reasons", "LibreOffice catches its own crashes there"),
        translate("Reasons", "there is no Microsoft Office for Linux"),
        translate("Reasons", "Kernel-Processor-Power 37 also tells of limits for other causes than heat"),
        translate(
            "Reasons",
            "`pmset -g therm` tells the present state but no count, and would be started each minute",
        ),
        translate(
            "Reasons",
            "drives tell it to administrators; udisks tells it by objects whose names are serial numbers",
        ),
    )
