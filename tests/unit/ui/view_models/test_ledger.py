from __future__ import annotations

import json
from fractions import Fraction

import pytest

from agent.ledger.chain import Row, canonical
from agent.model import ReportState
from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.view_models import ledger
from ui.view_models.ledger import Filter
from ui.widgets.data import State


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_period_once_and_every_report_told(variant: str) -> None:
    found = snapshot(variant)
    made = ledger.ledger(found, NUMBERS)
    starts = {str(report.start) for report in found.book.reports}
    assert {entry.id for entry in made.entries} == starts
    assert len(made.entries) == len(starts)
    assert [int(entry.id) for entry in made.entries] == sorted((int(id) for id in starts), reverse=True)
    assert starts <= {cell.id for cell in made.cells}
    by_id = {entry.id: entry for entry in made.entries}
    for cell in made.cells:
        expected = by_id[cell.id].state if cell.id in by_id else State.NOTHING
        assert cell.state is expected
    sizes = [len(ledger.shown(made.entries, which)) for which in Filter]
    assert sizes[0] == sizes[1] + sizes[2]
    assert all(f" {size}" in words for size, (_, words) in zip(sizes, made.filters, strict=True))


def test_eight_weeks() -> None:
    made = ledger.ledger(snapshot("normal"), NUMBERS)
    told = [(entry.period, entry.what) for entry in made.entries]
    assert told == [
        ("12–18 Nov", "Held"),
        ("5–11 Nov", "Delivered"),
        ("29 Oct–4 Nov", "Delivered"),
        ("22–28 Oct", "Delivered"),
        ("15–21 Oct", "Withheld, zeros delivered"),
        ("8–14 Oct", "Delivered"),
        ("1–7 Oct", "Too late, not sent"),
        ("24–30 Sep", "Delivered"),
    ]
    kept = [entry.kept for entry in made.entries]
    assert kept[:2] == ["yes", "until 12 Dec"] and kept[-1] == "only the fingerprint"
    for entry in made.entries:
        assert (entry.row is None) == (entry.kept == "only the fingerprint")
        if entry.row is not None:
            assert entry.row in snapshot("normal").book.sizes
    assert len(made.cells) == 53 and made.cells[-1].state is State.NOTHING
    assert [cell.month for cell in made.cells if cell.month][-2:] == ["Oct", "Nov"]
    assert made.title == "Everything since you chose"


def test_refused_says_why_and_delivered_never_says_counted() -> None:
    made = ledger.ledger(snapshot("worst"), NUMBERS)
    refused = [entry for entry in made.entries if entry.state is State.REFUSED]
    assert len(refused) == 1 and "collected already" in refused[0].what
    words = " ".join(entry.spoken for entry in made.entries if entry.state is State.DELIVERED)
    assert "ount" not in words


@pytest.mark.parametrize("variant", ["empty", "off", "local"])
def test_with_sharing_off_it_is_empty_and_shows_it(variant: str) -> None:
    made = ledger.ledger(snapshot(variant), NUMBERS)
    assert made.title == "The ledger holds no report"
    assert not made.has_reports
    assert {cell.state for cell in made.cells} == {State.NOTHING}
    assert made.legend == ((State.NOTHING, "Nothing sent"),)


def test_each_state_of_a_report_has_its_mark_and_word() -> None:
    assert set(ledger.STATES) == set(ReportState)
    assert len({ledger.state_word(state) for state in State}) == len(State)


def test_daily_periods_have_seven_ranks() -> None:
    from agent.schedule import DAY
    from tests.nordwerk import agreed

    found = snapshot("held")
    assert found.enrolled is not None
    daily = agreed(period=DAY, grace=5 * DAY, rho=Fraction(1, 14))
    seen = found.enrolled._replace(enrolment=found.enrolled.enrolment._replace(accepted=daily, task=daily))
    made = ledger.ledger(found._replace(enrolled=seen), NUMBERS)
    assert len(made.cells) > 365 - 7
    assert made.cells[0].rank == 0
    ranks = [cell.rank for cell in made.cells]
    assert ranks == [n % 7 for n in range(len(ranks))]
    assert made.columns[0] == "Day"


def test_the_export_is_what_the_command_line_prints() -> None:
    found = snapshot("normal")
    data = json.loads(ledger.export(found))
    again = [
        Row(
            *(row["row"], row["time"], row["kind"], row["period_start"], canonical(row["detail"])),
            *(bytes.fromhex(row["previous"]), bytes.fromhex(row["hash"])),
        )
        for row in data["rows"]
    ]
    assert again == list(found.book.rows), "each row and its hash can be made again from what is exported"
    assert [row["state"] for row in data["reports"]] == [str(report.state) for report in found.book.reports]
    assert sum(row["bytes_kept"] for row in data["reports"]) == len(found.book.sizes)
