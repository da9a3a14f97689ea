"""What was made for a peer, and the answer that an equal request gets again (draft 18, section 3.2).

Runs inside the caller's transaction. Where the server names its resources, the id follows from the request,
so that repeating one finds the same resource; requests themselves are kept only while they are needed.
"""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from dap.constants import JOB_ID_SIZE
from dap.problems import Problem

if TYPE_CHECKING:
    import sqlite3


class Kind(IntEnum):
    """Which collection of the API a resource lies in."""

    AGGREGATION_JOB = 1
    AGGREGATE_SHARE = 2
    COLLECTION_JOB = 3


class Resource(NamedTuple):
    """A stored answer: a response, a problem, or neither yet."""

    kind: Kind
    id: bytes
    digest: bytes
    period: int
    request: bytes | None = None
    response: bytes | None = None
    problem: Problem | None = None

    def __repr__(self) -> str:
        return f"Resource({self.kind.name}, period={self.period}, ready={self.response is not None})"


class ConflictError(Exception):
    """An id already names the answer to another request."""


def digest(request: bytes) -> bytes:
    """What makes two requests equal: every byte."""
    return hashlib.sha256(request).digest()


def id_for(request: bytes) -> bytes:
    """An id that follows from the request, so that repeating it finds the same resource."""
    return digest(request)[:JOB_ID_SIZE]


def find(connection: sqlite3.Connection, kind: Kind, id: bytes) -> Resource | None:
    """The resource with this id."""
    return _one(connection, "kind = ? AND id = ?", (int(kind), id))


def match(connection: sqlite3.Connection, kind: Kind, request: bytes, id: bytes) -> Resource | None:
    """The resource that an equal request made under this id, if any; ConflictError if another request did."""
    found = find(connection, kind, id)
    if found is not None and found.digest != digest(request):
        raise ConflictError
    return found


def of_period(connection: sqlite3.Connection, kind: Kind, period: int) -> Resource | None:
    """The resource of a kind about one period: shares and collections have one each."""
    return _one(connection, "kind = ? AND period = ?", (int(kind), period))


def unfinished(connection: sqlite3.Connection, kind: Kind) -> list[Resource]:
    """Those that have no answer yet, oldest period first."""
    rows = connection.execute(
        "SELECT * FROM resources WHERE kind = ? AND response IS NULL AND problem IS NULL ORDER BY period",
        (int(kind),),
    )
    return [_resource(row) for row in rows]


def put(connection: sqlite3.Connection, resource: Resource) -> None:
    """Store a resource, in place of an earlier state of it."""
    problem = None if resource.problem is None else resource.problem.encode()
    row = (int(resource.kind), *resource[1:6], problem)
    connection.execute("INSERT OR REPLACE INTO resources VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def remove(connection: sqlite3.Connection, kind: Kind, id: bytes) -> bool:
    """Forget a resource; False if there was none."""
    return connection.execute("DELETE FROM resources WHERE kind = ? AND id = ?", (int(kind), id)).rowcount > 0


def remove_period(connection: sqlite3.Connection, kind: Kind, period: int) -> None:
    """Forget all of a kind about a period."""
    connection.execute("DELETE FROM resources WHERE kind = ? AND period = ?", (int(kind), period))


def remove_before(connection: sqlite3.Connection, kind: Kind, period: int) -> None:
    """Forget all of a kind about earlier periods."""
    connection.execute("DELETE FROM resources WHERE kind = ? AND period < ?", (int(kind), period))


def _one(connection: sqlite3.Connection, where: str, values: tuple[object, ...]) -> Resource | None:
    row = connection.execute(f"SELECT * FROM resources WHERE {where}", values).fetchone()  # noqa: S608 - ours
    return None if row is None else _resource(row)


def _resource(row: tuple[int, bytes, bytes, int, bytes | None, bytes | None, bytes | None]) -> Resource:
    kind, id, found, period, request, response, problem = row
    return Resource(
        Kind(kind), id, found, period, request, response, None if problem is None else Problem.decode(problem)
    )
