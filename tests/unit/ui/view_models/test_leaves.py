from __future__ import annotations

import pytest

from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.view_models import leaves

NOTHING = "Shoal sends nothing from this computer."


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_report_that_is_shown_is_the_held_one_or_a_preview(variant: str) -> None:
    found = snapshot(variant)
    head = leaves.head(found, NUMBERS)
    assert (head.row is None) == (head.held is None)
    assert (head.preview_title == "What a report would contain") == (head.held is None)
    assert head.headline and head.below
    assert (head.headline == NOTHING) == (not found.in_force.sends and head.held is None)


def test_a_held_report_that_does_not_leave_by_itself_says_why() -> None:
    found = snapshot("held")
    assert leaves.head(found, NUMBERS).headline == "One report is held. It leaves today or tomorrow."
    killed = found._replace(sampler=False)
    assert leaves.head(killed, NUMBERS).headline == "One report is held. It waits: nothing is running."
    changed = leaves.head(snapshot("widened"), NUMBERS).headline
    assert changed == "One report is held. It waits: the task changed, and waits for you."
    late = leaves.head(killed._replace(now=found.now + 30 * 86_400), NUMBERS).headline
    assert late == "One report is held. It is too late for it: it will not be sent."


@pytest.mark.parametrize(
    ("variant", "below"),
    [
        ("empty", "Nothing has been chosen, so nothing is measured or made."),
        ("off", "You chose Off on 12 October. Nothing is measured, and no report is made."),
        ("local", "You chose Local on 12 October. Health is measured and shown here; no report is made."),
        ("one-operator", "Next report is made on Thursday. Shoal sends nothing else from this computer."),
        ("worst", "The policy file cannot be read; until it is mended nothing is sent."),
    ],
)
def test_when_nothing_is_held(variant: str, below: str) -> None:
    assert leaves.head(snapshot(variant), NUMBERS).below == below
