from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.errors import DecodeError
from dap.problems import Problem, ProblemError, ProblemType
from tests.unit.dap.making import damaged

PROBLEMS = st.builds(
    Problem,
    type=st.sampled_from([str(kind) for kind in ProblemType]) | st.text(min_size=1, max_size=20),
    title=st.none() | st.text(max_size=20),
    detail=st.none() | st.text(max_size=20),
    status=st.none() | st.integers(400, 599),
    task_id=st.none() | st.binary(min_size=32, max_size=32),
    unsupported_extensions=st.lists(st.integers(0, 0xFFFF), max_size=3).map(tuple),
)


@given(PROBLEMS)
def test_a_document_comes_back(problem: Problem) -> None:
    try:
        body = problem.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which no text of ours has
        return
    assert Problem.decode(body) == problem


def test_the_types_are_the_draft_s() -> None:
    names = {kind.removeprefix("urn:ietf:params:ppm:dap:error:") for kind in ProblemType}
    assert names == {
        *("invalidMessage", "unrecognizedTask", "unrecognizedAggregationJob", "batchInvalid"),
        *("invalidBatchSize", "invalidAggregationParameter", "batchMismatch", "stepMismatch"),
        *("batchOverlap", "unsupportedExtension", "invalidExtension"),
    }
    assert all(kind.sentence.endswith(".") for kind in ProblemType)


def test_members_are_named_as_the_draft_names_them() -> None:
    problem = Problem.of(
        ProblemType.UNSUPPORTED_EXTENSION, detail="no", task_id=bytes(32), unsupported_extensions=(23, 42)
    )
    assert json.loads(problem.encode()) == {
        "type": "urn:ietf:params:ppm:dap:error:unsupportedExtension",
        "title": ProblemType.UNSUPPORTED_EXTENSION.sentence,
        "detail": "no",
        "status": 400,
        "taskid": "A" * 43,
        "unsupported_extensions": [23, 42],
    }
    assert problem.kind is ProblemType.UNSUPPORTED_EXTENSION


def test_a_foreign_type_is_no_dap_error_and_unknown_members_are_ignored() -> None:
    problem = Problem.decode(b'{"type": "https://example.org/full", "instance": "/x", "more": [1.5]}')
    assert problem.kind is None
    assert problem == Problem(type="https://example.org/full")
    assert Problem.decode(b"{}").type == "about:blank"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"not JSON",
        b"\xff\xfe",
        b'{"status": "400"}',
        b'{"status": true}',
        b'{"status": 200}',
        b'{"title": 3}',
        b'{"detail": ["x"]}',
        b'{"type": null, "type": "x"}',
        b'{"taskid": "AA"}',
        b'{"unsupported_extensions": 3}',
        b'{"unsupported_extensions": [65536]}',
        b'{"unsupported_extensions": [true]}',
        b"[" * 100_000,
        b'{"detail": "' + b"x" * 70_000 + b'"}',
        b'{"status": ' + b"9" * 5000 + b"}",
        b'{"title": "\\ud800"}',
        b'{"type": "x\\udfff"}',
        b'{"detail": "\\ud83d"}',
    ],
)
def test_what_is_no_problem_document_is_refused(body: bytes) -> None:
    with pytest.raises(DecodeError):
        Problem.decode(body)


_GOOD = Problem.of(ProblemType.BATCH_OVERLAP, task_id=bytes(range(32)), unsupported_extensions=(1,)).encode()


@given(damaged(_GOOD))
def test_damage_raises_nothing_else(body: bytes) -> None:
    with contextlib.suppress(DecodeError):
        Problem.decode(body)


def test_an_error_carries_its_document() -> None:
    error = ProblemError(Problem.of(ProblemType.BATCH_INVALID, detail="two weeks"))
    assert str(error) == "two weeks"
    assert error.problem.kind is ProblemType.BATCH_INVALID


@given(st.text(max_size=400))
def test_what_is_said_is_one_printable_line(text: str) -> None:
    said = Problem(detail=text or None).said
    assert said.isprintable() and len(said) <= 300
    assert not text.isprintable() or said == (text[:300] or "about:blank")


def test_what_is_said_cannot_move_a_terminal_s_cursor() -> None:
    assert (
        Problem(detail="no\x1b[2J\r\nERROR shoal: all keys lost").said
        == "no\ufffd[2J\ufffd\ufffdERROR shoal: all keys lost"
    )
