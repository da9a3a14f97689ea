"""The driver, talking over sockets to a helper that makes every kind of trouble."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from starlette.responses import Response

from dap.constants import MediaType, ReportError
from dap.dialect import DAP18, JANUS
from dap.messages import AggregationJobInitReq, AggregationJobResp, CollectionJobResp, VerifyResp
from dap.problems import Problem, ProblemType
from server import conversation, driver
from tests.aggregators import Table, collection_request, free_ports, make_pair, totals, unshard, vectors
from tests.unit.server.asking import batch
from tests.unit.server.troublesome import (
    Trouble,
    Troublesome,
    answer,
    cut,
    driving,
    helper_behind,
    is_settled,
    later,
    lost,
    not_yet,
    until,
)

if TYPE_CHECKING:
    from starlette.types import Scope


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are tested by their number, not by waiting for them."""
    monkeypatch.setattr(driver, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(driver, "_LONGEST_PAUSE", 0.05)
    monkeypatch.setattr(conversation, "_USUAL_WAIT", 0.01)
    monkeypatch.setattr(conversation, "_LONGEST_WAIT", 0.02)


@pytest.fixture(params=[DAP18, JANUS], ids=lambda dialect: dialect.name)
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Table]:
    found = Table(make_pair(tmp_path, ports=free_ports(2), path="/dap", dialect=request.param))
    yield found
    found.close()


def counts(table: Table) -> tuple[int, int]:
    """How many reports of the period the leader has added up, and how many the helper."""
    return batch(table.leader, table.period).reports, batch(table.helper, table.period).reports


TROUBLES: dict[str, list[Trouble]] = {
    "none": [],
    "refused connections and 5xx": [answer(500), answer(503, retry_after="1"), answer(502)],
    "lost answers": [lost, lost],
    "cut answers": [cut, cut],
    "asynchronous": [later, not_yet, not_yet],
    "asynchronous twice": [later, not_yet, answer(500), not_yet, later],
    "tokens": [answer(401), answer(403), answer(404)],
    "redirects": [answer(302, location="http://127.0.0.1:9/elsewhere")],
    "led away": [answer(200, location="http://127.0.0.2:9/elsewhere", retry_after="0")],
    "no place": [answer(200)],
    "another type": [answer(200, b"x", content_type="text/html")],
    "garbage": [answer(200, b"\xff" * 9, content_type=str(MediaType.AGGREGATION_JOB_RESP))],
    "encoded": [answer(200, b"x", content_encoding="gzip")],
}


@pytest.mark.parametrize("name", TROUBLES)
def test_whatever_happens_every_report_counts_once(table: Table, name: str) -> None:
    chosen = vectors(10, 12, 5)
    table.upload(*(table.report(n, vector) for n, vector in enumerate(chosen)))

    async def talk() -> None:
        async with helper_behind(table) as proxy:
            proxy.troubles = list(TROUBLES[name])
            async with driving(table):
                await until(lambda: is_settled(table))
            assert not proxy.troubles
            polls = [path for method, path, _ in proxy.seen if method == "GET"]
            assert all(path.endswith("?step=0") for path in polls)

    asyncio.run(talk())
    assert counts(table) == (10, 10)
    assert table.released() == totals(chosen, 12)


def test_the_helpers_answers_are_forgotten_when_the_leader_has_them(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(10)))

    async def talk() -> None:
        async with helper_behind(table) as proxy, driving(table):
            await until(lambda: is_settled(table))
            await until(lambda: sum(method == "DELETE" for method, _, _ in proxy.seen) >= 3)

    asyncio.run(talk())
    with table.helper.database.write() as connection:
        assert connection.execute("SELECT count(*) FROM resources").fetchone() == (0,)


def test_a_restart_at_any_await_sends_the_same_bytes(table: Table) -> None:
    """The driver is cancelled and made anew every few milliseconds, while answers get lost."""
    chosen = vectors(40, 12, 6)
    table.upload(*(table.report(n, vector) for n, vector in enumerate(chosen)))

    async def talk() -> list[bytes]:
        async with helper_behind(table) as proxy:
            proxy.troubles = [lost, cut, later, lost, cut, later] * 3
            pause = 0.02
            while not is_settled(table):
                async with driving(table):
                    await asyncio.sleep(pause)
                pause = min(0.5, pause * 1.2)
            return proxy.posts()

    posts = asyncio.run(talk())
    assert counts(table) == (40, 40)
    assert len(posts) > len(set(posts)), "nothing was ever sent twice: the test tests nothing"
    assert len(set(posts)) == 10, "a job was made anew with other bytes"
    assert table.released() == totals(chosen, 12)


