"""What takes too long for every run: servers that never finish, a database with any byte wrong, a disk that
fills under a running agent."""

from __future__ import annotations

import hashlib
import random
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import devices
from tests.devices import Device, until
from tests.disks import Disk, mounted, needs_root
from tests.recording import TAKEN, Answering, Request, dripping, recording


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("endurance")


# -- servers that never finish


def sleeping(request: Request, connection: socket.socket) -> None:
    """Take all of it, and never answer."""
    time.sleep(75)


SLOW: dict[str, Answering] = {
    "no answer": sleeping,
    "a head that drips": dripping(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 1.0),
    "a body that drips": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", b".", 1.0),
    "chunks that drip": dripping(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n.\r\n", 1.0
    ),
    "only promises": dripping(b"", b"HTTP/1.1 102 Processing\r\n\r\n", 1.0),
}
LONGEST = 70.0
"""Seconds: all of a request (60), and a busy machine."""


def test_a_slow_answer_ends_in_time_and_the_report_is_kept(folder: Path) -> None:
    """All at once, since each may take a minute. Then the leaders recover, and the same bytes are taken."""
    wrong: list[str] = []

    def meet(name: str, answering: Answering) -> None:
        with recording() as leader:
            device = devices.seal_and_hold(devices.measured(folder / name, leader.url, period=6))
            leader.answering = answering
            began = time.monotonic()
            ran = device.shoal("send-now", timeout=120)
            took = time.monotonic() - began
            kept = device.read("SELECT state FROM reports")
            leader.answering = TAKEN
            again = device.shoal("send-now")
            if not (
                (ran.code, kept, again.code) == (17, [("sending",)], 0)
                and "no usable answer" in ran.err
                and took < LONGEST
                and len({request.body for request in leader.requests}) == 1
                and device.shoal("verify").code == 0
            ):
                wrong.append(f"{name}: {took:.0f} s, {kept}, {ran}, {again}")

    threads = [threading.Thread(target=meet, args=case) for case in SLOW.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


# -- any byte of the database


@pytest.fixture(scope="module")
def delivered(folder: Path) -> Device:
    """A device that has measured, sealed and delivered."""
    with recording() as leader:
        device = devices.measured(folder / "delivered", leader.url, period=6)
        assert device.worker().code == 0
    assert device.kinds() == ["sealed", "sending", "delivered"]
    return device


READING = (("verify",), ("ledger",), ("status", "--json"), ("worker",))


def damaged(device: Device, source: random.Random) -> str:
    """One kind of damage that disks and crashes do; in words."""
    database = device.state / "shoal.db"
    data = bytearray(database.read_bytes())
    kind = source.choice(["bit", "bytes", "zero page", "swapped pages", "cut", "longer"])
    page, pages = 1024, len(data) // 1024
    at = source.randrange(len(data))
    if kind == "bit":
        data[at] ^= 1 << source.randrange(8)
    elif kind == "bytes":
        data[at : at + 64] = source.randbytes(len(data[at : at + 64]))
    elif kind == "zero page":
        first = source.randrange(pages) * page
        data[first : first + page] = bytes(page)
    elif kind == "swapped pages":
        a, b = (source.randrange(pages) * page for _ in range(2))
        data[a : a + page], data[b : b + page] = data[b : b + page], data[a : a + page]
    elif kind == "cut":
        del data[max(at, 100) :]
    else:
        data += source.randbytes(at)
    database.write_bytes(data)
    return f"{kind} at {at}"


def read_all(device: Device, sealed: object) -> tuple[bool, list[str]]:
    """Whether `verify` noticed something; and what did not end in words and one of the codes."""
    noticed, wrong = False, []
    for words in READING:
        try:
            ran = device.worker() if words == ("worker",) else device.shoal(*words)
        except AssertionError as error:  # a traceback
            wrong.append(f"{words}: {str(error).splitlines()[-1]}")
            continue
        if ran.code not in ((0, 19, 30) if words == ("verify",) else (0, 19)):
            wrong.append(f"{words}: {ran}")
        if words == ("verify",):
            noticed = ran.code != 0
        agrees = words == ("ledger",) and ran.code == 0 and not noticed
        if agrees and device.json("ledger", "--kind", "sealed") != sealed:
            wrong.append("the ledger is not what was written, and verify agrees")
    return noticed, wrong


def test_any_damage_ends_in_words(
    delivered: Device, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    """No traceback, one of three codes, and a ledger that agrees is the ledger that was written."""
    sealed = delivered.json("ledger", "--kind", "sealed")
    noticed, failures = 0, []
    for number in range(count(60, 300)):
        device = delivered.copy(tmp_path / str(number))
        what = damaged(device, random.Random(number))
        found, wrong = read_all(device, sealed)
        noticed += found
        failures += [f"{number}, {what}: {each}" for each in wrong]
    assert not failures
    assert noticed, "not one damage was noticed"


def run_on_damage(device: Device, damaged_bytes: bytes) -> tuple[bool, list[str]]:
    """Whether the agent puts the file aside within some seconds; and what is wrong with how it did it."""
    database, aside = device.state / "shoal.db", device.state / "shoal.db.corrupt-1"
    give_up = time.monotonic() + 4.0
    with device.running() as process:
        while not aside.exists() and time.monotonic() < give_up and process.poll() is None:
            time.sleep(0.05)
        if aside.exists():
            until(database.exists)
            until(lambda: device.read("PRAGMA user_version")[0][0])
    if not aside.exists():
        return False, []
    log = (device.state / "agent.log").read_text()
    wrong = []
    if "is corrupt (" not in log or f"was put aside as {aside.name}" not in log:
        wrong.append(f"it was put aside without a word: {log}")
    # what the agent itself wrote before it met the damage may be in the file; the damage must be, too
    if aside.read_bytes() != damaged_bytes and is_whole(aside) and not is_whole_copy(device, damaged_bytes):
        wrong.append("it was repaired")
    if device.read("SELECT id FROM reports") or device.read("SELECT key FROM settings WHERE key = 'choice'"):
        wrong.append("the new one holds reports or a choice")
    return True, wrong


def is_whole(database: Path) -> bool:
    """What SQLite says of a file, which is not changed by asking."""
    connection = sqlite3.connect(f"file:{database}?immutable=1", uri=True)
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


def is_whole_copy(device: Device, data: bytes) -> bool:
    path = device.folder / "compared.db"
    path.write_bytes(data)
    return is_whole(path)


@pytest.mark.timeout(1_200)
def test_damage_is_named_and_put_aside_never_repaired(
    delivered: Device, tmp_path: Path, count: Callable[[int, int], int]
) -> None:
    """By reading commands nothing is changed; by the agent the file is put aside as it is."""
    aside, failures = 0, []
    for number in range(count(10, 60)):
        device = delivered.copy(tmp_path / str(number))
        what = damaged(device, random.Random(f"aside {number}"))
        found = (device.state / "shoal.db").read_bytes()
        for words in (("verify",), ("ledger",)):
            device.shoal(*words)
        if (device.state / "shoal.db").read_bytes() != found:
            failures.append(f"{number}, {what}: reading changed the file")
        was_put_aside, wrong = run_on_damage(device, found)
        aside += was_put_aside
        failures += [f"{number}, {what}: {each}" for each in wrong]
    assert not failures
    assert aside >= 2


# -- a disk that fills


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Two megabytes."""
    with mounted(tmp_path / "disk", megabytes=2) as found:
        yield found


@needs_root
def test_a_disk_that_fills_under_a_running_agent(folder: Path, disk: Disk) -> None:
    """It stays, says so, keeps measuring, and commits what it had in memory when there is room again."""
    with recording() as leader:
        made = devices.measured(folder / "filling", leader.url, period=6)
        device = made.copy(disk.place / "device")

        def passes() -> int:
            return int(device.read("SELECT count(*) FROM samples")[0][0])

        with device.running() as process:
            until(lambda: device.kinds().count("delivered") >= 2, 60)
            before = passes()
            filler = disk.fill()
            full_since = time.time()
            time.sleep(25)
            assert process.poll() is None
            sent_meanwhile = len(leader.requests)
            filler.unlink()
            until(lambda: passes() >= before + 20, 60)
            until(lambda: len(leader.requests) > sent_meanwhile, 60)
        query = f"SELECT count(*) FROM samples WHERE t BETWEEN {full_since + 2} AND {full_since + 20}"
        assert device.read(query)[0][0] >= 10
        said = (device.folder / "run.err").read_text()
        assert "is full" in said
        assert device.shoal("verify").code == 0
        recorded = {row["detail"]["body_sha256"] for row in device.json("ledger", "--kind", "sealed")}
        assert {hashlib.sha256(request.body).hexdigest() for request in leader.requests} <= recorded
