"""Hostile bytes at both aggregators' sockets: refused in due form, and honest reports counted."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from dap.constants import MediaType, Role
from dap.messages import AggregationJobResp, UploadErrors, VerifyRespType
from dap.problems import Problem, ProblemType
from tests.aggregator_process import Process
from tests.aggregators import (
    DAY,
    Pair,
    body,
    client,
    free_ports,
    make_pair,
    release,
    totals,
    upload,
    vectors,
)
from tests.proof.hostile import shots
from tests.proof.hostile.sockets import Reply, Shot, drip, fire, judge, parse, request, volley

SEED = 20_261_122
LENGTH = 12
DEVICES = 6
ABREAST = {Role.LEADER: 8, Role.HELPER: 3}
"""Connections at once, beside the slow ones: the helper takes eight bodies at a time, and slow ones count."""
GROWTH = 32 * 1024 * 1024
"""Bytes by which a server may be larger afterwards, and at its largest in between."""
CPU = 0.1
"""Seconds of a server's CPU for each request, on average."""


class Servers(NamedTuple):
    """Leader and helper as processes."""

    pair: Pair
    processes: dict[Role, Process]

    def port(self, role: Role) -> int:
        config = {Role.LEADER: self.pair.leader, Role.HELPER: self.pair.helper}[role]
        return config.listen[1]

    def log(self) -> str:
        """What both wrote to standard error."""
        return "".join(process.log.read_text("utf-8", "replace") for process in self.processes.values())


