"""What is shot at leader and helper: HTTP that is none, wrong requests, damaged messages."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, NamedTuple

from dap.codec import encode_id
from dap.constants import MediaType, Role
from dap.errors import DecodeError
from dap.messages import (
    AggregateShareReq,
    AggregationJobInitReq,
    CollectionJobReq,
    PingPong,
    Report,
    UploadRequest,
    VerifyInit,
)
from dap.messages.binding import vdaf_context
from dap.shares import open_input_share
from tests.aggregators import (
    COLLECTOR_TOKEN,
    PEER_TOKEN,
    UPLOAD_TOKEN,
    Pair,
    body,
    collection_request,
    vectors,
)
from tests.proof.hostile import mutate
from tests.proof.hostile.sockets import Shot, request

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class Resource(NamedTuple):
    """What takes a message: where, with which token and media type, and a message that it takes."""

    role: Role
    method: str
    path: str
    media: MediaType
    token: str
    message: bytes

    @property
    def headers(self) -> dict[str, str]:
        """The right ones."""
        return {"Authorization": f"Bearer {self.token}", "Content-Type": str(self.media)}

    def shot(self, name: str, content: bytes | None = None, **changed: str) -> Shot:
        """A request; `changed` are headers with _ for -, empty ones are left out."""
        headers = self.headers | {key.replace("_", "-"): value for key, value in changed.items()}
        kept = {key: value for key, value in headers.items() if value}
        content = self.message if content is None else content
        return Shot(f"{self.role.word} {name}", request(self.method, self.path, content, kept))


def resources(pair: Pair, period: int) -> tuple[Resource, ...]:
    """All that take a message, in the pair's dialect. What they hold is valid, and of one period."""
    named = pair.leader.dialect.client_names_jobs
    task = f"/tasks/{encode_id(pair.task.task_id)}"
    method, id = ("PUT", f"/{encode_id(b'i' * 16)}") if named else ("POST", "")
    chosen = vectors(3, pair.length, 5)
    uploads = [body(pair.task, period, vector, f"hostile {n}") for n, vector in enumerate(chosen)]
    inits = tuple(_init(pair, UploadRequest.decode(content).reports[0]) for content in uploads)
    job = AggregationJobInitReq(0, b"", (), inits).encode(pair.leader.dialect)
    asked = collection_request(period)
    share = AggregateShareReq(asked, asked.query, 3, bytes(32))
    leader, helper = Role.LEADER, Role.HELPER
    jobs, shares = f"{task}/aggregation_jobs{id}", f"{task}/aggregate_shares{id}"
    return (
        Resource(leader, "POST", f"{task}/reports", MediaType.UPLOAD_REQ, UPLOAD_TOKEN, b"".join(uploads)),
        Resource(
            *(leader, method, f"{task}/collection_jobs{id}"),
            *(MediaType.COLLECTION_JOB_REQ, COLLECTOR_TOKEN, asked.encode()),
        ),
        Resource(helper, method, jobs, MediaType.AGGREGATION_JOB_INIT_REQ, PEER_TOKEN, job),
        Resource(helper, method, shares, MediaType.AGGREGATE_SHARE_REQ, PEER_TOKEN, share.encode()),
    )


def _init(pair: Pair, report: Report) -> VerifyInit:
    """What the leader sends the helper of a report."""
    task, vdaf = pair.task, pair.task.config.vdaf()
    key = pair.leader.hpke_keys[0]
    share = open_input_share(key, Role.LEADER, task.task_id, task.configuration, report)
    _, verifier_share = vdaf.verify_init(
        pair.leader.verify_key,
        vdaf_context(task.task_id),
        0,
        report.report_metadata.report_id,
        report.public_share,
        share,
    )
    return VerifyInit(report.share(Role.HELPER), PingPong.initialize(verifier_share).encode())


def damaged(resource: Resource, count: int, seed: int, spared: Collection[int] = ()) -> Iterator[Shot]:
    """Whole requests with damaged messages. No collection of a spared period is begun by chance."""
    source = random.Random(f"{seed} {resource.path}")
    while count:
        steps = mutate.some(source)
        content = mutate.apply(resource.message, steps)
        if not _collects(content, spared):
            count -= 1
            yield resource.shot(f"{resource.path}: {steps}", content)


def mangled(resource: Resource, count: int, seed: int) -> Iterator[Shot]:
    """Requests damaged as a whole, heads and all: nobody knows what is left of them."""
    source = random.Random(f"{seed} mangled {resource.path}")
    usual = resource.shot("").data
    for _ in range(count):
        steps = mutate.some(source)
        head, _, content = usual.partition(b"\r\n\r\n")
        hurt = mutate.apply(head, steps) + b"\r\n\r\n" + content
        yield Shot(f"{resource.role.word} {resource.path}: head, {steps}", hurt, whole=False)


