from __future__ import annotations

from typing import Any

import pytest

from agent import verification as agent_verification
from agent.commands.ledger import _checked
from agent.ledger import Ledger
from tests.unit.ui.states import NUMBERS, VARIANTS, seeded, snapshot
from ui.link import commands
from ui.link.commands import Answer
from ui.view_models.verification import Verification, verification


def verified(variant: str) -> Answer:
    """What `shoal verify --json` answers about a state."""
    made = seeded(variant)
    if not made.env.database.exists():
        return Answer(commands.verify(), _checked(None), None)
    ledger = Ledger.open(made.env)
    try:
        return Answer(commands.verify(), _checked(agent_verification.verify(ledger)), None)
    finally:
        ledger.close()


def shown(variant: str, **value: Any) -> Verification:
    answer = verified(variant)
    return verification(answer._replace(value={**answer.value, **value}), snapshot(variant), NUMBERS, 0.42)


@pytest.mark.parametrize("variant", VARIANTS)
def test_two_lists_neither_of_them_empty(variant: str) -> None:
    made = shown(variant)
    assert made.agrees
    assert made.title == "Verified just now, in 0.4 seconds"
    assert made.proved and made.open
    assert made.open[-1] == "That no other program on this computer sends anything."
    said = " ".join(made.proved)
    assert ("kept report" in said) == bool(snapshot(variant).book.sizes)


def test_normal() -> None:
    made = shown("normal")
    size = sum(snapshot("normal").book.sizes.values())
    assert made.proved[0].startswith("All 6 kept reports were built again")
    assert f"one of {size:,} bytes is the same" in made.proved[0]
    assert "ledger entries form one unbroken chain" in made.proved[1]
    assert made.open[0] == "That IT Operations counted a report: “delivered” means received."
    assert made.open[1] == "What 3 older reports contained; only their fingerprints are left."


def test_with_sharing_off() -> None:
    assert shown("empty").proved == ("The ledger is empty: nothing was sealed, and nothing has left.",)
    assert "None of them is a report." in shown("local").proved
    assert not any("delivered" in text for text in shown("local").open)


def test_a_difference_proves_nothing_else() -> None:
    made = shown("normal", agrees=False, difference={"row": 4, "what": "its body is gone"})
    assert not made.agrees and made.title == "Something differs"
    assert made.proved == ("That row 4 is not as it was written: its body is gone.",)


@pytest.mark.parametrize("value", [None, [], {}, {"rows": 3}])
def test_what_came_to_no_result(value: Any) -> None:
    with pytest.raises(ValueError, match="result"):
        verification(Answer(commands.verify(), value, None), snapshot("held"), NUMBERS)
