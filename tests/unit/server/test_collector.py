"""The collector: what is due, what is asked, what is believed, and what a killed one does next."""

from __future__ import annotations

import dataclasses
import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dap.errors import DapError
from dap.field import Field128
from dap.hpke import generate
from dap.messages import CollectionJobReq, CollectionJobResp, Interval
from dap.problems import Problem, ProblemType
from server import noise, releases
from server.archive import Archive, State
from server.collector import Outcome, release_path
from server.errors import NotReleased, PeerError
from server.leader_client import Gone, Refused
from server.periods import COLLECTABLE
from tests.operators import NOW, make_folders, make_task
from tests.unit.server.collecting import PERIOD, READY, WEEK, Table


class Killed(BaseException):
    """The process died."""


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    folders = make_folders(tmp_path)
    make_task(folders)
    found = Table(folders)
    yield found
    found.archive.close()


# -- what is due ---------------------------------------------------------------------------------


def test_a_period_is_due_when_its_grace_is_over(table: Table) -> None:
    table.now = READY - 1
    assert PERIOD not in table.collector.due()
    with pytest.raises(NotReleased, match="cannot be collected yet"):
        table.collector.step(PERIOD)
    assert table.leader.asked == 0
    assert table.archive.find(PERIOD) is None
    assert table.collector.next_due() == (PERIOD, READY)
    table.now = READY
    assert table.collector.due()[-1] == PERIOD
    assert table.collector.next_due() == (PERIOD + 1, READY + WEEK)


