"""The layout of what libproc fills in; the calls themselves need a Mac."""

from __future__ import annotations

import struct
import sys

import pytest

from agent.probes.host.macos import calls


def test_a_struct_rusage_info_v0() -> None:
    """By sys/resource.h: uuid; user, system; wake-ups, page-ins, wired, resident; footprint, start; exit."""
    data = bytes(16) + struct.pack("<10Q", 3_000_000_000, 1_000_000_000, 1, 2, 3, 4, 5, 600, 700, 0)
    assert calls.usage_of(data, 1.0) == (700, 4.0, 600)
    # Apple silicon: a tick is 125/3 nanoseconds
    started, seconds, footprint = calls.usage_of(data, 125 / 3)
    assert (started, footprint) == (700, 600)
    assert seconds == pytest.approx(166.667, rel=1e-4)


@pytest.mark.skipif(sys.platform != "darwin", reason="needs macOS")
def test_on_a_mac() -> None:
    import os

    assert calls.number("kern.memorystatus_vm_pressure_level") in (1, 2, 4)
    own = [task for task in calls.tasks() if task[0] == os.getpid()]
    assert own and own[0][3] > 0 and own[0][4] > 1_000_000
