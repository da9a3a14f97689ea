from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.connection import reach as reaching
from agent.connection.reach import Order, reach
from agent.reached import ATTEMPTS, TROUBLES, Reached, read
from tests.shaping import shaping
from tests.unit.agent.connection.ways import bridge, context
from tests.unit.agent.servers import Server, answering, raw, serving


def check(
    target: str, *lines: str, environment: dict[str, str] | None = None, look_up: Any = None
) -> Reached:
    """A check with all connections begun at once."""
    order = Order("\n".join([f"target {target}", *lines]))
    given: dict[str, Any] = {} if look_up is None else {"look_up": look_up}
    return reach(order, environment or {}, pause=lambda seconds: None, **given)


def answers(*addresses: str, port: int = 9, known: str = "target.invalid") -> Callable[..., Any]:
    """A name service that knows one name."""

    def look_up(host: bytes, _: int, *rest: Any) -> list[Any]:
        if rest[-1] or host != known.encode():
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        families = [socket.AF_INET6 if ":" in each else socket.AF_INET for each in addresses]
        return [
            (family, socket.SOCK_STREAM, 6, "", (each, port, 0, 0)[: 2 if "." in each else 4])
            for family, each in zip(families, addresses, strict=True)
        ]

    return look_up


@pytest.fixture
def listener() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as found:
        yield int(found.getsockname()[1])


@pytest.fixture
def nobody() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class TestDirect:
    def test_each_connection_is_timed(self, listener: int) -> None:
        found = check(f"127.0.0.1:{listener}")
        assert not found.trouble
        assert found.name is None
        assert [family for family, _ in found.tries] == [4] * ATTEMPTS
        assert all(took is not None and 0 < took < 500 for _, took in found.tries)

    def test_nobody_there(self, nobody: int) -> None:
        found = check(f"127.0.0.1:{nobody}")
        assert (found.trouble, {took for _, took in found.tries}) == ("refused", {None})

    def test_a_name_is_timed_and_nothing_of_it_told(self, listener: int) -> None:
        found = check("target.invalid:1", look_up=answers("127.0.0.1", port=listener))
        assert found.name is not None
        assert not found.trouble
        assert "invalid" not in found.text() and "127" not in found.text()

    def test_each_family_by_itself(self, listener: int) -> None:
        found = check("target.invalid:1", look_up=answers("::1", "127.0.0.1", port=listener))
        assert found.trouble == "v6"
        assert [(family, took is None) for family, took in found.tries] == [(6, True), (4, False)] * 5

    def test_a_family_without_a_way_is_not_tried(
        self, listener: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        has_route = reaching._has_route
        monkeypatch.setattr(
            reaching,
            "_has_route",
            lambda family, where: family == socket.AF_INET and has_route(family, where),
        )
        found = check("target.invalid:1", look_up=answers("::1", "127.0.0.1", port=listener))
        assert not found.trouble
        assert [family for family, _ in found.tries] == [4] * ATTEMPTS

    def test_no_way_at_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "_has_route", lambda *given: False)
        assert check("target.invalid:1", look_up=answers("127.0.0.1")).trouble == "route"
        assert check("other.invalid:1", look_up=answers("127.0.0.1")).trouble == "route"

    def test_silence_is_waited_for_no_longer_than_it_may(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "PATIENCE", 0.3)
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            port = full.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)):
                began = time.monotonic()
                found = check(f"127.0.0.1:{port}")
                assert time.monotonic() - began < 2
        assert found.trouble == "silent"


class TestNames:
    @pytest.mark.parametrize(
        ("error", "word"),
        [
            (socket.gaierror(socket.EAI_AGAIN, "later"), "name_silent"),
            (socket.gaierror(socket.EAI_NONAME, "no such"), "name_unknown"),
            (UnicodeError("no name"), "name_unknown"),
        ],
    )
    def test_told_apart(self, error: Exception, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "_has_route", lambda *given: True)

        def look_up(*given: Any) -> Any:
            raise socket.gaierror(socket.EAI_NONAME, "") if given[-1] else error

        found = check("target.invalid:1", look_up=look_up)
        assert (found.trouble, found.tries, found.name) == (word, (), None)

    @pytest.mark.parametrize("name", ["ä..b", "x" * 70 + "ä", "a..b", "-", "x" * 300])
    def test_what_is_no_name(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "_has_route", lambda *given: True)
        assert check(f"{name}:1", look_up=answers("127.0.0.1")).trouble == "name_unknown"

    def test_a_name_in_another_script(self, listener: int) -> None:
        look_up = answers("127.0.0.1", port=listener, known="xn--bcher-kva.invalid")
        assert not check("bücher.invalid:1", look_up=look_up).trouble

    def test_a_name_service_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "_has_route", lambda *given: True)
        monkeypatch.setattr(reaching, "LOOKUP", 0.1)
        stuck: list[str] = []
        monkeypatch.setattr(reaching, "STUCK", stuck)
        leave = threading.Event()

        def look_up(*given: Any) -> Any:
            if given[-1]:
                raise socket.gaierror(socket.EAI_NONAME, "")
            leave.wait(10)
            return []

        assert check("target.invalid:1", look_up=look_up).trouble == "name_silent"
        leave.set()
        assert stuck == ["look-up"]

    def test_an_aggregator_under_another_name_is_not_reached(self) -> None:
        with serving(answering()) as server:
            look_up = answers("127.0.0.1", port=server.port)
            given = ("not target.invalid", "not 10.0.0.1")
            assert check("target.invalid:1", *given, "thorough", look_up=look_up).trouble == "aggregator"
            time.sleep(0.05)
            assert not server._open


