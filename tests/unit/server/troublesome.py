"""The helper behind a proxy that makes every kind of trouble, and the driver that meets it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.responses import Response

from server.driver import Driver
from server.helper_web import HelperWeb
from tests.aggregators import Table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Receive, Scope, Send

Trouble = Callable[["Troublesome", "Scope", bytes], Awaitable[Response | None]]


class Troublesome:
    """The real helper behind a proxy that meets each request with the next trouble, then lets it through."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.troubles: list[Trouble] = []
        self.always: Trouble | None = None
        self.seen: list[tuple[str, str, bytes]] = []
        self.kept: dict[str, Response] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        content = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return  # the driver was stopped while it sent
            content += message.get("body", b"")
            more = message.get("more_body", False)
        query = scope["query_string"].decode()
        self.seen.append((scope["method"], scope["path"] + (f"?{query}" if query else ""), content))
        trouble = self.always or (self.troubles.pop(0) if self.troubles else None)
        response = None if trouble is None else await trouble(self, scope, content)
        if response is None:
            response = await self.real(scope, content)
        await response(scope, receive, send)

    async def real(self, scope: Scope, content: bytes) -> Response:
        """What the helper itself answers."""
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Response(sent[1].get("body", b""), sent[0]["status"], headers)

    def posts(self) -> list[bytes]:
        return [content for method, _, content in self.seen if method in ("POST", "PUT")]


def answer(status: int, content: bytes = b"", **headers: str) -> Trouble:
    """Answered in the helper's place; it hears nothing of it."""

    async def trouble(_: Troublesome, __: Scope, ___: bytes) -> Response:
        return Response(content, status, {name.replace("_", "-"): value for name, value in headers.items()})

    return trouble


async def lost(proxy: Troublesome, scope: Scope, content: bytes) -> Response:
    """The helper does its work, and its answer gets lost."""
    await proxy.real(scope, content)
    return Response(status_code=502)


async def cut(proxy: Troublesome, scope: Scope, content: bytes) -> Response:
    """The helper does its work, and the connection breaks in the middle of the answer."""
    response = await proxy.real(scope, content)
    response.headers["content-length"] = str(len(response.body) + 10)
    return response


async def later(proxy: Troublesome, scope: Scope, content: bytes) -> Response:
    """The asynchronous form: nothing yet, ask there."""
    response = await proxy.real(scope, content)
    place = response.headers["location"]
    proxy.kept[place] = response
    return Response(status_code=200, headers={"location": place, "retry-after": "0"})


async def not_yet(_: Troublesome, scope: Scope, __: bytes) -> Response:
    """Still nothing. A poll must carry the step."""
    assert scope["method"] == "GET"
    return Response(status_code=200, headers={"retry-after": "1"})


@asynccontextmanager
async def helper_behind(table: Table) -> AsyncIterator[Troublesome]:
    proxy = Troublesome(HelperWeb(table.helper).application())
    config = uvicorn.Config(proxy, port=table.pair.helper.listen[1], lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield proxy
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def driving(table: Table, job_size: int = 4) -> AsyncIterator[Driver]:
    made = Driver(table.leader, job_size=job_size, linger=0.0, tick=0.05)
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)


def is_settled(table: Table) -> bool:
    return table.leader.open_jobs() == ([], [])
