from __future__ import annotations

from tests.unit.ui.states import snapshot
from ui.view_models import operators


def test_both_with_what_people_compare() -> None:
    found = snapshot("managed")
    page = operators.page(found)
    assert found.enrolled is not None
    task = found.enrolled.enrolment.task
    assert [card.name for card in page.cards] == ["IT Operations", "Works council"]
    assert [card.fingerprint for card in page.cards] == [task.leader.fingerprint, task.helper.fingerprint]
    assert [card.server for card in page.cards] == ["dap.nordwerk.example", "shoal.br-nordwerk.example"]
    assert (page.agreement, page.unverified) == ("Works agreement 12/2026", "")
    assert page.agreement_url.startswith("https://intranet.")


def test_what_nobody_has_checked_is_said() -> None:
    assert operators.page(snapshot("empty")).unverified


def test_without_a_task() -> None:
    page = operators.page(snapshot("off"))
    assert page.cards == () and "nobody receives anything" in page.below