class TestProxy:
    def test_the_way_to_the_target_and_back_is_timed(self) -> None:
        with shaping(None, delay=0.1, spread=0, refused=0) as proxy:
            found = check("target.invalid:443", f"proxy {proxy.url}")
        assert (found.proxied, found.trouble, found.name) == (True, "", None)
        assert all(took is not None and 100 <= took < 150 for _, took in found.tries)

    def test_the_systems_proxy_is_taken(self) -> None:
        with shaping(None, delay=0, spread=0, refused=0) as proxy:
            found = check("target.invalid:443", "proxy system", environment={"https_proxy": proxy.url})
            assert (found.proxied, proxy.seen) == (True, ATTEMPTS)

    @pytest.mark.parametrize(
        ("answer", "word"),
        [
            (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "proxy"),
            (b"HTTP/1.1 403 Forbidden\r\n\r\n", "proxy"),
            (b"HTTP/1.1 502 Bad Gateway\r\n\r\n", "unreachable"),
            (b"HTTP/1.1 504 Gateway Timeout\r\n\r\n", "silent"),
            (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "proxy"),
            (b"HTTP/1.1 OK\r\n\r\n", "proxy"),
            (b"x" * 20_000, "proxy"),
            (b"", "proxy"),
        ],
    )
    def test_its_no_and_its_nonsense(self, answer: bytes, word: str) -> None:
        with serving(raw(answer)) as proxy:
            found = check("target.invalid:443", f"proxy {proxy.url}")
        assert (found.trouble, {took for _, took in found.tries}) == (word, {None})

    def test_one_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "PATIENCE", 0.3)
        with serving(lambda peer, request: time.sleep(1)) as proxy:
            assert check("target.invalid:443", f"proxy {proxy.url}").trouble == "proxy_silent"

    def test_one_that_feeds_us_drop_by_drop(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "PATIENCE", 0.3)

        def drip(peer: socket.socket, request: bytes) -> None:
            for letter in b"HTTP/1.1 200 OK and much more to come" * 3:
                peer.sendall(bytes([letter]))
                time.sleep(0.05)

        began = time.monotonic()
        with serving(drip) as proxy:
            assert check("target.invalid:443", f"proxy {proxy.url}").trouble == "silent"
        assert time.monotonic() - began < 3

    def test_one_that_is_not_there(self, nobody: int) -> None:
        found = check("target.invalid:443", f"proxy http://127.0.0.1:{nobody}")
        assert (found.trouble, found.proxied) == ("proxy_silent", True)

    def test_one_that_cannot_be_used(self) -> None:
        assert check("t.invalid:1", "proxy system", environment={"ALL_PROXY": "socks5://x:1"}).trouble == (
            "proxy_unusable"
        )

    def test_one_whose_name_is_not_found(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "_has_route", lambda *given: True)
        found = check("target.invalid:443", "proxy http://p.invalid:1", look_up=answers("127.0.0.1"))
        assert found.trouble == "proxy_name"

    def test_a_password_goes_to_it_alone(self) -> None:
        with serving(answering(200)) as proxy:
            check("target.invalid:443", f"proxy http://me:s%40crt@127.0.0.1:{proxy.port}")
        assert all(b"Proxy-Authorization: Basic bWU6c0BjcnQ=\r\n" in each for each in proxy.requests)
        assert all(each.startswith(b"CONNECT target.invalid:443 HTTP/1.1\r\n") for each in proxy.requests)

    def test_a_proxy_s_user_may_be_no_utf_8(self) -> None:
        """As Python has the environment's bytes; they are sent as they were."""
        environment = {"https_proxy": "http://m\udcfc:x@127.0.0.1:9"}
        way = reaching._way(Order("target far.invalid:443\nproxy system\n"), environment)
        assert b"Basic bfw6eA==\r\n" in way.question


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[Server]:
    with serving(answering(200), context(authority, "localhost")) as server:
        yield server


