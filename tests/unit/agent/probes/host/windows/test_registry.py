from __future__ import annotations

import sys

import pytest

from agent.probes.host.windows import registry

NT = rf"{registry.MACHINE}\SOFTWARE\Microsoft\Windows NT\CurrentVersion"


def test_a_filetime_is_counted_from_1601() -> None:
    assert registry.seconds(116_444_736_000_000_000) == 0.0
    assert registry.seconds(133_444_736_000_000_000) == 1_700_000_000.0


@pytest.mark.skipif(sys.platform != "win32", reason="reads Windows' registry")
def test_the_registry_of_this_computer() -> None:
    assert str(registry.value(NT, "CurrentBuildNumber")).isdigit()
    assert registry.value(NT, "No such value") is None
    assert "Microsoft" in registry.keys(rf"{registry.MACHINE}\SOFTWARE")
    written = registry.written(NT)
    assert written is not None
    assert written > 1_000_000_000
    missing = rf"{registry.MACHINE}\SOFTWARE\No such key"
    assert (registry.value(missing, "x"), registry.keys(missing), registry.written(missing)) == (
        None,
        [],
        None,
    )
