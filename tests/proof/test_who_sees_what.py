"""Each cell of docs/who-sees-what.md, held against the real programs at their boundary.

Devices of every kind run side by side for some periods, each under strace and, where this is root, in a
network namespace of its own with a capture. Nothing of the agent is imported to look at them.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from scipy import stats

from agent import schedule
from agent.env import real_env
from dap.messages import UploadRequest
from tests.devices import Device
from tests.proof.watching import Namespace, Packet, Trace, namespace
from tests.recording import Leader, Request, recording
from tests.repository import ROOT

DOCUMENT = ROOT / "docs" / "who-sees-what.md"
PERIOD = 10
"""Seconds: long enough for a worker on a busy machine to seal and send within."""
HELPER_PORT = 8602  # nothing listens there: an attempt to reach it would show all the same
IS_ROOT = os.geteuid() == 0

WITHHELD = "share, this report withheld"
SENDERS = ("share", "quiet", WITHHELD)
UNCHOSEN, ELSEWHERE, OTHER = (
    "before any choice",
    "local, enrolled nowhere",
    "share, but another account reports",
)
SILENT = ("off", "local", UNCHOSEN, ELSEWHERE) + ((OTHER,) if IS_ROOT else ())


def rows() -> list[dict[str, str]]:
    """The document's table."""
    lines = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("|")]
    head, _, *body = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(head, cells, strict=True)) for cells in body]


class Watched(NamedTuple):
    """One device, and all that could be seen of it."""

    device: Device
    trace: Trace
    requests: list[Request]
    connections: int
    packets: list[Packet] | None
    """None without a namespace."""
    port: int
    times: set[int]
    """The periods for which it delivered something."""

    @property
    def samples(self) -> int:
        return int(self.device.read("SELECT count(*) FROM samples")[0][0])


# -- the devices live


def set_up(folder: Path, port: int) -> Path:
    """An organisation, by the real set-up; the folder that holds task.json and upload.token."""
    words = ("init", "--both", "--dir", str(folder), "--demo", "--period", f"{PERIOD}s", "--name", "Example")
    urls = ("--leader-url", f"http://127.0.0.1:{port}/", "--helper-url", f"http://127.0.0.1:{HELPER_PORT}/")
    subprocess.run([sys.executable, "-P", "-m", "server", *words, *urls], check=True, capture_output=True)
    return folder


def prepare(kind: str, device: Device, organisation: Path) -> None:
    """All that comes before `shoal run`."""
    files = (str(organisation / "task.json"), "--token-file", str(device.token_file), "--demo")
    device.token_file.write_bytes((organisation / "upload.token").read_bytes())
    if kind != ELSEWHERE:
        machine = ("--machine",) if kind == OTHER else ()
        assert device.shoal("enrol", *files, *machine).code == 0
    choice = {UNCHOSEN: None, WITHHELD: "share", OTHER: "share", ELSEWHERE: "local"}.get(kind, kind)
    if choice is not None:
        assert device.shoal("choose", choice).code == 0
    if kind == OTHER:
        claim = device.root / "var/lib/shoal/owner/claim"
        os.chown(claim, 12_345, 12_345)  # as if that account had been first
    if kind == WITHHELD:
        device.take_token_away()


class Withholder:
    """The person who takes each report back while it is held. In a demo only a missing token holds one."""

    def __init__(self, device: Device, token: bytes) -> None:
        self._device = device
        self._token = token

    def look(self) -> None:
        """Withhold what is held, or put the token away again once the zeros have left."""
        states = self._device.read("SELECT state, zeros FROM reports")
        if ("held", 0) in states:
            assert self._device.shoal("withhold").code == 0
            self._device.token_file.write_bytes(self._token)
        elif not any(state in ("held", "sending") for state, _ in states):
            self._device.take_token_away()


def delivered(device: Device) -> set[int]:
    return {time for (time,) in device.read("SELECT time FROM reports WHERE state = 'delivered'")}


