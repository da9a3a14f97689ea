"""What is worth a desktop notification, on seeded states."""

from __future__ import annotations

from catalogue.verdict import Verdict
from tests.unit.ui import states
from ui.link.snapshot import Kind, Trouble
from ui.view_models.alerts import Alert, alerts, joined


def test_bad_checks_are_joined_into_one() -> None:
    one = Alert("bad", "a", "bad", "A needs attention", "fix a", "device#a")
    other = one._replace(state="b", title="B needs attention")
    choice = Alert("choice", "first", "choice", "t", "x", "decides")
    assert joined([one, choice]) == (one, choice)
    kept, both = joined([one, choice, other])
    assert kept == choice
    assert both.title == "2 checks need attention"
    assert both.text == "A needs attention\nB needs attention" and both.page == "device"
    assert one.key == "bad:a"


def test_before_any_choice_only_the_choice_is_asked_for() -> None:
    found = alerts(states.snapshot("empty"), states.NUMBERS)
    assert [alert.key for alert in found if not alert.is_change] == ["choice:first"]


def test_what_is_bad_is_told_with_its_fix_and_its_place() -> None:
    snapshot = states.snapshot("worst")
    found = [alert for alert in alerts(snapshot, states.NUMBERS) if alert.kind == "bad"]
    bad = [id for id, one in snapshot.health.summary.items() if one.verdict == Verdict.BAD]
    shown = [metric.id for metric in snapshot.catalogue.metrics if not metric.is_derived]
    assert [alert.state for alert in found] == [id for id in shown if id in bad] != []
    for alert in found:
        assert alert.page == f"device#{alert.state}"
        assert alert.text == snapshot.catalogue.texts[alert.state].fix
        assert snapshot.catalogue.texts[alert.state].title in alert.title


def test_what_shoal_keeps_is_told_when_it_is_damaged() -> None:
    """Not where waiting alone may mend it; and it is no check that needs attention."""
    found = states.snapshot("held")
    torn = found._replace(book=found.book._replace(broken=(3, "row 3 was changed")))
    (alert,) = (one for one in alerts(torn, states.NUMBERS) if one.subject == "own")
    assert (alert.kind, alert.title) == ("bad", "The ledger was changed.")
    assert not any(one.subject == "own" for one in alerts(found, states.NUMBERS))
    for kind, tells in ((Kind.CORRUPT, True), (Kind.FULL, True), (Kind.BUSY, False), (Kind.READ_ONLY, False)):
        trouble = found._replace(trouble=Trouble(kind, "m", "c", 19))
        assert any(one.subject == "own" for one in alerts(trouble, states.NUMBERS)) is tells
    check = Alert("bad", "a", "bad", "A needs attention", "fix a", "device#a")
    assert joined([alert, check]) == (alert, check), "it is not counted as a check"


def test_a_task_is_told_by_its_serial() -> None:
    snapshot = states.snapshot("held")
    assert snapshot.enrolled is not None
    found = {alert.subject: alert for alert in alerts(snapshot, states.NUMBERS) if alert.is_change}
    assert found["task"].state == str(snapshot.enrolled.enrolment.task.serial)
    assert found["task"].page == found["catalogue"].page == "decides#changes", "where it says what changed"
