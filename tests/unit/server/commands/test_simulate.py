"""`shoal-server simulate`: who is let near a leader."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server import dates, simulator
from server.commands import shoal_server
from server.simulator import Simulation
from tests.operators import DAY, NOW, Folders, make_folders, make_task

WEEK = 7 * DAY


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
    assert (
        "SIMULATED: 3 devices report on the week 1970-02-19 to 1970-02-25, to be collected at once"
        in done.output
    )
    assert "SIMULATED: the leader took 2 of 3 reports for the week 1970-02-19 to 1970-02-25." in done.output
    assert "refused: 1, since the period has been collected already" in done.output
    assert f"Next, at once: shoal-server collect --dir {folders.collector}" not in done.output
    assert (asked["devices"], asked["period"], asked["token"]) == (3, 7, token.read_text().strip())
    beside = folders.leader.parent / "task.json"
    beside.write_text((folders.leader / "task.json").read_text())
    later = dates.moment((int(time.time()) // WEEK + 1) * WEEK)
    named = run(beside, "--token", token, "--devices", 3, "--period", dates.moment(NOW // DAY * DAY)[3:])
    assert asked["period"] == NOW // WEEK
    assert f"shoal-server collect --dir {folders.collector} --period {NOW // WEEK}" in named.output
    usual = run(beside, "--token", token, "--devices", 3)
    assert asked["period"] == int(time.time()) // WEEK - 1
    assert f"to be collected {later}" in usual.output
    assert f"Next, {later}: shoal-server" in usual.output
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
    assert run(folders.leader / "task.json", "--token", token, "--period", "soon").exit_code == 2


@pytest.mark.parametrize(("text", "code"), [("", 2), ("two words", 2), ("ü", 2), (None, 19)])
def test_odd_tokens(folders: Folders, tmp_path: Path, text: str | None, code: int) -> None:
    token = tmp_path / "odd.token"
    if text is not None:
        token.write_text(text)
    done = run(folders.leader / "task.json", "--token", token)
    assert done.exit_code == code
    assert "odd.token" in done.output
