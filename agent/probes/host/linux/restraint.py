"""What speaks against sending unasked: does the connection cost, is energy to be saved?

Nothing is learnt of networks but two numbers: no name, no address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.host.linux.bus import Property

if TYPE_CHECKING:
    from agent.probes.host.linux.system import System

_NM = ("org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager")
METERED = Property(*_NM, "Metered")
CONNECTIVITY = Property(*_NM, "Connectivity")
PROFILES = tuple(
    Property(name, f"/{name.replace('.', '/')}", name, "ActiveProfile")
    for name in ("org.freedesktop.UPower.PowerProfiles", "net.hadess.PowerProfiles")
)
WARNING = Property(
    "org.freedesktop.UPower",
    "/org/freedesktop/UPower/devices/DisplayDevice",
    "org.freedesktop.UPower.Device",
    "WarningLevel",
)
QUESTIONS = (METERED, CONNECTIVITY, *PROFILES, WARNING)

# NMMetered: yes, and guessed yes. NMConnectivityState: portal. UpDeviceLevel: low, critical, action.
_COSTS, _PORTAL, _LOW = (1, 3), 2, (3, 4, 5)


def restraint(system: System) -> str:
    """ "portal", "metered" or "saver"; empty where nothing speaks against sending, or nobody tells."""
    try:
        found = dict(zip(QUESTIONS, system.properties(QUESTIONS), strict=True))
    except Absent:
        return ""
    if found[CONNECTIVITY] == _PORTAL:
        return "portal"
    if found[METERED] in _COSTS:
        return "metered"
    if any(found[profile] == "power-saver" for profile in PROFILES) or found[WARNING] in _LOW:
        return "saver"
    return ""
