"""When a product of the catalogue's closed list came, as the list of installed programs knows it.

Only entries of the list's names, from its publisher, count; no other is kept or told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.host.windows import registry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.probes.host.windows.system import System
    from catalogue.model import Slot

_UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
_PLACES = (
    rf"{registry.MACHINE}\SOFTWARE\{_UNINSTALL}",
    rf"{registry.MACHINE}\SOFTWARE\WOW6432Node\{_UNINSTALL}",
    rf"{registry.PERSON}\SOFTWARE\{_UNINSTALL}",
)


def updated(system: System, product: Slot) -> float:
    """UTC seconds: when an entry was last written, which installers do with each version."""
    times = []
    for place in _PLACES:
        for name in system.keys(place):
            key = rf"{place}\{name}"
            shown, publisher = system.value(key, "DisplayName"), system.value(key, "Publisher")
            if not isinstance(shown, str) or not isinstance(publisher, str):
                continue
            is_it = _is_one(shown, product.windows) and publisher.startswith(product.publisher)
            when = system.written(key) if is_it else None
            if when is not None:
                times.append(when)
    if not times:
        raise Absent(f"{product.product} is not installed")
    return max(times)


def _is_one(shown: str, names: Sequence[str]) -> bool:
    """Whether it is one of the names, alone or with what installers add in brackets ("(x64 de)")."""
    return any(shown == name or shown.startswith(f"{name} (") for name in names)
