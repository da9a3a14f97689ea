from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from agent.probes.host import Absent, Process
from agent.probes.host.linux import tasks
from agent.probes.host.linux.recorded import Recorded
from agent.probes.host.linux.system import System

TICK, PAGE = 100, 4096  # the recorded host's


def test_programs_and_not_the_kernel_s_own(laptop: Recorded) -> None:
    found = {process.pid: process for process in tasks.processes(laptop)}
    assert set(found) == {1, 700, 701, 702}
    assert found[700] == Process(700, 9000, "Web Content", 64_000 / TICK, 200_000 * PAGE)
    assert found[702].program == "odd) (name"


def test_processes_of_one_file_share_its_name(changed: Callable[..., Recorded]) -> None:
    host = changed("laptop", {})
    Path(host.path("proc/700/exe")).symlink_to("/usr/lib/firefox/firefox-bin")
    Path(host.path("proc/701/exe")).symlink_to("/usr/lib/firefox/firefox-bin (deleted)")
    found = {process.pid: process.program for process in tasks.processes(host)}
    assert (found[700], found[701], found[1]) == ("firefox-bin", "firefox-bin", "systemd")


@pytest.mark.parametrize(
    "files", [{"proc/700/stat": None}, {"proc/700/statm": ""}, {"proc/700/stat": "700 (x"}]
)
def test_one_that_ends_meanwhile_is_left_out(
    files: dict[str, str | None], changed: Callable[..., Recorded]
) -> None:
    assert {process.pid for process in tasks.processes(changed("laptop", files))} == {1, 701, 702}


def test_no_proc(tmp_path: Path) -> None:
    with pytest.raises(Absent):
        list(tasks.processes(System(tmp_path)))


def test_arguments_and_environment_are_never_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = os.open

    def spy(path: str, flags: int) -> int:
        opened.append(path)
        return real(path, flags)

    monkeypatch.setattr(os, "open", spy)
    assert any(process.pid == os.getpid() for process in tasks.processes(System()))
    assert {path.rpartition("/")[2] for path in opened} == {"stat", "statm"}
