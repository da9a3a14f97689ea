"""Neither aggregator's process, database or log ever holds a device's vector, in whatever form.

Devices that all have one distinctive vector report to the real programs. While reports wait at the leader,
while they are aggregated, afterwards, after the release and after the end, everything that either process may
write in its memory and every file of either operator is searched for it.
"""

from __future__ import annotations

import base64
import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import pairwise, repeat
from pathlib import Path
from typing import NamedTuple

import httpx
import numpy as np
import pytest

from catalogue import layout
from dap.codec import encode_id
from dap.constants import MediaType, Role
from dap.dialect import resource
from dap.field import Field128
from dap.messages import UploadRequest
from dap.shares import open_input_share
from dap.task import Task
from server import config
from server.simulator import bodies
from tests.aggregators import totals
from tests.devices import until
from tests.proof.memory import dump, in_cells, needles, regions, search
from tests.proof.operating import HOUR, ROLES, Operators, operating
from tests.proof.releasing import catalogue

SEED = 20_261_108
METRICS = len(catalogue().metrics)
LENGTH = layout.length(catalogue().metrics)
PIECE = 512
WAITING = 30
"""Devices that report while the helper is down."""


def bits(seed: object, length: int = LENGTH) -> tuple[int, ...]:
    """A vector that nothing but its seed gives."""
    source = random.Random(f"canary {seed}")
    return tuple(source.getrandbits(1) for _ in range(length))


CANARY = bits(SEED)


def pieces(data: bytes) -> list[bytes]:
    """Each is evidence of it: SQLite lays what is longer than a page out over several."""
    return [data[at : at + PIECE] for at in range(0, max(1, len(data) - PIECE + 1), PIECE)]


class Searched(NamedTuple):
    """One look into a process or its files: where the vector was, and which of what must be there was not."""

    what: str
    size: int
    hits: list[str]
    missing: list[str]


class Looking:
    """Looks into both aggregators, and keeps what it found."""

    def __init__(self, operators: Operators) -> None:
        self._operators = operators
        self.found: list[Searched] = []

    def into(self, moment: str, *roles: str, files: dict[str, bytes] | None = None) -> None:
        """Memory and files of running aggregators. `files`: what some file of a role must hold."""
        for role in roles:
            settings = config.load(self._operators.folder / role)
            memory = dump(self._operators.pid(role))
            self._note(f"{moment}: {role}'s memory", memory, {"verify key": settings.verify_key})
            self.into_files(moment, role, b"" if files is None else files[role])

    def into_files(self, moment: str, role: str, must: bytes = b"") -> None:
        """Files alone: the process may be gone."""
        self._note(f"{moment}: {role}'s files", self._operators.files(role), {"what must be": must})

    def _note(self, what: str, places: dict[str, bytes], must: dict[str, bytes]) -> None:
        missing = [
            name
            for name, data in must.items()
            if not any(piece in held for held in places.values() for piece in pieces(data))
        ]
        size = sum(map(len, places.values()))
        self.found.append(Searched(what, size, search(places, CANARY), missing))


class Life(NamedTuple):
    """What was found, and what both databases held before the release."""

    found: list[Searched]
    sums: list[list[int]]
    reports: int
    released: list[int]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory, count: Callable[[int, int], int]) -> Life:
    period, looks = int(time.time()) // HOUR - 2, count(3, 25)
    with operating(tmp_path_factory.mktemp("operators"), metrics=METRICS) as operators:
        task = operators.task
        looking = Looking(operators)
        early = [body for _, body in bodies(task, period, [CANARY] * WAITING, "early")]

        operators.start("leader")
        upload(operators, task, early)
        own = opened(operators, early[0])
        looking.into("waiting", "leader", files={"leader": own})

        operators.start("helper")
        with sending(operators, task, period) as sent:
            meanwhile = [0]
            for number in range(looks):
                looking.into(f"aggregating, {number + 1}", *ROLES)
                meanwhile.append(sent())
        until(lambda: rows(operators, "leader", "SELECT count(*) FROM reports") == [(0,)], 120)
        assert all(earlier < later for earlier, later in pairwise(meanwhile)), meanwhile
        id = UploadRequest.decode(early[0]).reports[0].report_metadata.report_id
        looking.into("aggregated", *ROLES, files=dict.fromkeys(ROLES, id))
        sums = [share(operators, role, task) for role in ROLES]

        (release,) = operators.collect([period])
        looking.into("released", *ROLES, files=dict.fromkeys(ROLES, id))
        operators.end()
        for role in ROLES:
            looking.into_files("ended", role, id)
    told = [bucket.total.estimate for metric in release.metrics for bucket in metric.buckets]
    return Life(looking.found, sums, len(early) + sent(), told)


