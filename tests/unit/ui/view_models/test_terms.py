from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from dap.task import Task, differences, widened
from tests.nordwerk import agreed
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import NUMBERS
from ui.view_models.terms import Term, terms

BEFORE = agreed(metrics=30)
NEXT = CATALOGUE.texts[CATALOGUE.metrics[30].id].title


def told(after: Task) -> tuple[Term, ...]:
    return terms(differences(BEFORE, after), widened(BEFORE, after), CATALOGUE, NUMBERS)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"metrics": 31}, f"Questions: 30, now 31. New: {NEXT}."),
        ({"min_batch_size": 60}, "Smallest group for totals: 100 computers, now 60 computers."),
        ({"rho": Fraction(1)}, "Less noise the higher: ρ a release: 1/2, now 1."),
        ({"period": 86_400, "rho": Fraction(1, 14)}, "How much time a report tells of: 7 days, now 1 day."),
    ],
)
def test_what_widens_is_said_first(changes: dict[str, Any], sentence: str) -> None:
    found = told(agreed(serial=2, **{"metrics": 30, **changes}))
    assert found[0].widens
    assert sentence in [term.sentence for term in found]
    widening = [term.widens for term in found]
    assert widening == sorted(widening, reverse=True)


def test_another_operator_widens() -> None:
    task = agreed(metrics=30, serial=2)
    (term,) = told(task._replace(helper=task.helper._replace(name="IT Operations")))
    assert (term.widens, term.sentence) == (True, "Second operator: Works council, now IT Operations.")


def test_what_only_machines_compare_is_left_out() -> None:
    after = agreed(serial=9, metrics=30, id=b"\x55" * 32)
    assert differences(BEFORE, after) and told(after) == ()


def test_a_new_key_is_told_and_widens_nothing() -> None:
    task = agreed(metrics=30, serial=2)
    key = task.leader.hpke_config._replace(id=9)
    (term,) = told(task._replace(leader=task.leader._replace(hpke_config=key)))
    assert (term.name, term.widens) == ("Key of the first operator", False)


def test_other_questions_as_many() -> None:
    (term,) = terms((), ["metrics"], CATALOGUE, NUMBERS)
    assert term.sentence == "Questions: as agreed, now others, as many."
