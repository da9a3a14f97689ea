"""A report's life in the ledger: each change with its row, none that must not be."""

from __future__ import annotations

import functools
import sqlite3
import threading
from collections.abc import Iterator

import pytest

from agent.errors import Declined, ShoalError, StoreError
from agent.ledger import Ledger, Report, SealedBody, check_chain
from agent.migrations import migrate
from agent.model import LedgerKind, ReportState
from tests.fakes import FakeEnv

DAY = 86_400


@pytest.fixture
def ledger(env: FakeEnv) -> Iterator[Ledger]:
    migrate(env.database, [])
    ledger = Ledger.open(env)
    yield ledger
    assert check_chain(ledger.rows()) is None  # whatever a test does
    ledger.close()


def body(word: str = "body") -> SealedBody:
    return SealedBody(word.encode(), b"o" * 32, b"\0\1", b"configuration", b"leader", b"helper")


def sealed(ledger: Ledger, start: int = 0, stop: int = DAY, **given: object) -> Report:
    arguments: dict[str, object] = {
        "task_id": b"t" * 32,
        "serial": 1,
        "time": start // DAY,
        "zeros": False,
        "t": stop + 1.5,
        "choice": None,
    }
    return ledger.seal(body(), start=start, stop=stop, **(arguments | given))  # type: ignore[arg-type]


def kinds(ledger: Ledger) -> list[str]:
    return [row.kind for row in ledger.rows()]


def test_the_ordinary_life(ledger: Ledger) -> None:
    report = sealed(ledger)
    assert (report.state, report.moment, report.sealed_at) == (ReportState.HELD, None, DAY + 1.5)
    assert ledger.set_moment(report, 99.0).moment == 99.0
    kept = ledger.begin(report, 2 * DAY, None)
    assert kept.sealed.body == b"body"
    under_way = ledger.report(report.id)
    assert (under_way.state, under_way.attempts, under_way.unanswered) == (ReportState.SENDING, 1, True)
    assert under_way.moment is None  # what a worker that is killed now leaves
    again = ledger.retry(report, 3.0 * DAY, "busy", unanswered=False)
    assert (again.moment, again.note, again.unanswered) == (3.0 * DAY, "busy", False)
    ledger.begin(report, 3 * DAY, None)
    done = ledger.delivered(report, 3 * DAY)
    assert (done.state, done.attempts, done.note) == (ReportState.DELIVERED, 2, "")
    assert kinds(ledger) == ["sealed", "sending", "delivered"]
    assert ledger.row(3).facts == {"attempts": 2, "sealed": 1}  # type: ignore[union-attr]


def test_the_row_holds_no_secret(ledger: Ledger) -> None:
    sealed(ledger)
    text = repr(list(ledger.rows())) + repr(list(ledger.kept()))
    assert "configuration" not in text and "oooo" not in text


@pytest.mark.parametrize(
    ("start", "stop", "free"),
    [
        (0, DAY, False),
        (-6 * DAY, DAY, False),
        (DAY - 1, 2 * DAY, False),
        (DAY, 2 * DAY, True),
        (-DAY, 0, True),
    ],
)
def test_one_report_for_any_time_over_all_tasks(ledger: Ledger, start: int, stop: int, free: bool) -> None:
    sealed(ledger)
    if free:
        assert sealed(ledger, start, stop, task_id=b"u" * 32).state is ReportState.HELD
    else:
        with pytest.raises(Declined, match="exists already"):
            sealed(ledger, start, stop, task_id=b"u" * 32)
        assert kinds(ledger) == ["sealed"]


def test_a_changed_choice_stops_sealing_and_sending(ledger: Ledger) -> None:
    report = sealed(ledger)
    ledger.connection.execute("INSERT INTO settings VALUES ('choice', 'off')")
    for act in (lambda: sealed(ledger, DAY, 2 * DAY), lambda: ledger.begin(report, 1, None)):
        with pytest.raises(Declined, match="changed meanwhile"):
            act()
    assert kinds(ledger) == ["sealed"]


