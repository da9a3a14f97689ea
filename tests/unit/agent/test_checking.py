from __future__ import annotations

import errno
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec, module_from_spec
from types import SimpleNamespace
from typing import cast

import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.checking import JITTER, Check, Checking, Server, command, engage
from agent.probes import Target
from agent.probes.host import Host
from agent.reached import ATTEMPTS, Reached, read
from tests.fakes import FakeEnv
from tests.repository import ROOT


def answer(check: Check, seconds: float = 30) -> Reached:
    end = time.monotonic() + seconds
    while (found := check.result()) is None:
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


def told(script: str) -> Reached:
    server = Server([sys.executable, "-c", script])
    server.ask("target x:1\n\n")
    try:
        return answer(Check(server))
    finally:
        server.stop()


def test_nothing_without_a_word(env: FakeEnv) -> None:
    checking = Checking(env)
    for word in (None, ""):
        checking.follow(word)
        assert not checking.is_on
    checking.follow("target localhost:1")
    assert checking.is_on


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as found:
        yield int(found.getsockname()[1])


@pytest.fixture
def unhurried(env: FakeEnv, port: int) -> Iterator[Checking]:
    """Of a real target."""
    found = Checking(env, at_once=True)
    found.follow(f"target 127.0.0.1:{port}\nproxy none")
    yield found
    found.begin(False).stop()


def hastened() -> list[str]:
    """The real process; but it pauses shortly between its ten connections, and waits shortly for TLS."""
    brief = "import agent.connection.reach as r; r.STAGGER = 0.02; r.HANDSHAKE = 0.5; main()"
    return [word.replace("main()", brief) if word.endswith("main()") else word for word in command()]


@pytest.fixture
def checking(unhurried: Checking, monkeypatch: pytest.MonkeyPatch) -> Checking:
    monkeypatch.setattr("agent.checking.command", hastened)
    return unhurried


def pid(checking: Checking) -> int:
    assert checking._server
    return checking._server._process.pid


