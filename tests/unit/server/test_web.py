"""Both aggregators' HTTP resources, called in this process: any request gets an answer of the draft's."""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.codec import encode_id
from dap.constants import MediaType, ReportError
from dap.dialect import DAP18, JANUS, Dialect
from dap.messages import (
    AggregationJobResp,
    CollectionJobResp,
    HpkeConfigList,
    UploadErrors,
    UploadRequest,
)
from dap.problems import Problem, ProblemType
from server import helper_web, leader_web, web
from server.helper_web import HelperWeb
from server.leader_web import LeaderWeb
from tests.aggregators import (
    COLLECTOR_TOKEN,
    PEER_TOKEN,
    UPLOAD_TOKEN,
    Table,
    collection_request,
    make_pair,
)

PREFIX = "/api/dap"


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    found = Table(make_pair(tmp_path, path=PREFIX + "/"))
    yield found
    found.close()


@pytest.fixture
def janus(tmp_path: Path) -> Iterator[Table]:
    found = Table(make_pair(tmp_path, path=PREFIX, dialect=JANUS))
    yield found
    found.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """The same for all examples of a property."""
    found = Table(make_pair(tmp_path_factory.mktemp("shared"), path=PREFIX))
    yield found
    found.close()


class Caller:
    """Sends requests to both applications of a table, below the task's path unless told otherwise."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self.wakes = 0
        leader = LeaderWeb(table.leader, self._wake).application()
        helper = HelperWeb(table.helper).application()
        self.clients = {
            "leader": httpx.AsyncClient(transport=httpx.ASGITransport(leader), base_url="http://leader"),
            "helper": httpx.AsyncClient(transport=httpx.ASGITransport(helper), base_url="http://helper"),
        }

    def _wake(self) -> None:
        self.wakes += 1

    async def __call__(
        self,
        who: str,
        method: str,
        path: str,
        *,
        token: str | None = None,
        media: MediaType | str | None = None,
        content: Any = b"",
        task: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        id = encode_id(self._table.task.task_id if task is None else task)
        url = path if path.startswith("/") else f"{PREFIX}/tasks/{id}/{path}"
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if media is not None:
            sent["Content-Type"] = str(media)
        response = await self.clients[who].request(method, url, content=content, headers=sent)
        assert response.status_code < 500 or response.status_code == 503
        if response.is_error:
            problem = problem_of(response)
            assert problem.status == response.status_code
        return response

    async def upload(self, content: Any, **more: Any) -> httpx.Response:
        named = {"token": UPLOAD_TOKEN, "media": MediaType.UPLOAD_REQ, **more}
        return await self("leader", "POST", "reports", content=content, **named)

    async def job(self, content: Any, **more: Any) -> httpx.Response:
        named = {"token": PEER_TOKEN, "media": MediaType.AGGREGATION_JOB_INIT_REQ, **more}
        return await self("helper", "POST", "aggregation_jobs", content=content, **named)

    async def collect(self, content: Any, **more: Any) -> httpx.Response:
        named = {"token": COLLECTOR_TOKEN, "media": MediaType.COLLECTION_JOB_REQ, **more}
        return await self("leader", "POST", "collection_jobs", content=content, **named)

    async def share(self, content: Any, **more: Any) -> httpx.Response:
        named = {"token": PEER_TOKEN, "media": MediaType.AGGREGATE_SHARE_REQ, **more}
        return await self("helper", "POST", "aggregate_shares", content=content, **named)


def problem_of(response: httpx.Response) -> Problem:
    assert response.headers["content-type"] == "application/problem+json"
    return Problem.decode(response.content)


def run(table: Table, talk: Callable[[Caller], Awaitable[None]]) -> Caller:
    """One conversation."""
    caller = Caller(table)

    async def talking() -> None:
        try:
            await talk(caller)
        finally:
            for client in caller.clients.values():
                await client.aclose()

    asyncio.run(talking())
    return caller


# --------------------------------------------------------------------------- uploads


def test_an_upload_is_answered_with_nothing_once_it_is_on_disk(table: Table) -> None:
    async def talk(call: Caller) -> None:
        answers = await asyncio.gather(*(call.upload(table.report(n)) for n in range(20)))
        assert [(one.status_code, one.content) for one in answers] == [(200, b"")] * 20

    assert run(table, talk).wakes >= 1
    assert table.aggregate().added == 20


def test_uploads_share_transactions(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    store = table.leader.store

    def counting(reports: Any) -> Any:
        calls.append(len(reports))
        return store(reports)

    monkeypatch.setattr(table.leader, "store", counting)

    async def talk(call: Caller) -> None:
        await asyncio.gather(*(call.upload(table.report(n)) for n in range(30)))

    run(table, talk)
    assert sum(calls) == 30 and len(calls) < 15


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


def test_a_full_disk_asks_to_come_back(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Any) -> Any:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(table.leader, "store", full)

    async def talk(call: Caller) -> None:
        answers = await asyncio.gather(*(call.upload(table.report(n)) for n in range(3)))
        assert {(one.status_code, one.headers["retry-after"]) for one in answers} == {(503, "30")}

    run(table, talk)


# --------------------------------------------------------------------- authentication

ROUTES = [
    ("leader", "POST", "reports", MediaType.UPLOAD_REQ),
    ("leader", "POST", "collection_jobs", MediaType.COLLECTION_JOB_REQ),
    ("leader", "GET", f"collection_jobs/{encode_id(bytes(16))}", None),
    ("leader", "DELETE", f"collection_jobs/{encode_id(bytes(16))}", None),
    ("helper", "POST", "aggregation_jobs", MediaType.AGGREGATION_JOB_INIT_REQ),
    ("helper", "GET", f"aggregation_jobs/{encode_id(bytes(16))}?step=0", None),
    ("helper", "POST", f"aggregation_jobs/{encode_id(bytes(16))}", None),
    ("helper", "DELETE", f"aggregation_jobs/{encode_id(bytes(16))}", None),
    ("helper", "POST", "aggregate_shares", MediaType.AGGREGATE_SHARE_REQ),
    ("helper", "GET", f"aggregate_shares/{encode_id(bytes(16))}", None),
    ("helper", "DELETE", f"aggregate_shares/{encode_id(bytes(16))}", None),
]
NAMES = [f"{who} {method} {path.partition('/')[0]}" for who, method, path, _ in ROUTES]
RIGHT = {"reports": UPLOAD_TOKEN, "collection_jobs": COLLECTOR_TOKEN}


@pytest.mark.parametrize(("who", "method", "path", "media"), ROUTES, ids=NAMES)
def test_nobody_gets_in_without_the_token_of_the_resource(
    table: Table, who: str, method: str, path: str, media: MediaType | None
) -> None:
    right = RIGHT.get(path.partition("/")[0], PEER_TOKEN)
    wrong = {UPLOAD_TOKEN, COLLECTOR_TOKEN, PEER_TOKEN, "", "x", right + "x", right[:-1]} - {right}

    async def talk(call: Caller) -> None:
        none = await call(who, method, path, media=media)
        assert none.status_code == 401 and none.headers["www-authenticate"] == "Bearer"
        for token in wrong:
            assert (await call(who, method, path, media=media, token=token)).status_code == 403
        for header in (f"Basic {right}", right, f"Bearer{right}"):
            other = await call(who, method, path, media=media, headers={"Authorization": header})
            assert other.status_code == 403
        both = await call(who, method, path, media=media, token=right, headers={"DAP-Auth-Token": right})
        assert both.status_code == 403
        for headers in ({"DAP-Auth-Token": right}, {"Authorization": f"bearer {right}"}):
            let_in = await call(who, method, path, media=media, headers=headers)
            assert let_in.status_code not in (401, 403)
        unknown = await call(who, method, path, media=media, token=right, task=bytes(32))
        assert unknown.status_code == 404
        assert problem_of(unknown).kind is ProblemType.UNRECOGNIZED_TASK
        if media is not None:
            for other_media in ("application/octet-stream", "application/ppm-dap", None):
                refused = await call(who, method, path, media=other_media, token=right)
                assert refused.status_code == 415

    run(table, talk)


def test_a_leader_without_an_upload_token_lets_nobody_in(table: Table) -> None:
    table.leader.config = dataclasses.replace(table.leader.config, upload_token_hash=b"")

    async def talk(call: Caller) -> None:
        for token in (UPLOAD_TOKEN, ""):
            assert (await call.upload(table.report(1), token=token)).status_code == 403

    run(table, talk)


# ------------------------------------------------------------------------ strictness


@pytest.mark.parametrize(
    ("who", "method", "path", "status"),
    [
        ("leader", "GET", "/", 404),
        ("leader", "GET", "/hpke_config", 404),
        ("leader", "GET", f"{PREFIX}/hpke_config/", 404),
        ("leader", "POST", f"{PREFIX}/hpke_config", 405),
        ("leader", "HEAD", "reports", 405),
        ("leader", "PUT", "reports", 405),
        ("leader", "POST", "reports/", 404),
        ("leader", "POST", "aggregation_jobs", 404),
        ("helper", "POST", "reports", 404),
        ("helper", "PUT", f"aggregation_jobs/{encode_id(bytes(16))}", 405),
        ("helper", "GET", "aggregation_jobs", 405),
        ("leader", "GET", f"{PREFIX}/tasks/x/collection_jobs/y", 404),
        ("leader", "GET", f"{PREFIX}/tasks/../tasks", 404),
    ],
)
def test_paths_and_methods_are_strict(table: Table, who: str, method: str, path: str, status: int) -> None:
    async def talk(call: Caller) -> None:
        response = await call.clients[who].request(
            method, path if path.startswith("/") else f"{PREFIX}/tasks/{encode_id(table.task.task_id)}/{path}"
        )
        assert response.status_code == status
        if method != "HEAD":
            problem_of(response)

    run(table, talk)


@pytest.mark.parametrize("id", ["AAAA", encode_id(bytes(16)) + "=", "A" * 21 + "B", "%00" * 16, "ü"])
def test_an_id_that_is_none_is_an_invalid_message(table: Table, id: str) -> None:
    async def talk(call: Caller) -> None:
        response = await call("helper", "GET", f"aggregate_shares/{id}", token=PEER_TOKEN)
        assert response.status_code == 400

    run(table, talk)


def test_bodies_have_an_end(table: Table) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(65_536)

    async def talk(call: Caller) -> None:
        limits = {
            call.upload: leader_web.MAX_UPLOAD,
            call.collect: leader_web.MAX_COLLECTION,
            call.job: helper_web.MAX_JOB,
            call.share: helper_web.MAX_SHARE,
        }
        for send, most in limits.items():
            assert (await send(bytes(most + 1))).status_code == 413
            assert (await send(bytes(most))).status_code == 400
            assert (await send(b"", headers={"Content-Length": "9" * 40})).status_code == 413
            assert (await send(b"", headers={"Content-Length": "-1"})).status_code == 413
            assert (await send(endless())).status_code == 413

    run(table, talk)


def test_a_body_that_does_not_come_is_not_waited_for(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_SECONDS", 0.05)

    async def slow() -> AsyncIterator[bytes]:
        yield b"\0"
        await asyncio.sleep(30)

    async def talk(call: Caller) -> None:
        assert (await call.upload(slow())).status_code == 408

    run(table, talk)


def test_too_much_at_once_is_asked_to_come_back(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_IN_FLIGHT", 3)

    async def talk(call: Caller) -> None:
        answers = await asyncio.gather(*(call.upload(table.report(n)) for n in range(10)))
        found = sorted({one.status_code for one in answers})
        assert found == [200, 503]
        assert (await call.upload(table.report(1))).status_code == 200

    run(table, talk)


BYTES = st.binary(max_size=600)


@given(content=BYTES, which=st.sampled_from(["upload", "collect", "job", "share"]), good=st.booleans())
def test_hostile_bytes_get_problems_only(shared: Table, content: bytes, which: str, good: bool) -> None:
    table = shared
    if good:  # a right message, cut or continued
        right = {"upload": table.report(1), "collect": collection_request(table.period).encode()}
        base = right.get(which, table.report(1))
        content = base[: len(content) * 7] + content[:3]

    async def talk(call: Caller) -> None:
        response = await getattr(call, which)(content)
        assert response.status_code < 500

    run(table, talk)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"]),
    path=st.text("abc/._-%?=&", max_size=40),
    who=st.sampled_from(["leader", "helper"]),
    header=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40),
)
def test_hostile_requests_get_problems_only(
    shared: Table, method: str, path: str, who: str, header: str
) -> None:
    table = shared

    async def talk(call: Caller) -> None:
        headers = {"Authorization": header, "Content-Type": header}
        for target in (path, f"{PREFIX}/tasks/{path}", f"{PREFIX}/{path}"):
            url = "/" + target.lstrip("/").replace("//", "/")
            response = await call.clients[who].request(method, url, headers=headers, content=b"x")
            assert 400 <= response.status_code < 500
            problem_of(response)

    run(table, talk)


# ------------------------------------------------------------------- HPKE configuration


def test_hpke_configurations_may_be_cached(table: Table) -> None:
    async def talk(call: Caller) -> None:
        for who, operator in (("leader", table.task.leader), ("helper", table.task.helper)):
            response = await call(who, "GET", f"{PREFIX}/hpke_config")
            assert MediaType.HPKE_CONFIG_LIST.accepts(response.headers["content-type"])
            assert response.headers["cache-control"] == "max-age=86400"
            assert HpkeConfigList.decode(response.content).configs == (operator.hpke_config,)

    run(table, talk)


# ---------------------------------------------------------------------- jobs and shares


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


def test_a_collection_from_question_to_answer(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
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
    content = collection_request(table.period).encode()

    async def talk(call: Caller) -> None:
        asked = await call.collect(content)
        collection = table.leader.ask(content)
        assert table.leader.ready_to_collect(collection) is None
        failed = await call("leader", "GET", asked.headers["location"], token=COLLECTOR_TOKEN)
        assert failed.status_code == 400
        assert problem_of(failed).kind is ProblemType.INVALID_BATCH_SIZE

    run(table, talk)


def test_a_share_has_a_place(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    collection = table.leader.ask(collection_request(table.period).encode())
    wanted = table.leader.ready_to_collect(collection)
    assert wanted is not None

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

    run(table, talk)


# ----------------------------------------------------------------------------- Janus


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


@pytest.mark.parametrize("dialect", [DAP18, JANUS], ids=lambda dialect: dialect.name)
def test_a_fault_of_ours_is_said_without_its_secrets(
    tmp_path: Path, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(make_pair(tmp_path, path=PREFIX, dialect=dialect))

    def broken(_: Any) -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(table.leader, "receive", broken)

    async def talk(call: Caller) -> None:
        transport = httpx.ASGITransport(
            LeaderWeb(table.leader, lambda: None).application(), raise_app_exceptions=False
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://leader") as client:
            response = await client.post(
                f"{PREFIX}/tasks/{encode_id(table.task.task_id)}/reports",
                content=table.report(1),
                headers={
                    "Authorization": f"Bearer {UPLOAD_TOKEN}",
                    "Content-Type": str(MediaType.UPLOAD_REQ),
                },
            )
        assert response.status_code == 500 and b"secret" not in response.content
        problem_of(response)

    run(table, talk)
    table.close()