class Size:
    """How large a process is, and was at most since it was asked to forget."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._status = Path(f"/proc/{pid}/status")
        forget = Path(f"/proc/{pid}/clear_refs")
        if forget.exists():
            forget.write_text("5")  # begin anew with the most that was ever resident
        self._begun = self._process.memory_info().rss
        self._cpu = self._spent()

    def grown(self) -> int:
        """Bytes more than at the beginning, now or at the worst moment."""
        most = self._process.memory_info().rss
        if self._status.exists():
            (line,) = [x for x in self._status.read_text().splitlines() if x.startswith("VmHWM")]
            most = max(most, int(line.split()[1]) * 1024)
        return most - self._begun

    def spent(self) -> float:
        """Seconds of CPU since the beginning."""
        return self._spent() - self._cpu

    def _spent(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def _serve(folder: Path, module: str = "tests.aggregator_process", **more: object) -> Iterator[Servers]:
    keywords = {
        "demo": True,
        "grace": 0,
        "length": LENGTH,
        "ports": free_ports(2),
        "min_batch_size": DEVICES,
        **more,
    }
    pair = make_pair(folder, **keywords)  # type: ignore[arg-type]
    processes = {role: Process(role.word, folder, **keywords) for role in (Role.LEADER, Role.HELPER)}
    processes[Role.LEADER]._command[2] = module
    try:
        for process in processes.values():
            process.start()
        yield Servers(pair, processes)
    finally:
        for process in processes.values():
            process.stop()


def _today() -> int:
    return int(time.time()) // DAY


async def _send(pair: Pair, period: int, label: str) -> list[int]:
    """Honest reports of a period; what a release of it must say."""
    chosen = vectors(DEVICES, LENGTH, period)
    async with client() as http:
        for number, vector in enumerate(chosen):
            response = await upload(http, pair, body(pair.task, period, vector, f"{label} {number}"))
            assert (response.status_code, response.content) == (200, b""), UploadErrors.decode(
                response.content
            )
    return totals(chosen, LENGTH)


def _ammunition(servers: Servers, count: int, hostile: int, spared: set[int]) -> dict[Role, list[Shot]]:
    found: dict[Role, list[Shot]] = {Role.LEADER: [], Role.HELPER: []}
    for resource in shots.resources(servers.pair, hostile):
        at = found[resource.role]
        at += [*shots.no_http(resource), *shots.wrong(resource)]
        at += shots.damaged(resource, count, SEED, spared)
        at += shots.mangled(resource, count, SEED)
    for role, shot in shots.jobs(servers.pair):
        found[role].append(shot)
    return found


async def _slow(servers: Servers, many: int) -> list[str]:
    """Connections that say something now and then: each is ended, with 408 if a body was due."""
    wrong: list[str] = []

    async def one(role: Role, data: bytes, *, in_body: bool) -> None:
        try:
            _, said = await drip(servers.port(role), data, 1.0, 150.0)
        except TimeoutError:
            wrong.append(f"{role.word}: a slow connection is never ended: {data[:40]!r}")
            return
        replies, rest = parse(said)
        wrong.extend(complaint for reply in replies for complaint in judge(reply))
        if in_body and ([reply.status for reply in replies] != [408] or rest):
            wrong.append(f"{role.word}: a slow body is answered {said[:80]!r}")

    tasks = []
    for resource in shots.resources(servers.pair, _today() - 5):
        head = request(resource.method, resource.path, b"", resource.headers, close=False)
        slow_body = head.replace(b"Content-Length: 0", b"Content-Length: 4000") + b"x"
        for data, in_body, times in (
            (b"", False, many),
            (b"GET /", False, many),
            (head[:-2] + b"X-Slow: ", False, many),
            (slow_body, True, 2),
        ):
            tasks += [one(resource.role, data, in_body=in_body) for _ in range(times)]
    await asyncio.gather(*tasks)
    return wrong


async def _assault(servers: Servers, count: int, *, slow: int) -> None:
    before, after, hostile = _today() - 7, _today() - 2, _today() - 5
    spared = {before, after}
    ammunition = _ammunition(servers, count, hostile, spared)
    expected = {before: await _send(servers.pair, before, "before")}
    warm = {role: random.Random(SEED).sample(all_, len(all_) // 4) for role, all_ in ammunition.items()}
    wrong = await _fire(servers, warm)
    sizes = {role: Size(process.pid) for role, process in servers.processes.items()}
    slowly = asyncio.create_task(_slow(servers, slow)) if slow else None
    wrong += await _fire(servers, ammunition)
    expected[after] = await _send(servers.pair, after, "after")
    if slowly is not None:
        wrong += await slowly
    print(
        {role.word: (len(ammunition[role]), size.grown() >> 20, size.spent()) for role, size in sizes.items()}
    )
    assert not wrong, f"seed {SEED}, {len(wrong)} faults:\n" + "\n".join(wrong[:20])
    for role, size in sizes.items():
        assert size.grown() < GROWTH, f"the {role.word} grew by {size.grown()} bytes"
        assert size.spent() < CPU * len(ammunition[role]), f"the {role.word} took {size.spent()} s of CPU"
    log = servers.log()
    assert "Traceback" not in log, log[-4_000:]
    assert len(log) < 10_000 + 8 * count, f"whoever sends fills the disk: {log[-2_000:]}"
    for period, true in expected.items():
        assert await release(servers.pair, period) == (DEVICES, true)


async def _fire(servers: Servers, ammunition: dict[Role, list[Shot]]) -> list[str]:
    volleys = (volley(servers.port(role), some, abreast=ABREAST[role]) for role, some in ammunition.items())
    return [complaint for wrong in await asyncio.gather(*volleys) for complaint in wrong]


@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("dialect", ["dap-18", "janus"])
def test_hostile_requests_are_refused_and_honest_reports_counted(
    dialect: str, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    for servers in _serve(tmp_path, dialect_name=dialect):
        slow = count(5, 20) if dialect == "dap-18" else 0
        asyncio.run(_assault(servers, count(60, 5_000), slow=slow))


# ------------------------------------------------------------------------- what the harness finds


@pytest.mark.parametrize("dialect", ["dap-18", "janus"])
def test_what_is_damaged_was_whole(dialect: str, tmp_path: Path) -> None:
    """The messages that mutations begin from are taken, but for the share of a batch that has no report."""
    for servers in _serve(tmp_path, dialect_name=dialect):
        for resource in shots.resources(servers.pair, _today() - 5):
            with socket.create_connection(("127.0.0.1", servers.port(resource.role)), timeout=30) as asked:
                asked.sendall(resource.shot("").data)
                with asked.makefile("rb") as answer:
                    ((status, _, content),), rest = parse(answer.read())
            assert rest == b""
            if resource.media is MediaType.AGGREGATE_SHARE_REQ:
                assert Problem.decode(content).kind is ProblemType.INVALID_BATCH_SIZE
            else:
                assert status in (200, 201)
            if resource.media is MediaType.AGGREGATION_JOB_INIT_REQ:
                answers = AggregationJobResp.decode(content, servers.pair.leader.dialect).verify_resps
                assert [answer.kind for answer in answers] == [VerifyRespType.CONTINUE] * 3


def test_planted_faults_of_a_server_are_found(tmp_path: Path) -> None:
    """A leader that answers 500 to uploads of some lengths, and keeps every body."""

    async def assault(servers: Servers) -> tuple[list[str], int]:
        size = Size(servers.processes[Role.LEADER].pid)
        uploads = shots.resources(servers.pair, _today() - 5)[0]
        wrong = await volley(servers.port(Role.LEADER), shots.damaged(uploads, 200, SEED))
        return wrong, size.grown()

    for servers in _serve(tmp_path, "tests.proof.hostile.planted"):
        wrong, grown = asyncio.run(assault(servers))
        assert any("answered 500" in complaint for complaint in wrong)
        assert grown > GROWTH
        assert "IndexError: planted" in servers.log()


PROBLEM = Problem(title="No.", status=404).encode()


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        (Reply(500, "application/problem+json", Problem(status=500).encode()), "answered 500"),
        (Reply(302, "", b""), "answered 302"),
        (Reply(404, "text/html", b"<h1>"), "without a problem document"),
        (Reply(404, "", b""), "without a problem document"),
        (Reply(403, "application/problem+json", PROBLEM), "problem document of 404"),
        (Reply(404, "application/problem+json", b"{"), "that is none"),
        (Reply(200, "text/html", b"<h1>"), "200 with text/html"),
        (Reply(404, "application/problem+json", PROBLEM), ""),
        (Reply(200, "", b""), ""),
        (Reply(200, str(MediaType.UPLOAD_ERRORS), b"x"), ""),
    ],
)
def test_the_judge_knows_wrong_answers(reply: Reply, complaint: str) -> None:
    found = judge(reply)
    assert bool(found) is bool(complaint)
    assert complaint in "".join(found)


def test_answers_are_read_one_behind_the_other() -> None:
    one = b"HTTP/1.1 404 Not Found\r\ncontent-type: application/problem+json\r\ncontent-length: %d\r\n\r\n%s"
    first = one % (len(PROBLEM), PROBLEM)
    assert parse(first * 2) == ([Reply(404, "application/problem+json", PROBLEM)] * 2, b"")
    assert parse(first + b"Oops") == ([Reply(404, "application/problem+json", PROBLEM)], b"Oops")


def test_a_server_that_says_nothing_is_noticed() -> None:
    async def silent() -> list[str]:
        async def end(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.close()

        server = await asyncio.start_server(end, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            return await fire(port, Shot("whole", b"")) + await fire(port, Shot("cut", b"", cut_off=True))

    assert asyncio.run(silent()) == ["whole: no answer at all"]
