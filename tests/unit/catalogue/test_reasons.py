from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.errors import CatalogueError
from catalogue.load import load
from catalogue.reasons import Reason, load_reasons

METRICS = load(None).metrics
ONE = METRICS[0]._replace(id="endpoint.x")
GOOD = """
["endpoint.x"]
worth = "Something is done."
reveals = "Hardly anything."
"""


def read(folder: Path, text: str) -> dict[str, Reason]:
    path = folder / "reasons.toml"
    path.write_text(text, "utf-8")
    return load_reasons([ONE], path)


def test_every_shipped_metric_has_its_reason() -> None:
    reasons = load_reasons(METRICS)
    assert list(reasons) == [metric.id for metric in METRICS]
    assert all(text.endswith(".") for reason in reasons.values() for text in reason)
    assert len({reason.worth for reason in reasons.values()}) == len(reasons), "each has its own"


def test_a_reason_has_two_parts(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD) == {"endpoint.x": Reason("Something is done.", "Hardly anything.")}


WRONG = {
    "no entry": (GOOD, "", "must have worth and reveals"),
    "another metric": ("endpoint.x", "endpoint.xy", "did you mean"),
    "a part is missing": ('reveals = "Hardly anything."\n', "", "must have worth and reveals"),
    "a part too much": ("reveals =", 'more = "."\nreveals =', "must have worth and reveals"),
    "an empty part": ('"Hardly anything."', '""', "reveals: must be a line of text"),
    "a number": ('"Hardly anything."', "1", "reveals: must be a line of text"),
    "two lines": ("Hardly anything.", "Hardly\\nanything.", "reveals: must be a line of text"),
    "no TOML": ("[", "{", "is no TOML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named(case: str, tmp_path: Path) -> None:
    old, new, words = WRONG[case]
    assert old in GOOD
    with pytest.raises(CatalogueError, match=words):
        read(tmp_path, GOOD.replace(old, new, 1))
