"""Updates of the system among all that is installed, and the end of a version's support."""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos import updates
from agent.probes.host.macos.recorded import Recorded

Change = Callable[..., Recorded]
DAY = datetime.fromisoformat("2023-11-08")  # a property list's dates are UTC without saying so


def history(changed: Change, *entries: dict[str, Any]) -> Recorded:
    name = "Library/Receipts/InstallHistory.plist"
    return changed("laptop", {name: plistlib.dumps(list(entries))})


@pytest.mark.parametrize(
    "name",
    ["macOS 14.1.1", "macOS Sonoma 14.0", "OS X El Capitan 10.11.6", "Security Update 2021-005",
     "macOS Rapid Security Response 13.4.1 (c)", "macOS Ventura Update 13.2"],
)  # fmt: skip
def test_updates_of_the_system(changed: Change, name: str) -> None:
    system = history(changed, {"displayName": name, "date": DAY})
    assert updates.last_update(system) == 1_699_401_600


@pytest.mark.parametrize(
    "name",
    [
        "Safari",
        "XProtectPlistConfigData",
        "Command Line Tools for Xcode",
        "Microsoft Word",
        "MRTConfigData",
    ],
)
def test_what_is_none(changed: Change, name: str) -> None:
    with pytest.raises(Absent, match="no history"):
        updates.last_update(history(changed, {"displayName": name, "date": DAY}))


@pytest.mark.parametrize(
    ("version", "end"),
    [
        ("14.1.1", 1_789_516_800),
        ("26.0", 1_852_675_200),
        ("10.14.6", 1_695_772_800),
        ("11", 1_695_772_800),
    ],
)
def test_support(changed: Change, version: str, end: float) -> None:
    name = "System/Library/CoreServices/SystemVersion.plist"
    system = changed("laptop", {name: plistlib.dumps({"ProductVersion": version})})
    assert updates.support_end(system) == end


@pytest.mark.parametrize("version", ["10.16", "99.1", "", "x", "14.x"])
def test_versions_that_nothing_is_known_of(changed: Change, version: str) -> None:
    name = "System/Library/CoreServices/SystemVersion.plist"
    with pytest.raises(Absent):
        updates.support_end(changed("laptop", {name: plistlib.dumps({"ProductVersion": version})}))
