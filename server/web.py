"""What every HTTP resource of an aggregator has in common: bounds, authentication, media types, problems.

A request that is wrong gets a problem document (RFC 9457), never a 500; nothing about who sent it is kept or
logged.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import sqlite3
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from dap.codec import decode_id, encode_id
from dap.constants import TASK_ID_SIZE
from dap.errors import DecodeError
from dap.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemError, ProblemType
from server.config import token_hash

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

    from dap.constants import MediaType

    Endpoint = Callable[[Request], Awaitable[Response]]

MAX_IN_FLIGHT: Final = 256
"""Requests being answered at once; more are asked to come back."""
BODY_SECONDS: Final = 30.0
RETRY_SECONDS: Final = 2
"""How long a peer is asked to wait before it asks again."""

_log = logging.getLogger("shoal.web")


# ----------------------------------------------------------------------- requests


async def read_body(request: Request, most: int) -> bytes:
    """The whole body; ProblemError beyond `most` bytes or when it takes too long to arrive."""
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length[:20]) > most:
        raise _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                parts.append(part)
    except TimeoutError:
        raise _plain(HTTPStatus.REQUEST_TIMEOUT) from None
    return b"".join(parts)


def require_task(request: Request, task_id: bytes) -> None:
    """Refuse a path that names another task."""
    try:
        known = decode_id(request.path_params["task"], TASK_ID_SIZE) == task_id
    except DecodeError:
        known = False
    if not known:
        raise ProblemError(Problem.of(ProblemType.UNRECOGNIZED_TASK, status=404))


def require_token(request: Request, expected_hash: bytes) -> None:
    """Refuse a request without the bearer token whose SHA-256 is given; 401 without one, 403 with another.

    An empty hash is nobody's: everything is refused.
    """
    tokens = request.headers.getlist("authorization") + [
        f"bearer {token}" for token in request.headers.getlist("dap-auth-token")
    ]
    if not tokens:
        raise _plain(HTTPStatus.UNAUTHORIZED)
    scheme, _, token = tokens[0].partition(" ")
    found = token_hash(token.strip())
    if len(tokens) > 1 or scheme.lower() != "bearer" or not hmac.compare_digest(found, expected_hash):
        raise _plain(HTTPStatus.FORBIDDEN)


def require_media(request: Request, media: MediaType) -> None:
    """Refuse a body that is declared as another message."""
    if not media.accepts(request.headers.get("content-type")):
        raise ProblemError(
            Problem(title="Unsupported media type.", detail=f"this resource takes {media}", status=415)
        )


def id_in(request: Request, name: str, size: int) -> bytes:
    """An identifier in the path; ProblemError if it is none."""
    try:
        return decode_id(request.path_params[name], size)
    except DecodeError as error:
        raise ProblemError(
            Problem.of(ProblemType.INVALID_MESSAGE, detail=f"{name}: {error}", status=400)
        ) from None


# ----------------------------------------------------------------------- responses


def message(body: bytes, media: MediaType, *, status: int = 200, location: str | None = None) -> Response:
    """A DAP message, with where it lies if it was just made."""
    headers = {} if location is None else {"location": location}
    return Response(body, status_code=status, media_type=str(media), headers=headers)


def later(location: str, *, status: int = 200) -> Response:
    """An empty answer: ask again there, after a while."""
    headers = {"location": location, "retry-after": str(RETRY_SECONDS)}
    return Response(status_code=status, headers=headers)


def problem_response(problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A problem document. The connection ends with it: what was not read of the body never will be."""
    return Response(
        problem.encode(),
        status_code=problem.status or 400,
        media_type=PROBLEM_MEDIA_TYPE,
        headers={"connection": "close", **(headers or {})},
    )


def _plain(status: HTTPStatus) -> ProblemError:
    return ProblemError(Problem(title=status.phrase, status=int(status)))


# --------------------------------------------------------------------- application


def prefix_of(path: str) -> str:
    """An aggregator URL's path without a slash at its end: what stands before each route."""
    return path.rstrip("/")


def location_of(prefix: str, task_id: bytes, collection: str, id: bytes, *, bare: bool) -> str:
    """A resource's path for a Location header; Janus leaves the prefix out (``bare``)."""
    return f"{'' if bare else prefix}/tasks/{encode_id(task_id)}/{collection}/{encode_id(id)}"


def route(path: str, methods: Mapping[str, Endpoint]) -> Route:
    """One path with an endpoint for each method; anything else is 405."""

    async def endpoint(request: Request) -> Response:
        try:
            chosen = methods[request.method]
        except KeyError:
            allowed = {"allow": ", ".join(methods)}
            raise HTTPException(405, headers=allowed) from None
        return await chosen(request)

    return Route(path, endpoint, methods=list(methods), include_in_schema=False)


def application(routes: list[Route]) -> ASGIApp:
    """The ASGI application over these routes."""
    handlers: dict[int | type[Exception], ExceptionHandler] = {
        ProblemError: _on_problem,
        HTTPException: _on_http,
        ClientDisconnect: _on_gone,
        sqlite3.Error: _on_database,
        500: _on_fault,
    }
    app = Starlette(routes=routes, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return _Bounded(app)


class _Bounded:
    """Refuses what is too much at once, before anything is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._busy = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._busy >= MAX_IN_FLIGHT:
            await busy()(scope, receive, send)
            return
        self._busy += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._busy -= 1


def busy() -> Response:
    """The answer to more requests than can be served."""
    problem = Problem(title="Too many requests at once.", status=503)
    return problem_response(problem, {"retry-after": str(RETRY_SECONDS)})


async def _on_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)
    headers = {401: {"www-authenticate": "Bearer"}, 503: {"retry-after": str(RETRY_SECONDS)}}
    return problem_response(error.problem, headers.get(error.problem.status or 0))


async def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    title = HTTPStatus(error.status_code).phrase
    return problem_response(Problem(title=title, status=error.status_code), error.headers)


async def _on_gone(_: Request, __: Exception) -> Response:
    return Response(status_code=400)


async def _on_database(_: Request, error: Exception) -> Response:
    """Disk full, or locked by a backup: the peer or device tries again later."""
    _log.error("the database does not work: %s", error)
    problem = Problem(title="Storage does not work at the moment.", status=503)
    return problem_response(problem, {"retry-after": "30"})


async def _on_fault(_: Request, __: Exception) -> Response:
    return problem_response(Problem(title="A fault of this server.", status=500))
