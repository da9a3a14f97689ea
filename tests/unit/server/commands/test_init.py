"""`shoal-server` and `shoal-server init`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server import config
from server.commands import COMMANDS, shoal_server


def run(*arguments: str) -> Result:
    return CliRunner().invoke(shoal_server, arguments)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0, done.output
    assert len(done.output.splitlines()) > 8


def test_an_operator_is_made_and_told_what_to_do(tmp_path: Path) -> None:
    folder = tmp_path / "helper"
    done = run(
        "init",
        "helper",
        "--dir",
        str(folder),
        "--name",
        "Works council",
        "--contact",
        "a@b",
        "--url",
        "http://127.0.0.1:1/",
    )
    assert done.exit_code == 0, done.output
    assert "works-council-helper.operator.json" in done.output
    assert f"shoal-server task sign task.json --dir {folder} --leader FILE --collector FILE" in done.output
    shown = run("task", "show", str(folder / "works-council-helper.operator.json"), "--json")
    assert json.loads(shown.output)["fingerprint"] in done.output


def test_json_for_scripts(tmp_path: Path) -> None:
    done = run(
        "init", "collector", "--dir", str(tmp_path / "c"), "--name", "IT", "--contact", "a@b", "--json"
    )
    value = json.loads(done.output)
    assert value["role"] == "collector"
    assert Path(value["public"]).is_file()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "leader, helper or collector"),
        (["leader", "--contact", "x", "--url", "http://127.0.0.1:1/"], "--name"),
        (["leader", "--name", "x", "--url", "http://127.0.0.1:1/"], "--contact"),
        (["leader", "--name", "x", "--contact", "y"], "--url"),
        (["leader", "--both"], "all three"),
        (["--both", "--rho", "lots"], "--rho"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    done = run("init", "--dir", str(tmp_path / "x"), *arguments)
    assert done.exit_code == 2
    assert complaint in done.output
    assert not (tmp_path / "x").exists()


def both(base: Path, *more: str) -> Result:
    return run("init", "--both", "--dir", str(base), "--demo", "--period", "10s", "--min-batch", "2", *more)


def test_both_makes_three_folders_that_run(tmp_path: Path) -> None:
    done = both(tmp_path, "--json", "--metrics", "3", "--organisation", "Example Ltd")
    assert done.exit_code == 0, done.output
    value = json.loads(done.output)
    assert Path(value["task_file"]).is_file()
    assert Path(value["token_file"]).is_file()
    assert Path(value["collector"]).is_dir()
    leader, helper = config.load(tmp_path / "leader"), config.load(tmp_path / "helper")
    assert leader.task == helper.task == config.load_collector(tmp_path / "collector").task
    assert leader.task.organisation == "Example Ltd"
    assert leader.task.info.demo
    assert config.load_signed(tmp_path / "task.json").claimed() == leader.task
    token = (tmp_path / "upload.token").read_text().strip()
    assert config.token_hash(token) == leader.upload_token_hash


def test_both_says_what_it_means(tmp_path: Path) -> None:
    done = both(tmp_path)
    assert "who then holds both halves" in done.output
    assert "DEMO" in done.output
    device = f"enrol {tmp_path / 'task.json'} --token-file {tmp_path / 'upload.token'} --demo"
    for next_step in ("leader --dir", "helper --dir", "serve --dir", "simulate", "collect --dir", device):
        assert next_step in done.output


def test_both_does_not_replace_unasked(tmp_path: Path) -> None:
    assert both(tmp_path).exit_code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = both(tmp_path)
    assert again.exit_code == 19
    assert "--force" in again.output
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert both(tmp_path, "--force").exit_code == 0
    assert (
        config.load(tmp_path / "leader").task.task_id
        != json.loads("\n".join(json.loads(before[tmp_path / "task.json"])["payload"]))["task_id"]
    )


def test_both_is_no_demo_unless_asked(tmp_path: Path) -> None:
    done = run("init", "--both", "--dir", str(tmp_path))
    assert done.exit_code == 0, done.output
    info = config.load(tmp_path / "leader").task.info
    assert not info.demo
    assert (info.period, info.grace) == (604_800, 604_800)
