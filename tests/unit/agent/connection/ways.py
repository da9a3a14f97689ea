"""Ways to servers on loopback: direct, with own certificates, through a proxy."""

from __future__ import annotations

import contextlib
import datetime
import socket
import ssl
import threading
import time
from pathlib import Path

import trustme

from agent.connection import Answer, Connection

BODY = b"\x00\x01body" * 100
KIND = "application/ppm-dap;message=upload-req"


def connection(
    *, total: float = 5.0, hop: float = 5.0, environment: dict[str, str] | None = None, proxy: str = "system"
) -> Connection:
    return Connection(
        monotonic=time.monotonic,
        environment=environment or {},
        total_seconds=total,
        hop_seconds=hop,
        proxy=proxy,
    )


def post(url: str, way: Connection | None = None) -> Answer:
    return (way or connection()).post(url, BODY, content_type=KIND, token="secret-token")


def context(
    authority: trustme.CA, name: str = "localhost", *, days: tuple[int, int] | None = None
) -> ssl.SSLContext:
    now = datetime.datetime.now(datetime.UTC)
    limits = (
        {}
        if days is None
        else {"not_before": now + datetime.timedelta(days[0]), "not_after": now + datetime.timedelta(days[1])}
    )
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **limits).configure_cert(found)  # type: ignore[arg-type]
    return found


def trusting(bundle: Path | None, *, system: bool = False, **rest: object) -> Connection:
    return Connection(
        monotonic=time.monotonic,
        environment={},
        ca_bundle=bundle,
        use_system_trust=system,
        total_seconds=5,
        hop_seconds=5,
        **rest,  # type: ignore[arg-type]
    )


def bridge(port: int) -> object:
    """A proxy's answer to CONNECT: a tunnel to this port of loopback, whatever was asked for."""

    def copy(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def handler(peer: socket.socket, request: bytes) -> None:
        with socket.create_connection(("127.0.0.1", port)) as target:
            peer.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=copy, args=(target, peer), daemon=True)
            back.start()
            copy(peer, target)
            back.join(5)

    return handler