def is_there(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not asked after does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def gone(pid: int, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while is_there(pid):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def whole(found: Reached) -> bool:
    return not found.trouble and sum(took is not None for _, took in found.tries) == ATTEMPTS


class TestOneProcess:
    def test_it_does_check_after_check(self, checking: Checking) -> None:
        seen = set()
        for _ in range(2):
            assert whole(answer(checking.begin(False)))
            seen.add(pid(checking))
        assert len(seen) == 1

    def test_a_thorough_check_is_its_last(self, checking: Checking) -> None:
        assert whole(answer(checking.begin(False)))
        first = pid(checking)
        answer(checking.begin(True))
        assert not is_there(first)
        assert whole(answer(checking.begin(False)))
        assert pid(checking) != first

    def test_what_it_takes_an_order_for_does_not_wait(self, unhurried: Checking) -> None:
        for _ in range(2):
            began = time.monotonic()
            check = unhurried.begin(False)
            while check.result() is None:
                assert time.monotonic() - began < 1.5  # nothing is to be heard before its ten are begun
                if time.monotonic() - began > 1:
                    break
            answer(check)

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
    def test_death_between_two_checks_is_not_noticed(self, checking: Checking, number: int) -> None:
        answer(checking.begin(False))
        os.kill(pid(checking), number)
        assert gone(pid(checking))
        assert whole(answer(checking.begin(False)))

    def test_death_in_the_midst_of_one_is_a_failure(self, checking: Checking) -> None:
        check = checking.begin(False)
        os.kill(pid(checking), signal.SIGKILL)
        assert answer(check).trouble == "failed"
        assert whole(answer(checking.begin(False)))

    def test_one_that_talks_unasked_is_not_believed(
        self, checking: Checking, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def says(*parts: str) -> None:
            told = "; ".join(f"print({part!r}, flush=True); time.sleep(.4)" for part in parts)
            script = f"import sys, time; sys.stdin.readline(); {told}; time.sleep(60)"
            monkeypatch.setattr("agent.checking.command", lambda: [sys.executable, "-c", script])

        says("end\nname 1.0\nend")
        assert answer(checking.begin(False)).trouble == "failed"
        first = pid(checking)
        assert not is_there(first)
        says("end", "end")
        assert not answer(checking.begin(False)).trouble
        time.sleep(1)
        monkeypatch.undo()
        assert whole(answer(checking.begin(False)))

    def test_an_ended_one_leaves_nothing_behind(self, checking: Checking) -> None:
        check = checking.begin(False)
        first = pid(checking)
        check.stop()
        check.stop()
        assert not is_there(first) and answer(check).trouble == "failed"
        assert not psutil.pid_exists(first)


class TestItsEnd:
    def test_with_the_checks(self, checking: Checking) -> None:
        probe = Target(cast(Host, None), [])
        engage([probe], checking)
        probe._latest = checking.begin(False)
        answer(probe._latest)
        first = pid(checking)
        assert not checking.follow(checking._word)
        engage([probe], checking)
        assert is_there(first)
        assert checking.follow("target 127.0.0.1:9")
        engage([probe], checking, anew=True)
        assert not is_there(first) and probe.begin is not None
        probe._latest = checking.begin(False)
        first = pid(checking)
        checking.follow(None)
        engage([probe], checking)
        assert not is_there(first) and probe.begin is None

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
    def test_with_whoever_asked_however_that_ends(self, port: int, number: int) -> None:
        script = (
            "import time; from agent.checking import *\n"
            f"server = Server(command()); server.ask('target 127.0.0.1:{port}\\n\\n')\n"
            "while server.answer() is None: time.sleep(.1)\n"
            "print(server._process.pid, flush=True); time.sleep(60)"
        )
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=ROOT) as asker:
            assert asker.stdout
            served = int(asker.stdout.readline())
            assert is_there(served)
            asker.send_signal(number)
            asker.wait(10)
            assert gone(served)


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Those that were given, to nobody."""
    given: list[str] = []
    monkeypatch.setattr(Checking, "_asked", lambda self, order: given.append(order))
    return given


def test_they_do_not_begin_all_at_once(env: FakeEnv, orders: list[str]) -> None:
    checking = Checking(env)
    checking.follow("target x:1")
    for _ in range(200):
        checking.begin(False)
    waits = [float(order.split("wait ")[1].split("\n")[0]) for order in orders]
    assert 0 <= min(waits) < 2 and JITTER - 2 < max(waits) < JITTER
    checking = Checking(env, at_once=True)
    checking.follow("target x:1")
    checking.begin(True)
    assert orders[-1] == "target x:1\nthorough\n\n"


def test_an_aggregators_name_is_looked_up_once_for_an_order(env: FakeEnv, orders: list[str]) -> None:
    """An order asks for it until a thorough check has seen who answers; so does every new order."""

    def asked() -> bool:
        return "not leader.invalid\n" in orders[-1]

    word = "target x:1\nnot leader.invalid\nnot helper.invalid"
    checking = Checking(env, at_once=True)
    checking.follow(word)

    def told(thorough: bool, found: Reached) -> None:
        heard = checking.begin(thorough)._heard
        assert (heard is not None) == thorough
        if heard:
            heard(found)

    for trouble in ("name_silent", "aggregator", "silent", "stranger"):
        told(True, Reached(trouble))
        assert asked()
    told(False, Reached())
    assert asked()
    told(True, Reached("v6"))
    assert asked()
    told(True, Reached("aggregator"))
    assert not asked()
    checking.follow(word)
    told(True, Reached())
    assert not asked()
    checking.follow(None)
    checking.follow(word)
    told(True, Reached())
    assert asked()


def test_the_target_stands_in_no_list_of_processes() -> None:
    assert not [word for word in command() if "target" in word]


@pytest.mark.parametrize(
    "script",
    [
        *("", "raise SystemExit(3)", "print('end')", "print('try 4 10.0.0.1'); print('end')", "print('é')"),
        "import sys; sys.stdout.buffer.write(b'\\xff' * 9000)",
        "import os, time; os.close(0); os.close(1)",
        "import sys; sys.stdout.write('x' * 70_000); sys.stdout.flush(); import time; time.sleep(60)",
    ],
)
def test_a_process_that_tells_nonsense(script: str) -> None:
    expected = "" if script == "print('end')" else "failed"
    assert told(script).values == Reached(expected).values


@settings(max_examples=25)
@given(st.binary(max_size=200) | st.text(st.sampled_from("end\ntry 46.-"), max_size=40).map(str.encode))
def test_whatever_it_tells_is_an_answer(said: bytes) -> None:
    """Never an exception, and nothing that is not whole."""
    script = f"import os, sys; sys.stdin.readline(); os.write(1, {said!r})"
    server = Server([sys.executable, "-I", "-S", "-c", script])
    server.ask("target x:1\n\n")
    try:
        found = answer(Check(server))
    finally:
        server.stop()
    try:
        assert found.values == read(said.decode("ascii")).values
    except ValueError:
        assert found.trouble == "failed"


def test_one_that_hangs_can_be_ended() -> None:
    server = Server([sys.executable, "-c", "import time; time.sleep(60)"])
    assert server.ask("target x:1\n\n")
    check = Check(server)
    assert check.result() is None
    check.stop()
    check.stop()
    assert server._process.returncode != 0


def test_an_answer_may_come_in_pieces() -> None:
    text = "import sys, time; sys.stdin.readline()\nfor part in ('try 4 1.0\\ne', 'nd', '\\n'):\n"
    text += " time.sleep(.2); print(part, end='', flush=True)\ntime.sleep(60)"
    assert told(text).tries == ((4, 1.0),)


def test_no_such_program() -> None:
    with pytest.raises(OSError, match="no-such"):
        Server(["/no-such-program"])


@pytest.mark.skipif(sys.platform == "win32", reason="it stands in for what Windows brings")
def test_on_windows_a_pipe_is_looked_into_before_it_is_read(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With real pipes and processes; only the look into the pipe is another system's."""
    import fcntl
    import struct
    import termios

    def peek(handle: int, size: int) -> tuple[int, int]:
        if select.select([handle], [], [], 0)[0]:
            (count,) = struct.unpack("i", fcntl.ioctl(handle, termios.FIONREAD, bytes(4)))
            if not count:
                raise BrokenPipeError(errno.EPIPE, "The pipe has been ended")
            return count, 0
        return 0, 0

    monkeypatch.setitem(sys.modules, "_winapi", SimpleNamespace(PeekNamedPipe=peek))
    monkeypatch.setitem(sys.modules, "msvcrt", SimpleNamespace(get_osfhandle=lambda descriptor: descriptor))
    spec = find_spec("agent.checking")
    assert spec and spec.loader
    there = module_from_spec(spec)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", "win32")
        spec.loader.exec_module(there)
    server = there.Server(command())
    try:
        assert os.get_blocking(server._answers)
        for _ in range(2):
            assert server.answer() is None
            assert server.ask(f"target 127.0.0.1:{port}\n\n")
            assert whole(answer(there.Check(server)))
        os.kill(server._process.pid, signal.SIGKILL)
        assert gone(server._process.pid)
        assert not server.ask("target x:1\n\n")
        assert server.answer().trouble == "failed"
    finally:
        server.stop()
