"""docs/operators.md, typed as it stands: two machines (two folders, separate processes), then alone.

Each `sh` block says whose machine it is typed on; comments between them say what is carried from one to the
other. Only free ports and the answers to questions (--yes) differ from what an operator would do.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from dap.constants import Role
from server import config
from server.operators import load_keys
from tests.aggregators import free_ports

HANDBOOK = Path(__file__).parents[2] / "docs" / "operators.md"
ASKS = {("task", verb) for verb in ("new", "sign", "install", "peer")}


class Step(NamedTuple):
    """A command on somebody's machine, or a file carried from one to another."""

    where: str
    words: list[str]
    refused: bool = False


def steps() -> list[Step]:
    found = []
    pattern = re.compile(r"^```sh (\w+)( refused)?\n(.*?)^```|^<!-- copy (\S+) (\S+) -->", re.M | re.S)
    for where, refused, block, source, target in pattern.findall(HANDBOOK.read_text("utf-8")):
        if source:
            found.append(Step("copy", [source, target]))
        found += [Step(where, shlex.split(line), bool(refused)) for line in block.splitlines()]
    return found


def program(words: list[str]) -> list[str]:
    assert words[0] == "shoal-server", words
    arguments = words[1:]
    if tuple(arguments[:2]) in ASKS:
        arguments.append("--yes")
    return [sys.executable, "-P", "-m", "server", *arguments]


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        program(words), cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60
    )


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """After the whole set-up in two places, key renewal included."""
    base = tmp_path_factory.mktemp("machines")
    for name in ("it", "council"):
        (base / name).mkdir()
    previous = dict(os.environ)
    os.environ["PYTHONPATH"] = str(HANDBOOK.parents[1])
    try:
        for step in steps():
            if step.where == "copy":
                shutil.copy(base / step.words[0], base / step.words[1])
            elif step.where != "alone":
                done = run(step.words, base / step.where)
                expected = 19 if step.refused else 0
                assert done.returncode == expected, f"{shlex.join(step.words)}\n{done.stdout}{done.stderr}"
    finally:
        os.environ.clear()
        os.environ.update(previous)
    return base


def test_the_handbook_is_read() -> None:
    found = steps()
    assert {step.where for step in found} == {"it", "council", "copy", "alone"}
    assert len(found) > 20


def test_both_operators_end_with_one_task(machines: Path) -> None:
    leader = config.load(machines / "it" / "leader")
    helper = config.load(machines / "council" / "helper")
    collector = config.load_collector(machines / "it" / "collector")
    assert leader.task == helper.task == collector.task
    assert leader.task.serial == 2
    assert leader.verify_key == helper.verify_key
    assert config.token_hash(collector.leader_token) == leader.collector_token_hash
    assert leader.task.info.period == 7 * 86_400
    assert [key.config.id for key in helper.hpke_keys] == [2, 1]


def secrets_of(folder: Path) -> list[bytes]:
    keys = load_keys(folder)
    raw = [keys.signing_key.private_bytes_raw(), keys.exchange_key.private_bytes_raw()]
    raw += [key.private_key for key in keys.hpke_keys]
    return raw


def test_no_secret_of_one_operator_is_with_the_other(machines: Path) -> None:
    """Every private key and token, as bytes, hex, and either base64, in every file of the other machine."""
    import base64

    it, council = machines / "it", machines / "council"
    owned = {
        it: secrets_of(it / "leader") + secrets_of(it / "collector"),
        council: secrets_of(council / "helper"),
    }
    shared = config.load(it / "leader")
    nowhere = [shared.verify_key]
    for machine, other in ((it, council), (council, it)):
        files = [path for path in other.rglob("*") if path.is_file()]
        assert len(files) >= 6
        for secret in owned[machine] + nowhere:
            encodings = (base64.b64encode(secret), base64.urlsafe_b64encode(secret).rstrip(b"="))
            forms = (secret, secret.hex().encode(), secret.hex().upper().encode(), *encodings)
            found = [path for path in files for form in forms if form in path.read_bytes()]
            assert not found
    tokens = [shared.peer_token, config.load_collector(it / "collector").leader_token]
    everything = [path for path in machines.rglob("*") if path.is_file()]
    assert not [path for path in everything for token in tokens if token.encode() in path.read_bytes()]
    token = (it / "upload.token").read_text().strip().encode()
    assert [path.name for path in everything if token in path.read_bytes()] == ["upload.token"]