@pytest.fixture(scope="module")
def watched(
    tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str], count: Callable[[int, int], int]
) -> Iterator[dict[str, Watched]]:
    """Every kind of device, after some whole periods."""
    folder, periods = tmp_path_factory.mktemp("watched"), count(3, 30)
    with contextlib.ExitStack() as stack:
        shared = stack.enter_context(recording())
        organisation = set_up(folder / "organisation", shared.port)
        token = (organisation / "upload.token").read_bytes()
        parts: dict[str, tuple[Device, Trace, Leader, Namespace | None]] = {}
        for number, kind in enumerate((*SENDERS, *SILENT)):
            home = folder / f"device-{number}"
            home.mkdir()
            trace, place, leader = Trace(home / "trace", tool("strace")), None, shared
            if IS_ROOT:
                place = stack.enter_context(namespace(str(number), tool("ip")))
                leader = stack.enter_context(recording(place.listener(shared.port)))
            device = Device(home, before=[*(place.before if place else ()), *trace.before])
            prepare(kind, device, organisation)
            parts[kind] = device, trace, leader, place
        with contextlib.ExitStack() as lives:
            for device, *_ in parts.values():
                lives.enter_context(device.running())
            withholder = Withholder(parts[WITHHELD][0], token)
            give_up = time.monotonic() + (periods + 4) * PERIOD + 30
            while any(len(delivered(parts[kind][0])) < periods for kind in SENDERS):
                assert time.monotonic() < give_up, {kind: parts[kind][0].kinds() for kind in SENDERS}
                withholder.look()
                time.sleep(0.2)
        yield {kind: _seen(*part) for kind, part in parts.items()}


def _seen(device: Device, trace: Trace, leader: Leader, place: Namespace | None) -> Watched:
    """What belongs to one device; where the leader is everybody's, its requests are found by their ids."""
    mine = {id.hex() for (id,) in device.read("SELECT substr(body, 1, 16) FROM bodies")}
    requests = [request for request in leader.requests if place or request.report_id.hex() in mine]
    assert all(request.report_id.hex() in mine for request in requests)
    return Watched(
        device,
        trace,
        requests,
        leader.connections if place else len(requests),
        None if place is None else place.packets(),
        leader.port,
        delivered(device),
    )


# -- what each cell means


def measures_nothing(seen: Watched) -> None:
    assert seen.samples == 0
    assert not seen.device.read("SELECT value FROM facts WHERE key = 'last_pass'")


def measures(seen: Watched) -> None:
    assert seen.samples > 0


def is_silent(seen: Watched) -> None:
    """No connection, no name, no packet, over whole periods, from enrolling to the end."""
    assert seen.trace.calls() == []
    assert seen.trace.unread() == []
    assert seen.trace.names_looked_up() == []
    assert seen.requests == []
    assert seen.packets in ([], None)
    assert not seen.device.read("SELECT 1 FROM bodies")


def sends_one_a_period(seen: Watched) -> None:
    """As many requests as periods, each about a period of its own, none left out."""
    told = [UploadRequest.decode(request.body).reports[0].report_metadata.time for request in seen.requests]
    assert sorted(told) == list(range(min(told), max(told) + 1))
    assert seen.connections == len(seen.requests)
    assert set(told) >= seen.times
    assert len(told) - len(seen.times) <= 1  # one may have been cut off by the end of the watch
    for request, number in zip(seen.requests, told, strict=True):
        assert request.at >= (number + 1) * PERIOD


def vectors(seen: Watched) -> list[bytes]:
    """What was sent, in the clear, as only the device knows it."""
    sent = {request.report_id for request in seen.requests}
    return [
        vector
        for id, vector in seen.device.read("SELECT substr(body, 1, 16), vector FROM bodies")
        if id in sent
    ]


def sends_answers(seen: Watched) -> None:
    sends_one_a_period(seen)
    assert all(any(vector) for vector in vectors(seen))


def sends_zeros(seen: Watched) -> None:
    sends_one_a_period(seen)
    assert not any(any(vector) for vector in vectors(seen))


