"""Updates of the system, and how long its version is supported."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.host.dates import end_of

if TYPE_CHECKING:
    from agent.probes.host.macos.system import System

_HISTORY = "Library/Receipts/InstallHistory.plist"
_VERSION = "System/Library/CoreServices/SystemVersion.plist"
_NO_HISTORY = "there is no history of this system's updates that Shoal can read"
_NO_VERSION = "this system does not tell its version"

# What names an update of the system itself, among tools, configuration data and programs.
_SYSTEM = re.compile(r"(?:macOS|OS X|Mac OS X|Security Update|Rapid Security Response)\b.*\d")

# Apple names no dates. It publishes security updates for the newest three versions, so a version ends when
# the third after it comes: that day is known for those of the past, and for the others expected in the middle
# of September. Version → the last day.
_ENDS = {
    "11": "2023-09-26",
    "12": "2024-09-16",
    "13": "2025-09-15",
    "14": "2026-09-15",
    "15": "2027-09-15",
    "26": "2028-09-15",
}
_OLDEST = 11


def last_update(system: System) -> float:
    """The newest entry of the system itself in the history of installations."""
    history = system.plist(_HISTORY, ("date", "displayName"), _NO_HISTORY)
    times = [
        float(each["date"].replace(tzinfo=UTC).timestamp())
        for each in (history if isinstance(history, list) else [])
        if isinstance(each, dict)
        and isinstance(each.get("date"), datetime)
        and _SYSTEM.match(str(each.get("displayName", "")))
    ]
    if not times:
        raise Absent(_NO_HISTORY)
    return max(times)


def support_end(system: System) -> float:
    """The last second (UTC) of the version's last day; of versions older than the table, of its oldest."""
    about = system.plist(_VERSION, ("ProductVersion",), _NO_VERSION)
    version = str(about.get("ProductVersion", "")) if isinstance(about, dict) else ""
    match = re.match(r"(\d+)(?:\.\d+)*$", version)
    if match is None:
        raise Absent(_NO_VERSION)
    major = match[1]
    # 10.16 is what newer systems tell programs that they take for old.
    if int(major) < _OLDEST and version.startswith("10.") and not version.startswith("10.16"):
        major = str(_OLDEST)
    if major not in _ENDS:
        raise Absent("this version of Shoal does not know how long this version of macOS is supported")
    return end_of(_ENDS[major])
