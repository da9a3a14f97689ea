"""Processes, and the login window's start."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos import tasks
from agent.probes.host.macos.recorded import Recorded

Change = Callable[..., Recorded]


def test_the_login_window_of_this_start(changed: Change) -> None:
    for starts, seconds in (([130.5, 4000.0], 30.5), ([700.0], 600.0)):
        assert tasks.boot_duration(changed("laptop", starts={"loginwindow": starts}), 100.0) == seconds
    for starts in ([], [701.0], [99.0]):
        with pytest.raises(Absent, match="signed out since"):
            tasks.boot_duration(changed("laptop", starts={"loginwindow": starts}), 100.0)


def test_processes_are_named_by_their_files(laptop: Recorded) -> None:
    found = list(tasks.processes(laptop))
    assert [(each.pid, each.program, each.memory) for each in found] == [
        (401, "firefox", 1_000_000_000),
        (402, "firefox", 700_000_000),
        (77, "", 300_000_000),
    ]
