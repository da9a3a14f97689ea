from __future__ import annotations

from tests.nordwerk import agreed
from tests.unit.ui.states import snapshot
from ui.view_models import decisions, parties


def test_names_come_from_the_task_that_was_agreed_to() -> None:
    found = snapshot("widened")
    assert found.enrolled is not None
    assert parties.task(found) == found.enrolled.enrolment.accepted != found.enrolled.enrolment.task
    assert parties.names(found) == ("IT Operations", "Works council")
    assert parties.organisation(found) == "Nordwerk"
    assert parties.leader_host(found) == "dap.nordwerk.example"
    assert parties.contact(found) == "shoal@it.nordwerk.example"
    assert parties.every(found) == "a week"


def test_before_any_agreement_from_the_one_that_is_offered() -> None:
    assert parties.task(snapshot("empty")) == agreed()


def test_plain_words_without_a_task() -> None:
    found = snapshot("off")
    assert parties.names(found) == ("the first operator", "the second operator")
    assert parties.organisation(found) == "Your organisation"
    assert parties.leader_host(found) == "the first operator’s server"
    rows = dict(decisions.table(found).rows)
    assert rows["The network’s administrator sees"][2] == "Contact with the first operator’s server"
    said = " ".join(text for head, cells in decisions.table(found).rows for text in (head, *cells))
    assert "The first operator sees" in said and "eader" not in said, "the same party, the same word"
    assert parties.contact(found) == ""
