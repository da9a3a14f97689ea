from __future__ import annotations

from catalogue.document import document
from catalogue.load import METRICS, load
from catalogue.sources import load_sources

PAGE = METRICS.parent.parent / "docs" / "metrics.md"


def test_the_page_is_current() -> None:
    made = document(load())
    assert PAGE.read_text("utf-8") == made, "run `python -m catalogue.document > docs/metrics.md`"


def test_it_has_every_metric_and_every_word() -> None:
    catalogue = load()
    page = document(catalogue)
    for metric in catalogue.metrics:
        texts = catalogue.texts[metric.id]
        for words in (f"`{metric.id}`", *texts[:4], metric.evidence, *texts.classes.values()):
            assert words in page, (metric.id, words)
    assert "Refused, for good" in page


def test_it_says_where_each_is_measured_and_why_not_elsewhere() -> None:
    catalogue = load()
    page = document(catalogue)
    for id, sources in load_sources(catalogue.metrics).items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{id}` |"))
        assert row.count("–") == sum(not source.source for source in sources.values()), row
        for source in sources.values():
            assert (source.source or source.missing) in page, id


def test_it_names_the_products_that_are_looked_at_by_name() -> None:
    catalogue = load()
    page = document(catalogue)
    slots = {metric.slot for metric in catalogue.metrics if metric.slot is not None}
    assert slots
    for slot in slots:
        row = next(line for line in page.splitlines() if line.startswith(f"| {slot.product} |"))
        for name in (*slot.programs, *slot.dpkg, *slot.macos, *slot.windows):
            assert name in row
