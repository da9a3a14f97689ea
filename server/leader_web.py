"""The leader's HTTP resources: HPKE configuration, uploads, collection jobs (draft 18, section 4)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.responses import Response

from dap.constants import JOB_ID_SIZE, MediaType, ReportError
from dap.errors import DecodeError
from dap.messages import ReportUploadStatus, UploadErrors, UploadRequest
from dap.problems import ProblemError, ProblemType
from server import web
from server.intake import Intake

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from dap.messages import Report
    from server.leader import Leader
    from server.pending import Waiting
    from server.resources import Resource

MAX_UPLOAD: Final = 256 * 1024
"""Bytes of one upload: a device sends one report of about 8 kB, a gateway a few dozen."""
MAX_COLLECTION: Final = 4 * 1024
CACHE_SECONDS: Final = 86_400


class LeaderWeb:
    """Requests in, answers out. ``wake`` tells the driver that there is something to do."""

    def __init__(self, leader: Leader, wake: Callable[[], None]) -> None:
        self._leader = leader
        self._wake = wake
        self._intake = Intake(leader.store, wake)
        self._prefix = web.prefix_of(urlsplit(leader.terms.leader_aggregator_endpoint).path)

    def application(self) -> ASGIApp:
        """The ASGI application."""
        task = f"{self._prefix}/tasks/{{task}}"
        dialect = self._leader.config.dialect
        one: dict[str, web.Endpoint] = {"GET": self._get, "DELETE": self._delete}
        routes = [
            web.route(f"{self._prefix}/hpke_config", {"GET": self._hpke_config}),
            web.route(f"{task}/reports", {"POST": self._upload}),
            web.route(f"{task}/collection_jobs", {"POST": self._collect}),
        ]
        if dialect.client_names_jobs:
            one["PUT"] = self._collect_named
        return web.application([*routes, web.route(f"{task}/collection_jobs/{{job}}", one)])

    async def _hpke_config(self, _: Request) -> Response:
        answer = web.message(self._leader.hpke_configs(), MediaType.HPKE_CONFIG_LIST)
        answer.headers["cache-control"] = f"max-age={CACHE_SECONDS}"
        return answer

    # ------------------------------------------------------------------- uploads

    async def _upload(self, request: Request) -> Response:
        web.require_task(request, self._leader.task_id)
        web.require_token(request, self._leader.config.upload_token_hash)
        web.require_media(request, MediaType.UPLOAD_REQ)
        body = await web.read_body(request, MAX_UPLOAD)
        try:
            reports = UploadRequest.decode(body).reports
        except DecodeError as error:
            raise self._leader.problem(ProblemType.INVALID_MESSAGE, str(error)) from None
        if not reports:
            raise self._leader.problem(ProblemType.INVALID_MESSAGE, "an upload holds at least one report")
        errors = await self._take(reports)
        status = tuple(
            ReportUploadStatus(report.report_metadata.report_id, error)
            for report, error in zip(reports, errors, strict=True)
            if error is not None
        )
        if not status:
            return Response(status_code=200)
        return web.message(UploadErrors(status).encode(), MediaType.UPLOAD_ERRORS)

    async def _take(self, reports: tuple[Report, ...]) -> list[ReportError | None]:
        """Verify here, a millisecond at a time (a thread would only wait for the interpreter), then store."""
        outcomes: list[Waiting | ReportError] = []
        for report in reports:
            outcomes.append(self._leader.receive(report))
            if len(reports) > 1:
                await asyncio.sleep(0)
        kept = iter(
            await self._intake.keep([found for found in outcomes if not isinstance(found, ReportError)])
        )
        return [found if isinstance(found, ReportError) else next(kept) for found in outcomes]

    # -------------------------------------------------------------- collections

    async def _collect(self, request: Request) -> Response:
        body = await self._collection_request(request)
        found = await asyncio.to_thread(self._leader.ask, body)
        self._wake()
        return self._answer(found, status=200)

    async def _collect_named(self, request: Request) -> Response:
        body = await self._collection_request(request)
        found = await asyncio.to_thread(self._leader.ask, body, web.id_in(request, "job", JOB_ID_SIZE))
        self._wake()
        return Response(status_code=201, headers={"location": self._location(found)})

    async def _collection_request(self, request: Request) -> bytes:
        self._require_collector(request)
        web.require_media(request, MediaType.COLLECTION_JOB_REQ)
        return await web.read_body(request, MAX_COLLECTION)

    async def _get(self, request: Request) -> Response:
        self._require_collector(request)
        id = web.id_in(request, "job", JOB_ID_SIZE)
        return self._answer(await asyncio.to_thread(self._leader.collection, id), status=200)

    async def _delete(self, request: Request) -> Response:
        self._require_collector(request)
        id = web.id_in(request, "job", JOB_ID_SIZE)
        await asyncio.to_thread(self._leader.forget_collection, id)
        return Response(status_code=204)

    def _require_collector(self, request: Request) -> None:
        web.require_task(request, self._leader.task_id)
        web.require_token(request, self._leader.config.collector_token_hash)

    def _answer(self, found: Resource, *, status: int) -> Response:
        if found.problem is not None:
            raise ProblemError(found.problem)
        if found.response is None:
            return web.later(self._location(found), status=status)
        media = MediaType.COLLECTION_JOB_RESP
        return web.message(found.response, media, status=status, location=self._location(found))

    def _location(self, found: Resource) -> str:
        bare = self._leader.config.dialect.bare_locations
        return web.location_of(self._prefix, self._leader.task_id, "collection_jobs", found.id, bare=bare)
