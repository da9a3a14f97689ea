"""Uploads become durable together."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from tests.aggregators import (
    Table,
)
from tests.callers import Caller, run


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


def test_a_full_disk_asks_to_come_back(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Any) -> Any:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(table.leader, "store", full)

    async def talk(call: Caller) -> None:
        answers = await asyncio.gather(*(call.upload(table.report(n)) for n in range(3)))
        assert {(one.status_code, one.headers["retry-after"]) for one in answers} == {(503, "30")}

    run(table, talk)
