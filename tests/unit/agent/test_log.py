from __future__ import annotations

from pathlib import Path

import pytest

from agent.errors import StoreError
from agent.log import CAP, Log
from tests.fakes import FakeEnv


def text(env: FakeEnv) -> str:
    return (env.state / "agent.log").read_text()


def test_lines_carry_time_level_and_who_and_go_to_both_places(
    env: FakeEnv, capsys: pytest.CaptureFixture[str]
) -> None:
    Log(env, "sampler").info("started;\n 3 metrics")
    assert text(env) == "2023-11-14T22:13:20Z info sampler: started; 3 metrics\n"
    assert capsys.readouterr().err == text(env)


def test_details_only_where_asked_for(env: FakeEnv) -> None:
    log = Log(env, "worker")
    log.debug("hidden")
    log.level = "debug"
    log.debug("shown")
    assert "hidden" not in text(env) and "shown" in text(env)


def test_what_repeats_is_said_once(env: FakeEnv) -> None:
    log = Log(env, "sampler")
    for _ in range(3):
        log.trouble(StoreError("the disk is full", "Free some."))
    assert text(env).count("the disk is full. Free some.") == 1


def test_neither_home_nor_state_nor_foreign_words_are_named(
    env: FakeEnv, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/canary-name")
    log = Log(env, "sampler")
    log.trouble(StoreError(f"{env.state}/shoal.db and /home/canary-name/x are bad"))
    log.trouble(FileNotFoundError(2, "no such file", "/home/canary-name/secret"))
    log.trouble(ValueError("canary-host"))
    assert "canary" not in text(env)
    assert str(env.state) not in text(env)
    assert "STATE/shoal.db and HOME/x are bad" in text(env)
    assert "FileNotFoundError" in text(env)


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        (
            "ca_bundle /mnt/canary/ca.pem cannot be read (no such file)",
            "ca_bundle PATH cannot be read (no such file)",
        ),
        ("the token file /mnt/The canary/its token cannot be read", "the token file PATH cannot be read"),
        ("the task file C:\\canary\\task.json cannot be read: why", "the task file PATH cannot be read: why"),
        ("it lies in /mnt/canary. Move it", "it lies in PATH. Move it"),
        ("it lies in '/mnt/canary'", "it lies in 'PATH"),
        ("look at https://leader.invalid/tasks/x, 3/4", "look at https://leader.invalid/tasks/x, 3/4"),
    ],
)
def test_no_path_is_named(env: FakeEnv, said: str, logged: str) -> None:
    Log(env, "worker").info(said)
    assert text(env).endswith(f"info worker: {logged}\n")


def test_files_of_shoals_own_are_named(env: FakeEnv) -> None:
    policy = env.directories.etc / "policy.toml"
    Log(env, "worker").info(f"{policy}:3: proxi is no policy key")
    assert text(env).endswith(f"info worker: {policy}:3: proxi is no policy key\n")


def test_the_file_is_capped(env: FakeEnv) -> None:
    log = Log(env, "sampler")
    for n in range(CAP // 100 * 3):
        log.info(f"{n} {'x' * 100}")
    sizes = [part.stat().st_size for part in env.state.glob("agent.log*")]
    assert len(sizes) == 2
    assert max(sizes) < CAP + 200


def test_a_log_that_cannot_be_written_stops_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Log(FakeEnv(tmp_path / "missing"), "sampler").info("still said")
    assert "still said" in capsys.readouterr().err
