"""Every command line is one that the real program takes, and what it leaves is read for what it is."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from agent.model import Choice
from tests.devices import Device
from tests.unit.ui.states import copied
from ui.link import commands
from ui.link.commands import Answer, Command


def run(device: Device, command: Command) -> Answer:
    """As the window does it: the very command line, in a process of its own."""
    from agent.env import Directories, Env

    env = Env(Directories(device.state, device.etc, device.root / "var"))
    line = command.line(env)
    variables = command.environment(env, device._environment())
    done = subprocess.run(line, capture_output=True, env=variables, timeout=60, stdin=subprocess.DEVNULL)
    return commands.answer(command, done.returncode, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory) -> Device:
    return copied("held", tmp_path_factory.mktemp("commands")).device


def test_the_ones_that_only_look(device: Device) -> None:
    standing: Any = run(device, commands.standing()).value
    assert standing["enrolled"] and standing["in_force"] == "share"
    preview: Any = run(device, commands.preview()).value
    assert len(preview["pieces"]["leader"]) == preview["length"] == len(preview["vector"])
    assert run(device, commands.preview(exact=False)).value["answers"]
    rows: Any = run(device, commands.ledger()).value
    (sealed,) = [row["row"] for row in rows if row["kind"] == "sealed"]
    shown: Any = run(device, commands.show(sealed)).value
    assert shown["body_sha256"] == next(r for r in rows if r["row"] == sealed)["detail"]["body_sha256"]
    verified = run(device, commands.verify())
    assert verified.is_fine and verified.value["agrees"] and verified.value["bodies"] == 1
    assert run(device, commands.doctor()).command.name == "doctor"


def test_the_ones_that_change_something(tmp_path: Path) -> None:
    device = copied("held", tmp_path).device
    assert run(device, commands.set_policy("retention_days", "7")).value["value"] == "7"
    assert run(device, commands.unset_policy("retention_days")).value["origin"] == "built-in"
    silenced = run(device, commands.silence(["app.crashes", "endpoint.uptime"]))
    assert silenced.value["value"] == "app.crashes, endpoint.uptime"
    assert run(device, commands.silence([])).value["value"] == "none"
    withheld = run(device, commands.withhold())
    assert withheld.value["in_its_place"]["zeros"] is True
    assert run(device, commands.choose(Choice.LOCAL)).value["choice"] == "local"
    declined = run(device, commands.send_now())
    assert declined.failure is not None and declined.failure.code == 20
    assert declined.failure.message == "the choice is local" and declined.failure.cure
    assert run(device, commands.erase()).value["erased"] is True
    assert run(device, commands.purge()).value["purged"] is True
    assert not device.state.exists()


def test_a_difference_is_an_answer_and_a_failure() -> None:
    said = b"shoal: row 4: its body is gone\n       Keep the file.\n       Really.\n"
    found = commands.answer(commands.verify(), 30, b'{"agrees": false}', said)
    assert found.value == {"agrees": False}
    assert found.failure == commands.Failure(30, "row 4: its body is gone", "Keep the file. Really.")
    assert not found.is_fine


@pytest.mark.parametrize(
    ("code", "out", "err", "failure"),
    [
        (0, b"{}", b"", None),
        (0, b"", b"", commands.Failure(-1, "it gave no answer that can be read", "")),
        (2, b"", b"Usage: shoal\n\nError: no such option\n", commands.Failure(2, "no such option", "")),
        (-9, b"{", b"", commands.Failure(-9, "`shoal verify --progress` ended with -9", "")),
        (19, b"", b"warning\nshoal: full\n", commands.Failure(19, "full", "")),
        (19, b"", b"shoal: \xff\n", commands.Failure(19, "\ufffd", "")),
    ],
)
def test_whatever_a_child_leaves(code: int, out: bytes, err: bytes, failure: object) -> None:
    assert commands.answer(commands.verify(), code, out, err).failure == failure


def test_how_far_verify_is() -> None:
    assert commands.progress("3 of 12 reports") == (3, 12)
    assert commands.progress("shoal: 3 of 12 reports") is None
    assert commands.progress("3 of twelve reports") is None


def test_a_child_that_never_was() -> None:
    found = commands.ended(commands.verify(), "it took too long")
    assert found.failure == commands.Failure(-1, "it took too long", "")


def test_what_changes_something_says_so() -> None:
    changing = [commands.choose(Choice.OFF), commands.send_now(), commands.withhold(), commands.erase()]
    changing += [commands.purge(), commands.set_policy("tray", "quiet"), commands.unset_policy("tray")]
    looking = [commands.standing(), commands.preview(), commands.once(), commands.show(1), commands.verify()]
    assert all(command.changes for command in changing)
    assert not any(command.changes for command in (*looking, commands.ledger(), commands.doctor()))
