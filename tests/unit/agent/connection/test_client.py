"""The bytes that leave, and what becomes of servers that misbehave."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from pathlib import Path

import pytest
import trustme

from agent.connection import LARGEST_ANSWER, Answer, Connection, Unanswered
from agent.connection.client import _clock
from agent.errors import NetworkError, ShoalError, TlsError
from tests.unit.agent.connection.ways import BODY, KIND, bridge, connection, context, post, trusting
from tests.unit.agent.servers import Server, answering, closed_port, raw, serving


def test_exactly_these_bytes_leave() -> None:
    with serving(answering(200)) as server:
        answer = post(f"{server.url}/api/tasks/AA/reports")
        port = server.port
    assert (answer.status, answer.body) == (200, b"")
    assert server.requests == [
        (
            f"POST /api/tasks/AA/reports HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: {KIND}\r\n"
            f"Content-Length: {len(BODY)}\r\nAuthorization: Bearer secret-token\r\n\r\n"
        ).encode()
        + BODY
    ]


def test_the_answer_is_given_as_it_came() -> None:
    with serving(answering(429, b"later", content_type="text/plain", headers="Retry-After: 7\r\n")) as server:
        answer = post(server.url)
    assert (answer.status, answer.body, answer.headers["retry-after"]) == (429, b"later", "7")


def test_no_redirect_is_followed_and_no_cookie_kept() -> None:
    with serving(answering(200)) as other:
        to = f"Location: {other.url}/x\r\nSet-Cookie: a=b\r\n"
        with serving(answering(307, headers=to)) as server:
            way = connection()
            assert post(server.url, way).headers["location"] == f"{other.url}/x"
            post(server.url, way)
        assert not other.requests
        assert all(b"ookie" not in request for request in server.requests)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "disconnected"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "incomplete|without sending"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "incomplete|without sending"),
        (b"SSH-2.0-OpenSSH_9\r\n\r\n", "illegal"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "Content-Length"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000 + b"\r\n", "too long|reset"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (LARGEST_ANSWER + 1), "larger than 64 KiB"),
    ],
)
def test_broken_answers_are_no_answers(data: bytes, says: str) -> None:
    with serving(raw(data)) as server, pytest.raises(Unanswered, match=says) as caught:
        post(server.url)
    assert caught.value.exit_code == 17
    assert "secret-token" not in str(caught.value.args)


def test_an_endless_answer_ends() -> None:
    def endless(peer: socket.socket, request: bytes) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            peer.sendall(b"x" * 1024)

    with serving(endless) as server, pytest.raises(Unanswered, match="larger than"):
        post(server.url)


@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_slow_answer_ends_however_it_drips(begin: bytes) -> None:
    def dripping(peer: socket.socket, request: bytes) -> None:
        peer.sendall(begin)
        for _ in range(200):
            time.sleep(0.05)
            if begin:
                peer.sendall(b"a")

    began = time.monotonic()
    with serving(dripping) as server, pytest.raises(Unanswered, match=r"too long|in time"):
        post(server.url, connection(total=0.6, hop=0.4))
    assert time.monotonic() - began < 3


def test_a_server_that_does_not_read_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        with pytest.raises(Unanswered):
            connection(total=0.5, hop=0.3).post(url, bytes(20_000_000), content_type=KIND, token="t")


def test_refused_connection_is_certainly_not_delivered() -> None:
    with closed_port() as port, pytest.raises(NetworkError, match="no connection to localhost") as caught:
        post(f"http://localhost:{port}")
    assert not isinstance(caught.value, Unanswered)


def test_a_name_that_does_not_exist() -> None:
    with pytest.raises(NetworkError, match=r"the name leader\.invalid cannot be resolved"):
        post("https://leader.invalid/")


def test_a_name_service_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: release.wait(10) and [])
    with pytest.raises(NetworkError, match="too long"):
        post("https://localhost/", connection(total=0.2))
    release.set()


@pytest.mark.parametrize("url", ["http://192.0.2.1/", "http://leader.invalid/", "ftp://localhost/"])
def test_only_https_beyond_loopback(url: str) -> None:
    with pytest.raises(TlsError, match="is no way to"):
        post(url)


# -- the doctor


def names(way: Connection, url: str, now: float | None = None) -> list[tuple[str, bool]]:
    return [(step.name, step.ok) for step in way.examine(url, time.time() if now is None else now)]


def test_each_hop_is_told(tls: Server, bundle: Path, authority: trustme.CA) -> None:
    date = "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
    with serving(answering(200, headers=date), context(authority)) as server:
        assert names(trusting(bundle), server.url, 1_700_000_100) == [
            *(("name", True), ("connection", True), ("tls", True), ("leader", True), ("clock", True))
        ]
        late = trusting(bundle).examine(server.url, 1_700_007_200)
        assert (late[-1].ok, late[-1].detail) == (False, "2.0 h ahead of the leader's")
        assert names(trusting(None, system=True), server.url)[-1] == ("tls", False)
        assert all(b"Authorization" not in request for request in server.requests)
    with serving(bridge(tls.port)) as proxy:  # type: ignore[arg-type]
        way = trusting(bundle, proxy=f"http://127.0.0.1:{proxy.port}")
        assert names(way, "https://leader.invalid/") == [
            *(("name", True), ("proxy", True), ("tls", True), ("leader", True))
        ]
    assert names(connection(), "https://leader.invalid/") == [("name", False)]
    assert names(connection(proxy="http://x/p.pac"), "https://leader.invalid/") == [("proxy", False)]


def test_only_our_own_errors_come_out() -> None:
    """Whatever bytes a server says."""
    for n in range(60):
        data = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"[: n % 40] + bytes([n * 4])
        with serving(raw(data)) as server, contextlib.suppress(ShoalError):
            post(server.url)


@pytest.mark.parametrize("date", ["", "soon", "Tue, 14 Nov 99999999999999999999 22:13:20 GMT"])
def test_a_date_that_is_none_tells_nothing_of_the_clock(date: str) -> None:
    assert _clock(Answer(200, {"date": date}, b""), 0.0) == []
