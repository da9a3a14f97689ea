from __future__ import annotations

import socket
import struct
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.probes.host import Absent
from agent.probes.host.linux import calls

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks a Linux kernel")


def diag(
    destination: bytes,
    rtt: int = 12_345,
    *,
    family: int = 2,
    source: bytes = b"\x0a\0\0\x01",
    last_ack: int = 100,
    info: bool = True,
    info_size: int = 232,
) -> bytes:
    """One netlink message as the kernel writes it for a connection."""
    identity = struct.pack(">HH", 40_000, 443) + source.ljust(16, b"\0") + destination.ljust(16, b"\0")
    identity += struct.pack("=III", 0, 1, 2)
    body = bytes([family, 1, 0, 0]) + identity + struct.pack("=IIIII", 0, 0, 0, 1000, 5)
    tcp_info = bytearray(info_size)
    for at, value in ((56, last_ack), (68, rtt)):
        if at + 4 <= info_size:
            tcp_info[at : at + 4] = struct.pack("=I", value)
    body += struct.pack("=HH", 8, 8) + bytes(4)  # another attribute first
    if info:
        body += struct.pack("=HH", 4 + info_size, 2) + bytes(tcp_info)
    return struct.pack("=IHHII", 16 + len(body), 20, 2, 1, 0) + body


DONE = struct.pack("=IHHII", 20, 3, 2, 1, 0) + bytes(4)
ERROR = struct.pack("=IHHII", 36, 2, 0, 1, 0) + bytes(20)
FAR = b"\xc0\0\x02\x07"
FAR6 = b"\x20\x01\x0d\xb8" + bytes(11) + b"\x07"


def test_the_smoothed_time_of_each_connection() -> None:
    data = diag(FAR) + diag(FAR6, 90_000, family=10, source=b"\xfd" + bytes(15))
    assert calls.parse_answers(data) == ([12.345, 90.0], False)
    assert calls.parse_answers(data + DONE) == ([12.345, 90.0], True)
    assert calls.parse_answers(DONE) == ([], True)


@pytest.mark.parametrize(
    "message",
    [
        diag(b"\x7f\0\0\x01"),
        diag(b"\x7f\x05\0\x01"),
        diag(bytes(15) + b"\x01", family=10),
        diag(bytes(10) + b"\xff\xff\x7f\0\0\x01", family=10),
        diag(b"\x0a\0\0\x01"),
        diag(FAR, rtt=0),
        diag(FAR, last_ack=300_001),
        diag(FAR, info=False),
        diag(FAR, info_size=60),
    ],
    ids=[
        "loopback",
        "loopback net",
        "loopback 6",
        "mapped",
        "itself",
        "no time",
        "silent",
        "no info",
        "short",
    ],
)
def test_connections_that_do_not_count(message: bytes) -> None:
    assert calls.parse_answers(message + diag(FAR, 1_000)) == ([1.0], False)


@pytest.mark.parametrize(
    "data", [ERROR, b"\x05\0\0\0" + bytes(12), diag(FAR)[:-4], struct.pack("=IHHII", 9999, 20, 2, 1, 0)]
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(Absent):
        calls.parse_answers(data)


def test_nothing_about_a_connection_is_kept_but_its_time() -> None:
    times, _ = calls.parse_answers(diag(FAR))
    assert times == [12.345]
    assert all(type(time) is float for time in times)


def test_this_kernel_answers() -> None:
    try:
        times = calls.round_trips()
    except Absent as absent:
        pytest.skip(f"{absent}")
    assert all(0 < time < 100_000 for time in times)


def test_the_kernel_s_own_tool_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """`ss -ti` on loopback connections, which are counted here for once."""
    try:
        calls.round_trips()
        listed = subprocess.run(["ss", "--version"], capture_output=True, check=True)
    except (Absent, OSError):
        pytest.skip("no sock_diag or no ss here")
    assert listed
    monkeypatch.setattr(calls, "_is_loopback", lambda family, address: address[:4] != b"\x7f\0\0\x02")
    with socket.socket() as server:
        server.bind(("127.0.0.2", 0))
        server.listen()
        with socket.create_connection(server.getsockname(), source_address=("127.0.0.3", 0)) as client:
            end, _ = server.accept()
            with end:
                client.sendall(b"x" * 1000)
                assert end.recv(10_000)
                command = ["ss", "-tinH", "dst", "127.0.0.2"]
                shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                found = calls.round_trips()
    expected = [float(word[4:].split("/")[0]) for word in shown.split() if word.startswith("rtt:")]
    assert expected
    assert len(found) == len(expected)
    assert sorted(found) == pytest.approx(sorted(expected), rel=0.5, abs=0.1)


@pytest.mark.parametrize(
    ("offset", "estimated", "status", "seconds"),
    [
        (2_500, 1_000, 0x0001, 0.0025),
        (-2_500, 1_000, 0x0001, -0.0025),
        (2_500_000, 1_000, 0x2001, 0.0025),
        (0, 40_000, 0x2001, 0.04),
        (0, 0, 0, 0.0),
    ],
)
def test_the_clock_s_state_in_seconds(offset: int, estimated: int, status: int, seconds: float) -> None:
    assert calls.parse_timex(offset, estimated, status) == pytest.approx(seconds)


def test_a_clock_that_nobody_keeps() -> None:
    with pytest.raises(Absent, match="time server"):
        calls.parse_timex(0, 16_000_000, 0x2040)


def test_this_kernel_s_clock() -> None:
    try:
        assert abs(calls.clock_error()) < 600
    except Absent as absent:
        assert str(absent) == "no time server keeps this clock at present"


def test_one_question_finds_connections_of_both_families(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection within this machine whose ends are one of IPv4, one of IPv6: the kernel lists both."""
    seen: set[tuple[int, int]] = set()

    def note(message: bytes) -> float | None:
        seen.add((message[0], int.from_bytes(message[4:6], "big")))
        return None

    monkeypatch.setattr(calls, "_round_trip", note)
    with socket.socket(socket.AF_INET6) as listening, socket.socket() as near:
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listening.bind(("::", 0))
        listening.listen()
        port = listening.getsockname()[1]
        calls.round_trips()
        assert not {(2, near.getsockname()[1]), (10, port)} & seen  # only what is established is listed
        near.connect(("127.0.0.1", port))
        far, _ = listening.accept()
        with far:
            assert calls.round_trips() == []
            assert {(2, near.getsockname()[1]), (10, port)} <= seen


@given(st.data())
def test_whatever_the_kernel_s_list_holds(data: st.DataObject) -> None:
    """Torn, with wrong lengths, or any bytes at all: times that are some, or no list."""
    whole = b"".join(diag(FAR, rtt) for rtt in data.draw(st.lists(st.integers(0, 2**32 - 1), max_size=3)))
    torn = bytearray(whole[: data.draw(st.integers(0, len(whole)))] + data.draw(st.binary(max_size=80)))
    for at, byte in data.draw(st.dictionaries(st.integers(0, 400), st.integers(0, 255), max_size=6)).items():
        if at < len(torn):
            torn[at] = byte
    try:
        times, finished = calls.parse_answers(bytes(torn))
    except Absent:
        return
    assert isinstance(finished, bool)
    assert all(0 < time <= 2**32 / 1000 for time in times)
