"""The helper's HTTP resources: HPKE configuration, aggregation jobs, aggregate shares (draft 18, 4)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.responses import Response

from dap.constants import JOB_ID_SIZE, MediaType
from dap.problems import Problem, ProblemError, ProblemType
from server import web
from server.config import token_hash

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from server.helper import Helper
    from server.resources import Resource

MAX_JOB: Final = 4 * 1024 * 1024
"""Bytes of an aggregation job: about 1,200 for each report."""
MAX_SHARE: Final = 4 * 1024
MAX_WAITING: Final = 8
"""Jobs in memory at once; they are verified one after the other."""
CACHE_SECONDS: Final = 86_400


class HelperWeb:
    """Requests in, answers out; every job is answered at once, however long it takes."""

    def __init__(self, helper: Helper) -> None:
        self._helper = helper
        self._dialect = helper.config.dialect
        self._token = token_hash(helper.config.peer_token)
        self._prefix = web.prefix_of(urlsplit(helper.terms.helper_aggregator_endpoint).path)
        self._turn = asyncio.Semaphore(1)
        self._waiting = 0

    def application(self) -> ASGIApp:
        """The ASGI application."""
        task = f"{self._prefix}/tasks/{{task}}"
        job: dict[str, web.Endpoint] = {"GET": self._job, "POST": self._continue, "DELETE": self._drop_job}
        share: dict[str, web.Endpoint] = {"GET": self._share, "DELETE": self._drop_share}
        routes = [web.route(f"{self._prefix}/hpke_config", {"GET": self._hpke_config})]
        if self._dialect.client_names_jobs:
            job["PUT"], share["PUT"] = self._make_job, self._make_share
        else:
            routes.append(web.route(f"{task}/aggregation_jobs", {"POST": self._make_job}))
            routes.append(web.route(f"{task}/aggregate_shares", {"POST": self._make_share}))
        routes.append(web.route(f"{task}/aggregation_jobs/{{job}}", job))
        routes.append(web.route(f"{task}/aggregate_shares/{{share}}", share))
        return web.application(routes)

    async def _hpke_config(self, _: Request) -> Response:
        answer = web.message(self._helper.hpke_configs(), MediaType.HPKE_CONFIG_LIST)
        answer.headers["cache-control"] = f"max-age={CACHE_SECONDS}"
        return answer

    # --------------------------------------------------------- aggregation jobs

    async def _make_job(self, request: Request) -> Response:
        self._require_leader(request)
        web.require_media(request, MediaType.AGGREGATION_JOB_INIT_REQ)
        made = await self._work(request, MAX_JOB, "job", self._helper.aggregate)
        status = 201 if self._dialect.client_names_jobs else 200
        return self._job_answer(made, status)

    async def _job(self, request: Request) -> Response:
        self._require_leader(request)
        step = request.query_params.get("step", "")
        if not step.isascii() or not step.isdigit():
            raise self._helper.problem(ProblemType.INVALID_MESSAGE, "the query must say step=0")
        found = await asyncio.to_thread(self._helper.job, web.id_in(request, "job", JOB_ID_SIZE))
        if step.lstrip("0"):
            raise self._helper.problem(ProblemType.STEP_MISMATCH, "Prio3 jobs have step 0 only")
        return self._job_answer(found, 200)

    async def _continue(self, request: Request) -> Response:
        """Prio3 is done after one round, so that whoever continues is at another step."""
        self._require_leader(request)
        await asyncio.to_thread(self._helper.job, web.id_in(request, "job", JOB_ID_SIZE))
        raise self._helper.problem(ProblemType.STEP_MISMATCH, "Prio3 jobs have step 0 only")

    async def _drop_job(self, request: Request) -> Response:
        self._require_leader(request)
        await asyncio.to_thread(self._helper.forget_job, web.id_in(request, "job", JOB_ID_SIZE))
        return Response(status_code=204)

    def _job_answer(self, job: Resource, status: int) -> Response:
        location = self._location("aggregation_jobs", job) + "?step=0"
        return web.message(
            job.response or b"", MediaType.AGGREGATION_JOB_RESP, status=status, location=location
        )

    # ------------------------------------------------------------ aggregate shares

    async def _make_share(self, request: Request) -> Response:
        self._require_leader(request)
        web.require_media(request, MediaType.AGGREGATE_SHARE_REQ)
        made = await self._work(request, MAX_SHARE, "share", self._helper.share)
        return self._share_answer(made)

    async def _share(self, request: Request) -> Response:
        self._require_leader(request)
        id = web.id_in(request, "share", JOB_ID_SIZE)
        return self._share_answer(await asyncio.to_thread(self._helper.handed_over, id))

    async def _drop_share(self, request: Request) -> Response:
        self._require_leader(request)
        await asyncio.to_thread(self._helper.forget_share, web.id_in(request, "share", JOB_ID_SIZE))
        return Response(status_code=204)

    def _share_answer(self, share: Resource) -> Response:
        location = self._location("aggregate_shares", share)
        return web.message(share.response or b"", MediaType.AGGREGATE_SHARE, location=location)

    # --------------------------------------------------------------------- both

    async def _work(
        self,
        request: Request,
        most: int,
        name: str,
        work: Callable[[bytes, bytes | None], Resource],
    ) -> Resource:
        """Read a body and work on it in a thread, in turn: the interpreter runs one at a time anyway."""
        id = web.id_in(request, name, JOB_ID_SIZE) if self._dialect.client_names_jobs else None
        if self._waiting >= MAX_WAITING:
            raise ProblemError(Problem(title="Too many requests at once.", status=503))
        self._waiting += 1
        try:
            body = await web.read_body(request, most)
            async with self._turn:
                return await asyncio.to_thread(work, body, id)
        finally:
            self._waiting -= 1

    def _require_leader(self, request: Request) -> None:
        web.require_task(request, self._helper.task_id)
        web.require_token(request, self._token)

    def _location(self, collection: str, found: Resource) -> str:
        bare = self._dialect.bare_locations
        return web.location_of(self._prefix, self._helper.task_id, collection, found.id, bare=bare)
