"""Sends requests to both aggregators' applications in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from dap.codec import encode_id
from dap.constants import MediaType
from dap.problems import Problem
from server.helper_web import HelperWeb
from server.leader_web import LeaderWeb
from tests.aggregators import (
    COLLECTOR_TOKEN,
    PEER_TOKEN,
    UPLOAD_TOKEN,
    Table,
)

PREFIX = "/api/dap"


class Caller:
    """Sends requests to both applications of a table, below the task's path unless told otherwise."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.wakes = 0
        leader = LeaderWeb(table.leader, self._wake).application()
        helper = HelperWeb(table.helper).application()
        self.clients = {
            "leader": httpx.AsyncClient(transport=httpx.ASGITransport(leader), base_url="http://leader"),
            "helper": httpx.AsyncClient(transport=httpx.ASGITransport(helper), base_url="http://helper"),
        }

    def _wake(self) -> None:
        self.wakes += 1

    async def __call__(
        self,
        who: str,
        method: str,
        path: str,
        *,
        token: str | None = None,
        media: MediaType | str | None = None,
        content: Any = b"",
        task: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        id = encode_id(self._table.task.task_id if task is None else task)
        url = path if path.startswith("/") else f"{PREFIX}/tasks/{id}/{path}"
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if media is not None:
            sent["Content-Type"] = str(media)
        response = await self.clients[who].request(method, url, content=content, headers=sent)
        assert response.status_code < 500 or response.status_code == 503
        if response.is_error:
            problem = problem_of(response)
            assert problem.status == response.status_code
        return response

    async def upload(self, content: Any, **more: Any) -> httpx.Response:
        named = {"token": UPLOAD_TOKEN, "media": MediaType.UPLOAD_REQ, **more}
        return await self("leader", "POST", "reports", content=content, **named)

    async def job(self, content: Any, **more: Any) -> httpx.Response:
        named = {"token": PEER_TOKEN, "media": MediaType.AGGREGATION_JOB_INIT_REQ, **more}
        return await self("helper", "POST", "aggregation_jobs", content=content, **named)

    async def collect(self, content: Any, **more: Any) -> httpx.Response:
        named = {"token": COLLECTOR_TOKEN, "media": MediaType.COLLECTION_JOB_REQ, **more}
        return await self("leader", "POST", "collection_jobs", content=content, **named)

    async def share(self, content: Any, **more: Any) -> httpx.Response:
        named = {"token": PEER_TOKEN, "media": MediaType.AGGREGATE_SHARE_REQ, **more}
        return await self("helper", "POST", "aggregate_shares", content=content, **named)


def problem_of(response: httpx.Response) -> Problem:
    assert response.headers["content-type"] == "application/problem+json"
    return Problem.decode(response.content)


def run(table: Table, talk: Callable[[Caller], Awaitable[None]]) -> Caller:
    """One conversation."""
    caller = Caller(table)

    async def talking() -> None:
        try:
            await talk(caller)
        finally:
            for client in caller.clients.values():
                await client.aclose()

    asyncio.run(talking())
    return caller