@contextmanager
def sending(operators: Operators, task: Task, period: int) -> Iterator[Callable[[], int]]:
    """Devices report without a pause for as long as the block lasts; how many have, so far."""
    stopped, sent = threading.Event(), [0]

    def reports() -> Iterator[bytes]:
        for _, body in bodies(task, period, repeat(CANARY), "late"):
            if stopped.is_set():
                return
            yield body
            sent[0] += 1

    thread = threading.Thread(target=upload, args=(operators, task, reports()))
    thread.start()
    try:
        yield lambda: sent[0]
    finally:
        stopped.set()
        thread.join()


def upload(operators: Operators, task: Task, reports: Iterable[bytes]) -> None:
    """As devices do, one after the other."""
    url = resource(task.config.leader_aggregator_endpoint, "tasks", encode_id(task.task_id), "reports")
    headers = {"Authorization": f"Bearer {operators.token}", "Content-Type": str(MediaType.UPLOAD_REQ)}
    with httpx.Client(headers=headers, trust_env=False, timeout=60) as client:
        for body in reports:
            answer = client.post(url, content=body)
            assert (answer.status_code, answer.content) == (200, b"")


def rows(operators: Operators, role: str, query: str) -> list[tuple[object, ...]]:
    place = operators.folder / role / "batches.db"
    with closing(sqlite3.connect(f"file:{place}?mode=ro", uri=True, timeout=20)) as connection:
        return connection.execute(query).fetchall()


def share(operators: Operators, role: str, task: Task) -> list[int]:
    """The one sum in an aggregator's database."""
    ((encoded,),) = rows(operators, role, "SELECT share FROM batches")
    assert isinstance(encoded, bytes)
    return task.config.vdaf().decode_aggregate(encoded)


def opened(operators: Operators, body: bytes) -> bytes:
    """The leader's measurement share of a report: what it keeps while the report waits."""
    settings = config.load(operators.folder / "leader")
    (report,) = UploadRequest.decode(body).reports
    found = open_input_share(
        settings.hpke_keys[0], Role.LEADER, settings.task.task_id, settings.configuration, report
    )
    return found[: 16 * LENGTH]


# -- the aggregators


@pytest.mark.timeout(600)
def test_no_dump_holds_the_vector(life: Life) -> None:
    assert [(each.what, each.hits) for each in life.found if each.hits] == []


def test_the_dumps_are_of_what_they_say(life: Life) -> None:
    """Each holds what its process must know; none is empty; every moment was looked into."""
    assert [(each.what, each.missing) for each in life.found if each.missing] == []
    assert min(each.size for each in life.found if "memory" in each.what) > 5_000_000
    for moment in ("waiting", "aggregating, 1", "aggregating, 2", "aggregated", "released", "ended"):
        assert [each for each in life.found if each.what.startswith(moment)]


def test_both_databases_together_held_it(life: Life) -> None:
    """Each one's sum is as good as random; added up, they are the vector as often as there were reports."""
    assert Field128.add(*life.sums) == totals([CANARY] * life.reports, LENGTH)
    for one in life.sums:
        assert search({"sum": Field128.encode(one)}, CANARY) == []
        assert min(one).bit_length() > 100
    assert search({"both": Field128.encode(Field128.add(*life.sums))}, CANARY)
    # and what was released is that, but for noise
    seen = [told / life.reports for told in life.released]
    assert [round(each) for each in seen] == list(CANARY)


# -- the search


