"""Problem documents (RFC 9457) and the types of problem that DAP names (draft 18, section 3.6)."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, Final, NamedTuple

from dap.codec import decode_id, encode_id
from dap.constants import TASK_ID_SIZE
from dap.errors import DapError, DecodeError

PROBLEM_MEDIA_TYPE: Final = "application/problem+json"
MAX_PROBLEM_SIZE: Final = 64 * 1024
_LONGEST_SAID: Final = 300
_URN: Final = "urn:ietf:params:ppm:dap:error:"


class ProblemType(StrEnum):
    """The DAP errors, as the URIs that stand in a document's `type`."""

    INVALID_MESSAGE = _URN + "invalidMessage"
    UNRECOGNIZED_TASK = _URN + "unrecognizedTask"
    UNRECOGNIZED_AGGREGATION_JOB = _URN + "unrecognizedAggregationJob"
    BATCH_INVALID = _URN + "batchInvalid"
    INVALID_BATCH_SIZE = _URN + "invalidBatchSize"
    INVALID_AGGREGATION_PARAMETER = _URN + "invalidAggregationParameter"
    BATCH_MISMATCH = _URN + "batchMismatch"
    STEP_MISMATCH = _URN + "stepMismatch"
    BATCH_OVERLAP = _URN + "batchOverlap"
    UNSUPPORTED_EXTENSION = _URN + "unsupportedExtension"
    INVALID_EXTENSION = _URN + "invalidExtension"

    @property
    def sentence(self) -> str:
        """The table's sentence, for people who read a log."""
        return _TITLES[self]


_TITLES: Final = {
    ProblemType.INVALID_MESSAGE: "A message could not be parsed or is invalid.",
    ProblemType.UNRECOGNIZED_TASK: "The task is unknown here.",
    ProblemType.UNRECOGNIZED_AGGREGATION_JOB: "The aggregation job is unknown here.",
    ProblemType.BATCH_INVALID: "The query does not name a valid batch.",
    ProblemType.INVALID_BATCH_SIZE: "The batch holds too few or too many reports.",
    ProblemType.INVALID_AGGREGATION_PARAMETER: "The aggregation parameter is invalid.",
    ProblemType.BATCH_MISMATCH: "The aggregators disagree on the reports of a batch.",
    ProblemType.STEP_MISMATCH: "The aggregators disagree on the step of a job.",
    ProblemType.BATCH_OVERLAP: "The query includes reports that were collected before.",
    ProblemType.UNSUPPORTED_EXTENSION: "An extension is not supported here.",
    ProblemType.INVALID_EXTENSION: "The extensions are out of order or wrongly encoded.",
}


class Problem(NamedTuple):
    """One problem document. Absent members are None; unknown members are ignored, as RFC 9457 asks."""

    type: str = "about:blank"
    title: str | None = None
    detail: str | None = None
    status: int | None = None
    task_id: bytes | None = None
    unsupported_extensions: tuple[int, ...] = ()

    @property
    def kind(self) -> ProblemType | None:
        """The DAP error, or None for any other URI."""
        try:
            return ProblemType(self.type)
        except ValueError:
            return None

    @property
    def said(self) -> str:
        """What it says, on one printable line of at most 300 characters: somebody else wrote it, and it goes
        into logs and terminals.
        """
        text = self.detail or self.title or self.type
        return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[:_LONGEST_SAID])

    @classmethod
    def of(
        cls,
        kind: ProblemType,
        *,
        status: int = 400,
        detail: str | None = None,
        task_id: bytes | None = None,
        unsupported_extensions: tuple[int, ...] = (),
    ) -> Problem:
        """A document about a DAP error, with its title."""
        return cls(str(kind), kind.sentence, detail, status, task_id, unsupported_extensions)

    def encode(self) -> bytes:
        """The JSON body, for media type application/problem+json."""
        members: dict[str, Any] = {"type": self.type}
        members |= {
            name: value
            for name, value in (("title", self.title), ("detail", self.detail), ("status", self.status))
            if value is not None
        }
        if self.task_id is not None:
            members["taskid"] = encode_id(self.task_id)
        if self.unsupported_extensions:
            members["unsupported_extensions"] = list(self.unsupported_extensions)
        return json.dumps(members, ensure_ascii=False).encode()

    @classmethod
    def decode(cls, body: bytes) -> Problem:
        """Read a JSON body; DecodeError if it is no problem document or a member has the wrong type."""
        members = _object(body)
        status = members.get("status")
        if status is not None and (type(status) is not int or not 400 <= status <= 599):
            raise DecodeError("problem document: status is no client or server error")
        return cls(
            type=_text(members, "type") or "about:blank",
            title=_text(members, "title"),
            detail=_text(members, "detail"),
            status=status,
            task_id=_task_id(members),
            unsupported_extensions=_extensions(members),
        )


class ProblemError(DapError):
    """A request that is answered with a problem document: raised where the fault is found."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.said)
        self.problem = problem


def _object(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_PROBLEM_SIZE:
        raise DecodeError("problem document: too large")
    try:
        members = json.loads(body, object_pairs_hook=_distinct)
    except (ValueError, RecursionError):
        raise DecodeError("problem document: not JSON with distinct names") from None
    if not isinstance(members, dict):
        raise DecodeError("problem document: not an object")
    return members


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise DecodeError("problem document: a name stands twice")
    return members


def _text(members: dict[str, Any], name: str) -> str | None:
    value = members.get(name)
    if value is not None and not isinstance(value, str):
        raise DecodeError(f"problem document: {name} is no text")
    if value is not None and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:  # half a surrogate pair, which JSON can escape and UTF-8 cannot hold
            raise DecodeError(f"problem document: {name} is no text") from None
    return value


def _task_id(members: dict[str, Any]) -> bytes | None:
    text = _text(members, "taskid")
    return None if text is None else decode_id(text, TASK_ID_SIZE)


def _extensions(members: dict[str, Any]) -> tuple[int, ...]:
    value = members.get("unsupported_extensions", [])
    if not isinstance(value, list) or not all(type(v) is int and 0 <= v < 1 << 16 for v in value):
        raise DecodeError("problem document: unsupported_extensions is no list of code points")
    return tuple(value)
