"""FileVault and the firewall, by the system's own commands, which answer everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.macos.system import System

_SECONDS = 5.0
_FDESETUP = ("/usr/bin/fdesetup", "status")
_FIREWALL = ("/usr/libexec/ApplicationFirewall/socketfilterfw", "--getglobalstate")
_STATE = re.compile(r"State = (\d)")


def encryption(system: System) -> str:
    """ "partial" while the disk is being encrypted or decrypted.

    fdesetup(8): "FileVault is On.", "FileVault is Off.", and a second line while one becomes the other.
    """
    said = system.run(_FDESETUP, _SECONDS)
    if re.search(r"(?:En|De)cryption in progress", said):
        return "partial"
    if "FileVault is On" in said:
        return "on"
    if "FileVault is Off" in said:
        return "off"
    raise Absent("macOS does not tell whether FileVault is on")


def firewall(system: System) -> str:
    """The application firewall: state 0 is off, 1 on, 2 on and blocking all that comes in."""
    match = _STATE.search(system.run(_FIREWALL, _SECONDS))
    if match is None or match[1] not in "012":
        raise Absent("macOS does not tell whether its firewall is on")
    return "off" if match[1] == "0" else "on"
