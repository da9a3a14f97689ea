"""The running roles: starting, stopping, what they write down, and callers who are no clients."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import time
from pathlib import Path

import httpx
import pytest
import trustme

from dap.constants import MediaType
from dap.dialect import resource
from dap.messages import HpkeConfigList, UploadRequest
from dap.problems import Problem
from server import batches, serve
from server.aggregator import Aggregator
from server.errors import FolderError
from tests.aggregator_process import Process
from tests.aggregators import (
    COLLECTOR_TOKEN,
    DAY,
    PEER_TOKEN,
    UPLOAD_TOKEN,
    Pair,
    body,
    both,
    client,
    free_ports,
    make_pair,
    upload,
    vectors,
)

PAST = int(time.time()) // DAY - 2
"""A period that is over, and its grace is not, by the real clock, which the processes use."""


def config_of(url: str) -> int:
    response = httpx.get(resource(url, "hpke_config"), trust_env=False)
    assert MediaType.HPKE_CONFIG_LIST.accepts(response.headers["content-type"])
    assert "server" not in response.headers
    return HpkeConfigList.decode(response.content).configs[0].id


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_role_says_when_it_is_ready_and_ends_when_it_is_told(
    tmp_path: Path, number: signal.Signals
) -> None:
    ports = free_ports(2)
    pair = make_pair(tmp_path, ports=ports)
    process = Process("helper", tmp_path, ports=ports)
    process.start()
    assert process.ready == [f"ready helper http://127.0.0.1:{ports[1]}"]
    assert config_of(f"http://127.0.0.1:{ports[1]}") == pair.task.helper.hpke_config.id
    begun = time.monotonic()
    assert process.stop(number) == 0
    assert time.monotonic() - begun < 5
    assert "Traceback" not in process.log.read_text()
    assert not pair.helper.database.with_name("batches.db-wal").exists()


def test_one_process_for_both_says_loudly_what_that_means(tmp_path: Path) -> None:
    ports = free_ports(2)
    pair = make_pair(tmp_path, ports=ports)
    process = Process("both", tmp_path, ports=ports)
    process.start()
    assert process.ready == [
        f"ready leader http://127.0.0.1:{ports[0]}",
        f"ready helper http://127.0.0.1:{ports[1]}",
    ]
    assert serve.BOTH_HALVES in process.log.read_text()
    asyncio.run(send(pair, 10))
    assert process.stop() == 0


async def send(pair: Pair, count: int) -> list[bytes]:
    reports = [body(pair.task, PAST, vector, n) for n, vector in enumerate(vectors(count, pair.length, 1))]
    async with client() as http:
        for content in reports:
            response = await upload(http, pair, content)
            assert (response.status_code, response.content) == (200, b"")
    return reports


def test_the_log_names_no_sender_no_report_and_no_token(tmp_path: Path) -> None:
    ports = free_ports(2)
    pair = make_pair(tmp_path, ports=ports)
    leader, helper = (Process(role, tmp_path, ports=ports) for role in ("leader", "helper"))
    helper.start()
    leader.start()

    async def talk() -> list[bytes]:
        reports = await send(pair, 6)
        async with client("wrong-token") as http:
            assert (await upload(http, pair, reports[0])).status_code == 403
        async with client() as http:
            assert (await upload(http, pair, b"garbage")).status_code == 400
        return reports

    reports = asyncio.run(talk())
    with socket.create_connection(("127.0.0.1", ports[0])) as raw:
        raw.sendall(b"no http at all\r\n\r\n")
        raw.recv(1000)
    leader.stop()
    helper.stop()
    text = leader.log.read_text() + helper.log.read_text()
    ids = [UploadRequest.decode(content).reports[0].report_metadata.report_id.hex() for content in reports]
    for secret in ("127.0.0.1", UPLOAD_TOKEN, COLLECTOR_TOKEN, PEER_TOKEN, "wrong-token", "tasks/", *ids):
        assert secret not in text
    # nor a line for each request that is none: whoever reaches the port could fill the disk with them
    assert "HTTP" not in text


def test_what_was_being_answered_is_answered_before_the_end(tmp_path: Path) -> None:
    ports = free_ports(2)
    pair = make_pair(tmp_path, ports=ports)
    process = Process("leader", tmp_path, ports=ports)
    process.start()
    content = body(pair.task, PAST, vectors(1, pair.length, 1)[0], 1)
    head = (
        f"POST {httpx.URL(pair.url('reports')).path} HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {UPLOAD_TOKEN}\r\nContent-Type: {MediaType.UPLOAD_REQ}\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", ports[0])) as raw:
        raw.sendall(head.encode() + content[:100])
        time.sleep(0.2)
        assert process._process is not None
        process._process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        raw.sendall(content[100:])
        assert raw.recv(100).startswith(b"HTTP/1.1 200")
    assert process.stop() == 0


def test_an_address_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        pair = make_pair(tmp_path, ports=(port, port))

        async def talk() -> None:
            async with serve.serving(pair.helper):
                pass

        with pytest.raises(FolderError, match=f"127.0.0.1, port {port} cannot be listened on"):
            asyncio.run(talk())


def test_both_speak_tls_with_certificates_of_a_companys_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, stranger = trustme.CA(), trustme.CA()
    chain, key, trusted = (tmp_path / name for name in ("chain.pem", "key.pem", "authority.pem"))
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(key)
    for blob in issued.cert_chain_pems:
        blob.write_to_path(chain, append=True)
    pair = make_pair(tmp_path, ports=free_ports(2), tls=(chain, key))

    def trust(found: trustme.CA) -> ssl.SSLContext:
        found.cert_pem.write_to_path(trusted)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))  # what the system trusts, as far as OpenSSL knows
        return ssl.create_default_context(cafile=trusted)

    async def talk() -> None:
        headers = {"Authorization": f"Bearer {UPLOAD_TOKEN}", "Content-Type": str(MediaType.UPLOAD_REQ)}
        async with serve.serving(pair.helper) as (address, helper):
            assert address.startswith("https://")
            context = trust(stranger)
            async with serve.serving(pair.leader), httpx.AsyncClient(trust_env=False, verify=context) as http:
                with pytest.raises(httpx.ConnectError, match="certificate"):
                    await http.get(resource(pair.helper.peer_url, "hpke_config"))
            context = trust(authority)
            async with serve.serving(pair.leader), httpx.AsyncClient(trust_env=False, verify=context) as http:
                content = body(pair.task, PAST, vectors(1, pair.length, 1)[0], 1)
                assert (
                    await http.post(pair.url("reports"), content=content, headers=headers)
                ).status_code == 200
                async with asyncio.timeout(10):
                    while not reports(helper):
                        await asyncio.sleep(0.05)

    def reports(helper: Aggregator) -> int:
        with helper.database.write() as connection:
            return batches.find(connection, PAST).reports

    asyncio.run(talk())


# ------------------------------------------------------------- callers who are no clients


async def closed_after(pair: Pair, *parts: bytes, pause: float = 0.0) -> bytes:
    """What the leader answers until it closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", pair.leader.listen[1])
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        async with asyncio.timeout(10):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def test_headers_without_an_end_are_cut(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, ports=free_ports(2))
    filler = b"X-Filler: " + b"x" * 1000 + b"\r\n"

    async def talk() -> None:
        async with both(pair):
            many = await closed_after(pair, b"GET /hpke_config HTTP/1.1\r\n", *[filler] * 500)
            assert many == b""
            long = await closed_after(pair, b"GET /hpke_config HTTP/1.1\r\nX: ", *[b"x" * 5_000] * 100)
            assert long == b""
            line = await closed_after(pair, b"GET /", *[b"x" * 5_000] * 100)
            assert line == b""
            # and a usual one is answered
            usual = b"GET /hpke_config HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + filler * 20 + b"\r\n"
            assert (await closed_after(pair, usual)).startswith(b"HTTP/1.1 200")

    asyncio.run(talk())


