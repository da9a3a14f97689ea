from __future__ import annotations

import pytest

from agent.history import DAYS
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import NUMBERS, VARIANTS, seeded, snapshot
from ui.link.snapshot import read_points
from ui.view_models import chart
from ui.widgets.data import Kind


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_row_opens(variant: str) -> None:
    found = snapshot(variant)
    for metric in CATALOGUE.metrics:
        detail = chart.detail(found, metric.id, NUMBERS)
        texts = CATALOGUE.texts[metric.id]
        assert [section.text for section in detail.sections] == [
            texts.explanation,
            texts.fix,
            texts.cannot_show,
        ]
        month = detail.month
        assert len(month.steps) == metric.buckets and month.text and month.title
        assert len(month.days) == (DAYS if found.health.courses else 0)
        covered = [n for span in month.spans for n in range(span.first, span.last + 1)]
        assert covered == list(range(len(month.days))), "spans neither overlap nor leave a day out"


def test_days_that_were_not_measured_stay_gaps() -> None:
    month = chart.detail(snapshot("normal"), "endpoint.disk_free", NUMBERS).month
    gaps = [day for day in month.days if day.value is None]
    assert [day.label for day in gaps] == ["Saturday, 7 November", "Sunday, 8 November"]
    assert {day.words for day in gaps} == {"not measured"}
    assert "Not measured: 2 of 30." in month.text
    assert month.days[-1].words == "12 %, Warn" and month.last == "12 %"


def test_the_last_report_is_marked_where_its_week_lies() -> None:
    found = snapshot("normal")
    month = chart.detail(found, "endpoint.disk_free", NUMBERS).month
    mark = month.report
    assert mark is not None and found.health.period is not None
    assert (mark.words, mark.when) == ("10–15 %", "12–18 Nov")
    assert month.spans[mark.span].label == "12–18 Nov"
    assert mark.step == found.health.period.summary["endpoint.disk_free"].bucket
    step = month.steps[mark.step]
    assert mark.value is not None and step.low <= mark.value < step.high
    assert chart.detail(snapshot("local"), "endpoint.disk_free", NUMBERS).month.report is None


def test_classes_are_lanes() -> None:
    month = chart.detail(snapshot("worst"), "endpoint.firewall", NUMBERS).month
    assert month.kind is Kind.LANES
    assert [step.edge for step in month.steps] == ["On", "Partly on", "Off"]
    assert (month.days[0].words, month.last) == ("On, OK", "Off")


@pytest.mark.parametrize(
    "id", ["endpoint.disk_free", "endpoint.memory_low", "app.crashes", "endpoint.firewall"]
)
def test_today(id: str) -> None:
    made, found = seeded("normal"), snapshot("normal")
    points = read_points(made.env, CATALOGUE, id, found.now)
    today = chart.today(found, id, points, NUMBERS)
    metric = CATALOGUE.metric(id)
    assert len(today.days) == 86_400 // max(metric.every, 900)
    assert any(day.value is None for day in today.days), "the night was not measured"
    assert today.title.endswith("last 24 hours")
    for day in today.days:
        if day.value is not None and not metric.classes:
            assert metric.bucket(day.value) is not None
    nothing = chart.today(found, id, (), NUMBERS)
    assert nothing.text == "Nothing was measured." and not nothing.last


def test_what_stands_above_the_chart_says_what_a_day_is() -> None:
    found = snapshot("normal")
    assert chart.detail(found, "app.crashes", NUMBERS).hint.startswith(
        "Each day stands for the 7 days up to it."
    )
    assert chart.detail(found, "endpoint.boot_time", NUMBERS).hint.startswith("Each step is one box")
