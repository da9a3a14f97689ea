"""What is kept of a bench: each subject's newest section, and nobody else's lost."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as bench
from bench import machine, results
from bench.frame import Options, Section, Table, Unavailable, Verdict
from bench.targets import Target

SPEED = Target("speed", 4, "×", at_least=True)
ABOUT: dict[str, Any] = {
    "date": "2026-01-02 03:04 UTC",
    "seconds": 12.0,
    "quick": False,
    "machine": {"processor": "Example at 2.60 GHz", "cores": "2"},
    "load_before": "0.10 0.10 0.10",
    "load_after": "0.20 0.20 0.20",
    "versions": {"shoal": "abc"},
}


def section(title: str, figure: float = 5.0) -> dict[str, Any]:
    table = Table(("step", "ms"), [("shard | all", 1.5)], "Steps")
    found = Section(title, ["Why."], [table], [Verdict(SPEED, figure, "warm")], {"peer": "0.8.0"})
    return results.as_json(found, ABOUT)


def test_a_section_says_when_where_and_beside_what(tmp_path: Path) -> None:
    output = tmp_path / "RESULTS.md"
    results.keep(output, {"crypto": section("Cryptography")}, ["crypto"])
    text = output.read_text()
    for words in (
        "## Cryptography",
        "2026-01-02",
        "Example at 2.60 GHz",
        "0.20 0.20",
        "shoal abc",
        "peer 0.8.0",
    ):
        assert words in text
    assert "| speed | ≥ 4 × | 5 × | met | warm |" in text
    assert "| shard \\| all | 1.5 |" in text


def test_a_promise_that_is_not_kept_stands_out(tmp_path: Path) -> None:
    assert "| 3.9 × | **not met** |" in results.markdown({"crypto": section("Cryptography", 3.9)})


def test_a_subject_that_was_not_run_keeps_its_section(tmp_path: Path) -> None:
    output = tmp_path / "RESULTS.md"
    order = ["crypto", "servers"]
    results.keep(output, {"servers": section("Servers", 3.0)}, order)
    results.keep(output, {"crypto": section("Cryptography")}, order)
    assert list(json.loads((tmp_path / "RESULTS.json").read_text())) == order
    text = output.read_text()
    assert text.index("## Cryptography") < text.index("## Servers")
    results.keep(output, {"servers": section("Servers", 8.0)}, order)
    assert "3 ×" not in output.read_text()
    assert json.loads((tmp_path / "RESULTS.json").read_text())["servers"]["verdicts"][0]["figure"] == 8.0


class _Subject:
    TITLE = "Example"

    @staticmethod
    def run(options: Options) -> Section:
        (options.folder / "left").write_text("something")
        return Section("Example", verdicts=[Verdict(SPEED, 1.0)])


class _Missing:
    TITLE = "Missing"

    @staticmethod
    def run(options: Options) -> Section:
        raise Unavailable("no such program")


@pytest.fixture
def subjects(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    modules = {"bench.example": _Subject, "bench.missing": _Missing}
    monkeypatch.setattr(bench, "SUBJECTS", ("example", "missing"))
    monkeypatch.setattr("importlib.import_module", modules.__getitem__)
    monkeypatch.setattr(bench, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(bench, "OUTPUT", tmp_path / "RESULTS.md")
    return tmp_path


def test_a_quick_run_is_not_kept_unless_asked(subjects: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["example", "--quick"]) == 0
    assert not (subjects / "RESULTS.md").exists()
    assert bench.main(["example", "--quick", "--output", str(subjects / "quick.md")]) == 0
    assert (subjects / "quick.md").exists()
    assert bench.main(["example"]) == 0
    assert "**not met**" in (subjects / "RESULTS.md").read_text()
    assert "**not met**" in capsys.readouterr().out
    assert not [*(subjects / "scratch").iterdir()]


def test_what_cannot_be_measured_fails_and_keeps_the_others(
    subjects: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(["--json"]) == 1
    said = capsys.readouterr()
    assert list(json.loads(said.out)) == ["example"]
    assert "missing: not measured: no such program" in said.err
    with pytest.raises(SystemExit):
        bench.main(["nothing"])


def test_the_machine_is_described_but_not_named() -> None:
    found = machine.describe()
    assert set(found) == {"processor", "cores", "memory", "kernel", "Python"}
    assert socket.gethostname() not in " ".join(found.values()).split()
    assert machine.commit()


def test_a_part_alone_is_shown_and_not_kept_unless_asked(
    subjects: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "SUBJECTS", ("missing",))
    monkeypatch.setattr(bench, "PARTS", ("example",))
    assert bench.main(["example"]) == 0
    assert "## Example" in capsys.readouterr().out
    assert not (subjects / "RESULTS.md").exists()
    assert bench.main(["example", "--output", str(subjects / "part.md")]) == 0
    assert "## Example" in (subjects / "part.md").read_text()
    assert bench.main([]) == 1  # every subject, and no part
    assert not (subjects / "RESULTS.md").exists()
