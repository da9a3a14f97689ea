"""The helper's HTTP resources, called in this process."""

from __future__ import annotations

import asyncio

import pytest

from dap.codec import encode_id
from dap.constants import MediaType
from dap.dialect import JANUS
from dap.messages import (
    AggregationJobResp,
)
from dap.problems import ProblemType
from server import helper_web
from tests.aggregators import (
    COLLECTOR_TOKEN,
    PEER_TOKEN,
    Table,
    collection_request,
)
from tests.callers import PREFIX, Caller, problem_of, run
from tests.unit.server.asking import share_request


def test_a_job_has_a_place_that_must_be_asked_with_its_step(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    job = table.leader.make_job(table.period, 10)
    assert job is not None

    async def talk(call: Caller) -> None:
        made = await call.job(job.request)
        assert made.status_code == 200
        assert len(AggregationJobResp.decode(made.content).verify_resps) == 6
        place = made.headers["location"]
        assert place.startswith(f"{PREFIX}/tasks/") and place.endswith("?step=0")
        again = await call.job(job.request)
        assert (again.content, again.headers["location"]) == (made.content, place)
        found = await call("helper", "GET", place, token=PEER_TOKEN)
        assert found.content == made.content
        bare = place.partition("?")[0]
        for query in ("", "?step=", "?step=x", "?step=-1", "?step=²"):
            refused = await call("helper", "GET", bare + query, token=PEER_TOKEN)
            assert problem_of(refused).kind is ProblemType.INVALID_MESSAGE
        other = await call("helper", "GET", bare + "?step=1", token=PEER_TOKEN)
        assert problem_of(other).kind is ProblemType.STEP_MISMATCH
        more = await call("helper", "POST", bare, token=PEER_TOKEN, content=b"\0\1")
        assert problem_of(more).kind is ProblemType.STEP_MISMATCH
        assert (await call("helper", "DELETE", bare, token=PEER_TOKEN)).status_code == 204
        gone = await call("helper", "GET", place, token=PEER_TOKEN)
        assert gone.status_code == 404
        assert problem_of(gone).kind is ProblemType.UNRECOGNIZED_AGGREGATION_JOB

    run(table, talk)


def test_a_share_has_a_place(table: Table) -> None:
    wanted = share_request(table)

    async def talk(call: Caller) -> None:
        made = await call.share(wanted.encode())
        assert made.status_code == 200 and MediaType.AGGREGATE_SHARE.accepts(made.headers["content-type"])
        place = made.headers["location"]
        assert (await call.share(wanted.encode())).content == made.content
        assert (await call("helper", "GET", place, token=PEER_TOKEN)).content == made.content
        assert (await call("helper", "DELETE", place, token=PEER_TOKEN)).status_code == 204
        assert (await call("helper", "GET", place, token=PEER_TOKEN)).status_code == 404

    run(table, talk)


def test_more_jobs_than_fit_into_memory_are_asked_to_come_back(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(helper_web, "MAX_WAITING", 1)

    async def talk(call: Caller) -> None:
        answers = await asyncio.gather(*(call.job(b"x") for _ in range(4)))
        assert sorted(one.status_code for one in answers) == [400, 503, 503, 503]
        assert all(int(one.headers["retry-after"]) > 0 for one in answers if one.status_code == 503)

    run(table, talk)


def test_janus_puts_what_the_draft_posts(janus: Table) -> None:
    janus.upload(*(janus.report(n) for n in range(6)))
    job = janus.leader.make_job(janus.period, 10)
    assert job is not None
    mine, theirs = encode_id(b"m" * 16), encode_id(b"t" * 16)

    async def talk(call: Caller) -> None:
        assert (await call.job(job.request)).status_code in (404, 405)
        made = await call(
            "helper",
            "PUT",
            f"aggregation_jobs/{mine}",
            token=PEER_TOKEN,
            media=MediaType.AGGREGATION_JOB_INIT_REQ,
            content=job.request,
        )
        assert made.status_code == 201
        assert made.headers["location"].startswith("/tasks/")
        assert len(AggregationJobResp.decode(made.content, JANUS).verify_resps) == 6
        janus.leader.finish_job(job, made.content)
        janus.end_grace()
        asked = await call(
            "leader",
            "PUT",
            f"collection_jobs/{theirs}",
            token=COLLECTOR_TOKEN,
            media=MediaType.COLLECTION_JOB_REQ,
            content=collection_request(janus.period).encode(),
        )
        assert (asked.status_code, asked.content) == (201, b"")
        wanted = janus.leader.ready_to_collect(janus.leader.open_collections()[0])
        assert wanted is not None
        share = await call(
            "helper",
            "PUT",
            f"aggregate_shares/{mine}",
            token=PEER_TOKEN,
            media=MediaType.AGGREGATE_SHARE_REQ,
            content=wanted.encode(),
        )
        assert share.status_code == 200 and share.content

    run(janus, talk)
