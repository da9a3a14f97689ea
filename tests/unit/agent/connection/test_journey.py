"""Each hop and its failure: names, certificates, proxies."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import trustme

from agent.errors import ProxyError, TlsError
from tests.unit.agent.connection.ways import bridge, connection, context, post, trusting
from tests.unit.agent.servers import Server, answering, closed_port, raw, serving


@pytest.mark.parametrize("system", [False, True])
def test_an_own_authority_is_trusted(authority: trustme.CA, bundle: Path, system: bool) -> None:
    with serving(answering(201), context(authority)) as server:
        assert post(server.url, trusting(bundle, system=system)).status == 201


@pytest.mark.parametrize(
    ("name", "days", "says"),
    [
        ("localhost", (-9, -1), "expired"),
        ("localhost", (1, 9), "not valid yet"),
        ("other.example", None, "another host than localhost"),
    ],
)
def test_certificates_that_are_not_acceptable(
    authority: trustme.CA, bundle: Path, name: str, days: tuple[int, int] | None, says: str
) -> None:
    with serving(answering(), context(authority, name, days=days)) as server:
        with pytest.raises(TlsError, match=says) as caught:
            post(server.url, trusting(bundle))
        assert caught.value.cure
        assert not server.requests


def test_an_unknown_authority(authority: trustme.CA) -> None:
    with serving(answering(), context(authority)) as server:
        with pytest.raises(TlsError, match="authority that is not trusted") as caught:
            post(server.url, trusting(None, system=True))
        assert "ca_bundle" in caught.value.cure


def test_plain_http_where_tls_should_be(bundle: Path) -> None:
    def hasty(peer: socket.socket) -> None:
        peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(raw(b""), greeting=hasty) as server, pytest.raises(TlsError, match="does not speak TLS"):
        post(server.url.replace("http:", "https:"), trusting(bundle))


def test_a_bundle_that_is_none(tmp_path: Path) -> None:
    for text in (None, "no certificates"):
        path = tmp_path / "bundle.pem"
        if text:
            path.write_text(text)
        with pytest.raises(TlsError, match=r"ca_bundle .*bundle\.pem cannot be read"):
            post("https://localhost:9/", trusting(path))


# -- proxies


def test_through_a_proxy(tls: Server, bundle: Path) -> None:
    with serving(bridge(tls.port)) as proxy:  # type: ignore[arg-type]
        way = trusting(bundle, proxy=f"http://user:p%40ss@127.0.0.1:{proxy.port}")
        assert post("https://leader.invalid:8443/x", way).status == 200
        head = proxy.requests[0]
    assert head.startswith(b"CONNECT leader.invalid:8443 HTTP/1.1\r\n")
    assert b"Basic dXNlcjpwQHNz" in head  # user:p@ss
    assert b"secret-token" not in head
    assert tls.requests[0].startswith(b"POST /x HTTP/1.1\r\nHost: leader.invalid:8443\r\n")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (
            "407 No\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM",
            r"wants Kerberos \(Negotiate\), NTLM",
        ),
        ("407 No\r\nproxy-authenticate: Basic realm=x", "wants a user name and password"),
        ("403 Forbidden", "does not let through to leader.invalid: 403 Forbidden"),
    ],
)
def test_proxies_that_say_no(answer: str, says: str) -> None:
    said = raw(f"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n".encode())
    with serving(said) as proxy, pytest.raises(ProxyError, match=says) as caught:
        post("https://leader.invalid/", connection(proxy=f"http://me:pass-1@127.0.0.1:{proxy.port}"))
    assert caught.value.cure
    assert "pass-1" not in str(caught.value.args)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:{port}", "http://proxy.invalid:3128"])
def test_proxies_that_are_not_there(proxy: str) -> None:
    with closed_port() as port, pytest.raises(ProxyError, match="the proxy "):
        post("https://leader.invalid/", connection(proxy=proxy.format(port=port)))


def test_a_proxy_that_hangs_up() -> None:
    with serving(raw(b"")) as proxy, pytest.raises(ProxyError, match="the proxy 127"):
        post("https://leader.invalid/", connection(proxy=f"http://127.0.0.1:{proxy.port}"))


def test_loopback_takes_no_proxy() -> None:
    with serving(answering(204)) as server:
        assert post(server.url, connection(proxy="http://192.0.2.1:1")).status == 204
