"""The load is what it claims: different reports, each taken, or an error."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from bench import load
from dap.messages import UploadRequest
from server.database import Database
from tests.aggregators import DAY, UPLOAD_TOKEN, Pair, both, free_ports, make_pair

COUNT = 12


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return make_pair(tmp_path, ports=free_ports(2))


def reports(pair: Pair, folder: Path) -> load.Reports:
    file = folder / "0.reports"
    load.write(pair.task, int(time.time()) // DAY - 1, COUNT, file)
    return load.Reports([file], file.stat().st_size // COUNT)


def test_reports_differ_and_stand_one_behind_the_other(pair: Pair, tmp_path: Path) -> None:
    found = [UploadRequest.decode(body).reports for body in reports(pair, tmp_path).bodies()]
    assert [len(one) for one in found] == [1] * COUNT
    assert len({one[0].report_metadata.report_id for one in found}) == COUNT


@pytest.mark.parametrize("fresh", [True, False])
def test_every_upload_is_taken(pair: Pair, tmp_path: Path, fresh: bool) -> None:
    told: list[int] = []

    async def run() -> int:
        async with both(pair):
            uploader = load.Uploader(pair.task, UPLOAD_TOKEN, fresh=fresh, connections=3)
            await uploader.run(reports(pair, tmp_path).bodies(), told.append)
            return uploader.taken

    assert asyncio.run(run()) == COUNT
    assert told == [*range(1, COUNT + 1)]
    database = Database(pair.leader.database, pair.leader.role, pair.task.task_id)
    with database.write() as connection:
        waiting = connection.execute("SELECT count(*) FROM reports").fetchone()[0]
        added = connection.execute("SELECT total(reports) FROM batches").fetchone()[0]
    assert waiting + added == COUNT
    database.close()


def test_a_refused_upload_is_an_error(pair: Pair, tmp_path: Path) -> None:
    async def run() -> None:
        async with both(pair):
            uploader = load.Uploader(pair.task, "another token", fresh=False, connections=1)
            await uploader.run(reports(pair, tmp_path).bodies())

    with pytest.raises(ExceptionGroup) as raised:
        asyncio.run(run())
    assert "403" in str(raised.value.exceptions[0])