def test_the_search_for_secrets_would_find_them(machines: Path) -> None:
    keys = (machines / "council" / "helper" / "keys.json").read_bytes()
    assert all(secret.hex().encode() in keys for secret in secrets_of(machines / "council" / "helper"))


def test_what_an_operator_holds_is_private(machines: Path) -> None:
    for folder in (
        machines / "it" / "leader",
        machines / "it" / "collector",
        machines / "council" / "helper",
    ):
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600
    assert (machines / "it" / "upload.token").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("field", ["rho", "min_batch_size", "helper_url", "period"])
def test_a_task_altered_on_the_way_is_not_signed(machines: Path, field: str, tmp_path: Path) -> None:
    """Somebody between the two changes one of the readable terms."""
    council = tmp_path / "council"
    shutil.copytree(machines / "council", council)
    done = run(
        ["shoal-server", "task", "renew", "--dir", "leader", "--out", str(tmp_path / "half.json")],
        _copy(machines, tmp_path),
    )
    assert done.returncode == 0, done.stderr
    value = json.loads((tmp_path / "half.json").read_text())
    place = next(i for i, line in enumerate(value["payload"]) if f'"{field}"' in line)
    name, colon, said = value["payload"][place].partition(":")
    said = re.sub(r"\d", "9", said, count=1) if field != "helper_url" else said.replace("net", "org")
    value["payload"][place] = name + colon + said
    (tmp_path / "half.json").write_text(json.dumps(value))
    before = (council / "helper" / "task.json").read_bytes()
    done = run(["shoal-server", "task", "sign", str(tmp_path / "half.json"), "--dir", "helper"], council)
    assert done.returncode == 16
    assert field in done.stderr
    assert "Traceback" not in done.stderr
    assert (council / "helper" / "task.json").read_bytes() == before


def _copy(machines: Path, tmp_path: Path) -> Path:
    shutil.copytree(machines / "it", tmp_path / "it")
    return tmp_path / "it"


def test_nobody_signs_unasked(machines: Path, tmp_path: Path) -> None:
    it = _copy(machines, tmp_path)
    run(["shoal-server", "task", "renew", "--dir", "leader", "--out", str(tmp_path / "half.json")], it)
    arguments = ["task", "sign", str(tmp_path / "half.json"), "--dir", str(machines / "council" / "helper")]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "server", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert config.load(machines / "council" / "helper").task.serial == 2


# -- alone ---------------------------------------------------------------------------------------


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        process.send_signal(signal.SIGTERM)
    for process in started:
        process.communicate(timeout=20)
    assert [process.returncode for process in started] == [0] * len(started)


def test_trying_it_alone(tmp_path: Path, processes: list[subprocess.Popen[str]]) -> None:
    ports = free_ports(2)
    said = ""
    for step in steps():
        if step.where != "alone":
            continue
        words = list(step.words)
        if words[1] == "init":
            for option, port in zip(("--leader-url", "--helper-url"), ports, strict=True):
                words += [option, f"http://127.0.0.1:{port}/"]
        if words[-1] == "&":
            processes.append(
                subprocess.Popen(
                    program(words[:-1]),
                    cwd=tmp_path,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
            )
            continue
        begun = time.monotonic()
        done = run(words, tmp_path)
        # a period may end between the two commands: then the next one is due as well, and too small
        allowed = (0, 20) if words[1] == "collect" else (0,)
        assert done.returncode in allowed, f"{shlex.join(words)}\n{done.stdout}{done.stderr}"
        assert time.monotonic() - begun < 50
        said += done.stdout
    assert "SIMULATED: the leader took 60 of 60 reports" in said
    assert "Release of Trying out (DEMO)" in said
    assert "60 reports (minimum 25)" in said
    assert "DEMO" in said
    (released,) = (tmp_path / "try" / "collector" / "releases").iterdir()
    assert json.loads(released.read_text())["report_count"] == 60
    assert Role.LEADER.word in said
