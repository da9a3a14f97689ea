"""How the leader talks to the helper: authenticated, bounded requests whose answer may be now or later.

Draft 18, section 3.1: an empty success means "ask again there". Which failures are worth another attempt,
and which are final, is decided here once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import httpx

from dap.dialect import resource
from dap.errors import DecodeError
from dap.problems import Problem
from server import answers
from server.answers import MAX_ANSWER

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dap.constants import MediaType
    from dap.dialect import Dialect

_PATIENCE: Final = httpx.Timeout(10.0, read=120.0)
_LONGEST_WAIT: Final = 60.0
_USUAL_WAIT: Final = 2.0
# Not the request's fault, or one that the operators can mend without losing reports.
_TRANSIENT: Final = frozenset({401, 403, 404, 405, 408, 415, 421, 425, 429})


class HelperAway(Exception):  # noqa: N818 - a state to wait out
    """No answer, or one that says to try again; `after` seconds if the helper named a time."""

    def __init__(self, reason: str, after: float | None = None, status: int | None = None) -> None:
        super().__init__(reason)
        self.after = after
        self.status = status


class HelperRefused(Exception):  # noqa: N818 - what the helper did
    """The helper will not take this request, now or later."""

    def __init__(self, problem: Problem, status: int) -> None:
        super().__init__(problem.said)
        self.problem = problem
        self.status = status


class Conversation:
    """One task's helper. Closing it closes its connections."""

    def __init__(self, helper_url: str, token: str, dialect: Dialect) -> None:
        self._url = helper_url
        self._dialect = dialect
        self._client = httpx.AsyncClient(
            **answers.settings(helper_url, token, "shoal"),
            timeout=_PATIENCE,
            limits=httpx.Limits(max_connections=8, keepalive_expiry=10.0),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def collection(self, *segments: str) -> str:
        """The URL of a resource at the helper."""
        return resource(self._url, *segments)

    async def create(self, url: str, body: bytes, media: MediaType, *, named: bool) -> httpx.Response:
        """POST to a collection, or PUT to a resource whose id the leader chose (``named``)."""
        method = "PUT" if named else "POST"
        return await self._send(method, url, content=body, headers={"Content-Type": str(media)})

    async def answer(
        self,
        first: httpx.Response | None,
        location: str | None,
        media: MediaType,
        located: Callable[[str], Awaitable[None]],
    ) -> tuple[bytes, str | None]:
        """The body of the answer, polled for until it is there, and where it lies.

        ``first`` is what the request was answered with, or None to go on at ``location``, where an earlier
        answer said to look; ``located`` is told each such place before it is asked. Raises HelperAway and
        HelperRefused.
        """
        response = first if first is not None else await self._send("GET", location or "")
        while True:
            there = response.headers.get("location")
            if there is not None:
                location = self._locate(there)
            if response.content:
                break
            if location is None:
                raise HelperAway("the helper said neither yes nor where to ask")
            await located(location)
            await asyncio.sleep(_retry_after(response) or _USUAL_WAIT)
            response = await self._send("GET", location)
        if not media.accepts(response.headers.get("content-type")):
            raise HelperAway("the helper's answer is of another media type")
        return response.content, location

    async def drop(self, url: str) -> None:
        """DELETE a resource that is needed no more; whether it works does not matter."""
        try:
            await self._send("DELETE", url.partition("?")[0])
        except (HelperAway, HelperRefused):
            return

    def _locate(self, location: str) -> str:
        try:
            return self._dialect.locate(self._url, location)
        except DecodeError as error:
            raise HelperAway(str(error)) from None

    async def _send(
        self, method: str, url: str, *, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        try:
            request = self._client.build_request(method, url, content=content, headers=headers)
            response = await self._client.send(request, stream=True)
            try:
                await _read(response)
            finally:
                await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise HelperAway(type(error).__name__) from None
        if response.is_success:
            return response
        if response.status_code in _TRANSIENT or not 400 <= response.status_code < 500:
            raise HelperAway(f"HTTP {response.status_code}", _retry_after(response), response.status_code)
        raise HelperRefused(_problem(response), response.status_code)


async def _read(response: httpx.Response) -> None:
    """Read the body within bounds; it is then `response.content`."""
    parts, size = [], 0
    async for part in response.aiter_raw():
        size += len(part)
        if size > MAX_ANSWER:
            raise HelperAway("the helper's answer is too large")
        parts.append(part)
    if answers.is_encoded(response):
        raise HelperAway("the helper's answer is encoded, which was not asked for")
    response._content = b"".join(parts)


def _problem(response: httpx.Response) -> Problem:
    found = answers.problem(response)
    if found is None:
        found = Problem(title=f"The helper answered HTTP {response.status_code}.")
    return found._replace(status=response.status_code, task_id=None)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds; None if the helper names none."""
    named = answers.retry_after(response)
    return None if named is None else min(_LONGEST_WAIT, named)
