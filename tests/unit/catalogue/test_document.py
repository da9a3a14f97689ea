from __future__ import annotations

from catalogue.document import document
from catalogue.load import METRICS, load

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
