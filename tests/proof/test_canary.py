"""No canary leaves: a machine whose every name is a canary goes the whole road (tests.proof.road), and
everything that it left behind is searched. What the search would miss, it is shown not to miss: see the
controls at the end.

Not searched are the headers of IP and Ethernet, which carry every sender's addresses: the leader sees "an
address sent a report of this period".
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from dap.messages import UploadRequest
from tests.proof import canaries as c
from tests.proof.canaries import CANARIES, Canary, Hit, search
from tests.proof.planted import ADAPTER
from tests.proof.road import OTHERS, SHOWN, Road, walk


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str]) -> Road:
    """The whole road, once."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a machine out of namespaces")
    return walk(tmp_path_factory.mktemp("road"), tool("ip"))


# -- no canary leaves


def test_no_byte_on_the_wire(road: Road) -> None:
    assert search(road.wire) == []


def test_no_file_of_the_aggregators(road: Road) -> None:
    assert search(road.servers) == []


def test_no_line_of_the_agents_log(road: Road) -> None:
    assert search(road.logs) == []


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_what_the_person_is_shown(road: Road, words: tuple[str, ...]) -> None:
    """On the machine, to whoever types the command; nothing but what SHOWN names."""
    found = {hit.canary for hit in search({"": road.said[words]})}
    assert found == {canary.what for canary in SHOWN[words]}


# -- the road was a real one


def test_the_real_probes_measured_that_machine(road: Road) -> None:
    assert road.samples > 0
    assert f"if{ADAPTER}=" in road.marks  # its counters, under its number
    assert search({"": road.marks.encode()}) == []
    delivered = [vector for _, state, _, vector in road.reports if state == "delivered"]
    assert delivered
    assert all(any(vector) for vector in delivered)


def test_it_went_the_whole_road(road: Road) -> None:
    assert road.release["report_count"] == OTHERS + 1
    assert max(attempts for _, _, attempts, _ in road.reports) > 1  # nobody was there at first
    assert road.seen_from == {c.IPV4.text}  # the leader was face to face with the address


def test_the_search_was_where_the_reports_were(road: Road) -> None:
    """Its id can be read from the relay, in the leader's files, and between leader and helper."""
    sent = [id for id, state, _, _ in road.reports if state == "delivered"]
    relayed = b"".join(road.wire[name] for name in road.wire if name.startswith("relay/"))
    between = b"".join(road.wire[name] for name in road.wire if name.startswith("server/"))
    waiting = b"".join(road.servers[name] for name in road.servers if name.startswith("waiting/"))
    counted = b"".join(road.servers[name] for name in road.servers if name.startswith("collected/"))
    for place in (relayed, between, waiting, counted):
        assert any(id in place for id in sent)
    kinds = {Path(name).name for name in road.servers if name.startswith("collected/")}
    assert kinds >= {"batches.db", "batches.db-wal", "batches.db-shm", "log"}
    bodies = [
        data.partition(b"\r\n\r\n")[2] for data in road.wire.values() if data.startswith(b"POST /tasks/")
    ]
    assert any(UploadRequest.decode(body).reports for body in bodies if body[:16] in sent)
    assert road.missed == 0


def test_the_log_had_something_to_tell(road: Road) -> None:
    said = b"".join(road.logs.values())
    for words in (
        b"started;",
        b"ca_bundle PATH cannot",
        b"full",
        b"corrupt",
        b"another account",
        b"is a file",
    ):
        assert words in said, words
    assert b"Traceback" not in said


# -- the search can fail


def encodings(text: str, source: random.Random) -> Iterator[bytes]:
    """Ways to write a text, made in another way than the search makes its own."""
    plain = text.encode()
    yield plain
    yield plain.upper()
    yield plain.swapcase()
    yield text.encode("utf-32")
    for coding in ("utf-16", "utf-16-le", "utf-16-be"):
        yield text.encode(coding)
        yield text.encode(coding).hex().encode()
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield plain.hex(" ").encode()
    yield b"".join(b"%%%02X" % byte for byte in plain)
    yield quote(text).encode()
    yield json.dumps({"name": text}).encode()
    for inner in (plain, text.encode("utf-16-le"), text.encode("utf-16-be")):
        for before in range(6):
            padded = source.randbytes(before) + inner + source.randbytes(source.randrange(6))
            yield base64.b64encode(padded)
            yield base64.urlsafe_b64encode(padded)


@pytest.mark.parametrize("canary", CANARIES, ids=lambda canary: canary.what)
def test_every_form_is_found(canary: Canary) -> None:
    source = random.Random(canary.text)
    assert len(canary.text.encode()) >= c.LEAST
    for text in (canary.text, *canary.others):
        for written in encodings(text, source):
            planted = source.randbytes(500) + written + source.randbytes(500)
            assert canary.what in {hit.canary for hit in search({"": planted})}, (text, written)
    if canary.packed:
        for written in (canary.packed, canary.packed.hex().encode(), base64.b64encode(b"ab" + canary.packed)):
            assert canary.what in {hit.canary for hit in search({"": written})}
    assert search({"": source.randbytes(1 << 20)}) == []


def test_the_machine_shows_every_canary(road: Road) -> None:
    """So that a program which sends what it finds would send them."""
    assert {hit.canary for hit in search({"": road.look})} == {canary.what for canary in CANARIES}


@pytest.mark.parametrize("instrument", ["relay", "capture"])
def test_a_program_that_tells_is_caught(road: Road, instrument: str) -> None:
    found = {hit.canary for hit in search({"": road.leaks[instrument]})}
    assert found == {canary.what for canary in CANARIES}


def test_a_database_that_holds_one_is_caught(road: Road, tmp_path: Path) -> None:
    """The leader's own, with the address of whoever sent a report written beside it."""
    (name,) = (
        name for name in road.servers if name.startswith("stopped/") and name.endswith("leader/batches.db")
    )
    path = tmp_path / "batches.db"
    path.write_bytes(road.servers[name])
    assert search({"": path.read_bytes()}) == []
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE senders (address TEXT, name BLOB)")
        connection.execute(
            "INSERT INTO senders VALUES (?, ?)", (c.IPV4.text, c.HOST.text.encode("utf-16-le"))
        )
        connection.commit()
    hits = [Hit(c.HOST.what, "UTF-16LE", ""), Hit(c.IPV4.what, "raw", "")]
    assert set(search({"": path.read_bytes()})) >= set(hits)