def sends_zeros_instead(seen: Watched) -> None:
    """Zeros with a new opening, at the very moment that had been drawn; the answers never left."""
    sends_zeros(seen)
    found = seen.device.read(
        "SELECT w.moment, wb.opening, zb.opening, wb.vector, substr(wb.body, 1, 16), substr(zb.body, 1, 16) "
        "FROM reports w JOIN reports z ON z.replaces = w.id JOIN bodies wb ON wb.report = w.id "
        "JOIN bodies zb ON zb.report = z.id WHERE w.state = 'withheld' AND z.state = 'delivered'"
    )
    assert len(found) == len(seen.times)
    sent = {request.report_id: request.at for request in seen.requests}
    for moment, opening, another, vector, id, instead in found:
        assert moment <= sent[instead] < moment + 0.4 * PERIOD
        assert opening != another
        assert any(vector)
        assert id not in sent


def leader_sees_no_content(seen: Watched) -> None:
    """An id of its own for each report, the period, two ciphertexts; nothing that repeats or can be read."""
    ids, shares = set(), set()
    for request in seen.requests:
        assert request.line.startswith("POST /tasks/")
        (report,) = UploadRequest.decode(request.body).reports
        ids.add(report.report_metadata.report_id)
        for share in (report.leader_encrypted_input_share, report.helper_encrypted_input_share):
            shares |= {share.payload, share.enc}
        assert len(zlib.compress(request.body, 9)) > 0.98 * len(request.body)
    assert len(ids) == len(seen.requests)
    assert len(shares) == 4 * len(seen.requests)


def network_sees_the_leader_only(seen: Watched) -> None:
    """One connection for each request, to the leader, and nothing else at all by IP; no name is asked for."""
    assert {(call.name, call.host, call.port) for call in seen.trace.calls()} == {
        ("connect", "127.0.0.1", seen.port)
    }
    assert len(seen.trace.calls()) == len(seen.requests)
    assert seen.trace.unread() == []
    assert seen.trace.names_looked_up() == []
    if seen.packets is not None:
        assert {packet.protocol for packet in seen.packets} == {socket.IPPROTO_TCP}
        assert all(seen.port in (packet.source, packet.target) for packet in seen.packets)
        assert sum(sent_by_connection(seen).values()) == sum(
            len(request.head) + len(request.body) for request in seen.requests
        )


def sent_by_connection(seen: Watched) -> dict[int, int]:
    """Bytes towards the leader, by the connection's own port."""
    sent: dict[int, int] = {}
    for packet in seen.packets or ():
        if packet.target == seen.port:
            sent[packet.source] = sent.get(packet.source, 0) + len(packet.data)
    return sent


def looks_like_share(seen: Watched, share: Watched) -> None:
    """Every request line and header, byte for byte; the body's length; how many; the size on the wire."""
    assert {request.head for request in seen.requests} == {request.head for request in share.requests}
    lengths = {len(request.body) for request in (*seen.requests, *share.requests)}
    assert len(lengths) == 1
    assert abs(len(seen.requests) - len(share.requests)) <= 1
    if seen.packets is not None:
        assert set(sent_by_connection(seen).values()) == set(sent_by_connection(share).values())
        assert len(set(sent_by_connection(seen).values())) == 1


NOTHING = "nothing"
SAME = "the same as share"
CELLS: dict[tuple[str, str], Callable[[Watched], None]] = {
    ("measures", NOTHING): measures_nothing,
    ("measures", "yes"): measures,
    ("sends", NOTHING): is_silent,
    ("sends", "one report a period, at a random moment"): sends_answers,
    ("sends", "one report of zeros a period, in the same way"): sends_zeros,
    ("sends", "zeros in its place, at the same moment"): sends_zeros_instead,
    ("leader sees", NOTHING): is_silent,
    ("leader sees", "an address sent a report of this period; no content"): leader_sees_no_content,
    ("the network's administrator sees", NOTHING): is_silent,
    ("the network's administrator sees", "contact with the leader"): network_sees_the_leader_only,
}


# -- the tests