@pytest.mark.parametrize("understood", [True, False], ids=["one bad report", "nothing is understood"])
def test_a_report_that_makes_the_helper_refuse_its_job_blocks_no_other(
    table: Table, understood: bool, caplog: pytest.LogCaptureFixture
) -> None:
    table.upload(*(table.report(n) for n in range(12)))
    with table.leader.database.write() as connection:
        (bad,) = connection.execute("SELECT report_id FROM reports LIMIT 1").fetchone()

    async def picky(proxy: Troublesome, scope: Scope, content: bytes) -> Response | None:
        if scope["method"] not in ("POST", "PUT") or (understood and bad not in content):
            return None
        problem = Problem.of(ProblemType.INVALID_MESSAGE)
        return Response(problem.encode(), 400, media_type="application/problem+json")

    async def talk() -> None:
        async with helper_behind(table) as proxy:
            proxy.always = picky
            async with driving(table):
                if understood:
                    await until(lambda: is_settled(table))
                else:
                    await asyncio.sleep(1.0)

    with caplog.at_level(logging.WARNING):
        asyncio.run(talk())
    if understood:
        assert counts(table) == (11, 11)
    else:  # a wrong dialect, say: reports wait until somebody mends it
        with table.leader.database.write() as connection:
            assert connection.execute("SELECT count(*) FROM reports").fetchone() == (12,)
        assert any("refused" in record.message for record in caplog.records)


def test_a_helper_that_answers_nonsense_for_ever_ends_its_job_only(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(12)))
    with table.leader.database.write() as connection:
        (bad,) = connection.execute("SELECT report_id FROM reports LIMIT 1").fetchone()

    async def confused(proxy: Troublesome, scope: Scope, content: bytes) -> Response | None:
        if bad not in content:
            return None
        response = await proxy.real(scope, content)
        dialect = table.pair.helper.dialect
        found = AggregationJobResp.decode(bytes(response.body), dialect)
        turned = AggregationJobResp(found.verify_resps[::-1]).encode(dialect)
        return Response(turned, 200, {"content-type": str(MediaType.AGGREGATION_JOB_RESP)})

    async def talk() -> None:
        async with helper_behind(table) as proxy:
            proxy.always = confused
            async with driving(table):
                await until(lambda: is_settled(table))

    asyncio.run(talk())
    assert counts(table) == (8, 12)  # which a collection will name as a mismatch


def test_what_was_too_early_for_the_helper_is_sent_again(table: Table) -> None:
    table.upload(*(table.report(n) for n in range(4)))
    dialect = table.pair.helper.dialect

    async def early(proxy: Troublesome, scope: Scope, content: bytes) -> Response:
        asked = AggregationJobInitReq.decode(content, dialect).verify_inits
        rejected = tuple(
            VerifyResp.reject(init.report_share.report_metadata.report_id, ReportError.REPORT_TOO_EARLY)
            for init in asked
        )
        headers = {"content-type": str(MediaType.AGGREGATION_JOB_RESP)}
        return Response(AggregationJobResp(rejected).encode(dialect), 200, headers)

    async def talk() -> None:
        async with helper_behind(table) as proxy:
            proxy.troubles = [early]
            async with driving(table):
                await until(lambda: is_settled(table))

    asyncio.run(talk())
    assert counts(table) == (4, 4)


# ----------------------------------------------------------------------- collections

SHARE_TROUBLES: dict[str, list[Trouble]] = {
    "none": [],
    "5xx": [answer(500), answer(429, retry_after="1")],
    "lost answer": [lost, cut],
    "garbage": [answer(200, b"\xff", content_type=str(MediaType.AGGREGATE_SHARE))],
    "another type": [answer(200, b"\xff", content_type="text/html")],
}


@pytest.mark.parametrize("name", SHARE_TROUBLES)
def test_a_collection_finishes_what_waits_and_hands_over_once(table: Table, name: str) -> None:
    chosen = vectors(9, 12, 8)
    table.upload(*(table.report(n, vector) for n, vector in enumerate(chosen)))
    collection = table.ask()

    async def talk() -> None:
        async with helper_behind(table) as proxy:

            async def at_the_share(proxy: Troublesome, scope: Scope, content: bytes) -> Response | None:
                if "aggregate_shares" not in scope["path"] or not pending:
                    return None
                return await pending.pop(0)(proxy, scope, content)

            pending = list(SHARE_TROUBLES[name])
            proxy.always = at_the_share
            async with driving(table):
                await until(lambda: table.leader.collection(collection.id).response is not None)
            shares = [content for _, path, content in proxy.seen if "aggregate_shares" in path]
            assert len(set(shares)) == 1 and len(shares) == 1 + len(SHARE_TROUBLES[name])

    asyncio.run(talk())
    response = CollectionJobResp.decode(table.leader.collection(collection.id).response or b"")
    assert unshard(table.pair, collection_request(table.period), response) == totals(chosen, 12)


