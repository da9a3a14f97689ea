"""How the collector talks to the leader: authenticated, bounded requests whose answer may be now or later.

Draft 18, sections 3.1 and 4.6.1: an empty success means "ask again there". Plain and blocking: a collector
does one thing at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from dap.codec import encode_id
from dap.constants import MediaType
from dap.dialect import resource
from dap.errors import DecodeError
from server import answers
from server.answers import MAX_ANSWER
from server.errors import PeerError

if TYPE_CHECKING:
    from dap.dialect import Dialect
    from dap.problems import Problem

USUAL_WAIT: Final = 2.0
LONGEST_WAIT: Final = 300.0
_TIMEOUT: Final = httpx.Timeout(10.0, read=60.0)


class Refused(Exception):  # noqa: N818 - what the leader did
    """The leader answered with a problem document that more patience does not change."""

    def __init__(self, problem: Problem, status: int) -> None:
        super().__init__(problem.said)
        self.problem = problem
        self.status = status


class Gone(Exception):  # noqa: N818 - a state
    """The collection job is unknown at the leader: it must be asked for again."""


class LeaderClient:
    """One task's collection jobs at its leader."""

    def __init__(self, url: str, task_id: bytes, token: str, dialect: Dialect) -> None:
        self._url = url
        self._jobs = resource(url, "tasks", encode_id(task_id), "collection_jobs")
        self._dialect = dialect
        self._client = httpx.Client(**answers.settings(url, token, "shoal-collector"), timeout=_TIMEOUT)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> LeaderClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: bytes, job_id: bytes) -> tuple[bytes | None, str, float]:
        """Create the collection job, or find it again: equal requests are one job.

        job_id: 16 bytes, the name where the dialect leaves naming to the collector.  Returns the answer or
        None, the job's URL, and the seconds to wait before looking. PeerError, Refused.
        """
        headers = {"Content-Type": str(MediaType.COLLECTION_JOB_REQ)}
        if self._dialect.client_names_jobs:
            job = f"{self._jobs}/{encode_id(job_id)}"
            response = self._send("PUT", job, content=request, headers=headers)
        else:
            response = self._send("POST", self._jobs, content=request, headers=headers)
            job = self._location(response)
        return self._body(response), job, _retry_after(response)

    def look(self, job: str) -> tuple[bytes | None, float]:
        """The job's answer, or None, and the seconds to wait before looking again.

        Raises PeerError, Refused, or Gone.
        """
        response = self._send("GET", job)
        return self._body(response), _retry_after(response)

    def _location(self, response: httpx.Response) -> str:
        location = response.headers.get("location")
        if location is None:
            raise PeerError(
                "The leader made a collection job and did not say where.", "Is it a DAP-18 leader?"
            )
        try:
            return self._dialect.locate(self._url, location)
        except DecodeError as error:
            raise PeerError(f"The leader's answer: {error}.") from None

    def _body(self, response: httpx.Response) -> bytes | None:
        if not response.content:
            return None
        if not MediaType.COLLECTION_JOB_RESP.accepts(response.headers.get("content-type")):
            raise PeerError("The leader's answer is of another media type than a collection's.")
        return response.content

    def _send(
        self, method: str, url: str, *, content: bytes | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        try:
            with self._client.stream(method, url, content=content, headers=headers) as response:
                _read(response)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PeerError(
                f"The leader at {self._url} does not answer ({type(error).__name__}).",
                "Is it running, and is the name, the proxy and the certificate right? Then collect again.",
            ) from None
        if response.is_success:
            return response
        raise self._failure(method, response)

    def _failure(self, method: str, response: httpx.Response) -> Exception:
        status = response.status_code
        if method == "GET" and status in (404, 410):
            return Gone()
        if status in (401, 403):
            return PeerError(
                f"The leader does not take this collector's token (HTTP {status}).",
                "Leader and collector need each other's current public files: shoal-server task peer.",
            )
        problem = answers.problem(response)
        if problem is None or status in (408, 425, 429) or not 400 <= status < 500:
            return PeerError(f"The leader answered HTTP {status}.", "Collect again later.")
        return Refused(problem, status)


def _read(response: httpx.Response) -> None:
    """Read the body within bounds; it is then `response.content`."""
    parts, size = [], 0
    for part in response.iter_raw():
        size += len(part)
        if size > MAX_ANSWER:
            raise PeerError("The leader's answer is too large for a collection's.")
        parts.append(part)
    if answers.is_encoded(response):
        raise PeerError("The leader's answer is encoded, which was not asked for.")
    response._content = b"".join(parts)


def _retry_after(response: httpx.Response) -> float:
    """Seconds until the next question; the usual ones if the leader names none or a date."""
    named = answers.retry_after(response)
    return USUAL_WAIT if named is None else max(0.2, min(LONGEST_WAIT, named))
