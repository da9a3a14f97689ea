"""The leader's HTTP resources, called in this process."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest

from dap.constants import MediaType, ReportError
from dap.messages import (
    CollectionJobResp,
    UploadErrors,
    UploadRequest,
)
from dap.problems import ProblemType
from tests.aggregators import (
    COLLECTOR_TOKEN,
    UPLOAD_TOKEN,
    Table,
    collection_request,
)
from tests.callers import PREFIX, Caller, problem_of, run


def test_an_upload_is_answered_with_nothing_once_it_is_on_disk(table: Table) -> None:
    async def talk(call: Caller) -> None:
        answers = await asyncio.gather(*(call.upload(table.report(n)) for n in range(20)))
        assert [(one.status_code, one.content) for one in answers] == [(200, b"")] * 20

    assert run(table, talk).wakes >= 1
    assert table.aggregate().added == 20


def test_each_refused_report_of_an_upload_is_named_in_order(table: Table) -> None:
    early = table.report(3, period=table.period + 100)
    reports = [table.report(1), early, table.report(2), early]

    async def talk(call: Caller) -> None:
        response = await call.upload(b"".join(reports))
        assert response.status_code == 200
        assert MediaType.UPLOAD_ERRORS.accepts(response.headers["content-type"])
        id = UploadRequest.decode(early).reports[0].report_metadata.report_id
        assert UploadErrors.decode(response.content).status == ((id, ReportError.REPORT_TOO_EARLY),) * 2

    run(table, talk)
    assert table.aggregate().added == 2


@pytest.mark.parametrize("content", [b"", b"\0" * 10, b"garbage" * 50], ids=["empty", "short", "garbage"])
def test_what_is_no_upload_is_an_invalid_message(table: Table, content: bytes) -> None:
    async def talk(call: Caller) -> None:
        response = await call.upload(content)
        assert response.status_code == 400
        found = problem_of(response)
        assert found.kind is ProblemType.INVALID_MESSAGE and found.task_id == table.task.task_id

    run(table, talk)


def test_a_leader_without_an_upload_token_lets_nobody_in(table: Table) -> None:
    table.leader.config = dataclasses.replace(table.leader.config, upload_token_hash=b"")

    async def talk(call: Caller) -> None:
        for token in (UPLOAD_TOKEN, ""):
            assert (await call.upload(table.report(1), token=token)).status_code == 403

    run(table, talk)


def test_a_collection_from_question_to_answer(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    table.end_grace()
    content = collection_request(table.period).encode()

    async def talk(call: Caller) -> None:
        asked = await call.collect(content)
        assert (asked.status_code, asked.content) == (200, b"")
        assert int(asked.headers["retry-after"]) > 0
        place = asked.headers["location"]
        assert place.startswith(f"{PREFIX}/tasks/")
        waiting = await call("leader", "GET", place, token=COLLECTOR_TOKEN)
        assert (waiting.status_code, waiting.content, waiting.headers["location"]) == (200, b"", place)
        table.collect()
        for response in (
            await call("leader", "GET", place, token=COLLECTOR_TOKEN),
            await call.collect(content),
        ):
            assert MediaType.COLLECTION_JOB_RESP.accepts(response.headers["content-type"])
            assert CollectionJobResp.decode(response.content).report_count == 6
        assert (await call("leader", "DELETE", place, token=COLLECTOR_TOKEN)).status_code == 204
        assert (await call("leader", "GET", place, token=COLLECTOR_TOKEN)).status_code == 404

    assert run(table, talk).wakes >= 2


def test_a_failed_collection_is_a_problem(table: Table) -> None:
    table.end_grace()
    content = collection_request(table.period).encode()

    async def talk(call: Caller) -> None:
        asked = await call.collect(content)
        collection = table.leader.ask(content)
        assert table.leader.ready_to_collect(collection) is None
        failed = await call("leader", "GET", asked.headers["location"], token=COLLECTOR_TOKEN)
        assert failed.status_code == 400
        assert problem_of(failed).kind is ProblemType.INVALID_BATCH_SIZE

    run(table, talk)
