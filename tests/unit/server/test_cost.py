"""What a report costs the aggregators in counts: instructions of SQLite, statements, transactions.

Counted, not timed, so that a busy machine moves nothing: what is flat here is flat in time as well. How many
reports a second it is, `python -m bench servers` says.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dap.messages import UploadRequest
from server.database import Database
from server.pending import Waiting
from tests.aggregators import Table, make_pair

REPORTS = 40
FLUSH = 8
"""Reports that arrive together."""
MANY = 20_000


class Work(NamedTuple):
    """What was done in one database."""

    instructions: int
    statements: int
    commits: int


class Meter:
    """Counts in one database."""

    def __init__(self, database: Database) -> None:
        self.instructions = 0
        self.statements: list[str] = []
        database._connection.set_progress_handler(self._instruction, 1)
        database._connection.set_trace_callback(self.statements.append)

    def _instruction(self) -> int:
        self.instructions += 1
        return 0

    def read(self) -> Work:
        """What there was since the last reading."""
        work = Work(self.instructions, len(self.statements), self.statements.count("COMMIT"))
        self.instructions = 0
        self.statements.clear()
        return work


class Aggregators:
    """Leader and helper with a meter each."""

    def __init__(self, folder: Path) -> None:
        self.table = Table(make_pair(folder))
        self.databases = (self.table.leader.database, self.table.helper.database)
        self.meters = [Meter(database) for database in self.databases]
        self._number = 0

    def bring(self) -> list[Work]:
        """Take some reports from upload to both sums; what it cost the leader's database and the helper's."""
        reports = [self.received() for _ in range(REPORTS)]
        self.clear()
        for at in range(0, REPORTS, FLUSH):
            assert self.table.leader.store(reports[at : at + FLUSH]) == [None] * FLUSH
        assert self.table.aggregate().added == REPORTS
        return [meter.read() for meter in self.meters]

    def received(self) -> Waiting:
        """A report that the leader has opened and not stored yet."""
        self._number += 1
        (report,) = UploadRequest.decode(self.table.report(self._number)).reports
        found = self.table.leader.receive(report)
        assert isinstance(found, Waiting)
        return found

    def clear(self) -> None:
        for meter in self.meters:
            meter.read()

    def add_seen(self) -> None:
        """As if many reports had been aggregated before."""
        rows = [(os.urandom(16), self.table.period) for _ in range(MANY)]
        for database in self.databases:
            with database.write() as connection:
                connection.executemany("INSERT INTO seen VALUES (?, ?)", rows)

    def add_waiting(self) -> None:
        """As if the helper had been away for a long time."""
        rows = [(os.urandom(16), self.table.period, b"share", b"state") for _ in range(MANY)]
        statement = "INSERT INTO reports (report_id, period, share, state) VALUES (?, ?, ?, ?)"
        with self.databases[0].write() as connection:
            connection.executemany(statement, rows)

    def arrive(self) -> Work:
        """Store some reports, and look for what the driver could do; what it cost the leader's database."""
        reports = [self.received() for _ in range(FLUSH)]
        self.clear()
        self.table.leader.store(reports)
        self.table.leader.open_jobs()
        self.table.leader.open_collections()
        return self.meters[0].read()


@pytest.fixture
def aggregators(tmp_path: Path) -> Iterator[Aggregators]:
    found = Aggregators(tmp_path)
    yield found
    found.table.close()


def is_flat(few: Work, many: Work) -> bool:
    return (
        many.instructions <= 1.05 * few.instructions
        and many.statements == few.statements
        and many.commits == few.commits
    )


def test_a_report_costs_the_same_after_many(aggregators: Aggregators) -> None:
    aggregators.bring()
    few = aggregators.bring()
    aggregators.add_seen()
    many = aggregators.bring()
    assert all(is_flat(before, after) for before, after in zip(few, many, strict=True)), (few, many)


def test_a_report_costs_the_same_while_many_wait(aggregators: Aggregators) -> None:
    aggregators.arrive()
    few = aggregators.arrive()
    aggregators.add_waiting()
    many = aggregators.arrive()
    assert is_flat(few, many), (few, many)


def test_an_index_that_is_missing_would_be_seen(aggregators: Aggregators) -> None:
    aggregators.arrive()
    few = aggregators.arrive()
    with aggregators.databases[0].write() as connection:
        connection.execute("DROP INDEX reports_by_job")
    aggregators.add_waiting()
    many = aggregators.arrive()
    assert not is_flat(few, many)
    assert many.instructions > MANY


def test_ids_that_are_searched_one_by_one_would_be_seen(aggregators: Aggregators) -> None:
    aggregators.bring()
    few, _ = aggregators.bring()
    with aggregators.databases[0].write() as connection:
        connection.execute("DROP TABLE seen")
        connection.execute("CREATE TABLE seen (report_id BLOB, period INTEGER)")
    aggregators.add_seen()
    many, _ = aggregators.bring()
    assert not is_flat(few, many)


def test_reports_share_transactions(aggregators: Aggregators) -> None:
    """Each commit waits for the disk: one for all that arrive together, and few for a whole job."""
    aggregators.bring()
    leader, helper = aggregators.bring()
    arrivals, jobs = REPORTS // FLUSH, 1
    # the leader binds a job and finishes it, and finds that nothing else waits
    assert leader.commits <= arrivals + 2 * jobs + 1
    # the helper looks for an equal request before it verifies
    assert helper.commits <= 2 * jobs
    # BEGIN and COMMIT count; of a report: is its id known, keep it, bind it, add its id, look at its batch
    assert leader.statements <= 6 * REPORTS
    assert helper.statements <= 2 * REPORTS


def kept_by(aggregators: Aggregators, keeping: list[Waiting] | None = None) -> list[int]:
    """The interpreter's blocks of memory after each of six rounds of reports; two more to warm up."""
    blocks = []
    for _ in range(8):
        aggregators.bring()
        if keeping is not None:
            keeping += [aggregators.received() for _ in range(REPORTS)]
        gc.collect()
        blocks.append(sys.getallocatedblocks())
    return blocks[2:]


def test_a_report_that_was_added_up_leaves_nothing_in_memory(aggregators: Aggregators) -> None:
    blocks = kept_by(aggregators)
    assert blocks[-1] - blocks[0] < REPORTS, blocks  # not a block for every fifth report


def test_a_report_that_stays_in_memory_would_be_seen(aggregators: Aggregators) -> None:
    blocks = kept_by(aggregators, keeping=[])
    assert blocks[-1] - blocks[0] > 5 * REPORTS, blocks
