"""Both aggregators' HTTP resources, called in this process: any request gets an answer of the draft's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap.codec import encode_id
from dap.constants import MediaType
from dap.dialect import DAP18, JANUS, Dialect
from dap.messages import (
    HpkeConfigList,
)
from dap.problems import ProblemType
from server import helper_web, leader_web, web
from server.leader_web import LeaderWeb
from tests.aggregators import (
    COLLECTOR_TOKEN,
    PEER_TOKEN,
    UPLOAD_TOKEN,
    Table,
    collection_request,
    make_pair,
)
from tests.callers import PREFIX, Caller, problem_of, run

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