@pytest.mark.parametrize("asynchronous", [True, False])
def test_the_helpers_refusal_reaches_the_collector(table: Table, asynchronous: bool) -> None:
    table.upload(*(table.report(n) for n in range(9)))
    collection = table.ask()
    problem = Problem.of(ProblemType.BATCH_MISMATCH, detail="count or checksum differ")

    async def refuse(proxy: Troublesome, scope: Scope, content: bytes) -> Response | None:
        if "aggregate_shares" not in scope["path"]:
            return None
        if asynchronous and scope["method"] != "GET":
            place = scope["path"].rstrip("/") + "/x"
            return Response(status_code=200, headers={"location": place, "retry-after": "0"})
        return Response(problem.encode(), 400, media_type="application/problem+json")

    async def talk() -> None:
        async with helper_behind(table) as proxy:
            proxy.always = refuse
            async with driving(table):
                await until(lambda: table.leader.collection(collection.id).problem is not None)

    asyncio.run(talk())
    found = table.leader.collection(collection.id).problem
    assert found is not None and found.kind is ProblemType.BATCH_MISMATCH
    assert batch(table.leader, table.period).share is None


def test_a_dead_helper_is_complained_about_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    table = Table(make_pair(tmp_path, ports=free_ports(2)))
    table.upload(*(table.report(n) for n in range(4)))

    async def talk() -> None:
        async with driving(table):
            await asyncio.sleep(0.5)

    with caplog.at_level(logging.WARNING):
        asyncio.run(talk())
    assert [record.message for record in caplog.records] == [
        "no answer to an aggregation job: ConnectError; it is tried again"
    ]
    table.close()


def test_a_full_disk_stops_nothing_for_good(
    table: Table, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    table.upload(*(table.report(n) for n in range(10)))
    calls: list[str] = []

    def full_at_first(name: str) -> None:
        real = getattr(table.leader, name)

        def method(*arguments: Any) -> Any:
            calls.append(name)
            if calls.count(name) <= 3:
                raise sqlite3.OperationalError("database or disk is full")
            return real(*arguments)

        monkeypatch.setattr(table.leader, name, method)

    for name in ("open_jobs", "make_job", "finish_job", "open_collections"):
        full_at_first(name)

    async def talk() -> None:
        async with helper_behind(table), driving(table):
            await until(lambda: counts(table) == (10, 10))

    with caplog.at_level(logging.WARNING):
        asyncio.run(talk())
    assert min(calls.count(name) for name in ("open_jobs", "make_job", "finish_job")) > 3
    assert any("disk is full" in record.message for record in caplog.records)


@pytest.mark.parametrize("behind", [True, False], ids=["a little behind", "wrong"])
def test_a_helper_whose_clock_is_behind_is_waited_for_a_little(table: Table, behind: bool) -> None:
    table.upload(*(table.report(n) for n in range(10)))
    collection = table.ask()
    table.helper.now = lambda: table.clock.now - 1
    if not behind:
        table.clock.now += 1_000
        table.helper.now = lambda: table.clock.now - 5_000

    def is_over() -> bool:
        found = table.leader.collection(collection.id)
        return found.response is not None or found.problem is not None

    async def talk() -> None:
        async with helper_behind(table) as proxy, driving(table):
            if behind:
                await until(lambda: sum("aggregate_shares" in path for _, path, _ in proxy.seen) >= 3)
                table.helper.now = table.clock
            await until(is_over)

    asyncio.run(talk())
    assert (table.leader.collection(collection.id).response is not None) is behind


def test_an_endless_answer_is_cut(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "MAX_ANSWER", 100_000)
    table.upload(*(table.report(n) for n in range(4)))
    media = str(MediaType.AGGREGATION_JOB_RESP)

    async def talk() -> None:
        async with helper_behind(table) as proxy:
            proxy.troubles = [answer(200, bytes(200_000), content_type=media)]
            async with driving(table):
                await until(lambda: is_settled(table))

    asyncio.run(talk())
    assert counts(table) == (4, 4)