def _collects(content: bytes, spared: Collection[int]) -> bool:
    try:
        return CollectionJobReq.decode(content).query.interval.start in spared
    except DecodeError:
        return False


def wrong(resource: Resource) -> Iterator[Shot]:
    """Requests of right shape that are wrong: tokens, media types, ids, lengths, bodies."""
    token, path = resource.token, resource.path
    yield resource.shot("no token", Authorization="")
    for value in ("Bearer", "Bearer ", f"Basic {token}", f"Bearer {token}x", f"Bearer {token[:-1]}", token):
        yield resource.shot(f"token {value!r}", Authorization=value)
    yield resource.shot("token of other characters", Authorization="Bearer \xff\xfe\x80")
    yield resource.shot("a long token", Authorization="Bearer " + "x" * 30_000)
    yield resource.shot("two tokens", DAP_Auth_Token=token)
    yield resource.shot("a token of another name", Authorization="", DAP_Auth_Token=token + "x")
    for media in (
        "",
        "application/json",
        "text/html; charset=utf-7",
        "application/ppm-dap",
        ";;;=",
        "x" * 5_000,
    ):
        yield resource.shot(f"media type {media[:20]!r}", Content_Type=media)
    yield resource.shot("two messages", Content_Type=f"{resource.media};message=upload-errors")
    deep = b"[" * 100_000
    yield resource.shot("deep JSON", deep)
    yield resource.shot("deep JSON, said", deep, Content_Type="application/json")
    yield resource.shot("nothing", b"")
    yield resource.shot("compressed", b"\x1f\x8b\x08" + bytes(100), Content_Encoding="gzip")
    yield resource.shot("asks first", Expect="100-continue")
    for content in (b"\x00", b"\xff" * 300, bytes(4_000), b"\xff" * 200_000):
        yield resource.shot(f"{len(content)} bytes of one kind", content)
    task = path.split("/")[2]
    for other in (
        encode_id(bytes(32)),
        task[:-1],
        task + "A",
        task + "%00",
        "x",
        "%ff",
        "..",
        "é".encode().hex(),
    ):
        yield resource._replace(path=path.replace(task, other)).shot(f"task {other!r}")
    for more in (
        "/",
        "//",
        "/x",
        f"/{encode_id(bytes(16))}",
        "/%2e%2e",
        f"/{'A' * 60_000}",
        "?step=" + "9" * 5_000,
    ):
        yield resource._replace(path=path + more).shot(f"path …{more[:30]!r}")
    for method in ("GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
        if method != resource.method:
            yield resource._replace(method=method).shot(f"method {method}")
    yield resource._replace(method="HEAD").shot("method HEAD", b"")._replace(head=True)


def jobs(pair: Pair) -> Iterator[tuple[Role, Shot]]:
    """Resources that are not there, or never were."""
    task = f"/tasks/{encode_id(pair.task.task_id)}"
    tokens = {Role.LEADER: COLLECTOR_TOKEN, Role.HELPER: PEER_TOKEN}
    kinds = {Role.LEADER: ("collection_jobs",), Role.HELPER: ("aggregation_jobs", "aggregate_shares")}
    for role, names in kinds.items():
        headers = {"Authorization": f"Bearer {tokens[role]}"}
        for name in names:
            for id in (encode_id(bytes(16)), "x", "%00", "A" * 5_000, "AAAAAAAAAAAAAAAAAAAAAB"):
                for method in ("GET", "POST", "DELETE"):
                    for query in (
                        "",
                        "?step=0",
                        "?step=1",
                        "?step=x",
                        "?step=٣",
                        "?step=0&step=1",
                        "?" + "a&" * 9_000,
                    ):
                        path = f"{task}/{name}/{id}" + query.encode().decode("latin-1")
                        yield (
                            role,
                            Shot(
                                f"{role.word} {method} {name} {id[:9]} {query[:9]}",
                                request(method, path, b"", headers),
                            ),
                        )


def no_http(resource: Resource) -> Iterator[Shot]:
    """Bytes that HTTP does not know, or that its readers have been fooled with."""
    path, head = resource.path, "\r\n".join(f"{k}: {v}" for k, v in resource.headers.items())
    message = resource.message

    def raw(name: str, text: str | bytes, *, whole: bool = False, cut_off: bool = False) -> Shot:
        data = text if isinstance(text, bytes) else text.encode("latin-1")
        return Shot(f"{resource.role.word} {name}", data, whole=whole, cut_off=cut_off)

    line = f"POST {path} HTTP/1.1\r\nHost: x\r\n{head}\r\n"
    yield raw("nothing", b"")
    yield raw("noise", random.Random(1).randbytes(3_000))
    yield raw("a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(508))
    yield raw("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(64))
    yield raw("HTTP/0.9", f"GET {path}\r\n\r\n")
    yield raw("HTTP/9.9", f"GET {path} HTTP/9.9\r\n\r\n", whole=True)
    yield raw("no version", f"GET {path} HTTP/\r\n\r\n", whole=True)
    yield raw("only blank lines", b"\r\n" * 1_000)
    yield raw("a method in small letters", f"post {path} HTTP/1.1\r\n\r\n", whole=True)
    yield raw("CONNECT", "CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n")
    yield raw("OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", whole=True)
    yield raw(
        "a whole URL",
        f"GET http://evil.example{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        whole=True,
    )
    yield raw(
        "another port's URL",
        f"GET http://[::1{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        whole=True,
    )
    yield raw(
        "a path of bytes", b"GET /\xff\xfe\x80 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", whole=True
    )
    yield raw("a blank in the path", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", whole=True)
    yield raw("a header without a colon", f"{line}oops\r\n\r\n", whole=True)
    yield raw("a header without a name", f"{line}: x\r\n\r\n", whole=True)
    yield raw("a NUL in a header", f"{line}X: a\0b\r\n\r\n", whole=True)
    yield raw(
        "a folded header", f"{line}X: a\r\n b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", whole=True
    )
    yield raw("bare line feeds", f"GET {path} HTTP/1.1\nHost: x\nConnection: close\n\n")
    for value in ("-1", "+5", "0x10", "1e3", "９", "", "99999999999999999999999", "5, 5", "5 5"):
        length = f"{line}Content-Length: ".encode("latin-1") + value.encode() + b"\r\n\r\n"
        yield raw(f"length {value!r}", length + b"12345")
    yield raw("two lengths", f"{line}Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345", whole=True)
    yield raw(
        "length and chunks",
        f"{line}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        whole=True,
    )
    yield raw("chunks of chunks", f"{line}Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")
    yield raw("an unknown coding", f"{line}Transfer-Encoding: gzip\r\nConnection: close\r\n\r\n0\r\n\r\n")
    chunked = f"{line}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    yield raw("no chunk size", f"{chunked}zz\r\n", whole=True)
    yield raw("a chunk without end", f"{chunked}ffffffffffffffff\r\nx")
    yield raw("a chunk size beyond all", f"{chunked}fffffffffffffffffff\r\nx", whole=True)
    yield raw("a long chunk extension", f"{chunked}1;{'a' * 30_000}\r\nx\r\n0\r\n\r\n")
    pieces = b"".join(b"1\r\n%c\r\n" % byte for byte in message)
    yield raw("one byte a chunk", chunked.encode("latin-1") + pieces + b"0\r\nX: y\r\n\r\n", whole=True)
    yield raw(
        "an upgrade", f"{line}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    yield raw("another upgrade", f"{line}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n")
    yield raw(
        "a body that ends early", f"{line}Content-Length: {len(message) + 10}\r\n\r\n".encode() + message
    )
    yield raw(
        "a body that goes on",
        f"{line}Content-Length: {len(message)}\r\n\r\n".encode() + message + b"\0" * 900,
    )
    many = "".join(f"X-{n}: y\r\n" for n in range(4_000))
    yield raw(
        "thousands of headers", f"{line}{many}Content-Length: 0\r\nConnection: close\r\n\r\n", whole=True
    )
    yield raw("a header beyond bounds", f"{line}X: {'y' * 200_000}", whole=True, cut_off=True)
    yield raw("headers beyond bounds", f"{line}{many * 20}", whole=True, cut_off=True)
    over = f"{line}Content-Length: {10**12}\r\n\r\n".encode()
    yield raw("a length beyond bounds", over + b"x" * 1_000, whole=True)
    endless = b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"
    yield raw("chunks beyond bounds", chunked.encode("latin-1") + endless * 80, whole=True, cut_off=True)
    get = request("GET", "/hpke_config", close=False)
    yield raw("fifty in a row", get * 49 + request("GET", "/hpke_config"), whole=True)
    yield raw("a request behind a refusal", resource.shot("", b"x").data + get)
    yield raw("noise behind a request", get + b"\xff\xfe\x00" * 50, whole=True)
