"""How often the real servers wait for the disk, by strace: once for an answer at most, for a job a few times.

Both ways matter. Fewer flushes than answers to uploads that come one by one would mean that a report was said
to be taken before it was safe; more is what servers of this kind spend most of their time on.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.aggregator_process import Process
from tests.aggregators import Pair, body, client, free_ports, make_pair, upload, vectors

CALLS = "fsync,fdatasync"
PERIOD = 86_400


class Traced:
    """An aggregator under strace, which runs beside it, so that signals reach the aggregator itself."""

    def __init__(self, strace: str, role: str, folder: Path, ports: list[int]) -> None:
        self.trace = folder / f"{role}.trace"
        self.process = Process(role, folder, ports=ports)
        self.process._command[:0] = [*_traced(strace, self.trace)]
        self.process.start()

    def flushes(self) -> int:
        return _count(self.trace)


def _traced(strace: str, trace: Path) -> list[str]:
    return [strace, "-D", "-f", "-qq", "-e", f"trace={CALLS}", "-e", "signal=none", "-o", str(trace)]


def _count(trace: Path) -> int:
    """Calls that began; a call that another thread interrupted stands there twice."""
    return sum("sync(" in line for line in trace.read_text().splitlines())


@pytest.fixture
def traced(tmp_path: Path, tool: Callable[[str], str]) -> Iterator[tuple[Pair, Traced, Traced]]:
    ports = free_ports(2)
    pair = make_pair(tmp_path, ports=ports)
    found: list[Traced] = []
    try:
        helper = Traced(tool("strace"), "helper", tmp_path, ports)
        found.append(helper)
        leader = Traced(tool("strace"), "leader", tmp_path, ports)
        found.append(leader)
        yield pair, leader, helper
    finally:
        for one in found:
            one.process.stop()


async def _upload(pair: Pair, numbers: range, at_once: int) -> None:
    period = int(time.time()) // PERIOD - 1
    chosen = vectors(len(numbers), pair.length, numbers.start)
    bodies = [body(pair.task, period, vector, number) for number, vector in zip(numbers, chosen, strict=True)]
    turn = asyncio.Semaphore(at_once)
    async with client() as http:

        async def one(content: bytes) -> None:
            async with turn:
                answer = await upload(http, pair, content)
                assert (answer.status_code, answer.content) == (200, b"")

        await asyncio.gather(*map(one, bodies))


def _wait_until_still(*traced: Traced) -> None:
    """The driver has brought everything to the helper when nobody has flushed for a while."""
    before = [-1]
    while (now := [one.flushes() for one in traced]) != before:
        before = now
        time.sleep(1.5)


def test_one_flush_for_an_answer_and_few_for_a_job(
    traced: tuple[Pair, Traced, Traced], count: Callable[[int, int], int]
) -> None:
    pair, leader, helper = traced
    many = count(40, 400)
    _wait_until_still(leader, helper)
    start = leader.flushes()
    asyncio.run(_upload(pair, range(many), 1))
    _wait_until_still(leader, helper)
    alone = leader.flushes() - start
    assert alone >= many, "a report was answered before it was on disk"
    start, others = leader.flushes(), helper.flushes()
    asyncio.run(_upload(pair, range(many, 2 * many), 16))
    _wait_until_still(leader, helper)
    together = leader.flushes() - start
    print(
        f"{many} reports: {alone} flushes one by one, {together} together, helper {helper.flushes() - others}"
    )
    assert together < many
    assert helper.flushes() - others < many


@pytest.mark.parametrize("durable", [True, False])
def test_a_database_that_does_not_flush_would_be_seen(
    durable: bool, tmp_path: Path, tool: Callable[[str], str]
) -> None:
    trace = tmp_path / "trace"
    program = (
        "from pathlib import Path; from dap.constants import Role; from server.database import Database\n"
        f"database = Database(Path({str(tmp_path / 'x.db')!r}), Role.LEADER, bytes(32), durable={durable})\n"
        "for number in range(20):\n"
        "    with database.write() as connection:\n"
        "        connection.execute('INSERT INTO seen VALUES (?, 1)', (bytes([number]) * 16,))\n"
        "import os; os._exit(0)\n"
    )
    root = Path(__file__).resolve().parents[2]
    strace = [word for word in _traced(tool("strace"), trace) if word != "-D"]
    subprocess.run([*strace, sys.executable, "-c", program], cwd=root, check=True, env=os.environ)
    assert (_count(trace) >= 20) is durable
