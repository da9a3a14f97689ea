from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.labels import bucket_label, value_label
from catalogue.model import Metric
from catalogue.verdict import Verdict
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import NUMBERS
from ui.view_models import labels

NUMERIC = [metric for metric in CATALOGUE.metrics if not metric.classes]


@pytest.mark.parametrize("metric", CATALOGUE.metrics, ids=lambda metric: metric.id)
def test_every_bucket_reads_as_on_the_command_line(metric: Metric) -> None:
    classes = CATALOGUE.texts[metric.id].classes
    for index in range(metric.buckets):
        shown = labels.bucket(CATALOGUE, metric, index, NUMBERS)
        assert shown.casefold() == bucket_label(metric, index, classes).casefold()


@given(st.sampled_from(NUMERIC), st.floats(-200, 900))
def test_every_value_reads_as_on_the_command_line(metric: Metric, value: float) -> None:
    shown = labels.value(CATALOGUE, metric, value, NUMBERS)
    assert shown.both == value_label(metric, value)
    assert " " not in shown.value, "the unit stands in its own column"


def test_none_and_classes() -> None:
    disk, firewall = CATALOGUE.metric("endpoint.disk_free"), CATALOGUE.metric("endpoint.firewall")
    assert labels.value(CATALOGUE, disk, None, NUMBERS) == ("–", "")
    assert labels.value(CATALOGUE, firewall, 2.0, NUMBERS) == ("Off", "")


def test_a_unit_says_what_it_is_of() -> None:
    found = {
        id: labels.over(CATALOGUE.metric(id))
        for id in ("endpoint.memory_low", "app.crashes", "app.memory_top")
    }
    assert found == {"endpoint.memory_low": "% of time", "app.crashes": "in 7 days", "app.memory_top": "%"}


def test_each_verdict_has_a_word_of_its_own() -> None:
    assert len({labels.verdict_word(verdict) for verdict in Verdict}) == len(Verdict)
