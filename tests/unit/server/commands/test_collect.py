"""`shoal-server collect`: outcomes as tables, as JSON, as exit codes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dap.problems import Problem, ProblemType
from server import releases
from server.archive import State
from server.collector import Collector
from server.commands import collect, shoal_server
from server.dates import moment, period_name, sentence
from server.errors import PeerError
from server.leader_client import Refused
from tests.operators import DAY, make_folders, make_task
from tests.unit.server.collecting import PERIOD, READY, WEEK, Table


def run(*arguments: object) -> Result:
    return CliRunner().invoke(shoal_server, ["collect", *map(str, arguments)])


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    """The command on a table whose leader is a fake and whose clock stands at the end of the grace."""
    folders = make_folders(tmp_path)
    make_task(folders)
    found = Table(folders)

    @contextmanager
    def collector(folder: Path, progress: Any) -> Iterator[Collector]:
        assert folder == found.folder
        made = found.collector
        made.progress = progress
        yield made

    monkeypatch.setattr(collect, "_collector", collector)
    yield found
    found.archive.close()


def test_a_release_is_shown_and_written(table: Table) -> None:
    done = run("--dir", table.folder, "--period", PERIOD)
    assert done.exit_code == 0, done.output
    assert "Release of Example Ltd" in done.output
    assert "100 reports (minimum 50)" in done.output
    assert f"release-{PERIOD}.json" in done.output
    again = run("--dir", table.folder, "--last", "--metric", "endpoint.disk_free")
    assert "endpoint.disk_free" in again.output
    assert "network.tcp_rtt" not in again.output
    assert "no metric" in run("--dir", table.folder, "--last", "--metric", "disk").output


def test_json(table: Table) -> None:
    done = run("--dir", table.folder, "--period", PERIOD, "--json")
    value = json.loads(done.stdout)
    assert value["outcomes"][0]["state"] == "released"
    release = releases.load(json.dumps(value["outcomes"][0]["release"]))
    assert release.period == PERIOD
    assert value["next"]["period"] == PERIOD + 1
    last = run("--dir", table.folder, "--last", "--json")
    assert releases.load(last.stdout) == release


def test_all_that_is_due(table: Table) -> None:
    due = table.collector.due()
    value = json.loads(run("--dir", table.folder, "--json").stdout)
    assert [outcome["period"] for outcome in value["outcomes"]] == due
    assert len(due) > 1
    assert due[-1] == PERIOD
    done = run("--dir", table.folder)
    assert done.exit_code == 0
    assert f"Nothing is due. Next: {period_name(PERIOD + 1, WEEK)}, {moment(READY + WEEK)}." in done.output


def test_a_period_by_a_date_within_it(table: Table) -> None:
    day = moment(PERIOD * WEEK + 3 * DAY).removeprefix("on ")
    done = run("--dir", table.folder, "--period", day)
    assert f"Release of Example Ltd: {period_name(PERIOD, WEEK)}" in done.output
    again = run("--dir", table.folder, "--last", "--period", day)
    assert again.exit_code == 0
    missing = run("--dir", table.folder, "--last", "--period", PERIOD - 1)
    assert missing.exit_code == 20
    assert f"{sentence(period_name(PERIOD - 1, WEEK))} has not been released yet" in missing.output
    odd = run("--dir", table.folder, "--period", "yesterday")
    assert odd.exit_code == 2
    assert "no date like" in odd.output


def test_below_the_minimum(table: Table) -> None:
    table.leader.raises = [Refused(Problem.of(ProblemType.INVALID_BATCH_SIZE), 400)]
    done = run("--dir", table.folder, "--period", PERIOD)
    assert done.exit_code == 20
    assert f"{sentence(period_name(PERIOD, WEEK))}: fewer than 50 reports" in done.output


def test_still_at_work(table: Table) -> None:
    table.leader.not_yet = 99
    done = run("--dir", table.folder, "--period", PERIOD, "--wait", 0)
    assert done.exit_code == 20
    assert "still at work" in done.output


def test_errors_have_their_code_and_the_rest_is_done(table: Table) -> None:
    due = table.collector.due()
    table.leader.raises = [PeerError("The leader stumbles.", "Lift it.")]
    done = run("--dir", table.folder, "--json")
    assert done.exit_code == 17
    assert "Lift it." in done.stderr
    assert len(json.loads(done.stdout)["outcomes"]) == len(due) - 1


def test_one_cause_is_told_once(table: Table) -> None:
    due = table.collector.due()
    table.leader.raises = [PeerError("The leader stumbles.", "Lift it.") for _ in due]
    done = run("--dir", table.folder)
    assert done.exit_code == 17
    assert done.stderr.count("Lift it.") == 1
    assert f"Not collected: {period_name(due[0], WEEK)} and {len(due) - 1} more." in done.stderr
    assert "Nothing is due" not in done.output


def test_too_early(table: Table) -> None:
    table.now = READY - 1
    done = run("--dir", table.folder, "--period", PERIOD)
    assert done.exit_code == 20
    assert done.output.count(period_name(PERIOD, WEEK)[4:]) == 1
    assert f"cannot be collected yet: reports may still arrive.\n  It can be {moment(READY)}." in done.output


def test_nothing_to_show_again(table: Table) -> None:
    done = run("--dir", table.folder, "--last")
    assert done.exit_code == 20
    assert "Nothing has been released yet" in done.output


def test_watching_tells_each_outcome_once(table: Table, capsys: pytest.CaptureFixture[str]) -> None:
    class Stop(threading.Event):
        rounds = 0

        def wait(self, timeout: float | None = None) -> bool:
            self.rounds += 1
            if self.rounds == 4:
                self.set()
            return self.is_set()

    due = table.collector.due()
    table.leader.not_yet = 1
    collect.watch(table.folder, Stop())
    said = capsys.readouterr().out
    assert said.count("Release of") == len(due)
    assert table.state() is State.RELEASED