def test_nothing_before_the_task_was_installed_is_due(table: Table) -> None:
    table.now = READY - WEEK
    assert table.collector.due() == [NOW // WEEK, PERIOD - 1]
    table.now = NOW
    assert table.collector.due() == []
    assert table.collector.next_due()[0] == NOW // WEEK


def test_a_collector_that_was_away_for_long_asks_for_what_is_left(table: Table) -> None:
    table.now = READY + 20 * WEEK
    assert table.collector.due() == [PERIOD + 19, PERIOD + 20]
    table.now = READY + 19 * WEEK + COLLECTABLE - 1
    assert table.collector.due() == [PERIOD + 19, PERIOD + 20]
    table.now += 1
    assert table.collector.due() == [PERIOD + 20]


def test_settled_periods_are_not_due_again(table: Table) -> None:
    table.collector.step(PERIOD)
    assert PERIOD not in table.collector.due()


# -- releasing -----------------------------------------------------------------------------------


def test_two_shares_become_one_release(table: Table) -> None:
    outcome = table.collector.step(PERIOD)
    assert outcome.state is State.RELEASED
    release = outcome.release
    assert release is not None
    found = [bucket.total.estimate for metric in release.metrics for bucket in metric.buckets]
    assert found == table.leader.totals, "sums below zero are negative, not huge"
    assert (release.period, release.report_count) == (PERIOD, 100)
    assert CollectionJobReq.decode(table.leader.requests[0]).query.interval == Interval(PERIOD, 1)
    path = release_path(table.folder, PERIOD)
    assert releases.load(path.read_text()) == release


def test_a_released_period_is_given_again_and_not_asked_for(table: Table) -> None:
    first = table.collector.step(PERIOD)
    release_path(table.folder, PERIOD).unlink()
    again = table.collector.step(PERIOD)
    assert again == first
    assert table.leader.asked == 1
    assert release_path(table.folder, PERIOD).exists(), "a lost file is written again from the database"


def test_the_year_s_budget_adds_up(table: Table) -> None:
    table.now += WEEK
    table.collector.step(PERIOD)
    release = table.collector.step(PERIOD + 1).release
    assert release is not None
    assert release.rho_year == 2 * release.rho


def test_a_leader_still_at_work_is_waited_for_and_then_left(table: Table) -> None:
    table.leader.not_yet = 3
    first = table.collector.collect([PERIOD], wait=13)
    assert [outcome.state for outcome in first.outcomes] == [State.ASKED]
    assert "still at work" in first.outcomes[0].note
    assert table.slept == [7]
    assert any("Waiting" in text for text in table.said)
    second = table.collector.collect([PERIOD], wait=60)
    assert [outcome.state for outcome in second.outcomes] == [State.RELEASED]
    assert table.slept == [7, 7, 7]
    assert table.leader.asked == 1, "the second run goes on at the job that the first one made"


def test_all_are_asked_for_before_any_is_waited_for(table: Table) -> None:
    table.now += WEEK
    table.leader.not_yet = 2
    found = table.collector.collect([PERIOD, PERIOD + 1], wait=100)
    assert table.leader.asked == 2
    assert [(outcome.period, outcome.state) for outcome in found.outcomes] == [
        (PERIOD, State.RELEASED),
        (PERIOD + 1, State.RELEASED),
    ]


def test_one_period_s_trouble_does_not_hold_up_the_next(table: Table) -> None:
    table.now += WEEK
    table.leader.raises = [PeerError("The leader stumbles.")]
    found = table.collector.collect([PERIOD, PERIOD + 1], wait=0)
    assert [(period, error.message) for period, error in found.errors] == [(PERIOD, "The leader stumbles.")]
    assert [(outcome.period, outcome.state) for outcome in found.outcomes] == [(PERIOD + 1, State.RELEASED)]
    early = table.collector.collect([PERIOD + 2], wait=0)
    assert isinstance(early.errors[0][1], NotReleased)


def test_a_forgotten_job_is_asked_for_again_with_the_same_bytes(table: Table) -> None:
    table.leader.not_yet = 1
    table.collector.step(PERIOD)
    table.leader.not_yet = 0
    table.leader.raises = [Gone()]
    assert table.collector.step(PERIOD).state is State.RELEASED
    assert table.leader.asked == 2
    assert table.leader.requests[0] == table.leader.requests[1]


def test_below_the_minimum_is_final_and_says_so(table: Table) -> None:
    table.leader.raises = [Refused(Problem.of(ProblemType.INVALID_BATCH_SIZE), 400)]
    outcome = table.collector.step(PERIOD)
    assert (outcome.state, outcome.release) == (State.TOO_SMALL, None)
    assert "Fewer than 50" in outcome.note
    assert PERIOD not in table.collector.due()
    assert not release_path(table.folder, PERIOD).exists()


@pytest.mark.parametrize("kind", [ProblemType.BATCH_OVERLAP, ProblemType.BATCH_MISMATCH])
def test_what_the_aggregators_refuse_for_good(table: Table, kind: ProblemType) -> None:
    table.leader.raises = [Refused(Problem.of(kind, detail="because"), 400)]
    outcome = table.collector.step(PERIOD)
    assert outcome.state is State.REFUSED
    assert "because" in outcome.note


def test_other_refusals_are_tried_again(table: Table) -> None:
    table.leader.raises = [Refused(Problem.of(ProblemType.BATCH_INVALID), 400)]
    with pytest.raises(PeerError, match="clocks"):
        table.collector.step(PERIOD)
    assert PERIOD in table.collector.due()
    assert table.collector.step(PERIOD).state is State.RELEASED


# -- what is not believed ------------------------------------------------------------------------


def spoil(**changes: Any) -> Callable[[CollectionJobResp], CollectionJobResp]:
    return lambda response: response._replace(**changes)


def swapped(response: CollectionJobResp) -> CollectionJobResp:
    return response._replace(
        leader_encrypted_agg_share=response.helper_encrypted_agg_share,
        helper_encrypted_agg_share=response.leader_encrypted_agg_share,
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (spoil(report_count=49), "below the minimum"),
        (spoil(interval=Interval(PERIOD, 2)), "another interval"),
        (spoil(interval=Interval(PERIOD - 1, 1)), "another interval"),
        (swapped, "leader's share does not open"),
    ],
)
def test_an_answer_that_breaks_the_agreement(
    table: Table, change: Callable[[CollectionJobResp], CollectionJobResp], complaint: str
) -> None:
    table.leader.change = change
    with pytest.raises(PeerError, match=complaint):
        table.collector.step(PERIOD)
    row = table.archive.find(PERIOD)
    assert row is not None
    assert (row.state, row.answer) == (State.ASKED, None), "asked for again, not kept"
    table.leader.change = lambda response: response
    assert table.collector.step(PERIOD).state is State.RELEASED


def test_shares_sealed_to_another_collector(table: Table) -> None:
    table.leader.hpke = generate(99, bytes(32)).config
    with pytest.raises(PeerError, match="does not hold"):
        table.collector.step(PERIOD)
    table.leader.hpke = generate(table.settings.hpke_keys[0].config.id, bytes(32)).config
    with pytest.raises(PeerError, match="does not open"):
        table.collector.step(PERIOD)


def test_shares_of_another_task(table: Table) -> None:
    table.leader.settings = dataclasses.replace(
        table.settings, task=table.settings.task._replace(task_id=bytes(32))
    )
    with pytest.raises(PeerError, match="does not open"):
        table.collector.step(PERIOD)