def test_withholding_and_zeros_in_its_place(ledger: Ledger) -> None:
    report = ledger.set_moment(sealed(ledger), 77.0)
    withheld = ledger.withhold(report, 5)
    assert withheld.state is ReportState.WITHHELD
    assert ledger.awaiting_zeros() == [withheld]
    with pytest.raises(Declined):
        ledger.begin(report, 6, None)
    with pytest.raises(Declined, match="exists already"):
        sealed(ledger)
    zeros = sealed(ledger, zeros=True, replaces=withheld, because="withheld")
    assert (zeros.moment, zeros.sealed_at, zeros.replaces) == (77.0, report.sealed_at, report.id)
    assert ledger.awaiting_zeros() == []
    with pytest.raises(Declined, match="in its place already"):
        sealed(ledger, zeros=True, replaces=withheld)
    with pytest.raises(Declined, match="all of it is zeros"):
        ledger.withhold(zeros, 7)
    ledger.begin(zeros, 8, None)
    assert kinds(ledger) == ["sealed", "withheld", "sealed", "sending"]


def test_a_sender_that_knows_the_report_as_held_does_not_move_a_withheld_one(ledger: Ledger) -> None:
    report = ledger.set_moment(sealed(ledger), 77.0)
    withheld = ledger.withhold(report, 5)
    assert ledger.set_moment(report, 99.0) == withheld and withheld.moment == 77.0
    assert sealed(ledger, zeros=True, replaces=withheld, because="withheld").moment == 77.0


def test_no_withholding_once_sending_has_begun(ledger: Ledger) -> None:
    report = sealed(ledger)
    ledger.begin(report, 5, None)
    with pytest.raises(Declined, match="sending has begun"):
        ledger.withhold(report, 6)
    ledger.refused(report, "no", 7)
    with pytest.raises(Declined, match="refused, not held"):
        ledger.withhold(report, 8)


def withhold_or_send(
    env: FakeEnv, report: Report, barrier: threading.Barrier, outcomes: list[str], name: str
) -> None:
    ledger = Ledger.open(env)
    barrier.wait()
    try:
        if name == "withhold":
            ledger.withhold(report, 1)
        else:
            ledger.begin(report, 1, None)
        outcomes.append(name)
    except Declined:
        pass
    finally:
        ledger.close()


