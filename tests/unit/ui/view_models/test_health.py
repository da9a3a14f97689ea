from __future__ import annotations

import re

import pytest

from agent.history import DAYS
from agent.summary import count
from catalogue.verdict import Verdict
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.view_models import health
from ui.view_models.health import Filter
from ui.view_models.labels import WORST_FIRST
from ui.widgets.data import Kind

CHECKS = [metric for metric in CATALOGUE.metrics if not metric.is_derived]


@pytest.mark.parametrize("variant", VARIANTS)
def test_everything_adds_up(variant: str) -> None:
    found = snapshot(variant)
    page = health.page(found, NUMBERS)
    counts = count(CATALOGUE.metrics, found.health.summary)
    rows = [row for category in page.categories for row in category.rows]
    silent = [row for category in page.categories for row in category.silent_rows]
    assert (len(rows), len(silent)) == (counts.answered, counts.unknown)
    assert {row.id for row in (*rows, *silent)} == {metric.id for metric in CHECKS}
    assert [segment.size for segment in page.filters] == [counts.answered, counts.attention, counts.unknown]
    for segment in page.filters:
        shown = sum(len(health.shown(category, segment.id)) for category in page.categories)
        assert shown == segment.size, segment
        assert segment.words.endswith(f" {segment.size}")
    numbers = [int(text) for text in re.findall(r"\d+", page.headline)]
    if counts.attention:
        assert numbers == [counts.fine, counts.answered, counts.attention]
    assert sum(len(category.fish) for category in page.categories) == len(CHECKS)


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_worst_comes_first_everywhere(variant: str) -> None:
    for category in health.page(snapshot(variant), NUMBERS).categories:
        for verdicts in ([row.verdict for row in category.rows], [fish.verdict for fish in category.fish]):
            places = [WORST_FIRST.index(verdict) for verdict in verdicts]
            assert places == sorted(places)
        assert Verdict.UNKNOWN not in {row.verdict for row in category.rows}


def test_a_verdict_is_never_told_by_its_colour_alone() -> None:
    for category in health.page(snapshot("worst"), NUMBERS).categories:
        for row in category.rows:
            assert row.verdict_words and row.verdict_words in row.spoken
            assert row.title in row.spoken and row.value in row.spoken


def test_normal() -> None:
    page = health.page(snapshot("normal"), NUMBERS)
    assert page.headline == "29 of 31 checks need no attention, 2 do."
    assert page.below == "Measured 5 minutes ago. The readings stay on this computer."
    assert (page.start, page.now_column, page.readings_link) == (None, "Now", "All 3 readings")
    assert page.reader.startswith("The account admin read this page with `shoal status` on 17 November")
    endpoint, network, apps = page.categories
    assert [category.summary for category in page.categories] == [
        "1 of 19 needs attention",
        "all 4 OK",
        "1 of 8 needs attention",
    ]
    disk = endpoint.rows[0]
    assert (disk.title, disk.value, disk.unit, disk.since) == ("Free disk space", "12", "%", "9 Nov, 10 days")
    assert disk.spoken == "Free disk space, 12 %, Warn, since 9 November"
    crashes = apps.rows[0]
    assert (crashes.value, crashes.unit) == ("3", "in 7 days")
    assert endpoint.silent.startswith("No answer: ") and "Kind of system disk" in endpoint.silent
    assert network.silent.startswith("No answer: Wi-Fi signal, Response time of the target, ")


def test_worst() -> None:
    page = health.page(snapshot("worst"), NUMBERS)
    assert page.headline == "19 of 31 checks need no attention, 12 do."
    assert page.now_column == "Tuesday", "what is shown is two days old"
    assert page.below == "Last measured 43 hours ago. The readings stay on this computer."
    assert page.start is not None
    assert (page.start.id, page.start.title) == ("endpoint.disk_free", "Free disk space")
    assert re.fullmatch(r": 4(\.\d)? %, bad since 17 November\.", page.start.after)


