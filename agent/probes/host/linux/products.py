"""When a product of the catalogue's closed list came: what dpkg, rpm, flatpak and snap know of it.

None of them knows when a version was published; all know when theirs came. Only the list's own names are ever
asked for, and no list of what else is installed is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent, Pending
from agent.probes.host.linux import disks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.probes.host.linux.system import System
    from catalogue.model import Slot

_SECONDS = 5.0
_DPKG = "var/lib/dpkg/info"
_RPM = ("usr/lib/sysimage/rpm", "var/lib/rpm")
_FLATPAK = "flatpak/app"
_SNAPS = ("snap", "var/lib/snapd/snap")


def updated(system: System, product: Slot) -> float:
    """The newest time, UTC seconds: a package that only leads to another (Ubuntu's, to the snap) is old."""
    times = [*_debs(system, product), *_rpms(system, product), *_links(system, product)]
    if not times:
        raise Absent(f"{product.product} is not installed as a package")
    return max(times)


def _debs(system: System, product: Slot) -> Iterator[float]:
    """dpkg writes a package's list of files as it unpacks it. It outlives a removal, so dpkg is asked too."""
    for name in product.dpkg:
        when = system.changed(f"{_DPKG}/{name}.list")
        if when is not None and _is_installed(system, name):
            yield when


def _is_installed(system: System, name: str) -> bool:
    try:
        command = ["dpkg-query", "--show", "--showformat=${db:Status-Status}\\n", name]
        return "installed" in system.run(command, _SECONDS).split()
    except Pending:
        raise
    except Absent:  # it fails for a name it does not know
        return False


def _rpms(system: System, product: Slot) -> Iterator[float]:
    if not product.rpm or not any(system.exists(place) for place in _RPM):
        return
    try:
        output = system.run(["rpm", "-qa", "--queryformat=%{INSTALLTIME}\\n", *product.rpm], _SECONDS)
    except Pending:
        raise
    except Absent:
        return
    yield from (float(word) for word in output.split() if word.isdecimal())


def _links(system: System, product: Slot) -> Iterator[float]:
    """flatpak and snap point a link at the version in use, and make it anew with each."""
    own = [f"{home.lstrip('/')}/.local/share" for home in disks.homes(system)] if product.flatpak else []
    for name in product.flatpak:
        for place in ("var/lib", *own):
            when = system.linked(f"{place}/{_FLATPAK}/{name}/current/active")
            if when is not None:
                yield when
    for name in product.snap:
        for place in _SNAPS:
            when = system.linked(f"{place}/{name}/current")
            if when is not None:
                yield when
