from __future__ import annotations

import pytest

from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.link.snapshot import Kind, Trouble
from ui.view_models import status
from ui.view_models.status import Icon

EXPECTED = {
    "empty": (Icon.OFF, "", "Nothing is sent", ""),
    "off": (Icon.OFF, "", "Nothing is sent", ""),
    "local": (Icon.OFF, "", "Nothing is sent", ""),
    "normal": (Icon.HELD, "", "Next report leaves today or tomorrow", "1 held"),
    "held": (Icon.HELD, "", "Next report leaves today or tomorrow", "1 held"),
    "whole": (Icon.HELD, "", "Next report leaves today or tomorrow", "1 held"),
    "quiet": (Icon.HELD, "", "Next report leaves today or tomorrow", "1 held"),
    "withheld": (Icon.HELD, "", "Next report leaves today or tomorrow", "1 held"),
    "managed": (Icon.HELD, "", "Next report leaves today or tomorrow", "1 held"),
    "required": (Icon.HELD, "", "Next report leaves today or tomorrow", "1 held"),
    "worst": (Icon.ATTENTION, "Not sending:", "the policy file has an error", ""),
    "widened": (Icon.ATTENTION, "Not sending:", "the task changed, and waits for you", "1 held"),
    "one-operator": (Icon.IDLE, "", "Next report is made on Thursday", ""),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_bar_tabs_and_tray_say(variant: str) -> None:
    made = status.status(snapshot(variant), NUMBERS)
    assert (made.icon, made.strong, made.text, made.badge) == EXPECTED[variant]
    assert made.tooltip.startswith("Shoal: ")


def test_no_choice_is_told_by_any_of_them() -> None:
    """Share, quiet and a withheld report: alike. Local differs, so a difference would be seen."""
    alike = {status.status(snapshot(variant), NUMBERS) for variant in ("held", "quiet", "withheld")}
    assert len(alike) == 1
    assert status.status(snapshot("local"), NUMBERS) not in alike


def test_what_stands_in_the_way() -> None:
    found = snapshot("held")
    assert status.status(found._replace(sampler=False), NUMBERS).text == "nothing is running"
    assert status.status(found._replace(sampler=None), NUMBERS).icon is Icon.HELD, "it cannot be told"
    assert status.status(found._replace(enrolled=None), NUMBERS).text == "this computer takes part in no task"
    refused = found.facts._replace(
        trouble="dap.example does not accept the token (401). Ask.", trouble_code=14
    )
    assert (
        status.status(found._replace(facts=refused), NUMBERS).text
        == "dap.example does not accept the token (401)"
    )
    later = found.facts._replace(trouble="no answer. Wait.", trouble_code=0)
    assert status.status(found._replace(facts=later), NUMBERS).icon is Icon.HELD, (
        "it is tried again by itself"
    )
    trouble = Trouble(Kind.BUSY, "busy", "", 19)
    assert status.status(found._replace(trouble=trouble), NUMBERS).text == "the database cannot be read"


def test_the_quiet_icon_is_the_person_s_wish() -> None:
    assert status.status(snapshot("normal"), NUMBERS).is_quiet
    assert not status.status(snapshot("held"), NUMBERS).is_quiet
