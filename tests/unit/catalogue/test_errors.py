from __future__ import annotations

from catalogue.errors import CatalogueError, did_you_mean


def test_it_says_where() -> None:
    error = CatalogueError("is odd", file="metrics.toml", metric="app.x", key="edges")
    assert str(error) == "metrics.toml, app.x, edges: is odd"
    assert isinstance(error, ValueError)
    assert str(CatalogueError("is odd", file="f")) == "f: is odd"


def test_did_you_mean_only_what_is_near() -> None:
    assert did_you_mean("egdes", ["edges", "every"]) == ' (did you mean "edges"?)'
    assert did_you_mean("zzz", ["edges", "every"]) == ""
