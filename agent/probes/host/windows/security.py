"""Protection: encryption, firewall, Secure Boot, malware definitions; and what else PowerShell is asked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from agent.probes.host import Absent, Pending
from agent.probes.host.windows import registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.probes.host.asked import Asked
    from agent.probes.host.windows.system import System

_SERVICES = rf"{registry.MACHINE}\SYSTEM\CurrentControlSet\Services"
_PROFILES = rf"{_SERVICES}\SharedAccess\Parameters\FirewallPolicy"
_BY_POLICY = rf"{registry.MACHINE}\SOFTWARE\Policies\Microsoft\WindowsFirewall"
# Names of the three profiles, where they are kept and where policy keeps them.
_NAMES = (("DomainProfile",) * 2, ("StandardProfile", "PrivateProfile"), ("PublicProfile",) * 2)
_DISABLED = 4
_FIREWALL_GUARD, _GOOD = 1, 0
_SECURE_BOOT = rf"{registry.MACHINE}\SYSTEM\CurrentControlSet\Control\SecureBoot\State"

# Four questions in one start of PowerShell, once in six hours at most; what fails is left out. Times are UTC
# seconds and everything else is numbers, so that no language or calendar has a say. {drives}: 'C:','D:'.
_SCRIPT = """
$ErrorActionPreference = 'SilentlyContinue'
$found = @{ volumes = @{}; disks = @{} }
$epoch = [DateTime]::new(1970, 1, 1, 0, 0, 0, [DateTimeKind]::Utc)
$shell = New-Object -ComObject Shell.Application
foreach ($drive in @({drives})) {
  $state = $shell.NameSpace($drive).Self.ExtendedProperty('System.Volume.BitLockerProtection')
  if ($null -ne $state) { $found.volumes[$drive] = [int]$state }
}
$storage = 'root/Microsoft/Windows/Storage'
foreach ($disk in @(Get-CimInstance -Namespace $storage -ClassName MSFT_PhysicalDisk)) {
  $found.disks[[string]$disk.DeviceId] = [int]$disk.HealthStatus
}
$guard = Get-CimInstance -Namespace root/Microsoft/Windows/Defender -ClassName MSFT_MpComputerStatus
if ($guard) {
  $found.guards = [bool]$guard.AntivirusEnabled
  $renewed = $guard.AntivirusSignatureLastUpdated
  if ($renewed) { $found.renewed = [long]($renewed.ToUniversalTime() - $epoch).TotalSeconds }
}
$searched = (New-Object -ComObject Microsoft.Update.AutoUpdate).Results.LastSearchSuccessDate
if ($searched) { $found.searched = [long]([DateTime]::SpecifyKind($searched, 'Utc') - $epoch).TotalSeconds }
$found | ConvertTo-Json -Compress
exit 0
"""
_SECONDS = 30.0
_PATIENCE = 6 * 3600.0

# System.Volume.BitLockerProtection: on, off, being encrypted, being decrypted, suspended, locked, cannot be,
# waiting to be activated. Suspended: encrypted, with the key beside it.
_PROTECTED, _HALF, _NOT = (1, 6), (3, 4, 5), (2, 8)
# MSFT_PhysicalDisk.HealthStatus; 5 is unknown.
_CONDITIONS = {0: "healthy", 1: "warning", 2: "failing"}


class Answers:
    """What PowerShell tells about this computer's protection, asked rarely and kept.

    Nothing waits for it: it is started at one reading, and heard at a later one.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._asked: Asked | None = None
        self._kept: tuple[float, dict[str, Any] | Absent] | None = None

    def get(self, name: str, drives: Sequence[str]) -> Any:
        """One answer; None if Windows does not give it. Raises Pending while PowerShell works on it."""
        now = self._system.ticking()
        if self._asked is None and (self._kept is None or not 0 <= now - self._kept[0] < _PATIENCE):
            try:
                self._asked = self._system.ask(script(drives), _SECONDS)
            except Absent as absent:
                self._kept = now, absent
        if self._asked is not None:
            asked, self._asked = self._asked, None
            self._kept = now, self._heard(asked)
        assert self._kept is not None
        found = self._kept[1]
        if isinstance(found, Absent):
            raise Absent(str(found))
        return found.get(name)

    def _heard(self, asked: Asked) -> dict[str, Any] | Absent:
        """An Absent is kept as well: what does not answer now is not asked again for hours."""
        try:
            output = asked.output()
            if output is not None:
                return parse(output)
        except Absent as absent:
            return absent
        self._asked = asked
        raise Pending("Windows is being asked")

    def stop(self) -> None:
        """Leave no question behind."""
        if self._asked is not None:
            self._asked.stop()
            self._asked = None


