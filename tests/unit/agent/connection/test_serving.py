from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from agent.checking import command
from agent.connection import serving as subject
from agent.reached import ATTEMPTS, LONGEST, Reached, read
from tests.unit.agent.connection.ways import context
from tests.unit.agent.servers import answering, raw, serving


def line(prelude: str = "") -> list[str]:
    """The command line, with something done before it serves."""
    found = command()
    at = found.index("-c") + 1
    loads = "import agent.connection.reach as r, agent.connection.serving as s;"
    found[at] = found[at].replace("import main;", f"import main; {loads} {prelude}")
    return found


BRIEF = "r.STAGGER = 0.02;"
"""It pauses shortly between the ten connections of a check."""


@contextmanager
def process(prelude: str = BRIEF) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        line(prelude), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as found:
        try:
            yield found
        finally:
            found.kill()


def ask(server: subprocess.Popen[bytes], *lines: str) -> Reached:
    """One order, and what it told."""
    assert server.stdin and server.stdout
    server.stdin.write("\n".join([*lines, "", ""]).encode())
    server.stdin.flush()
    said = b""
    while not said.endswith(b"end\n"):
        part = server.stdout.readline()
        assert part
        said += part
    return read(said.decode())


def left(server: subprocess.Popen[bytes]) -> int:
    """The exit code of one that ends by itself, without another word."""
    assert server.stdout and server.stderr
    code = server.wait(20)
    assert (server.stdout.read(), server.stderr.read()) == (b"", b"")
    return code


@pytest.fixture
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0), backlog=128) as found:
        yield int(found.getsockname()[1])


