"""Raw bytes to an HTTP server on loopback, and a judge of what comes back who knows nothing of the server."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
from typing import TYPE_CHECKING, NamedTuple

from dap.constants import MediaType
from dap.errors import DecodeError
from dap.problems import PROBLEM_MEDIA_TYPE, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PATIENCE = 60.0
"""Seconds in which a whole request must have been answered and its connection closed."""
GLANCE = 0.4
"""Seconds that a request which may not be whole is given, before the connection is closed from this side."""


class Shot(NamedTuple):
    """Bytes to send, and what may come of them."""

    name: str
    data: bytes
    whole: bool = True
    """One request or more that HTTP has no doubt about: an answer is due, and then an end."""
    cut_off: bool = False
    """The server may also end the connection without a word: what was sent is beyond its bounds."""
    head: bool = False
    """The method is HEAD: answers have no body."""


class Reply(NamedTuple):
    """One answer."""

    status: int
    media: str
    body: bytes


def request(
    method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, *, close: bool = True
) -> bytes:
    """A well-formed request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body or method in ("POST", "PUT"):
        lines.append(f"Content-Length: {len(body)}")
    if close:
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


async def fire(port: int, shot: Shot) -> list[str]:
    """Send a shot; what is wrong with the answers, in words."""
    try:
        async with asyncio.timeout(PATIENCE):
            received, reset = await _exchange(port, shot)
    except TimeoutError:
        return [f"{shot.name}: neither answered nor ended within {PATIENCE:.0f} s"]
    if shot.head:
        received = received.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if received else b""
    replies, rest = parse(received, head=shot.head)
    wrong = [f"{shot.name}: {complaint}" for reply in replies for complaint in judge(reply, head=shot.head)]
    if rest and not reset:
        wrong.append(f"{shot.name}: bytes that are no HTTP answer: {rest[:60]!r}")
    if shot.whole and not replies and not shot.cut_off:
        wrong.append(f"{shot.name}: no answer at all")
    return wrong


async def volley(port: int, shots: Iterable[Shot], *, abreast: int = 8) -> list[str]:
    """Many shots, some at a time."""
    turn = asyncio.Semaphore(abreast)

    async def one(shot: Shot) -> list[str]:
        async with turn:
            return await fire(port, shot)

    return [found for wrong in await asyncio.gather(*map(one, shots)) for found in wrong]


async def drip(port: int, data: bytes, seconds: float, most: float) -> tuple[float, bytes]:
    """Send a beginning, then a byte now and then; after how long the server ended it, and what it said."""
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = loop.time()
    writer.write(data)

    async def go_on() -> None:
        while True:
            await asyncio.sleep(seconds)
            writer.write(b"x")

    dripping = asyncio.create_task(go_on())
    try:
        async with asyncio.timeout(most):
            said = await reader.read()
    except ConnectionError:
        said = b""
    finally:
        dripping.cancel()
        writer.close()
    return loop.time() - began, said


def parse(received: bytes, *, head: bool = False) -> tuple[list[Reply], bytes]:
    """The answers in what came, and what is left over."""
    stream = _Stream(received)
    replies: list[Reply] = []
    while stream.tell() < len(received):
        at = stream.tell()
        response = http.client.HTTPResponse(_Socket(stream), method="HEAD" if head else "GET")  # type: ignore[arg-type]
        try:
            response.begin()
            body = response.read()
        except (http.client.HTTPException, ValueError):
            return replies, received[at:]
        replies.append(Reply(response.status, response.headers.get("content-type", ""), body))
    return replies, b""


def judge(reply: Reply, *, head: bool = False) -> list[str]:
    """What is wrong with an answer to hostile bytes, if anything."""
    status, media, body = reply
    if status >= 500 or 300 <= status < 400 or status < 200:
        return [f"answered {status}: {body[:200]!r}"]
    if status < 300:
        known = {str(kind) for kind in MediaType}
        return [] if (not body and not media) or media in known else [f"{status} with {media or 'no type'}"]
    if media != PROBLEM_MEDIA_TYPE:
        return [f"{status} without a problem document but {media or 'nothing'}: {body[:80]!r}"]
    if head:
        return []
    try:
        problem = Problem.decode(body)
    except DecodeError as error:
        return [f"{status} with a problem document that is none: {error}"]
    return [] if problem.status == status else [f"{status} with a problem document of {problem.status}"]


class _Stream(io.BytesIO):
    """Stays open behind an answer, for the next one."""

    def close(self) -> None:
        """Nothing."""


class _Socket:
    """What HTTPResponse wants: something with a file."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    def makefile(self, _: str) -> _Stream:
        return self._stream


async def _exchange(port: int, shot: Shot) -> tuple[bytes, bool]:
    """All that came, and whether the connection was reset rather than closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    received = bytearray()
    reset = False

    async def read() -> None:
        while part := await reader.read(65_536):
            received.extend(part)

    try:
        writer.write(shot.data)
        if shot.whole:
            await read()
        else:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GLANCE):
                    await read()
    except ConnectionError:
        reset = True
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
    return bytes(received), reset