def script(drives: Sequence[str]) -> str:
    """The script for these drives ("C:")."""
    if not all(re.fullmatch("[A-Z]:", drive) for drive in drives):
        raise Absent("the system's drive has no letter")
    return _SCRIPT.replace("{drives}", ", ".join(f"'{drive}'" for drive in drives))


def parse(output: str) -> dict[str, Any]:
    """The one JSON object that the script prints."""
    try:
        found = json.loads(output.lstrip("\ufeff"))
    except ValueError as error:
        raise Absent("PowerShell answered something else") from error
    if not isinstance(found, dict):
        raise Absent("PowerShell answered something else")
    return found


def encryption(answers: Answers, drives: Sequence[str]) -> str:
    """By what the Explorer shows as a padlock on the drives of Windows and of the profile."""
    found = answers.get("volumes", drives)
    states = [found.get(drive) if isinstance(found, dict) else None for drive in drives]
    if not states or states[0] is None:
        raise Absent("Windows does not tell whether its drive is encrypted")
    known = [state for state in states if state in (*_PROTECTED, *_HALF, *_NOT)]
    if not known:
        raise Absent("Windows cannot encrypt this drive")
    if all(state in _PROTECTED for state in known):
        return "on"
    return "off" if all(state in _NOT for state in known) else "partial"


def disk_condition(answers: Answers, drives: Sequence[str], disks: Sequence[int]) -> str:
    """The worst of these disks, by what they and Windows say of them."""
    found = answers.get("disks", drives)
    states: list[Any] = [found.get(str(disk)) if isinstance(found, dict) else None for disk in disks]
    if not states or any(state not in _CONDITIONS for state in states):
        raise Absent("Windows does not tell the condition of its disk")
    return _CONDITIONS[max(states)]


def protection_renewed(answers: Answers, drives: Sequence[str]) -> float:
    """When Microsoft Defender's definitions were last renewed, UTC seconds, if it is what guards."""
    if answers.get("guards", drives) is not True:
        raise Absent("malware is looked for by another product, which does not tell Shoal, or by none")
    return _time(
        answers.get("renewed", drives), "Microsoft Defender does not tell how old its definitions are"
    )


def updates_searched(answers: Answers, drives: Sequence[str]) -> float:
    """When Windows Update last searched with success, UTC seconds."""
    return _time(answers.get("searched", drives), "Windows Update does not tell when it last searched")


def _time(found: object, absent: str) -> float:
    if isinstance(found, bool) or not isinstance(found, int | float) or found <= 0:
        raise Absent(absent)
    return float(found)


def firewall(system: System) -> str:
    """Whether Windows' firewall is on for all, some or none of its profiles; policy goes before.

    Where another product took its place, as the Security Center knows, that one counts.
    """
    on = [_is_on(system, name, by_policy) for name, by_policy in _NAMES]
    if system.value(rf"{_SERVICES}\MpsSvc", "Start") == _DISABLED:
        on = [False] * len(on)
    known = [each for each in on if each is not None]
    if known and all(known):
        return "on"
    try:
        if system.guard(_FIREWALL_GUARD) == _GOOD:
            return "on"
    except Absent:
        if not known:  # a server, and nothing in the registry
            raise Absent("Windows does not tell whether its firewall is on") from None
    return "partial" if any(known) else "off"


def _is_on(system: System, name: str, by_policy: str) -> bool | None:
    for key in (rf"{_BY_POLICY}\{by_policy}", rf"{_PROFILES}\{name}"):
        value = system.value(key, "EnableFirewall")
        if isinstance(value, int):
            return value != 0
    return None


def secure_boot(system: System) -> str:
    """UEFISecureBootEnabled, which Windows keeps where UEFI firmware started it."""
    enabled = system.value(_SECURE_BOOT, "UEFISecureBootEnabled")
    if not isinstance(enabled, int):
        raise Absent("this computer was not started by UEFI firmware")
    return "on" if enabled == 1 else "off"
