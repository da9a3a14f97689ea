from __future__ import annotations

import pytest

from agent.model import Choice
from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.link.snapshot import Kind, Trouble
from ui.view_models import held
from ui.view_models.hindrance import hindrance
from ui.view_models.status import status


@pytest.mark.parametrize("variant", VARIANTS)
def test_bar_and_held_report_say_the_same(variant: str) -> None:
    found = snapshot(variant)
    why, shown, report = hindrance(found), status(found, NUMBERS), held.held(found, NUMBERS)
    assert (shown.strong, shown.text if why else "") == (("Not sending:", why) if why else ("", ""))
    if report is not None:
        assert ("It waits: " in report.headline) is bool(why)


def test_each_thing_that_may_be_in_the_way() -> None:
    found = snapshot("held")
    assert hindrance(found) == ""
    busy, full = Trouble(Kind.BUSY, "busy", "", 19), Trouble(Kind.FULL, "full", "", 19)
    assert hindrance(found._replace(trouble=busy)) == "the database cannot be read"
    assert hindrance(found._replace(writing=full)) == "the database cannot be written"
    assert hindrance(found._replace(policy_trouble=busy)) == "the policy file has an error"
    assert hindrance(found._replace(task_trouble=busy)) == "the task file is refused"
    assert hindrance(found._replace(enrolled=None)) == "this computer takes part in no task"
    assert hindrance(found._replace(sampler=False)) == "nothing is running"
    assert hindrance(found._replace(sampler=None)) == "", "where nobody can tell"


def test_what_is_not_to_be_sent_is_hindered_by_nothing() -> None:
    found = snapshot("held")._replace(chosen=Choice.LOCAL, in_force=Choice.LOCAL, sampler=False)
    refused = Trouble(Kind.POLICY, "wrong", "", 11)
    assert hindrance(found) == hindrance(found._replace(policy_trouble=refused)) == ""
