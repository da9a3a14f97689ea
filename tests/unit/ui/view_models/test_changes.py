from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from agent import decisions
from agent.ledger import Ledger, canonical
from agent.model import Fact, LedgerKind
from catalogue import layout
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import NUMBERS, VARIANTS, copied, snapshot
from ui.link.snapshot import read
from ui.view_models import changes
from ui.view_models.alerts import alerts


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_row_that_is_no_report_s_is_told_newest_first(variant: str) -> None:
    found = snapshot(variant)
    told = changes.changes(found, NUMBERS)
    kinds = (LedgerKind.CHOICE, LedgerKind.POLICY, LedgerKind.TASK, LedgerKind.CATALOGUE, LedgerKind.ERASED)
    rows = [row.row for row in found.book.rows if row.kind in kinds]
    assert [change.row for change in told] == sorted(rows, reverse=True)
    assert all(change.text and change.day and change.who for change in told)


def test_normal() -> None:
    told = [(c.day, c.who, c.text) for c in changes.changes(snapshot("normal"), NUMBERS)]
    assert told == [
        ("19 November", "You", "Icon in the tray: Shows its state, now Only when needed."),
        ("24 September", "You", "Choice: none yet, now Share."),
        ("24 September", "You", "You agreed to the task as it stood."),
        ("24 September", "You", "This account was enrolled. Nothing was sent by that."),
    ]


def test_a_task_s_changes_are_said_by_name() -> None:
    newest = changes.changes(snapshot("widened"), NUMBERS)[0]
    assert newest.who == "Both operators, task file"
    assert newest.sentences[0] == "The task asks for more than you agreed to: sending waits for you."
    added = ", ".join(CATALOGUE.texts[metric.id].title for metric in CATALOGUE.metrics[30:33])
    assert f"Questions: 30, now 33. New: {added}." in newest.sentences
    assert "Smallest group for totals: 100 computers, now 60 computers." in newest.sentences


def test_a_policy_is_told_against_the_one_before(tmp_path: Path) -> None:
    made = copied("managed", tmp_path)
    file = made.env.directories.etc / "policy.toml"
    file.write_text(file.read_text().replace("min_batch_size = 100", "min_batch_size = 60"))
    ledger = Ledger.open(made.env)
    try:
        rules = decisions.load_policy(made.env, ledger)
        assert decisions.note_policy(ledger, rules, made.env.now())
        decisions.erase(made.env, ledger)
    finally:
        ledger.close()
    told = changes.changes(read(made.env, CATALOGUE), NUMBERS)
    assert told[0].text == "All readings and the bytes of 2 reports were erased."
    assert (told[1].who, told[1].text) == (
        "Nordwerk, policy file",
        "Smallest group for totals: 100 computers, now 60 computers.",
    )


def test_a_newer_catalogue_is_told_in_words(tmp_path: Path) -> None:
    """An older version knew one check less and another that is gone, and measured one in another way."""
    made = copied("held", tmp_path)
    free, *others = CATALOGUE.metrics
    assert free.id == "endpoint.disk_free" and others[-1].id in CATALOGUE.texts
    older = (free._replace(bad=3, window=1), free._replace(id="endpoint.gone"), *others[:-1])
    with closing(Ledger.open(made.env)) as ledger:
        decisions.note_catalogue(ledger, CATALOGUE._replace(metrics=older), made.env.now())
        ledger.connection.execute(
            "UPDATE facts SET value = ? WHERE key = ?", (layout.meaning(older).decode(), Fact.CATALOGUE)
        )
    with closing(Ledger.open(made.env)) as ledger:
        assert decisions.note_catalogue(ledger, CATALOGUE, made.env.now())
    found = read(made.env, CATALOGUE)
    assert found.book.broken is None
    newest = changes.changes(found, NUMBERS)[0]
    assert newest.who == "Shoal, a newer version"
    assert newest.sentences == (
        f"Checks that came: {CATALOGUE.texts[others[-1].id].title}.",
        "Checks that went: endpoint.gone.",
        "Free disk space, days that a value covers: 1, now 7.",
        "Free disk space, bad from: 3 %, now 5 %.",
        "Reports answer only what was agreed on with a task; where that means something else now, none is "
        "made.",
    )
    told = {alert.subject: alert.key for alert in alerts(found, NUMBERS) if alert.is_change}
    before = {alert.subject: alert.key for alert in alerts(snapshot("held"), NUMBERS) if alert.is_change}
    assert told["catalogue"] != before["catalogue"] == "catalogue:first"
    assert told["task"] == before["task"]


@pytest.mark.parametrize("detail", ["{}", "null", "[", '{"choice": 7}', '{"event": 3, "changes": [1]}'])
def test_a_damaged_row_is_said_to_be_one(detail: str) -> None:
    found = snapshot("held")
    rows = tuple(row._replace(detail=detail) for row in found.book.rows)
    told = changes.changes(found._replace(book=found.book._replace(rows=rows)), NUMBERS)
    assert told and all("cannot be read" in change.text for change in told)
    assert canonical(json.loads("{}")) == "{}"
