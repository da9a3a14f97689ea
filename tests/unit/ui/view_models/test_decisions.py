from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from agent import policy as rules
from agent.commands.decide import CONSEQUENCES
from agent.model import Choice
from agent.policy import Policy, Set
from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.link.snapshot import Book, Snapshot
from ui.view_models import decisions
from ui.view_models.decisions import UPLOADS


def policy(**values: Any) -> Policy:
    needed = {"contact": "a@b", "agreement_url": "https://a"} if values.get("upload") == "required" else {}
    return rules.merge(
        [Set(k, v, f"/etc/p.toml:{n}", "") for n, (k, v) in enumerate({**needed, **values}.items(), 1)], {}
    )


def under(**values: Any) -> Snapshot:
    """The held state, under another policy."""
    found, made = snapshot("held"), policy(**values)
    left, in_force = rules.allowed(made), rules.effective(made, found.chosen)
    return found._replace(policy=made, left=left, in_force=in_force)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_table_is_the_documented_one(variant: str) -> None:
    """Cell by cell: nothing where the command line says nothing, the same as share where it says so."""
    made = decisions.table(snapshot(variant))
    assert [choice.id for choice in made.choices] == [str(row[0]) for row in CONSEQUENCES]
    for number, (_, cells) in enumerate(made.rows):
        for cell, row in zip(cells, CONSEQUENCES, strict=True):
            assert (cell == "Nothing") == (row[number + 1] == "nothing")
            assert (cell == "The same as Share") == (row[number + 1] == "the same as share")


def test_live_names() -> None:
    made = decisions.table(snapshot("normal"))
    said = dict(made.rows)
    assert said["It sends"][2] == "One sealed report a week, at a random moment"
    assert said["IT Operations sees"][2].startswith("That a computer at an address")
    assert said["The network’s administrator sees"][2] == "Contact with dap.nordwerk.example"
    assert made.chosen == "share"


@pytest.mark.parametrize(("upload", "quiet", "shared"), list(product(UPLOADS, (True, False), (True, False))))
def test_the_matrix_of_choices_and_policies(upload: str, quiet: bool, shared: bool) -> None:
    kind = "shared" if shared else "desktop"
    made = policy(upload=upload, allow_quiet=quiet, machine_kind=kind)
    found = under(upload=upload, allow_quiet=quiet, machine_kind=kind)
    page = decisions.page(found, NUMBERS)
    allowed = {choice.id for choice in page.table.choices if choice.allowed}
    assert allowed == {str(choice) for choice in rules.allowed(made)}
    assert all(bool(choice.reason) != choice.allowed for choice in page.table.choices)
    assert page.matrix.present == UPLOADS.index(upload)
    if not shared:
        row = page.matrix.rows[page.matrix.present][1]
        assert {str(choice) for choice, left in zip(Choice, row, strict=True) if left} == allowed
    assert (page.required is not None) == (upload == "required")


def test_a_reason_names_the_file_that_forbids() -> None:
    reasons = {c.id: c.reason for c in decisions.table(under(upload="local")).choices}
    assert reasons["share"] == "Your organisation does not allow this choice. /etc/p.toml:1."
    quiet = under(upload="required", allow_quiet=False)
    assert decisions.table(quiet).choices[3].reason.endswith("/etc/p.toml:4.")


def test_required_names_agreement_and_contact() -> None:
    page = decisions.page(snapshot("required"), NUMBERS)
    assert page.headline == "Nordwerk requires sharing. You can see all of it."
    assert page.required is not None
    assert page.required.title == "Sharing is required by Nordwerk under Works agreement 12/2026."
    assert page.required.text.startswith("Questions: shoal@it.nordwerk.example.")


@pytest.mark.parametrize(
    ("variant", "headline"),
    [
        ("empty", "You decide. Until you have, nothing is measured and nothing is sent."),
        ("off", "You decide. Nothing is sent from this computer."),
        ("local", "You decide. Nothing is sent from this computer."),
        ("normal", "You decide. You have shared since 24 September."),
        ("quiet", "You decide. You have sent zeros since 19 November."),
    ],
)
def test_headlines(variant: str, headline: str) -> None:
    assert decisions.headline(snapshot(variant), NUMBERS) == headline


@pytest.mark.parametrize(
    ("variant", "headline"),
    [
        ("normal", "You decide. You have chosen to share."),
        ("quiet", "You decide. You have chosen to send zeros."),
    ],
)
def test_headlines_where_no_row_tells_the_day(variant: str, headline: str) -> None:
    """The ledger cannot be read: the choice is known, its day is not."""
    found = snapshot(variant)._replace(book=Book())
    assert decisions.headline(found, NUMBERS) == headline


@pytest.mark.parametrize("withhold", [True, False])
def test_the_matrix_says_whether_a_report_may_be_withheld(withhold: bool) -> None:
    note = decisions.page(under(upload="required", allow_withhold=withhold), NUMBERS).matrix.note
    assert ("may be withheld all the same" in note) is withhold
    assert ("withholding a report is not allowed here" in note) is not withhold


def test_without_a_task_there_is_nothing_to_share_with() -> None:
    choices = decisions.table(snapshot("off")).choices
    assert [choice.allowed for choice in choices] == [True, True, False, False]
    assert choices[2].reason == "This computer takes part in no task yet."


def test_another_account_reports() -> None:
    found = snapshot("held")._replace(elsewhere=True, left=(Choice.OFF, Choice.LOCAL))
    choices = decisions.table(found).choices
    assert choices[2].reason == "This computer reports through another account."


def test_a_policy_that_cannot_be_read_leaves_saying_no() -> None:
    page = decisions.page(snapshot("worst"), NUMBERS)
    assert [choice.allowed for choice in page.table.choices] == [True, True, False, False]
    assert page.matrix.present == -1 and page.silenced == ()


@pytest.mark.parametrize(
    ("choice", "told"), [(Choice.OFF, 2), (Choice.LOCAL, 1), (Choice.SHARE, 0), (Choice.QUIET, 1)]
)
def test_what_a_choice_does_to_what_is_held(choice: Choice, told: int) -> None:
    assert len(decisions.consequences(snapshot("held"), choice)) == told


def test_sharing_again_agrees_to_what_widened() -> None:
    assert "You agree" in decisions.consequences(snapshot("widened"), Choice.SHARE)[0]


def test_silenced_by_whom() -> None:
    found = snapshot("managed")
    mine = found._replace(own={**found.own, "policy.blocked_metrics": '["app.crashes"]'})
    both = mine._replace(
        policy=rules.merge(
            [Set("blocked_metrics", ("endpoint.secure_boot",), "p:1", "")],
            {"blocked_metrics": ("app.crashes",)},
        )
    )
    rows = {row.id: row for row in decisions.page(both, NUMBERS).silenced}
    assert (rows["endpoint.secure_boot"].silenced, rows["endpoint.secure_boot"].locked) == (True, True)
    assert (rows["app.crashes"].silenced, rows["app.crashes"].locked) == (True, False)
    assert (rows["endpoint.uptime"].silenced, rows["endpoint.uptime"].locked) == (False, False)
    assert decisions.own_silenced(both) == {"app.crashes"}


def test_network_checks() -> None:
    assert decisions.page(snapshot("held"), NUMBERS).network.text.startswith("Off. No target")
    on = decisions.page(under(network_target="probe.example.org:443"), NUMBERS).network
    assert on.on and on.may_turn_off and "probe.example.org:443" in on.text