@pytest.mark.parametrize("total", [-(10**6), 10**9, Field128.modulus // 2])
def test_totals_that_no_noise_explains(table: Table, total: int) -> None:
    table.leader.totals[3] = total
    with pytest.raises(PeerError, match="no counts"):
        table.collector.step(PERIOD)


@pytest.mark.parametrize("answer", [b"", b"x", bytes(200)])
def test_an_answer_that_is_none(table: Table, answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table.leader, "answer", lambda _: answer)
    with pytest.raises(PeerError, match=r"no collection|another interval"):
        table.collector.step(PERIOD)
    assert table.state() is State.ASKED


def test_errors_name_no_secret(table: Table) -> None:
    key = table.settings.hpke_keys[0].private_key
    table.leader.change = swapped
    with pytest.raises(PeerError) as caught:
        table.collector.step(PERIOD)
    for secret in (table.settings.leader_token, key.hex(), repr(key)):
        assert secret not in str(caught.value)
        assert secret not in repr(table.settings)


# -- killed anywhere -----------------------------------------------------------------------------


@pytest.mark.parametrize("moment", range(4))
def test_a_killed_collector_goes_on_where_it_was(
    table: Table, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dies before the n-th durable step, whichever it is; the next run ends with the one release."""
    steps = iter(range(100))

    def dying(function: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **named: Any) -> Any:
            if next(steps) == moment:
                raise Killed
            return function(*arguments, **named)

        return step

    with monkeypatch.context() as patched:
        patched.setattr(Archive, "begin", dying(Archive.begin))
        patched.setattr(Archive, "put", dying(Archive.put))
        patched.setattr(Archive, "release", dying(Archive.release))
        patched.setattr("server.collector.write_file", dying(lambda *_: None))
        with pytest.raises(Killed):
            table.collector.step(PERIOD)
    table.archive.close()
    table.archive = Archive(table.settings.database, table.settings.task.task_id)
    outcome = table.collector.step(PERIOD)
    assert outcome.state is State.RELEASED
    assert len(set(table.leader.requests)) == 1, "the same request bytes name the same resource"
    assert release_path(table.folder, PERIOD).exists()
    assert table.archive.released(PERIOD) == outcome.release


def test_the_kept_answer_is_enough_without_the_leader(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Archive, "release", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            table.collector.step(PERIOD)
    assert table.state() is State.ANSWERED
    table.leader.raises = [PeerError("The leader is gone for good.")]
    assert table.collector.step(PERIOD).state is State.RELEASED
    assert issubclass(DapError, ValueError)


# -- two at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("second", [None, ProblemType.BATCH_OVERLAP])
def test_two_collectors_on_one_folder_release_once(table: Table, second: ProblemType | None) -> None:
    """Both find nothing and ask; the later answer differs, or is refused. Both tell the one release."""
    table.archive.close()
    table.settings.database.unlink()
    both, answered = threading.Barrier(2), threading.Lock()
    ask, counts = table.leader.ask, iter((100, 101, 102, 103))

    def slow(request: bytes, job_id: bytes) -> tuple[bytes | None, str, float]:
        both.wait(timeout=20)
        with answered:
            table.leader.count = next(counts)
            if second is not None and table.leader.count > 100:
                table.leader.raises = [Refused(Problem.of(second), 400)]
                with Archive(table.settings.database, table.settings.task.task_id) as archive:
                    while archive.released(PERIOD) is None:
                        time.sleep(0.01)
            return ask(request, job_id)

    table.leader.ask = slow  # type: ignore[method-assign]

    def collect(_: int) -> Outcome:
        both.wait(timeout=20)
        with Archive(table.settings.database, table.settings.task.task_id) as archive:
            collector = table.collector
            collector.archive = archive
            return collector.step(PERIOD)

    with ThreadPoolExecutor(2) as pool:
        first, other = pool.map(collect, range(2))
    table.archive = Archive(table.settings.database, table.settings.task.task_id)
    assert first == other
    assert first.release is not None
    assert table.state() is State.RELEASED
    assert table.archive.released(PERIOD) == first.release
    assert releases.load(release_path(table.folder, PERIOD).read_text()) == first.release
    assert len(set(table.leader.requests)) == 1


def test_a_release_s_intervals_hold(table: Table) -> None:
    """Both aggregators' noise on: the true totals lie in 95 of 100 intervals, of buckets and of sums."""
    true = [(7 * i) % 40 for i in range(len(table.leader.totals))]
    below = random.Random(4).randrange
    info = table.settings.task.info
    buckets = inside = answers = inside_answers = 0
    for repeat in range(60):
        first, second = (noise.draw(info, len(true), below) for _ in range(2))
        table.leader.totals = [sum(parts) for parts in zip(true, first, second, strict=True)]
        table.now = READY + repeat * WEEK
        release = table.collector.step(PERIOD + repeat).release
        assert release is not None
        position = 0
        for metric in release.metrics:
            part = true[position : position + len(metric.buckets)]
            position += len(metric.buckets)
            hits = [b.total.low <= t <= b.total.high for b, t in zip(metric.buckets, part, strict=True)]
            buckets, inside = buckets + len(hits), inside + sum(hits)
            answers += 1
            inside_answers += metric.answers.low <= sum(part) <= metric.answers.high
    # at least 95 in 100; a little more since intervals end at whole numbers, and σ is 2.8 here
    assert 0.94 < inside / buckets < 0.99
    assert 0.91 < inside_answers / answers <= 0.99
