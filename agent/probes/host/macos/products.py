"""Products by their bundle identifiers: when the copy that is here came to this disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from agent.probes.host.macos.system import System
    from catalogue.model import Slot


def updated(system: System, product: Slot) -> float:
    """The newest time, UTC seconds. An update replaces the bundle, and its Info.plist with it.

    Only bundles that are named as one of the product's programs, or that its name begins, are looked into.
    """
    words = {product.product.casefold(), *(name.casefold() for name in product.programs)}
    times = []
    for folder in ("Applications", f"{system.home().strip('/')}/Applications"):
        for name in _bundles(system, folder):
            plain = name.removesuffix(".app").casefold()
            if not any(plain == word or word.endswith(f" {plain}") for word in words):
                continue
            about = f"{folder}/{name}/Contents/Info.plist"
            if _identifier(system, about) in product.macos and (when := system.arrived(about)) is not None:
                times.append(when)
    if not times:
        raise Absent(f"{product.product} is not installed")
    return max(times)


def _bundles(system: System, folder: str) -> list[str]:
    try:
        return [name for name in system.listing(folder, "") if name.endswith(".app")]
    except Absent:
        return []


def _identifier(system: System, name: str) -> str:
    try:
        about = system.plist(name, ("CFBundleIdentifier",), "")
    except Absent:
        return ""
    return str(about.get("CFBundleIdentifier", "")) if isinstance(about, dict) else ""
