from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import tables
from catalogue.errors import CatalogueError


def test_a_table_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('a = 1\n["endpoint.y"]\nb = "ö"\n', "utf-8")
    assert tables.read(tmp_path / "x.toml") == {"a": 1, "endpoint.y": {"b": "ö"}}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a = ", r"x\.toml: is no TOML"),
        (b"a = " + b"[" * 100_000, r"x\.toml: is no TOML"),  # deeper than the interpreter goes
        (b"a = " + b"1" * 10_000, r"x\.toml: is no TOML"),  # longer than the interpreter takes
        (b"\xff", r"x\.toml: cannot be read"),
        (None, r"x\.toml: cannot be read"),
    ],
)
def test_what_is_none_is_named(content: bytes | None, words: str, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "x.toml").write_bytes(content)
    with pytest.raises(CatalogueError, match=words):
        tables.read(tmp_path / "x.toml")


def test_a_metric_that_is_none_is_named_with_what_was_meant() -> None:
    tables.check_metrics({"endpoint.x": {}}, ["endpoint.x", "endpoint.y"], "x.toml")
    with pytest.raises(CatalogueError, match=r"endpoint\.xx: is no metric .did you mean"):
        tables.check_metrics({"endpoint.xx": {}}, ["endpoint.x"], "x.toml")


@given(st.text() | st.integers() | st.none() | st.lists(st.text()))
def test_words_are_one_line_or_an_error(value: object) -> None:
    try:
        found = tables.words(value, "x.toml", "endpoint.x", "title")
    except CatalogueError:
        assert not isinstance(value, str) or value != value.strip() or not value or not value.isprintable()
    else:
        assert found == value and found.isprintable() and found
