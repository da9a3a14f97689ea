from __future__ import annotations

import socket
import sys
import time
from collections.abc import Callable
from typing import cast

import pytest

from agent.checking import JITTER, Check, Checking, command
from agent.reached import ATTEMPTS, Reached
from tests.fakes import FakeEnv


def answer(check: Check, seconds: float = 30) -> Reached:
    end = time.monotonic() + seconds
    while (found := check.result()) is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def told(script: str) -> Reached:
    return answer(Check([sys.executable, "-c", script], "target x:1\n"))


def test_nothing_without_a_word(env: FakeEnv) -> None:
    checking = Checking(env)
    for word in (None, ""):
        checking.follow(word)
        assert not checking.is_on
    checking.follow("target localhost:1")
    assert checking.is_on


def test_a_real_check(env: FakeEnv) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        checking = Checking(env, at_once=True)
        checking.follow(f"target 127.0.0.1:{listener.getsockname()[1]}\nproxy none")
        found = answer(checking.begin(False))
    assert not found.trouble
    assert len([took for _, took in found.tries if took is not None]) == ATTEMPTS


def test_they_do_not_begin_all_at_once(env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    orders: list[str] = []
    monkeypatch.setattr("agent.checking.Check", lambda command, order, heard: orders.append(order))
    checking = Checking(env)
    checking.follow("target x:1")
    for _ in range(200):
        checking.begin(False)
    waits = [float(order.split("wait ")[1].split("\n")[0]) for order in orders]
    assert 0 <= min(waits) < 2 and JITTER - 2 < max(waits) < JITTER
    checking = Checking(env, at_once=True)
    checking.follow("target x:1")
    checking.begin(True)
    assert orders[-1] == "target x:1\nthorough\n"


def test_an_aggregators_name_is_looked_up_once_for_an_order(env: FakeEnv) -> None:
    """An order asks for it until a thorough check has seen who answers; so does every new order."""
    orders: list[str] = []

    class Told(Check):
        def __init__(self, command: list[str], order: str, heard: object) -> None:
            orders.append(order)
            self.heard = cast("Callable[[Reached], None] | None", heard)

        def tell(self, found: Reached) -> None:
            if self.heard:
                self.heard(found)

    def asked() -> bool:
        return "not leader.invalid\n" in orders[-1]

    word = "target x:1\nnot leader.invalid\nnot helper.invalid"
    checking = Checking(env, at_once=True)
    checking.follow(word)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("agent.checking.Check", Told)

        def begin(thorough: bool) -> Told:
            return cast(Told, checking.begin(thorough))

        for trouble in ("name_silent", "aggregator", "silent", "stranger"):
            begin(True).tell(Reached(trouble))
            assert asked()
        begin(False).tell(Reached())
        assert asked()
        begin(True).tell(Reached("v6"))
        assert asked()
        begin(True).tell(Reached("aggregator"))
        assert not asked()
        checking.follow(word)
        begin(True)
        assert not asked()
        checking.follow(None)
        checking.follow(word)
        begin(True)
        assert asked()


def test_the_target_stands_in_no_list_of_processes() -> None:
    assert not [word for word in command(True) if "target" in word]
    assert "-S" in command(False) and "-S" not in command(True)


@pytest.mark.parametrize(
    "script",
    [
        *("", "raise SystemExit(3)", "print('end')", "print('try 4 10.0.0.1'); print('end')", "print('é')"),
        "import sys; sys.stdout.buffer.write(b'\\xff' * 9000)",
        "import os; os.close(0); os.close(1)",
    ],
)
def test_a_process_that_tells_nonsense(script: str) -> None:
    expected = "" if script == "print('end')" else "failed"
    assert told(script).values == Reached(expected).values


def test_one_that_hangs_can_be_ended() -> None:
    check = Check([sys.executable, "-c", "import time; time.sleep(60)"], "target x:1\n")
    assert check.result() is None
    check.stop()
    check.stop()
    assert check._process.returncode != 0


def test_no_such_program() -> None:
    with pytest.raises(OSError, match="no-such"):
        Check(["/no-such-program"], "")
