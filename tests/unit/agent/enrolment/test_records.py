"""Files that are whole or not there."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from agent.enrolment import records
from agent.enrolment.records import Pins, Record
from agent.errors import StoreError
from tests.fakes import FakeEnv
from tests.unit.agent.agreement import example

PINS = Pins(b"\1" * 32, b"\2" * 32, 7)


@pytest.mark.parametrize(
    "record",
    [
        Record(PINS, example(), None),
        Record(PINS, example(serial=2), example(), Path("/a/task.json"), Path("/a/token")),
    ],
)
def test_round_trip(env: FakeEnv, record: Record) -> None:
    assert records.read_record(env) is None
    records.write_record(env, record)
    assert records.read_record(env) == record
    assert records.remove_record(env)
    assert not records.remove_record(env)


def test_pins(env: FakeEnv) -> None:
    assert records.read_machine_pins(env) is None
    records.write_machine_pins(env, PINS)
    assert records.read_machine_pins(env) == PINS


@pytest.mark.parametrize("key", ["00", "zz", ""])
def test_damaged_pins(env: FakeEnv, key: str) -> None:
    records.write_machine_pins(env, PINS)
    path = env.directories.var / records.PINS
    path.write_text(path.read_text().replace("01" * 32, key))
    with pytest.raises(StoreError, match=r"pins\.json is damaged"):
        records.read_machine_pins(env)


@pytest.mark.parametrize("serial", ["Infinity", "-Infinity", "NaN", '"x"', "null", "[]"])
def test_a_serial_that_is_no_number(env: FakeEnv, serial: str) -> None:
    records.write_machine_pins(env, PINS)
    path = env.directories.var / records.PINS
    members = json.loads(path.read_text()) | {"serial": 0}
    path.write_text(json.dumps(members).replace('"serial": 0', f'"serial": {serial}'))
    with pytest.raises(StoreError, match=r"pins\.json is damaged"):
        records.read_machine_pins(env)


def test_a_write_that_fails_leaves_what_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    records.write(path, "old", 0o644)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        records.write(path, "new", 0o644)
    assert path.read_text() == "old"
    monkeypatch.undo()
    records.write(path, "new", 0o600)
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o600)
    assert list(tmp_path.iterdir()) == [path]