def test_the_table_names_every_choice() -> None:
    assert [row["choice"] for row in rows()] == ["off", "local", *SENDERS]


@pytest.mark.parametrize(
    ("choice", "column", "cell"),
    [(row["choice"], column, cell) for row in rows() for column, cell in row.items() if column != "choice"],
)
def test_a_cell(watched: dict[str, Watched], choice: str, column: str, cell: str) -> None:
    if cell == SAME:
        looks_like_share(watched[choice], watched["share"])
        cell = next(row for row in rows() if row["choice"] == "share")[column]
    CELLS[column, cell](watched[choice])


@pytest.mark.parametrize("kind", [UNCHOSEN, ELSEWHERE, OTHER])
def test_whoever_may_not_send_is_silent(watched: dict[str, Watched], kind: str) -> None:
    if kind not in watched:
        pytest.skip("only root can make another account's claim")
    is_silent(watched[kind])
    (measures_nothing if kind == UNCHOSEN else measures)(watched[kind])


def test_headers_are_these_and_no_others(watched: dict[str, Watched]) -> None:
    for kind in SENDERS:
        for request in watched[kind].requests:
            assert [name for name, _ in request.headers] == [
                *("Host", "Content-Type", "Content-Length", "Authorization")
            ]
            assert re.fullmatch(r"POST /tasks/[A-Za-z0-9_-]{43}/reports HTTP/1\.1", request.line)


def test_afterwards_everything_agrees(watched: dict[str, Watched]) -> None:
    for kind in SENDERS:
        assert watched[kind].device.shoal("verify").code == 0


def test_the_choice_that_is_shown_is_the_table(tmp_path: Path) -> None:
    shown = Device(tmp_path).json("choose")["consequences"]
    columns = {
        "choice": "choice",
        "sends": "sends",
        "leader_sees": "leader sees",
        "network_administrator_sees": "the network's administrator sees",
    }
    for row, told in zip(rows()[:4], shown, strict=True):
        assert {name: told[name] for name in columns} == {
            name: row[column] for name, column in columns.items()
        }


def test_the_moment_is_random() -> None:
    """A demo sends at once, so this is asked of the rule: with the program's own randomness, evenly."""
    rule, env = schedule.times(7 * schedule.DAY, 7 * schedule.DAY), real_env()
    end = schedule.period_end(3000, rule)
    drawn = [schedule.draw_moment(3000, end, end, end - 9e5, rule, env.uniform) for _ in range(4_000)]
    begin = end + rule.hold
    shares = [((moment or 0) - begin) / schedule.SENDING_WINDOW for moment in drawn]
    assert stats.kstest(shares, "uniform").pvalue > 1e-6


LOUD = """
import contextlib, socket
with contextlib.suppress(OSError):
    socket.getaddrinfo("leader.invalid", 443)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.sendto(b"a word", ("127.0.0.1", 9))
six = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
with contextlib.suppress(OSError):
    six.connect(("::1", 9))
"""


def test_the_instruments_see_what_there_is_to_see(tmp_path: Path, tool: Callable[[str], str]) -> None:
    trace = Trace(tmp_path / "trace", tool("strace"))
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(namespace("loud", tool("ip"))) if IS_ROOT else None
        command = [*(place.before if place else ()), *trace.before, sys.executable, "-c", LOUD]
        subprocess.run(command, check=True)
        until = time.monotonic() + 5
        while place and len(place.packets()) < 2 and time.monotonic() < until:
            time.sleep(0.05)
        packets = place.packets() if place else None
    calls = {(call.name, call.host, call.port) for call in trace.calls()}
    assert calls >= {("sendto", "127.0.0.1", 9), ("connect", "::1", 9)}
    assert any("/etc/hosts" in line for line in trace.names_looked_up())
    assert trace.unread() == []
    if packets is not None:
        assert b"a word" in [packet.data for packet in packets if packet.protocol == socket.IPPROTO_UDP]
        assert 9 in [packet.target for packet in packets if packet.protocol == socket.IPPROTO_TCP]
