"""`shoal-server simulate`: who is let near a leader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server import simulator
from server.commands import shoal_server
from server.simulator import Simulation
from tests.operators import Folders, make_folders, make_task


def run(*arguments: object) -> Result:
    return CliRunner().invoke(shoal_server, ["simulate", *map(str, arguments)])


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = make_folders(tmp_path)
    make_task(made)
    return made


def test_what_was_sent_is_labelled(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = {}

    async def simulated(task: object, metrics: object, **options: object) -> Simulation:
        asked.update(options)
        return Simulation(7, 3, 2, (1, 2), {"report_replayed": 1})

    monkeypatch.setattr(simulator, "simulate", simulated)
    token = folders.leader.parent / "upload.token"
    done = run(folders.leader / "task.json", "--token", token, "--devices", 3, "--period", 7)
    assert "SIMULATED: 2 of 3 reports of period 7 taken" in done.output
    assert "report_replayed: 1" in done.output
    assert (asked["devices"], asked["period"], asked["token"]) == (3, 7, token.read_text().strip())
    value = json.loads(run(folders.leader / "task.json", "--token", token, "--json").stdout)
    assert (value["label"], value["taken"]) == ("SIMULATED", 2)


def test_an_unsigned_or_altered_task_gets_no_report(folders: Folders, tmp_path: Path) -> None:
    token = folders.leader.parent / "upload.token"
    value = json.loads((folders.leader / "task.json").read_text())
    del value["signatures"]["helper"]
    (tmp_path / "half.json").write_text(json.dumps(value))
    done = run(tmp_path / "half.json", "--token", token)
    assert done.exit_code == 16
    assert "signatures.helper" in done.output


@pytest.mark.parametrize(("text", "code"), [("", 2), ("two words", 2), ("ü", 2), (None, 19)])
def test_odd_tokens(folders: Folders, tmp_path: Path, text: str | None, code: int) -> None:
    token = tmp_path / "odd.token"
    if text is not None:
        token.write_text(text)
    done = run(folders.leader / "task.json", "--token", token)
    assert done.exit_code == code
    assert "odd.token" in done.output
