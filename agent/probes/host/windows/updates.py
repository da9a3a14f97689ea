"""What servicing and Windows Update know: updates, restarts that wait, support, security updates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.host.asked import Parsed
from agent.probes.host.dates import end_of
from agent.probes.host.windows import registry, releases

if TYPE_CHECKING:
    from agent.probes.host.windows.system import System

_WINDOWS = rf"{registry.MACHINE}\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
_CURRENT = rf"{registry.MACHINE}\SOFTWARE\Microsoft\Windows\CurrentVersion"
_SERVICING = rf"{_CURRENT}\Component Based Servicing"
_WAITING = (rf"{_CURRENT}\WindowsUpdate\Auto Update\RebootRequired", rf"{_SERVICING}\RebootPending")

_INSTALLED = 112
# Windows' cumulative updates; a newer one takes the older one's place.
_CUMULATIVE = "Package_for_RollupFix~"

# Windows Update's own list as of its last search: nothing is searched anew and no server is asked. The
# category is "Security Updates", by its identifier: its name is translated. Malware definitions are another.
UPDATES_SCRIPT = """
$ErrorActionPreference = 'Stop'
$searcher = (New-Object -ComObject Microsoft.Update.Session).CreateUpdateSearcher()
$searcher.Online = $false
$count = 0
foreach ($update in $searcher.Search('IsInstalled=0 and IsHidden=0 and Type=''Software''').Updates) {
  foreach ($category in $update.Categories) {
    if ($category.CategoryID -eq '0fa1201d-4330-4fa8-8ae9-b877473b6441') { $count++; break }
  }
}
'waiting ' + $count
"""
_UPDATES_SECONDS = 120.0


def last_update(system: System) -> float:
    """When the newest cumulative update was installed; before the first one, Windows itself.

    Not by Windows Update's last success, which malware definitions renew each day.
    """
    packages = rf"{_SERVICING}\Packages"
    names, reason = system.keys(packages), "Windows does not tell when it was last updated"
    if not names:  # never so on a computer that lets them be read
        raise Absent(reason)
    times = []
    for name in names:
        if not name.startswith(_CUMULATIVE):
            continue
        key = rf"{packages}\{name}"
        state = system.value(key, "CurrentState")
        if state is None:
            raise Absent(reason)
        if state == _INSTALLED:
            high, low = system.value(key, "InstallTimeHigh"), system.value(key, "InstallTimeLow")
            if isinstance(high, int) and isinstance(low, int):
                times.append(registry.seconds((high << 32) | low))
    installed = system.value(_WINDOWS, "InstallTime")
    if isinstance(installed, int) and installed > 0:
        times.append(registry.seconds(installed))
    if not times:
        raise Absent(reason)
    return max(times)


def restart_wanted(system: System) -> float | None:
    """Since when: the keys' own times. Files that are to be renamed wait on many a healthy computer."""
    if not system.keys(_SERVICING):
        raise Absent("Windows does not tell whether a restart is needed")
    times = []
    for key in _WAITING:
        above, _, name = key.rpartition("\\")
        if name in system.keys(above):
            when = system.written(key)
            if when is None:
                raise Absent("Windows does not tell since when a restart is needed")
            times.append(when)
    return min(times, default=None)


def support_end(system: System) -> float:
    """The last second (UTC) of the last day of support of this build and edition."""
    build, edition = system.value(_WINDOWS, "CurrentBuildNumber"), system.value(_WINDOWS, "EditionID")
    day = None
    if isinstance(build, str) and build.isdigit() and isinstance(edition, str):
        day = releases.last_day(int(build), edition)
    if day is None:
        raise Absent("this version of Shoal does not know how long this Windows is supported")
    return end_of(day)


def security_updates(system: System) -> Parsed:
    """Those that wait, as Windows Update lists them."""
    return Parsed(system.ask(UPDATES_SCRIPT, _UPDATES_SECONDS), parse_waiting)


def parse_waiting(output: str) -> int:
    """The number in "waiting 3"."""
    word, _, number = output.strip().partition(" ")
    if word != "waiting" or not number.isdigit():
        raise Absent("Windows Update does not list what waits")
    return int(number)
