"""Killed at a system call: whatever was about to be written, flushed, locked, sent or received.

Kills after random times fall where a program spends its time, most of it starting. These fall, by strace, on
the calls that change something, one by one, in each program that touches a report.
"""

from __future__ import annotations

import collections
import itertools
import random
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from agent.database import VERSION
from agent.ledger import check_chain
from agent.rollup import columns
from dap.constants import Role
from dap.messages import UploadRequest
from tests import devices, histories
from tests.devices import Device
from tests.recording import Leader, recording
from tests.weeks import Opened, opened

SEED = 22
CALLS = (
    "write,pwrite64,fdatasync,fsync,ftruncate,rename,unlink,flock,fcntl,connect,sendto,recvfrom,mkdir,chmod"
)


class Case(NamedTuple):
    """A program that is killed, and the device that it begins on."""

    name: str
    device: str
    words: tuple[str, ...]


CASES = (
    Case("a worker that seals and sends", "due", ("worker", "tend")),
    Case("a worker that sends", "holding", ("worker", "tend")),
    Case("send-now", "holding", ("send-now",)),
    Case("withhold", "holding", ("withhold",)),
    Case("quiet", "holding", ("choose", "quiet")),
    Case("local", "holding", ("choose", "local")),
    Case("the first migration", "fresh", ("worker", "migrate")),
    Case("a migration before sealing", "older", ("worker", "tend")),
)


@pytest.fixture(scope="module")
def leader() -> Iterator[Leader]:
    with recording() as found:
        yield found


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, leader: Leader) -> dict[str, Device]:
    folder = tmp_path_factory.mktemp("machines")
    due = devices.measured(folder / "due", leader.url, period=6)
    holding = devices.seal_and_hold(due.copy(folder / "holding"))
    older = due.copy(folder / "older")
    with sqlite3.connect(older.state / "shoal.db") as connection:
        for name in columns(devices.catalogue().metrics)[-3:]:
            connection.execute(f'ALTER TABLE samples DROP COLUMN "{name}"')
    connection.close()
    leader.forget()
    return {"due": due, "holding": holding, "older": older, "fresh": Device(folder / "fresh")}


def run(device: Device, case: Case, *before: str) -> int:
    """The case's program; its exit code, or less than zero if it was killed."""
    if case.words[0] == "worker":
        return device.worker(*case.words[1:], before=before).code
    return device.shoal(*case.words, before=before).code


def calls(strace: str, device: Device, case: Case, wanted: int) -> list[tuple[str, int]]:
    """Calls of the program that are to be its last: name, and the how manieth of that name.

    As many of each name, as far as there are so many: most of all are locks, which SQLite takes all the time.
    """
    trace = device.folder / "trace"
    run(device, case, strace, "-qq", "-o", str(trace), "-e", f"trace={CALLS}")
    names = collections.Counter(re.findall(r"^(\w+)\(", trace.read_text(), re.MULTILINE))
    source = random.Random(f"{SEED} {case.name}")
    drawn = [source.sample(range(1, often + 1), often) for _, often in sorted(names.items())]
    rounds = itertools.zip_longest(*drawn)
    turns = [[(name, nth) for name, nth in zip(sorted(names), turn, strict=True) if nth] for turn in rounds]
    return [call for turn in turns for call in source.sample(turn, len(turn))][:wanted]


def sent(leader: Leader) -> set[Opened]:
    """What came, read by both operators together."""
    agreed = devices.task(leader.url, period=6)
    keys = {Role.LEADER: devices.LEADER.hpke, Role.HELPER: devices.HELPER.hpke}
    reports = [UploadRequest.decode(request.body).reports for request in leader.requests]
    return {opened(agreed, report, keys) for (report,) in reports}


def check(device: Device, leader: Leader) -> list[str]:
    """What is wrong after the kill, once a worker has come again."""
    give_up = time.monotonic() + 20
    rows, vectors = histories.look(device.state)
    ran = device.worker()
    while device.read("SELECT id FROM reports WHERE state = 'sending'") and time.monotonic() < give_up:
        time.sleep(0.5)  # an attempt that was cut off is made again, but not at once
        ran = device.worker()
    after, now = histories.look(device.state)
    wrong = [] if ran.code == 0 else [f"the worker after: {ran}"]
    if check_chain(rows) or check_chain(after) or after[: len(rows)] != rows:
        wrong.append("the chain is broken")
    if not now.items() >= vectors.items():
        wrong.append("a sealed report is lost")
    if device.shoal("verify").code != 0:
        wrong.append("verify disagrees")
    kinds = [row.kind for row in after if row.period_start]
    if kinds and kinds[-1] not in ("delivered", "dropped"):
        wrong.append(f"no end: {kinds}")
    came = sent(leader)
    if len(came) > len({found.time for found in came}):
        wrong.append("two reports for one period")
    if "withheld" in kinds and any(any(found.vector) for found in came):
        wrong.append("what was withheld was sent")
    if kinds[-1:] == ["delivered"] and not came:
        wrong.append("delivered, and never sent")
    return wrong


@pytest.mark.timeout(1_500)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_killed_at_a_call(
    case: Case,
    machines: dict[str, Device],
    leader: Leader,
    tmp_path: Path,
    count: Callable[[int, int], int],
    tool: Callable[[str], str],
) -> None:
    strace = tool("strace")
    chosen = calls(strace, machines[case.device].copy(tmp_path / "counted"), case, count(3, 15))
    killed, wrong = 0, []
    for number, (name, nth) in enumerate(chosen):
        leader.forget()
        device = machines[case.device].copy(tmp_path / str(number))
        inject = f"inject={name}:signal=KILL:when={nth}"
        killed += run(device, case, strace, "-qq", "-o", "/dev/null", "-e", f"trace={name}", "-e", inject) < 0
        if case.device == "fresh":
            again = device.worker("migrate")
            version = device.read("PRAGMA user_version")[0][0]
            found = [] if (again.code, version) == (0, VERSION) else [f"{again}, version {version}"]
        else:
            found = check(device, leader)
        wrong += [f"at {name} {nth}: {each}" for each in found]
    assert not wrong, f"seed {SEED}"
    assert killed >= len(chosen) * 0.6, (killed, len(chosen))
