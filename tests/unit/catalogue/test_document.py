from __future__ import annotations

import re

from catalogue.document import document
from catalogue.load import METRICS, load
from catalogue.reasons import load_reasons
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
        fixes = texts.fixes.values() or [texts.fix]
        for words in (f"`{metric.id}`", *texts[:3], *fixes, metric.evidence, *texts.classes.values()):
            assert words in page, (metric.id, words)
    assert "Refused, for good" in page


def test_it_says_where_each_is_measured_and_why_not_elsewhere() -> None:
    catalogue = load()
    page = document(catalogue)
    for id, sources in load_sources(catalogue.metrics).items():
        row = next(line for line in page.splitlines() if f" | `{id}` | [" in line)
        assert row.count("–") == sum(not source.source for source in sources.values()), row
        for source in sources.values():
            assert (source.source or source.missing) in page, id


def test_every_entry_says_why_it_stays_and_what_it_could_reveal() -> None:
    catalogue = load()
    entries = document(catalogue).split("\n### ")[1:]
    assert len(entries) == len(catalogue.metrics)
    for id, reason in load_reasons(catalogue.metrics).items():
        (entry,) = (each for each in entries if f"\n`{id}` · " in each)
        assert f"- **Worth it:** {reason.worth}\n" in entry
        assert f"- **A bucket could reveal:** {reason.reveals}\n" in entry


def test_its_links_lead_somewhere() -> None:
    page = document(load())
    headings = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall("^#+ (.*)$", page, re.M)
    }
    links = re.findall(r"\]\(#([^)]*)\)", page)
    assert len(links) > 50 and set(links) <= headings


def test_it_names_the_products_that_are_looked_at_by_name() -> None:
    catalogue = load()
    page = document(catalogue)
    slots = {metric.slot for metric in catalogue.metrics if metric.slot is not None}
    assert slots
    for slot in slots:
        row = next(line for line in page.splitlines() if line.startswith(f"| {slot.product} |"))
        for name in (*slot.programs, *slot.dpkg, *slot.macos, *slot.windows):
            assert name in row