class TestServing:
    def test_check_after_check_until_nobody_can_ask(self, port: int) -> None:
        with process("") as server, socket.create_server(("127.0.0.1", 0), backlog=64) as other:
            first = ask(server, f"target localhost:{port}", "proxy none")
            assert len(first.tries) == ATTEMPTS and first.name is not None and not first.trouble
            other_port = other.getsockname()[1]
            second = ask(server, f"target 127.0.0.1:{other_port}", "proxy none")
            assert len(second.tries) == ATTEMPTS and second.name is None and not second.trouble
            assert server.poll() is None and server.stdin
            server.stdin.close()
            assert left(server) == 0

    def test_between_two_orders_it_sleeps(self, port: int) -> None:
        status = Path("/proc/self/status")
        if not status.exists():
            pytest.skip("Linux tells how often a process woke")
        with process() as server:
            ask(server, f"target 127.0.0.1:{port}", "proxy none")
            time.sleep(0.2)

            def wakings() -> list[str]:
                told = Path(f"/proc/{server.pid}/status").read_text().splitlines()
                return [each for each in told if "ctxt_switches" in each]

            assert [each.name for each in Path(f"/proc/{server.pid}/task").iterdir()] == [str(server.pid)]
            before = wakings()
            time.sleep(1.5)
            assert wakings() == before

    def test_it_does_not_live_long(self, port: int) -> None:
        with process("s.MOST = 2; r.STAGGER = 0;") as server:
            for _ in range(2):
                assert not ask(server, f"target 127.0.0.1:{port}", "proxy none").trouble
            assert left(server) == 0
        assert subject.MOST <= 24

    def test_nor_with_what_hangs(self) -> None:
        hangs = "import time; r.LOOKUP = 0.2; r._has_route = lambda *given: True;"
        hangs += "ask = lambda *given: open('/none') if given[-1] else time.sleep(60);"
        with process(f"{hangs} r.reach.__kwdefaults__['look_up'] = ask;") as server:
            assert ask(server, "target 127.0.0.1:9").trouble == "name_silent"
            began = time.monotonic()
            assert left(server) == 0
            assert time.monotonic() - began < 5

    def test_a_thorough_one_is_the_last(self, authority: trustme.CA, bundle: Path) -> None:
        with serving(answering(200), context(authority, "localhost")) as target, process() as server:
            order = (f"target localhost:{target.port}", "proxy none", f"ca {bundle}")
            assert ask(server, *order).tls is None
            assert ask(server, *order, "thorough").tls is not None
            assert left(server) == 0

    def test_a_proxy_that_speaks_tls_needs_packages_that_are_not_looked_for(
        self, authority: trustme.CA, bundle: Path
    ) -> None:
        """By the system's trust; the process goes on, for its memory is needed again in five minutes."""
        with (
            serving(answering(200), context(authority, "localhost")) as proxy,
            process("r.STAGGER = 0.01;") as server,
        ):
            for _ in range(2):
                found = ask(server, "target target.invalid:22", f"proxy {proxy.url}", f"ca {bundle}")
                assert (found.proxied, found.trouble, len(found.tries)) == (True, "", ATTEMPTS)

    def test_it_ends_whoever_feeds_it_drop_by_drop(self, port: int) -> None:
        """A TLS record that never ends: each byte comes within every time-out."""
        leave = threading.Event()

        def drip(peer: socket.socket) -> None:
            peer.sendall(b"\x16\x03\x03\x3f\xff")
            while not leave.wait(0.2):
                peer.sendall(b"\x02")

        with serving(raw(b""), greeting=drip) as target, process(f"{BRIEF} s.LIMIT = 3;") as server:
            assert not ask(server, f"target 127.0.0.1:{port}", "proxy none").trouble
            assert server.stdin
            began = time.monotonic()
            server.stdin.write(f"target 127.0.0.1:{target.port}\nproxy none\nthorough\n\n".encode())
            server.stdin.flush()
            assert left(server) == 1
            leave.set()
        assert 3 <= time.monotonic() - began < 10

    def test_the_limit_is_for_one_check(self, port: int) -> None:
        with process("r.STAGGER = 0.12; s.LIMIT = 2;") as server:
            for _ in range(3):  # 1.1 s each
                assert not ask(server, f"target 127.0.0.1:{port}", "proxy none").trouble

    @pytest.mark.parametrize("order", ["\n", "target", "target x", "target a:b", "target h:1\nwait x", "é"])
    def test_an_order_that_makes_no_sense(self, order: str) -> None:
        with process() as server:
            assert ask(server, order).trouble == "failed"
            assert left(server) == 0

    def test_bytes_that_are_no_text(self) -> None:
        done = subprocess.run(line(), input=b"\xff\xfe\n\n", capture_output=True, timeout=60)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"trouble failed\nend\n", b"")

    def test_it_waits_as_it_is_told(self, port: int) -> None:
        with process("r.STAGGER = 0;") as server:
            began = time.monotonic()
            ask(server, f"target 127.0.0.1:{port}", "proxy none", "wait 1.5")
            assert 1.5 <= time.monotonic() - began < 10

    def test_nothing_is_done_for_nobody(self) -> None:
        """Who asked was killed while it waited: no connection is begun any more."""
        with socket.create_server(("127.0.0.1", 0), backlog=64) as target:
            target.settimeout(3)
            order = f"target 127.0.0.1:{target.getsockname()[1]}\nproxy none\nwait 1\n\n"
            asking = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(30)"
            with subprocess.Popen(
                [sys.executable, "-c", asking, *line()], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            ) as asker:
                assert asker.stdin and asker.stdout
                asker.stdin.write(order.encode())  # the end of its input stays open
                asker.stdin.flush()
                time.sleep(0.6)
                asker.kill()
                with pytest.raises(TimeoutError):
                    target.accept()
                assert asker.stdout.read() == b"trouble failed\nend\n"  # to the end: it is gone

    def test_it_loads_next_to_nothing(self, port: int) -> None:
        found = line(f"{BRIEF} import os; os._exit = print;")
        at = found.index("-c") + 1
        found[at] = f"{found[at]}; print(*__import__('sys').modules)"
        order = f"target 127.0.0.1:{port}\nproxy none\n"
        shown = subprocess.run(found, input=order, capture_output=True, text=True, timeout=60, check=True)
        modules = set(shown.stdout.split())
        assert "agent.connection.reach" in modules
        assert not modules & {"ssl", "socket", "re", "enum", "typing", "httpcore", "sqlite3", "pathlib"}


texts = st.binary(min_size=1, max_size=60).map(lambda text: text.replace(b"\n\n", b"-").strip(b"\n") or b"x")


class TestFraming:
    @given(st.lists(texts, max_size=6), st.booleans(), st.lists(st.integers(1, 40), max_size=60))
    def test_orders_come_whole_however_they_are_cut(
        self, given: list[bytes], is_ended: bool, cuts: list[int]
    ) -> None:
        whole = b"".join(text + b"\n\n" for text in given)
        if given and not is_ended:
            whole = whole[:-2]
        parts = iter(cuts)

        def some() -> bytes:
            nonlocal whole
            size = next(parts, LONGEST)
            part, whole = whole[:size], whole[size:]
            return part

        assert list(subject.orders(some)) == given

    def test_one_without_an_end(self) -> None:
        """What is held of it has an end, and nothing that follows is taken for an order."""
        (found,) = subject.orders(lambda: b"x" * 1000)
        assert LONGEST <= len(found) < LONGEST + 1000

    @given(st.binary(max_size=300))
    def test_whatever_is_asked_is_answered_in_a_word(self, text: bytes) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(subject, "reach", lambda order, environment: Reached("silent"))
            patch.setattr(time, "sleep", lambda seconds: None)
            found, is_last = subject._check(text, os.getppid())
        assert found.trouble == "silent" or (found.trouble == "failed" and is_last)
