"""Values in the file that this program writes none of: named, and no crash; reports beside it go on."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing

import pytest

from agent import decisions
from agent import report as reports
from agent.database import CorruptError, check
from agent.env import real_env
from agent.errors import StoreError
from agent.ledger import Ledger, Report, Unreadable
from agent.migrations import migrate
from agent.model import Choice, Fact, ReportState
from agent.store import Store
from agent.verification import verify
from agent.worker import main
from catalogue.load import load
from tests.unit.agent.agreement import DAY, HOUR, WEEK, Device, states, weekly_start

NUMBERS = [Fact.WOKE_AT, Fact.CLOCK_SET, Fact.LAST_PASS]


@pytest.mark.parametrize("stored", ["", "soon", "nan", "-inf", "1e300", "1.2.3"])
@pytest.mark.parametrize("key", NUMBERS)
def test_a_fact_that_is_no_number_is_named(sharing: Device, key: str, stored: str) -> None:
    sharing.store.set_fact(key, stored)
    for doing in (sharing.tend, sharing.send_now):
        with pytest.raises(CorruptError, match=f"{key} should be a number") as caught:
            doing()
        assert caught.value.exit_code == 19
        assert "puts it aside" in caught.value.cure


def test_a_setting_that_is_no_number_is_named(sharing: Device) -> None:
    sharing.store.set_setting(decisions.SINCE, "soon")
    with pytest.raises(CorruptError, match="sharing_since should be a number"):
        sharing.tend()


def test_a_moment_of_sealing_that_is_no_number_is_named(sharing: Device) -> None:
    sharing.run(weekly_start(sharing) + WEEK - HOUR)
    sharing.env.pass_time(HOUR + 1)
    sharing.tend()
    changed = sharing.store.connection.execute("UPDATE facts SET value = 'x' WHERE key LIKE 'sealing/%'")
    assert changed.rowcount == 1
    with pytest.raises(CorruptError, match=r"sealing/.* should be a number"):
        sharing.tend()


def test_the_worker_leaves_word_of_it_for_the_sampler(capsys: pytest.CaptureFixture[str]) -> None:
    env, metrics = real_env(), load("en").metrics
    env.prepare()
    migrate(env.database, metrics)
    with closing(Store.open(env, metrics)) as store:
        store.set_fact(Fact.CLOCK_SET, "soon")
        check(store.connection, env.database)  # its pages are sound
        assert main(["tend"]) == 19
        assert "clock_set should be a number" in capsys.readouterr().err
        with pytest.raises(CorruptError, match="clock_set"):
            check(store.connection, env.database)


# -- reports


def damage(device: Device, part: str, value: object) -> None:
    """The newest body."""
    device.ledger.connection.execute("DROP TRIGGER IF EXISTS bodies_never_changes")
    newest = "(SELECT max(row) FROM bodies)"
    device.ledger.connection.execute(f"UPDATE bodies SET {part} = ? WHERE row = {newest}", (value,))


@pytest.mark.parametrize("value", [b"", b"\xff" * 300, "text"])
def test_a_report_whose_body_cannot_be_read_is_named_and_kept(sharing: Device, value: object) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    damage(sharing, "configuration", value)
    (held,) = sharing.ledger.reports()
    for later in (12 * HOUR, 2 * DAY, 9 * DAY):
        sharing.env.pass_time(later)
        assert sharing.tend().error is None
        found = sharing.store.fact(Fact.TROUBLE) or ""
        assert f"row {held.sealed_row} of the ledger cannot be read" in found and "shoal verify" in found
        assert sharing.store.number(Fact.TROUBLE_CODE) == StoreError.exit_code
        assert sharing.next_due > sharing.env.now()
    with pytest.raises(Unreadable):
        sharing.send_now(held.id)
    assert (states(sharing)[0], sharing.wire.uploads) == ("held", [])
    assert not verify(sharing.ledger).agrees
    sharing.choose(Choice.LOCAL)
    assert states(sharing)[0] == "dropped"
    sharing.tend()
    assert sharing.store.fact(Fact.TROUBLE) is sharing.store.fact(Fact.TROUBLE_CODE) is None


def test_the_others_go_on(daily: Device) -> None:
    first = daily.env.now() // DAY * DAY + DAY
    daily.run(first + 3 * HOUR)
    damage(daily, "configuration", b"")
    daily.run(first + 4 * DAY)
    found = states(daily)
    assert found[0] == "held"
    assert found.count("delivered") >= 2
    assert set(daily.sent_for()) == {report.time for report in daily.ledger.reports()[1:] if report.attempts}


def test_a_withheld_report_that_cannot_be_read_gets_no_zeros_and_is_named(sharing: Device) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end + 3 * HOUR)
    damage(sharing, "configuration", b"")
    sharing.choose(Choice.QUIET)
    sharing.run(end + 4 * DAY)
    assert states(sharing) == ["withheld"]
    assert "cannot be read" in (sharing.store.fact(Fact.TROUBLE) or "")
    assert not sharing.wire.uploads


# -- erasing, and what is kept too long


def test_what_was_summed_up_before_an_erasing_is_neither_kept_nor_sealed(
    sharing: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = weekly_start(sharing) + WEEK
    sharing.run(end - HOUR)
    sharing.env.pass_time(4 * HOUR)
    real: Callable[..., object] = Store.fix_summary

    def erased_meanwhile(store: Store, *given: object) -> object:
        sharing.store.erase()
        # the clock was wrong for a moment, and a pass is filed within the period that is summed up
        sharing.store.connection.execute("INSERT INTO samples(t) VALUES (?)", (int(end) - 60,))
        return real(store, *given)

    monkeypatch.setattr(Store, "fix_summary", erased_meanwhile)
    sharing.tend()
    assert sharing.store.summary(int(end) - WEEK, int(end)) is None
    assert states(sharing) == []
    monkeypatch.undo()
    sharing.tend()
    assert states(sharing) == ["held"]  # of what was measured since


def test_zeros_that_the_command_was_first_to_seal_do_not_stop_the_worker(
    sharing: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharing.run(weekly_start(sharing) + WEEK + 3 * HOUR)
    withheld = decisions.withhold(sharing.env, sharing.ledger)
    real, done = Ledger.awaiting_zeros, list[list[Report]]()

    def sealed_meanwhile(ledger: Ledger) -> list[Report]:
        found = real(ledger)
        if not done:
            done.append(found)
            reports.replace(sharing.env, sharing.ledger, withheld, "share")
        return found

    monkeypatch.setattr(Ledger, "awaiting_zeros", sealed_meanwhile)
    assert sharing.send_now().report.state is ReportState.DELIVERED
    assert done == [[withheld]]
    assert [report.zeros for report in sharing.ledger.reports()] == [False, True]


def test_databases_that_were_put_aside_go_after_retention_days(sharing: Device) -> None:
    sharing.policy("retention_days = 3\n")
    old, new = (sharing.env.database.with_name(f"shoal.db.corrupt-{n}") for n in (1, 2))
    for aside, age in ((old, 4 * DAY), (new, 2 * DAY)):
        aside.write_bytes(b"readings")
        os.utime(aside, (sharing.env.now() - age,) * 2)
    sharing.store.set_fact(Fact.SET_ASIDE, old.name)
    sharing.tend()
    assert (old.exists(), new.exists()) == (False, True)
    (row,) = [row for row in sharing.ledger.rows() if row.kind == "pruned"]
    assert row.facts == {"bodies": [], "databases": [old.name]}
    assert old.name in (sharing.env.state / "agent.log").read_text()
    assert sharing.store.fact(Fact.SET_ASIDE) is None
    sharing.tend()
    assert sharing.kinds().count("pruned") == 1
    assert verify(sharing.ledger).agrees


def test_not_while_the_clock_may_be_wrong(sharing: Device) -> None:
    aside = sharing.env.database.with_name("shoal.db.corrupt-1")
    aside.write_bytes(b"readings")
    os.utime(aside, (sharing.env.now(),) * 2)
    sharing.set_clock(sharing.env.now() + 400 * DAY)
    sharing.tend()
    assert aside.exists()
    sharing.env.pass_time(2 * HOUR)
    sharing.tend()
    assert not aside.exists()
