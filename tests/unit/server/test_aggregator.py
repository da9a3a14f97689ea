"""What leader and helper have in common."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from dap import hpke
from dap.constants import ReportError, Role
from dap.messages import (
    CollectionJobReq,
    Extension,
    HpkeConfigList,
    Interval,
    Query,
)
from dap.problems import ProblemError, ProblemType
from dap.task import Mechanism
from server.database import Database
from server.errors import TaskMismatch
from server.helper import Helper
from server.leader import Leader
from server.periods import COLLECTABLE, KEPT
from tests.aggregators import DAY, Table, collection_request, make_pair, totals, unshard, vectors
from tests.unit.server.asking import kind, only


@pytest.mark.parametrize("field", ["task_id", "configuration"])
def test_a_report_for_another_task_does_not_open(table: Table, field: str) -> None:
    another = make_pair(Path("x"), min_batch_size=6).task
    if field == "task_id":
        task = table.task._replace(task_id=another.task_id)
    else:
        task = table.task._replace(configuration=another.configuration)
    config = dataclasses.replace(table.pair.leader, task=task, configuration=task.configuration)
    other = Leader(config, table.leader.database, now=table.clock)
    assert other.receive(only(table.report(1))) is ReportError.HPKE_DECRYPT_ERROR


def test_an_unknown_key_is_called_outdated_and_a_replaced_one_still_opens(table: Table) -> None:
    report = only(table.report(1))
    sealed = report.leader_encrypted_input_share
    unknown = report._replace(leader_encrypted_input_share=sealed._replace(config_id=200))
    assert table.leader.receive(unknown) is ReportError.OUTDATED_CONFIG
    newer = hpke.generate(99, bytes(32))
    task = table.task._replace(serial=2, leader=table.task.leader._replace(hpke_config=newer.config))
    config = dataclasses.replace(
        table.pair.leader, task=task, hpke_keys=(newer, *table.pair.leader.hpke_keys)
    )
    rotated = Leader(config, table.leader.database, now=table.clock)
    assert not isinstance(rotated.receive(report), ReportError)
    served = HpkeConfigList.decode(rotated.hpke_configs()).configs
    assert [found.id for found in served] == [99, table.task.leader.hpke_config.id]


def test_what_is_too_old_to_be_collected_is_dropped(table: Table) -> None:
    table.upload(table.report(1), table.report(2))
    assert table.leader.make_job(table.period, 1) is not None
    table.clock.now += COLLECTABLE + DAY - 1
    table.leader.sweep()
    assert [len(found) for found in table.leader.open_jobs()] == [1, 1]
    table.clock.now += 1
    table.leader.sweep()
    assert table.leader.open_jobs() == ([], [])
    assert table.upload(table.report(2)) == [ReportError.REPORT_DROPPED]


def test_ids_go_with_their_period_and_a_clock_that_is_turned_back_lets_none_in_again(table: Table) -> None:
    table.upload(table.report(1))
    table.aggregate()
    before = table.clock.now
    for wait, ids in ((COLLECTABLE, 1), (KEPT, 0)):
        table.clock.now = table.periods.collectable_from(table.period) + wait
        table.leader.sweep()
        with table.leader.database.write() as connection:
            assert connection.execute("SELECT count(*) FROM seen").fetchone() == (ids,)
    table.clock.now = before
    table.leader.sweep()
    assert table.upload(table.report(1)) == [ReportError.REPORT_DROPPED]


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (CollectionJobReq(Query(2, b"")), ProblemType.INVALID_MESSAGE),
        (CollectionJobReq(Query(1, b"short")), ProblemType.INVALID_MESSAGE),
        (CollectionJobReq(Query.over(Interval(20_000, 0))), ProblemType.BATCH_INVALID),
        (CollectionJobReq(Query.over(Interval(20_000, 2))), ProblemType.BATCH_INVALID),
        (CollectionJobReq(Query.over(Interval(20_001, 1))), ProblemType.BATCH_INVALID),
        (CollectionJobReq(Query.over(Interval(2**63, 1))), ProblemType.BATCH_INVALID),
        (CollectionJobReq(Query.over(Interval(1, 1))), ProblemType.BATCH_INVALID),
        (
            CollectionJobReq(Query.over(Interval(20_000, 1)), b"x"),
            ProblemType.INVALID_AGGREGATION_PARAMETER,
        ),
        (
            CollectionJobReq(Query.over(Interval(20_000, 1)), b"", (Extension(5),)),
            ProblemType.UNSUPPORTED_EXTENSION,
        ),
        (
            CollectionJobReq(Query.over(Interval(20_000, 1)), b"", (Extension(5), Extension(5))),
            ProblemType.INVALID_EXTENSION,
        ),
    ],
    ids=["mode", "config", "none", "two", "in grace", "far", "old", "parameter", "extension", "order"],
)
def test_a_collection_is_of_one_finished_period(
    table: Table, request_: CollectionJobReq, expected: ProblemType
) -> None:
    with pytest.raises(ProblemError) as error:
        table.leader.ask(request_.encode())
    assert kind(error) is expected
    if expected is ProblemType.UNSUPPORTED_EXTENSION:
        assert error.value.problem.unsupported_extensions == (5,)


def test_noise_is_added_by_both_and_drawn_once(tmp_path: Path) -> None:
    noisy = Table(make_pair(tmp_path, noise=True, length=60))
    try:
        chosen = vectors(6, 60, 1)
        noisy.upload(*(noisy.report(n, vector) for n, vector in enumerate(chosen)))
        noisy.aggregate()
        response = noisy.collect()
        released = unshard(noisy.pair, collection_request(noisy.period), response)
        errors = [a - b for a, b in zip(released, totals(chosen, 60), strict=True)]
        assert any(errors) and all(abs(error) < 40 for error in errors)  # σ = √3 each
        again = noisy.ask().response
        assert again == response.encode()
    finally:
        noisy.close()


def test_a_mechanism_that_only_janus_has_is_refused_at_the_start(tmp_path: Path) -> None:
    pair = make_pair(tmp_path, mechanism=Mechanism.JANUS_DISCRETE_LAPLACE)
    store = Database(pair.helper.database, Role.HELPER, pair.task.task_id)
    with pytest.raises(TaskMismatch, match="mechanism"):
        Helper(pair.helper, store)
    store.close()