def test_withhold_and_send_cannot_race(ledger: Ledger, env: FakeEnv) -> None:
    for n in range(25):
        report = sealed(ledger, n * DAY, (n + 1) * DAY)
        outcomes: list[str] = []
        act = functools.partial(withhold_or_send, env, report, threading.Barrier(2), outcomes)
        threads = [threading.Thread(target=act, args=(name,)) for name in ("withhold", "send")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(outcomes) == 1
        state = ledger.report(report.id).state
        assert state is (ReportState.WITHHELD if outcomes == ["withhold"] else ReportState.SENDING)


def test_dropping(ledger: Ledger) -> None:
    held, sending = sealed(ledger), sealed(ledger, DAY, 2 * DAY)
    taken = ledger.withhold(sealed(ledger, 2 * DAY, 3 * DAY), 1)
    ledger.begin(sending, 2, None)
    assert ledger.drop_all("the choice is off", 3) == 3
    assert {ledger.report(r.id).state for r in (held, sending, taken)} == {ReportState.DROPPED}
    assert ledger.awaiting_zeros() == []
    # the attempt that was under way came to its end: what happened counts
    assert ledger.delivered(sending, 4).state is ReportState.DELIVERED
    assert ledger.delivered(held, 4).state is ReportState.DROPPED


def test_what_is_over_stays_over(ledger: Ledger) -> None:
    report = sealed(ledger)
    ledger.too_late(report, 5)
    before = kinds(ledger)
    ledger.drop(report, "x", 6)
    ledger.delivered(report, 6)
    ledger.refused(report, "x", 6)
    assert ledger.retry(report, 1.0, "x", unanswered=True).state is ReportState.TOO_LATE
    with pytest.raises(Declined):
        ledger.reseal(report, body(), 2, 6)
    assert kinds(ledger) == before


def test_resealing_keeps_both_bodies(ledger: Ledger) -> None:
    report = sealed(ledger)
    assert ledger.reseal(report, body("newer"), 2, 5).resealed == 0
    ledger.begin(report, 6, None)
    after = ledger.reseal(report, body("newest"), 3, 7)
    assert (after.resealed, after.serial) == (1, 3)
    assert [kept.sealed.body for kept in ledger.kept()] == [b"body", b"newer", b"newest"]
    assert ledger.body(report).sealed.body == b"newest"  # type: ignore[union-attr]
    assert ledger.report_of_row(2) == ledger.report_of_row(1)


def test_pruning_leaves_the_chain_and_what_is_open(ledger: Ledger, env: FakeEnv) -> None:
    old, young = sealed(ledger, t=10.0), sealed(ledger, DAY, 2 * DAY, t=1000.0)
    still = sealed(ledger, 2 * DAY, 3 * DAY, t=10.0)
    waiting = ledger.withhold(sealed(ledger, 3 * DAY, 4 * DAY, t=10.0), 11)
    for report in (old, young):
        ledger.begin(report, 20, None)
        ledger.delivered(report, 20)
    assert ledger.prune(500, 2000) == 1
    assert ledger.prune(500, 2000) == 0
    assert ledger.body(old) is None
    assert all(ledger.body(report) for report in (young, still, waiting))
    assert ledger.last(LedgerKind.PRUNED).facts == {"bodies": [old.sealed_row]}  # type: ignore[union-attr]
    assert ledger.report_of_row(old.sealed_row) == ledger.report(old.id)


def test_erasing_leaves_no_byte(ledger: Ledger, env: FakeEnv) -> None:
    canary = b"CANARY-vector-and-opening"
    ledger.seal(
        body()._replace(opening=canary),
        task_id=b"t" * 32,
        serial=1,
        time=0,
        start=0,
        stop=1,
        zeros=False,
        t=1,
        choice=None,
    )
    assert ledger.erase(5) == 1
    assert kinds(ledger) == ["sealed", "dropped", "erased"]
    assert not any(canary in path.read_bytes() for path in env.state.iterdir() if path.is_file())


def test_rows_cannot_be_rewritten(ledger: Ledger) -> None:
    sealed(ledger)
    for statement in (
        "UPDATE ledger SET kind = 'x'",
        "DELETE FROM ledger",
        "UPDATE bodies SET body = x'00'",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            ledger.connection.execute(statement)
    with pytest.raises(sqlite3.IntegrityError):
        ledger.connection.execute(
            "INSERT INTO reports(task_id, time, start, stop, state, zeros, serial, sealed_row, sealed_at) "
            "VALUES (x'00', 0, 0, 1, 'held', 0, 1, 9, 9)"
        )


def test_a_change_without_its_row_does_not_happen(ledger: Ledger) -> None:
    report = sealed(ledger)
    ledger.connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    for act in (
        lambda: ledger.begin(report, 5, None),
        lambda: ledger.withhold(report, 5),
        lambda: ledger.drop(report, "x", 5),
        lambda: sealed(ledger, DAY, 2 * DAY),
    ):
        with pytest.raises(StoreError):
            act()
    assert ledger.reports() == [report]
    assert len(list(ledger.kept())) == 1
    ledger.connection.execute("DROP TRIGGER full")


def test_what_is_not_there(ledger: Ledger) -> None:
    with pytest.raises(StoreError, match="no report 7"):
        ledger.report(7)
    assert ledger.row(7) is None and ledger.last() is None and ledger.kept_at(7) is None
    assert ledger.report_of_row(7) is None


def test_a_body_that_is_gone_is_not_sent(ledger: Ledger) -> None:
    report = sealed(ledger)
    ledger.connection.execute("DELETE FROM bodies")
    with pytest.raises(StoreError, match="body is gone"):
        ledger.begin(report, 5, None)
    assert ledger.report(report.id).state is ReportState.HELD


def test_atomic_joins(ledger: Ledger) -> None:
    def together() -> None:
        with ledger.atomic():
            sealed(ledger)
            sealed(ledger)

    with pytest.raises(ShoalError):
        together()
    assert ledger.reports() == []
