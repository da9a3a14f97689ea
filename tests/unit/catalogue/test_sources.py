from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.errors import CatalogueError
from catalogue.load import PLATFORMS, load
from catalogue.model import Metric
from catalogue.sources import PROOFS, Source, load_sources

METRICS = load(None).metrics
ONE = next(metric for metric in METRICS if not metric.is_derived)._replace(
    id="endpoint.x", platforms=("linux", "windows")
)
GOOD = """
["endpoint.x"]
linux = "a file"
windows = { source = "a call", privilege = "administrator", proof = "wine" }
macos = { none = "it has none" }
"""


def read(folder: Path, text: str, metric: Metric = ONE) -> dict[str, Source]:
    path = folder / "sources.toml"
    path.write_text(text, "utf-8")
    return load_sources([metric], path)[metric.id]


def test_the_shipped_sources_fit_the_shipped_metrics() -> None:
    sources = load_sources(METRICS)
    assert list(sources) == [metric.id for metric in METRICS if not metric.is_derived]
    for metric in METRICS:
        for platform, source in sources.get(metric.id, {}).items():
            assert bool(source.source) == (platform in metric.platforms)
            assert bool(source.source) != bool(source.missing)
            assert source.source == "" or source.proof in PROOFS
            if platform != "linux":
                assert not source.run, "nothing has been run there"


def test_a_text_is_a_source_with_the_usual_proof(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD)
    assert found["linux"] == Source("a file", "", "none", "here")
    assert found["linux"].run
    assert found["windows"] == Source("a call", "", "administrator", "wine")
    assert found["macos"] == Source("", "it has none", "none", "")
    assert tuple(found) == PLATFORMS


WRONG = {
    "no entry": ('macos = { none = "it has none" }', "", "macos: is missing"),
    "no metric": ('["endpoint.x"]', '["endpoint.y"]', "endpoint.y: is no metric"),
    "no platform": ("macos =", "macs =", "did you mean"),
    "source against platforms": (
        '{ none = "it has none" }',
        '"a file"',
        "has a source, but it is missing in",
    ),
    "none against platforms": ('"a file"', '{ none = "no" }', "says why there is none, but it stands in"),
    "unknown proof": ('"wine"', '"hearsay"', "must have source"),
    "unknown key": ("privilege", "right", "must have source"),
    "source and none": ('{ none = "it has none" }', '{ none = "no", source = "x" }', "must have source"),
    "empty": ('"a file"', '""', "must be a text or a table of texts"),
    "number": ('"a file"', "1", "must be a text or a table of texts"),
    "no table": (GOOD, '"endpoint.x" = 1', "must be a table, not 1"),
    "no TOML": ("linux", "linux =", "is no TOML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_odd_is_an_error_that_names_its_place(case: str, tmp_path: Path) -> None:
    old, new, words = WRONG[case]
    assert old in GOOD
    with pytest.raises(CatalogueError, match=words):
        read(tmp_path, GOOD.replace(old, new))


def test_no_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_sources(METRICS, tmp_path / "none.toml")
