from __future__ import annotations

from pathlib import Path

import pytest

from agent import decisions
from agent.ledger import Ledger
from agent.store import Store
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import copied, snapshot
from ui.link.snapshot import read
from ui.view_models import erase


@pytest.mark.parametrize(
    ("variant", "said", "unsaid"),
    [
        ("normal", ["All readings", "bytes of 6 reports", "report that is held", "who read"], []),
        ("held", ["bytes of one report", "report that is held"], ["who read"]),
        ("local", ["All readings", "who read"], ["bytes", "held"]),
        ("off", ["Nothing is kept but settings and the ledger."], ["readings"]),
        ("empty", ["Nothing is kept"], ["readings"]),
    ],
)
def test_what_goes_is_what_is_there(variant: str, said: list[str], unsaid: list[str]) -> None:
    found = erase.erase(snapshot(variant))
    assert all(words in found.goes for words in said)
    assert not any(words in found.goes for words in unsaid)
    assert found.nothing == (variant in ("off", "empty"))
    assert "fingerprints" in found.stays and "cannot be found again" in found.stays


def test_after_erasing_nothing_is_left_to_erase(tmp_path: Path) -> None:
    made = copied("normal", tmp_path)
    assert not erase.erase(read(made.env, CATALOGUE)).nothing
    store, ledger = Store.open(made.env, CATALOGUE.metrics), Ledger.open(made.env)
    try:
        store.erase()
        decisions.erase(made.env, ledger)
    finally:
        store.close()
        ledger.close()
    assert erase.erase(read(made.env, CATALOGUE)).nothing


@pytest.mark.parametrize(
    ("typed", "confirmed"),
    [("erase", True), (" Erase ", True), ("", False), ("eras", False), ("erase it", False)],
)
def test_the_word(typed: str, confirmed: bool) -> None:
    assert erase.is_confirmed(typed, erase.erase(snapshot("held"))) is confirmed


def test_what_erasing_did_is_said() -> None:
    done = {"erased": True, "bodies": 1}
    said = erase.result(done, snapshot("held"))
    assert said.startswith("Erased: all readings, summaries and notes, and the bytes of 1 report.")
    assert "Measuring begins anew" in said and "Measuring" not in erase.result(done, snapshot("off"))
    assert erase.result({"erased": False, "bodies": 0}, snapshot("off")) == "There was nothing to erase."
