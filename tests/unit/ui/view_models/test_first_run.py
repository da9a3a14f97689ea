from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from agent.model import Choice
from dap.task import TaskWarning
from tests import seeding
from tests.courses import NORMAL
from tests.nordwerk import ALONE, agreed
from tests.seeded_life import CATALOGUE, Life
from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.link.snapshot import Snapshot, read
from ui.view_models import changes, first_run
from ui.view_models.first_run import Why

ASKED = {"empty": Why.FIRST, "widened": Why.WIDENED}


@pytest.mark.parametrize("variant", VARIANTS)
def test_who_is_asked(variant: str) -> None:
    assert first_run.why(snapshot(variant)) is ASKED.get(variant)
    assert (first_run.ask(snapshot(variant), NUMBERS) is not None) == (variant in ASKED)


def test_the_first_time() -> None:
    ask = first_run.ask(snapshot("empty"), NUMBERS)
    assert ask is not None
    assert ask.title == "Share a weekly health summary?"
    assert [line.label for line in ask.lines] == ["What", "Never", "Who reads it", "Its limits"]
    assert ask.lines[0].text == f"{len(CATALOGUE.metrics)} answers, such as “Free disk space: 10–15 %”"
    assert "at least 100 computers" in ask.lines[2].text
    assert ask.example is not None and ask.example.lit == 3
    assert [choice.id for choice in ask.choices] == ["off", "local", "share", "quiet"]
    assert not ask.changes and not ask.warnings
    assert "Closing is not choosing" in ask.foot


def test_asked_again_it_shows_only_what_changed() -> None:
    ask = first_run.ask(snapshot("widened"), NUMBERS)
    assert ask is not None
    assert [term.field for term in ask.changes] == ["metrics", "min_batch_size"]
    assert all(term.widens for term in ask.changes)
    assert not ask.lines and ask.example is None


def _renewed(folder: Path, monkeypatch: pytest.MonkeyPatch, **terms: Any) -> Snapshot:
    """Shared for two weeks; then both operators sign another file with these terms, and a worker meets it."""

    def live(life: Life) -> None:
        seeding.shared(life, agreed(metrics=30), ["none"])
        seeding.finish(life)
        said: dict[str, Any] = {"serial": 2, "metrics": 30, "id": b"\x0e" * 32}
        life.renew(agreed(**said | terms))
        life.tend()

    monkeypatch.setitem(seeding.VARIANTS, "renewed", (live, NORMAL))
    return read(seeding.seed("renewed", folder).env, CATALOGUE)


ASKS_MORE: dict[str, dict[str, Any]] = {
    "more metrics": {"metrics": 33},
    "another operator": {"helper": ALONE._replace(name="Another council")},
    "a smaller group": {"min_batch_size": 60},
    "less noise": {"rho": Fraction(3, 4)},
    "shorter periods": {"period": 86_400, "grace": 5 * 86_400, "rho": Fraction(1, 14)},
}
ASKS_NO_MORE: dict[str, dict[str, Any]] = {
    "fewer metrics": {"metrics": 29},
    "a larger group": {"min_batch_size": 200},
    "more noise": {"rho": Fraction(1, 4)},
    "another address": {"helper_url": "https://other.nordwerk.example/"},
}


@pytest.mark.parametrize("change", [*ASKS_MORE, *ASKS_NO_MORE])
def test_asked_again_only_when_something_widens(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what changed without asking for more is told all the same."""
    found = _renewed(tmp_path, monkeypatch, **(ASKS_MORE | ASKS_NO_MORE)[change])
    told = changes.changes(found, NUMBERS)[0].sentences
    ask = first_run.ask(found, NUMBERS)
    if change in ASKS_MORE:
        assert ask is not None and ask.why is Why.WIDENED
        assert any(term.widens for term in ask.changes)
        assert told[0].startswith("The task asks for more")
    else:
        assert ask is None and found.enrolled is not None and not found.enrolled.enrolment.widened
        assert told[0] == "A newer task file. Nothing in it asks for more." and len(told) > 1


def test_nobody_is_asked_where_there_is_nothing_to_choose() -> None:
    empty = snapshot("empty")
    assert first_run.why(empty) is Why.FIRST
    assert first_run.why(empty._replace(left=(Choice.OFF, Choice.LOCAL))) is None
    assert first_run.why(empty._replace(left=(Choice.SHARE,))) is None
    assert first_run.why(empty._replace(policy=None)) is None
    assert first_run.why(empty._replace(chosen=Choice.OFF)) is None
    widened = snapshot("widened")
    assert first_run.why(widened._replace(in_force=Choice.LOCAL)) is None


def test_red_words_stand_in_the_dialog_too() -> None:
    demo, empty = snapshot("one-operator"), snapshot("empty")
    ask = first_run.ask(empty._replace(enrolled=demo.enrolled), NUMBERS)
    assert ask is not None and len(ask.warnings) == 3
    for warning in TaskWarning:
        title, text = first_run.warning(warning, demo)
        assert title.endswith(".") and text.endswith(".")


def test_required_it_is_told_with_a_note() -> None:
    empty, required = snapshot("empty"), snapshot("required")
    found = empty._replace(policy=required.policy, left=required.left)
    assert first_run.why(found) is Why.REQUIRED
    ask = first_run.ask(found, NUMBERS)
    assert ask is not None and ask.required is not None and not ask.choices and not ask.question
    both = first_run.ask(found._replace(left=(Choice.SHARE, Choice.QUIET)), NUMBERS)
    assert both is not None and [choice.id for choice in both.choices] == ["share", "quiet"]
