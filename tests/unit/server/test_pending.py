"""Reports that wait and jobs that are under way."""

from __future__ import annotations

from server import pending
from server.database import Database
from server.pending import Waiting
from tests.unit.server.stores import report_id


def waiting(number: int, period: int = 5) -> Waiting:
    return Waiting(report_id(number), period, b"init %d" % number, b"state %d" % number)


def test_a_report_is_kept_once(store: Database) -> None:
    with store.write() as connection:
        assert not pending.is_known(connection, report_id(1))
        assert pending.accept(connection, waiting(1))
        assert not pending.accept(connection, waiting(1))
        assert pending.is_known(connection, report_id(1))
        job = pending.start(connection, 5, [report_id(1)], b"request")
        pending.finish(connection, job)
        assert not pending.accept(connection, waiting(1))
        assert pending.is_known(connection, report_id(1))


def test_jobs_take_what_waits_period_by_period(store: Database) -> None:
    with store.write() as connection:
        for number in range(10):
            pending.accept(connection, waiting(number, 5 + number % 2))
        assert pending.waiting_periods(connection) == [5, 6]
        taken = pending.take(connection, 6, 3)
        assert [id for id, _ in taken] == sorted(id for id, _ in taken) and len(taken) == 3
        job = pending.start(connection, 6, [id for id, _ in taken], b"request")
        assert (pending.count(connection, 6), pending.count(connection, 7)) == (5, 0)
        assert pending.jobs(connection) == [job] and pending.jobs(connection, {job.id}) == []
        assert pending.shares(connection, job) == taken
        assert set(pending.members(connection, job)) == {id for id, _ in taken}
        assert len(pending.take(connection, 6, 100)) == 2
        pending.finish(connection, job, again=[taken[0][0]])
        assert not pending.exists(connection, job)
        assert len(pending.take(connection, 6, 100)) == 3
        assert not pending.is_idle(connection, 6)
        pending.drop_period(connection, 6)
        assert pending.is_idle(connection, 6)
        pending.drop_before(connection, 6)
        assert pending.waiting_periods(connection) == []