class TestTls:
    def test_the_handshake_is_timed_once_an_hour(self, secure: Server, bundle: Path) -> None:
        trust = ("trust own", f"ca {bundle}")
        assert check(f"localhost:{secure.port}", *trust).tls is None
        found = check(f"localhost:{secure.port}", *trust, "thorough")
        assert found.tls is not None and 0 < found.tls < 2_000
        assert not found.trouble

    def test_through_a_proxy(self, authority: trustme.CA, bundle: Path) -> None:
        with (
            serving(answering(200), context(authority, "target.invalid")) as server,
            serving(bridge(server.port)) as proxy,  # type: ignore[arg-type]
        ):
            trust = ("trust own", f"ca {bundle}", "thorough")
            found = check("target.invalid:443", f"proxy {proxy.url}", *trust)
        assert found.tls is not None and found.proxied

    def test_another_hosts_certificate_is_a_stranger(self, authority: trustme.CA, bundle: Path) -> None:
        with serving(answering(200), context(authority, "portal.invalid")) as server:
            found = check(f"localhost:{server.port}", "trust own", f"ca {bundle}", "thorough")
        assert (found.trouble, found.tls) == ("stranger", None)

    def test_an_authority_that_nobody_trusts(self, secure: Server, tmp_path: Path) -> None:
        other = tmp_path / "other.pem"
        trustme.CA().cert_pem.write_to_path(str(other))
        assert check(f"localhost:{secure.port}", "trust own", f"ca {other}", "thorough").trouble == "issuer"

    def test_a_bundle_that_is_none(self, secure: Server, tmp_path: Path) -> None:
        found = check(f"localhost:{secure.port}", "trust own", f"ca {tmp_path / 'none'}", "thorough")
        assert found.trouble == "issuer"

    def test_an_old_certificate(self, authority: trustme.CA, bundle: Path) -> None:
        with serving(answering(200), context(authority, "localhost", days=(-9, -1))) as server:
            found = check(f"localhost:{server.port}", "trust own", f"ca {bundle}", "thorough")
        assert found.trouble == "expired"

    def test_a_target_without_tls_is_no_fault(self, bundle: Path) -> None:
        with serving(raw(b"220 mail\r\n"), greeting=lambda peer: peer.sendall(b"220 mail\r\n")) as server:
            found = check(f"127.0.0.1:{server.port}", "trust own", f"ca {bundle}", "thorough")
        assert (found.trouble, found.tls) == ("", None)

    def test_but_where_tls_belongs_it_is_a_stranger(
        self, bundle: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        page = b"HTTP/1.1 302 Found\r\nLocation: http://login/\r\n\r\n"
        with serving(raw(page), greeting=lambda peer: peer.sendall(page)) as server:
            monkeypatch.setattr(reaching, "_TLS", server.port)
            found = check(f"127.0.0.1:{server.port}", "trust own", f"ca {bundle}", "thorough")
        assert found.trouble == "stranger"

    def test_one_that_hangs(self, listener: int, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reaching, "HANDSHAKE", 0.2)
        monkeypatch.setattr(reaching, "_TLS", listener)
        found = check(f"127.0.0.1:{listener}", "trust own", f"ca {bundle}", "thorough")
        assert (found.trouble, found.tls) == ("tls", None)

    def test_the_systems_certificates_are_asked_by_name_and_else_all_of_them(
        self, secure: Server, bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A folder without the authority's certificate decides nothing: the file that has it does."""
        folder = tmp_path / "certs"
        folder.mkdir()
        other = trustme.CA().cert_pem.bytes()
        (folder / "12345678.0").write_bytes(other)
        monkeypatch.setenv("SSL_CERT_DIR", str(folder))
        for file, trouble in ((str(bundle), ""), (str(folder / "12345678.0"), "issuer")):
            monkeypatch.setenv("SSL_CERT_FILE", file)
            found = check(f"localhost:{secure.port}", "thorough")
            assert (found.trouble, found.tls is None) == (trouble, bool(trouble))

    def test_none_is_begun_where_it_does_not_belong(self) -> None:
        assert {22, 25, 80, 445, 3389} <= reaching.PLAIN
        assert not {443, 8443, 636, 993} & reaching.PLAIN


@settings(max_examples=25)
@given(st.binary(max_size=300), st.booleans())
def test_whatever_the_other_side_says(said: bytes, proxied: bool) -> None:
    """Garbage before, or in place of, an answer: a word of the list and numbers, never an exception."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reaching, "HANDSHAKE", 0.2)
        patch.setattr(reaching, "PATIENCE", 0.2)
        with serving(raw(said), greeting=None if proxied else lambda peer: peer.sendall(said)) as server:
            given = [f"proxy {server.url}"] if proxied else []
            host = "target.invalid" if proxied else "127.0.0.1"
            found = check(f"{host}:{server.port}", *given, "thorough", "trust own")
    assert found.trouble in {"", *TROUBLES}
    assert read(found.text()).values[0] == found.trouble
