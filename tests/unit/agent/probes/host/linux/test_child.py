from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from agent.probes.host import Absent, programs
from agent.probes.host.linux import child
from agent.probes.host.linux.child import Child

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="starts programs of a Linux system")


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def until(what: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def said(command: list[str], seconds: float) -> str:
    """What it prints in the end."""
    asked = Child(command, seconds)
    end = time.monotonic() + 30
    try:
        while (found := asked.output()) is None:
            assert time.monotonic() < end
            time.sleep(0.01)
    finally:
        asked.stop()
    return found


class TestHearing:
    def test_what_a_program_prints_in_the_c_locale(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
        monkeypatch.setenv("SECRET", "token")
        shown = said(["env"], 5)
        assert set(shown.split()) >= {"LC_ALL=C", "LANG=C"}
        assert "SECRET" not in shown

    def test_its_input_is_empty_and_its_complaints_are_dropped(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        assert said(["sh", "-c", "cat; echo complaint >&2; echo done"], 5) == "done\n"
        assert capfd.readouterr() == ("", "")

    @pytest.mark.parametrize(
        ("command", "words"),
        [
            (["no-such-program-x"], "there is no"),
            (["false"], "failed"),
            (["sh", "-c", "kill -TERM $$"], "failed"),
        ],
    )
    def test_failures(self, command: list[str], words: str) -> None:
        with pytest.raises(Absent, match=words):
            said(command, 5)

    @pytest.mark.parametrize("talk", ["", "while sleep 0.05; do echo x; done &"])
    def test_a_hang_ends_with_its_children(self, talk: str, tmp_path: Path) -> None:
        start = time.monotonic()
        script = f"sleep 60 & echo $! > {tmp_path}/child; {talk} sleep 60"
        with pytest.raises(Absent, match=r"did not answer within 0\.5 seconds"):
            said(["sh", "-c", script], 0.5)
        assert time.monotonic() - start < 5
        child = int((tmp_path / "child").read_text())
        until(lambda: gone(child))

    def test_endless_talk_ends(self) -> None:
        start = time.monotonic()
        with pytest.raises(Absent, match="did not answer"):
            said(["yes"], 60)
        assert time.monotonic() - start < 10

    def test_one_that_does_not_mind_being_ended(self) -> None:
        with pytest.raises(Absent, match="did not answer"):
            said(["sh", "-c", "trap '' TERM; sleep 60; sleep 60; sleep 60"], 0.3)

    def test_nothing_is_left_open(self) -> None:
        before = len(os.listdir("/proc/self/fd"))
        for command in (["true"], ["false"], ["no-such-program-x"], ["yes"]):
            try:
                said(command, 0.3)
            except Absent:
                continue
        assert len(os.listdir("/proc/self/fd")) == before


class TestNotWaiting:
    def test_none_until_it_has_ended(self, tmp_path: Path) -> None:
        asked = Child(["sh", "-c", f"echo a; while [ ! -e {tmp_path}/go ]; do sleep 0.01; done; echo b"], 20)
        time.sleep(0.2)
        before = time.monotonic()
        assert [asked.output() for _ in range(3)] == [None] * 3
        assert time.monotonic() - before < 0.1
        (tmp_path / "go").touch()
        found: list[str | None] = []
        until(lambda: found.append(asked.output()) or found[-1] is not None)  # type: ignore[func-returns-value]
        assert found[-1] == "a\nb\n"

    def test_one_that_closed_its_output_but_goes_on_is_not_waited_for(self) -> None:
        asked = Child(["sh", "-c", "echo a; exec >&-; sleep 60"], 60)
        time.sleep(0.3)
        before = time.monotonic()
        assert asked.output() is None
        assert asked.output() is None
        assert time.monotonic() - before < 0.1
        asked.stop()

    def test_a_talkative_one_ends_though_nobody_listens_meanwhile(self) -> None:
        """What apt prints of many upgrades is more than a pipe holds at first."""
        asked = Child(["sh", "-c", "head -c 900000 /dev/zero | tr '\\0' x"], 20)
        until(lambda: psutil.Process(asked._process.pid).status() == psutil.STATUS_ZOMBIE)
        assert len(asked.output() or "") == 900_000

    def test_too_much_is_no_answer_and_no_memory(self) -> None:
        asked = Child(["yes"], 60)
        with pytest.raises(Absent, match="did not answer"):
            until(asked.output)
        assert asked._size <= programs.LONGEST + programs._CHUNK
        # its pipe is closed as it is killed: whichever it notices first ended it
        assert asked._process.returncode in (-signal.SIGKILL, -signal.SIGPIPE)

    def test_late_is_told_without_waiting(self) -> None:
        asked = Child(["sleep", "60"], 0.2)
        with pytest.raises(Absent, match=r"sleep did not answer within 0\.2 seconds"):
            until(asked.output)

    def test_stopped_it_is_gone_with_what_it_started(self, tmp_path: Path) -> None:
        script = f"sleep 60 & echo $! > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; wait"
        before = len(os.listdir("/proc/self/fd"))
        asked = Child(["nice", "-n", "5", "sh", "-c", script], 60)
        until((tmp_path / "pid").exists)
        pid = int((tmp_path / "pid").read_text())
        asked.stop()
        asked.stop()
        until(lambda: gone(pid))
        assert not psutil.pid_exists(asked._process.pid)
        assert len(os.listdir("/proc/self/fd")) == before

    def test_without_timeout_nothing_is_started(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setitem(child.ENVIRONMENT, "PATH", str(tmp_path))
        with pytest.raises(Absent, match="no timeout command"):
            Child(["true"], 1)
