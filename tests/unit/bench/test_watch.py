"""What a program and whatever it started cost, read from outside: against programs whose cost is known."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.watch import Cost, clock, cost, descendants
from tests.devices import until

# Works, or sleeps so and so often, when a line comes; tells when it is done.
_CHILD = """
import sys, time
for line in sys.stdin:
    if line == "work\\n":
        end = time.process_time() + 0.15
        while time.process_time() < end: pass
    elif line == "sleep\\n":
        for _ in range(20): time.sleep(0.001)
    elif line == "leave\\n":
        print("done", flush=True)
        break
    elif line == "write\\n":
        sys.stderr.write("x" * 100_000); sys.stderr.flush()
    print("done", flush=True)
"""
# Hands lines on to a child of its own, whose answers it passes back; "end" ends the child.
_PARENT = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", {_CHILD!r}], stdin=subprocess.PIPE, text=True)
for line in sys.stdin:
    if line == "end\\n":
        child.stdin.close(); child.wait()
        print("done", flush=True)
    else:
        child.stdin.write(line); child.stdin.flush()
"""


class Family:
    """A process with one child."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.pid = process.pid
        self._process = process

    def tell(self, word: str) -> None:
        """Say it, and wait until it is done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"


@contextmanager
def family() -> Iterator[Family]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", _PARENT], text=True, **pipes) as process:  # type: ignore[call-overload]
        found = Family(process)
        found.tell("nothing")
        yield found


def test_a_living_child_counts_as_ours_and_its_work_is_not_the_parents() -> None:
    with family() as one:
        (child,) = descendants(one.pid)
        before = cost(one.pid)
        one.tell("work")
        spent = cost(one.pid).since(before)
        assert spent.children >= 140
        assert spent.own < 100
        assert spent.cpu == spent.own + spent.children
        assert clock(child) >= 140


def test_nothing_is_lost_and_nothing_counts_twice_when_it_ends() -> None:
    with family() as one:
        before = cost(one.pid)
        one.tell("work")
        alive = cost(one.pid).since(before)
        one.tell("end")
        assert not descendants(one.pid)
        ended = cost(one.pid).since(before)
        assert (
            alive.children - 10 <= ended.children <= alive.children + 60
        )  # steps of 10 ms; ending costs, too
        assert ended.memory < alive.memory


def test_a_child_that_nobody_has_asked_after_yet() -> None:
    with family() as one:
        before = cost(one.pid)
        one.tell("work")
        (child,) = descendants(one.pid)
        one.tell("leave")
        until(lambda: b") Z" in Path(f"/proc/{child}/stat").read_bytes())
        spent = cost(one.pid).since(before)
        assert spent.children >= 140
        assert spent.memory < before.memory


def test_what_a_child_writes_and_how_often_it_sleeps() -> None:
    with family() as one:
        before = cost(one.pid)
        one.tell("sleep")
        one.tell("write")
        spent = cost(one.pid).since(before)
        assert spent.rest >= 20
        assert spent.handed >= 100
        one.tell("end")
        assert cost(one.pid).since(before).handed >= 100


def test_a_child_that_came_meanwhile_counts_from_its_start() -> None:
    before = Cost(1, 2, 3, 4, 5, 6, {7: 10})
    now = Cost(2, 3, 9, 5, 6, 8, {8: 4})
    assert now.since(before) == Cost(1, 1, 9, 1, 1, 2, {8: 4})
    assert now.since(before).rest == 4


def test_a_process_that_is_gone_costs_nothing_more() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert clock(process.pid) == 0