FORMS: dict[str, Callable[[tuple[int, ...]], bytes]] = {
    "bytes": bytes,
    "digits": lambda vector: "".join(map(str, vector)).encode(),
    "digits, UTF-16": lambda vector: "".join(map(str, vector)).encode("utf-16-le"),
    "digits, four bytes": lambda vector: "".join(map(str, vector)).encode("utf-32-be"),
    "JSON": lambda vector: json.dumps(list(vector)).encode(),
    "short JSON": lambda vector: json.dumps(list(vector), separators=(",", ":")).encode(),
    "hex": lambda vector: bytes(vector).hex().encode(),
    "base64": lambda vector: base64.b64encode(b"some" + bytes(vector)),
    "64 bits": lambda vector: array("Q", vector).tobytes(),
    "floats": lambda vector: array("d", vector).tobytes(),
    "objects": lambda vector: array("Q", [id(object) + 32 * bit for bit in vector]).tobytes(),
    "field elements": lambda vector: Field128.encode(vector),
    "field elements in hex": lambda vector: Field128.encode(vector).hex().encode(),
    "field elements in base64": lambda vector: base64.urlsafe_b64encode(b"x" + Field128.encode(vector)),
    "a sum of equal vectors": lambda vector: Field128.encode([700 * bit for bit in vector]),
    "bits, highest first": lambda vector: np.packbits(np.array(vector, np.uint8)).tobytes(),
    "bits, lowest first": lambda vector: np.packbits(np.array(vector, np.uint8), bitorder="little").tobytes(),
    "bits in HEX": lambda vector: np.packbits(np.array(vector, np.uint8)).tobytes().hex().upper().encode(),
    "bits in base64": lambda vector: base64.b64encode(np.packbits(np.array(vector, np.uint8)).tobytes()),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("part", [LENGTH, 110], ids=["whole", "part"])
def test_every_form_is_found(form: str, part: int) -> None:
    """Wherever it lies, whole or its first half; and another vector in the same form is not taken for it."""
    source = random.Random(form)
    for offset in (0, 1, 5, 4_099):
        around = source.randbytes(offset), source.randbytes(300)
        assert search({"here": FORMS[form](CANARY[:part]).join(around)}, CANARY), offset
        assert search({"here": FORMS[form](bits("another")[:part]).join(around)}, CANARY) == []


def test_nothing_is_found_in_noise_or_in_what_repeats() -> None:
    places = {
        "noise": random.Random(1).randbytes(3_000_000),
        "zeros": bytes(20_000_000),
        "stripes": bytes([0, 1]) * 1_000_000,
        "share": Field128.encode([random.Random(2).randrange(Field128.modulus) for _ in CANARY]),
    }
    assert search(places, CANARY) == []
    assert len(list(needles(CANARY))) > 20


def test_a_vector_across_two_slices_is_found() -> None:
    data = bytearray(random.Random(3).randbytes((8 << 20) + 5_000))
    at = (8 << 20) - 20 * 16
    data[at : at + 48 * 16] = Field128.encode(CANARY[:48])
    assert in_cells(bytes(data), CANARY, 16)


KEEPING = {
    "kept = [source.getrandbits(1) for _ in range(N)]": "cells of 8 bytes",
    "kept = ''.join(str(source.getrandbits(1)) for _ in range(N))": "cells of 1 bytes",
    "kept = b''.join(source.getrandbits(1).to_bytes(16, 'little') for _ in range(N))": "cells of 16 bytes",
}


@contextmanager
def child(code: str) -> Iterator[subprocess.Popen[str]]:
    """A Python that does so, and waits."""
    source = f"import random, sys\nN = {LENGTH}\n{code}\nprint('ready', flush=True)\nsys.stdin.read()\n"
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", source], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.communicate(timeout=30)


@pytest.mark.parametrize("keeping", KEEPING)
def test_a_process_that_holds_it_is_found_out(keeping: str) -> None:
    with child(f"source = random.Random('canary {SEED}')\n{keeping}") as process:
        assert regions(process.pid)
        assert any(hit.endswith(KEEPING[keeping]) for hit in search(dump(process.pid), CANARY))
    with child(f"source = random.Random('canary of another')\n{keeping}") as process:
        assert search(dump(process.pid), CANARY) == []


def test_a_device_that_seals_is_found_out() -> None:
    """The very bytes that the aggregators got come from a process that holds the vector: the device's."""
    code = f"""
from tests.proof.test_dumps import CANARY
from tests.devices import task
from dap.seal import Measurement, seal
sealed = seal(Measurement(1, CANARY), task("http://127.0.0.1:9/"), bytes(32))
assert len(CANARY) == N and {SEED}
"""
    with child(f"sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n{code}") as process:
        assert search(dump(process.pid), CANARY)
