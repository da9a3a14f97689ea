from __future__ import annotations

import os
import sys
import time

import psutil
import pytest

from agent.probes.host import Absent
from agent.probes.host.windows.child import Child

PYTHON = [sys.executable, "-I", "-S", "-c"]


def child(program: str, seconds: float = 20.0, clock: object = time.monotonic) -> Child:
    return Child([*PYTHON, program], seconds, clock)  # type: ignore[arg-type]


def until_it_answers(asked: Child) -> str:
    end = time.monotonic() + 20
    while (output := asked.output()) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    return output


def test_what_it_printed() -> None:
    said = child("import sys; sys.stdout.buffer.write(b'gr\\xc3\\xb6\\xc3\\x9fer')")
    assert until_it_answers(said) == "größer"
    assert until_it_answers(child("print(1)")) == f"1{os.linesep}"


def test_it_is_not_there_before_the_end() -> None:
    asked = child("import time; print(1, flush=True); time.sleep(60)")
    try:
        assert asked.output() is None
    finally:
        asked.stop()
    asked.stop()


def test_input_is_empty_and_complaints_are_dropped(capfd: pytest.CaptureFixture[str]) -> None:
    asked = child("import sys; print(repr(sys.stdin.read())); print('x', file=sys.stderr)")
    assert until_it_answers(asked).strip() == "''"
    assert capfd.readouterr() == ("", "")


def test_a_failure_is_absent() -> None:
    with pytest.raises(Absent, match="failed"):
        until_it_answers(child("print(1); raise SystemExit(1)"))
    with pytest.raises(Absent, match="cannot be started"):
        Child(["/no/such/program"], 1.0, time.monotonic)


def sleeping() -> list[int]:
    return [
        each.pid
        for each in psutil.Process().children(recursive=True)
        if each.status() != psutil.STATUS_ZOMBIE
    ]


def test_a_hang_ends_with_its_time() -> None:
    before, now = sleeping(), [0.0]
    asked = child("import time; time.sleep(60)", seconds=5.0, clock=lambda: now[0])
    assert asked.output() is None
    now[0] = 5.0
    with pytest.raises(Absent, match="within 5 seconds"):
        asked.output()
    assert sleeping() == before


def test_one_that_says_more_than_a_pipe_holds_is_ended() -> None:
    before = sleeping()
    with pytest.raises(Absent, match="within"):
        until_it_answers(child("print('x' * 10_000_000)", seconds=1.0))
    assert sleeping() == before