def test_who_says_nothing_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "HEAD_SECONDS", 0.3)
    pair = make_pair(tmp_path, ports=free_ports(2))

    async def talk() -> None:
        async with both(pair):
            assert await closed_after(pair) == b""
            drops = [bytes([byte]) for byte in b"GET /hpke_config HTTP/1.1\r\n"]
            assert await closed_after(pair, *drops, pause=0.05) == b""

    asyncio.run(talk())


@pytest.mark.parametrize(
    "content",
    [b"no http at all\r\n\r\n", b"\0" * 100, b"GET / HTTP/9.9\r\n\r\n", b"GET http://[ HTTP/1.1\r\n\r\n"],
)
def test_what_is_no_http_gets_a_problem_too(tmp_path: Path, content: bytes) -> None:
    pair = make_pair(tmp_path, ports=free_ports(2))

    async def talk() -> bytes:
        async with both(pair):
            return await closed_after(pair, content)

    head, _, document = asyncio.run(talk()).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400")
    assert Problem.decode(document).status == 400


def test_an_upgrade_is_not_for_us(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, ports=free_ports(2))
    wanted = (
        b"GET /hpke_config HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )

    async def talk() -> bytes:
        async with both(pair):
            reader, writer = await asyncio.open_connection("127.0.0.1", pair.leader.listen[1])
            writer.write(wanted)
            answer = await reader.read(20)
            writer.close()
            return answer

    assert asyncio.run(talk()).startswith(b"HTTP/1.1 200")