@pytest.mark.parametrize(
    ("variant", "headline"),
    [
        ("empty", "Shoal measures nothing on this computer."),
        ("off", "Shoal measures nothing on this computer."),
    ],
)
def test_without_readings(variant: str, headline: str) -> None:
    page = health.page(snapshot(variant), NUMBERS)
    assert page.headline == headline
    assert not page.is_measured and not page.reader
    assert all(category.summary == "no answer yet" for category in page.categories)


def test_all_fine() -> None:
    found = snapshot("normal")
    fine = {
        id: row._replace(verdict="ok") if row.verdict == "warn" else row
        for id, row in found.health.summary.items()
    }
    page = health.page(found._replace(health=found.health._replace(summary=fine)), NUMBERS)
    assert page.headline == "All 31 checks that have an answer need no attention."
    one = {**fine, "app.crashes": fine["app.crashes"]._replace(verdict="bad")}
    page = health.page(found._replace(health=found.health._replace(summary=one)), NUMBERS)
    assert page.headline == "30 of 31 checks need no attention, 1 does."


@pytest.mark.parametrize("other", ["quiet", "withheld"])
def test_the_first_page_tells_no_choice(other: str) -> None:
    """Whoever looks over the shoulder sees the same for share, quiet and a report that was withheld."""

    def told(variant: str) -> object:
        page = health.page(snapshot(variant), NUMBERS)
        return page._replace(categories=()), [(c.title, c.summary, c.silent) for c in page.categories]

    assert told("held") == told(other)
    assert told("held") != told("local"), "what differs would be seen"


def test_small_histories() -> None:
    rows = {row.id: row for c in health.page(snapshot("normal"), NUMBERS).categories for row in c.rows}
    line, bars, lanes = (rows[id].trend for id in ("endpoint.disk_free", "app.crashes", "endpoint.firewall"))
    assert line is not None and bars is not None and lanes is not None
    assert [trend.kind for trend in (line, bars, lanes)] == [Kind.LINE, Kind.BARS, Kind.LANES]
    for trend in (line, bars, lanes):
        assert len(trend.values) == DAYS
        assert sum(value is None for value in trend.values) == 2, "the weekend that the computer was off"
        known = [value for value in trend.values if value is not None]
        assert trend.low <= min(known) and max(known) <= trend.high
    assert sum(value or 0 for value in bars.values) == 4, "bars count each day's own"
    assert len(bars.verdicts) == DAYS and not line.verdicts


def test_reasons_stand_beside_what_has_no_answer() -> None:
    reasons = {"network.wifi_signal": "no Wi-Fi adapter"}
    page = health.page(snapshot("normal"), NUMBERS, reasons)
    assert page.categories[1].silent.startswith("No answer: Wi-Fi signal (no Wi-Fi adapter); Response")
    assert len(health.shown(page.categories[1], Filter.SILENT)) == 6


def test_a_reason_stands_once_for_all_that_share_it() -> None:
    checks = {metric.id for metric in CHECKS if metric.probe == "target"}
    assert len(checks) == 5
    reasons = dict.fromkeys(checks, "no target is set, see `shoal policy`")
    page = health.page(snapshot("normal"), NUMBERS, reasons)
    network = page.categories[1]
    assert network.silent.count("no target is set") == 1
    assert network.silent.endswith(", Failed connections (no target is set, see `shoal policy`).")
    notes = {row.note for row in network.silent_rows if row.id in checks}
    assert notes == {"no target is set, see shoal policy"}, "a row is painted, and knows no marks"


def test_products_by_name_stand_together_behind_the_other_programs() -> None:
    page = health.page(snapshot("whole"), NUMBERS)
    assert [(len(one.rows), one.silent) for one in page.categories] == [(22, ""), (10, ""), (12, "")]
    slots = {metric.id for metric in CHECKS if metric.slot is not None}
    found = [(WORST_FIRST.index(row.verdict), row.id in slots) for row in page.categories[2].rows]
    assert found == sorted(found) and len(slots) == 6
