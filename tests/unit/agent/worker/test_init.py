"""The worker as a program: its tasks, its exit codes, and one real report over a real socket."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent import decisions
from agent.env import real_env
from agent.keychain import Keychain
from agent.ledger import Ledger
from agent.model import Choice, ReportState
from agent.reached import ATTEMPTS, read
from agent.store import Store
from agent.verification import verify
from agent.worker import main
from catalogue import layout
from catalogue.load import load
from dap.messages import UploadRequest
from dap.task import Mechanism, TaskConfiguration, TaskInfo
from tests.unit.agent.agreement import TOKEN, signed, task
from tests.unit.agent.servers import answering, serving


def test_unknown_tasks_are_refused() -> None:
    for arguments in ([], ["dance"], ["send-now", "x"], ["send-now", "1", "2"], ["tend", "now"]):
        assert main(arguments) == 2


def test_migrate_makes_the_database() -> None:
    assert main(["migrate"]) == 0
    assert real_env().database.exists()
    assert main(["migrate"]) == 0


def test_tend_without_anything_is_fine() -> None:
    assert main(["tend"]) == 0


def test_send_now_without_anything_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["send-now"]) == 20
    assert "the choice is off" in capsys.readouterr().err


def test_a_malformed_policy_is_its_exit_code() -> None:
    etc = real_env().directories.etc
    etc.mkdir(parents=True, exist_ok=True)
    (etc / "policy.toml").write_text("upload = 1\n")
    assert main(["tend"]) == 11


def test_a_newer_database_is_its_exit_code() -> None:
    import sqlite3

    main(["migrate"])
    connection = sqlite3.connect(real_env().database)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert main(["tend"]) == 19


def test_the_keychains_child(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"do": "get", "name": "x"})))
    assert main(["keychain"]) == 0
    assert json.loads(capsys.readouterr().out) == {}


def test_a_real_report_over_a_real_socket(tmp_path: Path) -> None:
    env, catalogue = real_env(), load("en")
    env.mark_demo()
    assert main(["migrate"]) == 0
    with serving(answering(200)) as leader:
        asked = catalogue.prefix(20)
        info = TaskInfo(20, layout.digest(asked), Mechanism.DISCRETE_GAUSSIAN, task().info.rho, 10, 0, True)
        configuration = TaskConfiguration.of(
            info,
            leader=f"http://localhost:{leader.port}/",
            helper="http://localhost:9/",
            min_batch_size=3,
            length=layout.length(asked),
            chunk_length=20,
        )
        text = signed(task()._replace(configuration=configuration.encode()))
        ledger, store = Ledger.open(env), Store.open(env, catalogue.metrics)
        decisions.enrol(env, ledger, catalogue, text, TOKEN)
        assert Keychain(env, "x").get() == TOKEN  # in the file: there is no keychain here
        decisions.choose(env, ledger, catalogue, Choice.SHARE)
        now = int(env.now())
        store.add(now - 10, {"endpoint.disk_free": 40.0}, {})
        store.flush()
        # the period before this one was measured in, and ended after the choice as the setting has it
        decisions.put(ledger, "settings", decisions.SINCE, str(now - 20))
        assert main(["tend"]) == 0
    (report,) = ledger.reports()
    assert report.state is ReportState.DELIVERED
    (request,) = leader.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert UploadRequest.decode(body).reports[0].report_metadata.time == report.time
    names = [line.partition(b":")[0] for line in head.split(b"\r\n")[1:]]
    assert names == [b"Host", b"Content-Type", b"Content-Length", b"Authorization"]
    assert verify(ledger).bodies == 1
    ledger.close()
    store.close()


def test_the_check_of_the_target_needs_no_state(tmp_path: Path) -> None:
    """As a bundle starts it, which has no interpreter to start by itself."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "agent", "worker", "reach"],
        input=b"target 127.0.0.1:9\nproxy none\n",
        env={**os.environ, "SHOAL_STATE": str(tmp_path / "state")},
        capture_output=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(read(done.stdout.decode()).tries) == ATTEMPTS
    assert not (tmp_path / "state").exists()
