"""Policy, catalogue, database and disk in every bad state: said plainly, the exit code, nothing lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.devices import Device, signed, task, until
from tests.disks import Disk, mounted, needs_root
from tests.recording import Leader
from tests.repository import ROOT

# -- policy

POLICIES = (
    ("upload = share\n", 1, "is not TOML"),
    ('upload = "ask"\n[reasons\n', 2, "is not TOML"),
    ('\nuplaod = "off"\n', 2, "did you mean upload?"),
    ('upload = "sometimes"', 1, "upload should be one of off, local, ask, required"),
    ("# a floor\nmin_batch_size = 24", 2, "min_batch_size should be a whole number of 25 or more"),
    ("max_rho_per_release = 1.5", 1, "max_rho_per_release should be a number above 0 and at most 1"),
    ("review_hold_hours = 49", 1, "review_hold_hours should be a whole number from 0 to 48"),
    ('blocked_metrics = "endpoint.disk_free"', 1, "blocked_metrics should be a list"),
    ('proxy = "http://proxy.example/x.pac"', 1, "PAC files are not supported"),
    ('upload = "required"', 1, "contact"),
    ("upload = 'off'\nupload = 'ask'", 2, "is not TOML"),
)


def test_a_malformed_policy_stops_sending_and_says_where(due: Device, leader: Leader) -> None:
    for text, line, words in POLICIES:
        path = due.policy(text)
        ran = due.worker()
        said = ran.err.replace("HOME", str(due.folder))
        assert (ran.code, f"{path}:{line}" in said, words in said) == (11, True, True), (text, ran)
    for command in (("choose", "share"), ("policy",), ("send-now",)):
        assert due.shoal(*command).code == 11
    ran = due.shoal("status")  # health may be read all the same
    assert ran.code == 0
    due.policy("")
    (due.etc / "policy.d").mkdir()
    (due.etc / "policy.d" / "10-more.toml").write_bytes(b'upload = "ask"\ncontact = "\xff"\n')
    ran = due.worker()
    assert ran.code == 11
    assert "10-more.toml:2: is not UTF-8" in ran.err
    assert (due.kinds(), leader.connections) == ([], 0)
    (due.etc / "policy.d" / "10-more.toml").unlink()
    assert due.worker().code == 0
    assert due.kinds() == ["sealed", "sending", "delivered"]


# -- catalogue


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of what is installed on a device, to damage."""
    folder = tmp_path / "tree"
    for room in ("agent", "catalogue", "dap"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, folder / room, ignore=ignored)
    return folder


def change(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.mark.parametrize(
    ("file", "before", "after", "words"),
    [
        ("metrics.toml", "[[metric]]", "[[metric]", "metrics.toml"),
        ("metrics.toml", "\nstatistic = ", "\nstatistics = ", 'did you mean "statistic"?'),
        ("metrics.toml", "\nwarn = ", "\nwarn = 0.123 #", "warn"),
        ("metrics.toml", 'id = "endpoint.disk_free"', 'id = "endpoint.disk_fee"', "catalogue.lock"),
        ("texts/en.toml", "\ntitle = ", "\ntitel = ", 'did you mean "title"?'),
        ("texts/en.toml", '["endpoint.disk_free"]', '["endpoint.disk_freed"]', "endpoint.disk_free"),
        ("catalogue.lock", "endpoint.disk_free\n", "", "catalogue.lock"),
    ],
)
def test_a_malformed_catalogue(
    due: Device, leader: Leader, tree: Path, file: str, before: str, after: str, words: str
) -> None:
    change(tree / "catalogue" / file, before, after)
    due.environment["PYTHONPATH"] = str(tree)
    for ran in (due.worker(), due.shoal("status"), due.shoal("choose", "share")):
        assert ran.code == 16
        assert "the catalogue cannot be read: " in ran.err
        assert words in ran.err
        assert "Install Shoal again" in ran.err
    if not file.startswith("texts"):  # words are not needed to measure
        assert due.shoal("run").code == 16
        assert due.shoal("once").code == 16
    assert (due.kinds(), leader.connections) == ([], 0)
    del due.environment["PYTHONPATH"]
    assert due.worker().code == 0
    assert due.kinds() == ["sealed", "sending", "delivered"]


def test_a_missing_catalogue(tmp_path: Path, tree: Path) -> None:
    (tree / "catalogue" / "metrics.toml").unlink()
    device = Device(tmp_path / "device")
    device.environment["PYTHONPATH"] = str(tree)
    ran = device.shoal("status")
    assert ran.code == 16
    assert "metrics.toml" in ran.err


# -- the database

COMMANDS = (
    ("status",),
    ("choose", "local"),
    ("ledger",),
    ("verify",),
    ("preview",),
    ("withhold",),
    ("send-now",),
    ("erase", "--yes"),
    ("policy", "set", "retention_days", "5"),
)


def garbage(path: Path) -> None:
    path.write_bytes(b"This is no database. " * 500)


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])


def flipped(path: Path) -> None:
    """All of the pages after the first one upside down, as a failing disk may return them."""
    data = path.read_bytes()
    path.write_bytes(data[:1024] + bytes(byte ^ 0xFF for byte in data[1024:]))


@pytest.mark.parametrize("damage", [garbage, cut, flipped])
def test_a_damaged_database_is_named_and_put_aside_whole(
    holding: Device, leader: Leader, damage: Callable[[Path], None]
) -> None:
    database = holding.state / "shoal.db"
    assert not database.with_name("shoal.db-wal").exists()
    damage(database)
    found = database.read_bytes()
    for command in COMMANDS if damage is garbage else COMMANDS[:4]:
        ran = holding.shoal(*command)
        assert ran.code == 19, (command, ran)
        assert f"the database {database} is corrupt" in ran.err
        assert "shoal.db.corrupt-<n>" in ran.err
    assert holding.worker().code == 19
    assert database.read_bytes() == found  # nothing repairs it
    assert leader.connections == 0
    aside = holding.state / "shoal.db.corrupt-1"
    with holding.running():
        until(lambda: aside.exists() and database.exists())
        until(lambda: holding.shoal("choose").code == 0)
    assert aside.read_bytes() == found
    assert holding.json("choose")["choice"] is None  # nothing is chosen in the new one
    assert "shoal.db.corrupt-1" in holding.shoal("status").out
    assert leader.connections == 0


def test_a_newer_database_is_left_alone(holding: Device) -> None:
    database = holding.state / "shoal.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    found = database.read_bytes()
    for command in (*COMMANDS[:4], ("run",)):
        ran = holding.shoal(*command)
        assert ran.code == 19, (command, ran)
        assert "made by a newer Shoal" in ran.err or "made by a newer Shoal" in ran.out
    assert database.read_bytes() == found
    assert not list(holding.state.glob("*.corrupt-*"))


def test_a_row_that_somebody_changed_is_found(holding: Device) -> None:
    with sqlite3.connect(holding.state / "shoal.db") as connection:
        connection.execute("DROP TRIGGER bodies_never_changes")
        connection.execute("UPDATE bodies SET vector = zeroblob(length(vector))")
    connection.close()
    ran = holding.shoal("verify")
    assert ran.code == 30
    row = holding.read("SELECT row FROM ledger WHERE kind = 'sealed'")[0][0]
    assert f"row {row}: " in ran.err
    assert holding.json("ledger")  # all of it can still be read


def test_a_damaged_record_of_the_enrolment(holding: Device, leader: Leader) -> None:
    (holding.state / "enrolment.json").write_bytes(b"\xff{")
    ran = holding.shoal("send-now")
    assert ran.code == 19
    assert "enrolment.json is damaged" in ran.err
    assert (holding.kinds(), leader.connections) == (["sealed"], 0)


def test_a_damaged_token(holding: Device, leader: Leader) -> None:
    (holding.state / "token").write_bytes(b"\xff{")
    holding.token_file.rename(holding.folder / "away")
    ran = holding.shoal("send-now")
    assert ran.code == 18
    assert f"{holding.state / 'token'} cannot be read" in ran.err
    assert (holding.kinds(), leader.connections) == (["sealed"], 0)
    (holding.folder / "away").rename(holding.token_file)
    assert holding.shoal("send-now").code == 0


def test_a_state_that_is_a_file_or_somebody_else_s(tmp_path: Path) -> None:
    device = Device(tmp_path)
    device.state.write_text("a file")
    assert device.shoal("choose", "local").code == 2
    ran = device.worker()
    assert ran.code == 19
    assert "is a file" in ran.err
    if os.geteuid() == 0:
        device.state.unlink()
        device.state.mkdir()
        os.chown(device.state, 12_345, 12_345)
        ran = device.shoal("choose", "local")
        assert ran.code == 19
        assert "belongs to another account" in ran.err


# -- the disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """Two megabytes."""
    with mounted(tmp_path / "disk", megabytes=2) as found:
        yield found


@needs_root
def test_on_a_full_disk_nothing_is_sent_that_is_not_on_record(
    holding: Device, due: Device, leader: Leader, disk: Disk
) -> None:
    for device, kinds in ((holding, ["sealed"]), (due, [])):
        tight = device.copy(disk.place / "device")
        filler = disk.fill()
        for ran in (tight.shoal("send-now") if kinds else tight.worker(), tight.shoal("choose", "quiet")):
            assert ran.code == 19, ran
            assert "full" in ran.err
        assert leader.connections == 0
        filler.unlink()
        assert tight.kinds() == kinds
        assert tight.shoal("verify").code == 0
        assert tight.worker().code == 0
        shutil.rmtree(tight.folder)
        leader.forget()


@needs_root
def test_on_a_read_only_disk(holding: Device, leader: Leader, disk: Disk) -> None:
    fixed = holding.copy(disk.place / "device")
    disk.lock()
    for command in (("send-now",), ("choose", "off"), ("withhold",), ("erase", "--yes"), ("run",)):
        ran = fixed.shoal(*command)
        assert ran.code == 19, (command, ran)
        assert "read-only" in ran.err.lower(), ran
    assert fixed.worker().code == 19
    assert leader.connections == 0
    disk.unlock()
    assert fixed.shoal("send-now").code == 0
    assert fixed.shoal("verify").code == 0


def test_token_and_task_file_are_gone(due: Device, leader: Leader) -> None:
    due.take_token_away()
    assert due.worker().code == 0
    assert due.shoal("send-now").code == 14
    assert due.kinds() == ["sealed"]
    due.task_file.unlink()  # the record has what was seen last
    due.give_token()
    assert due.shoal("send-now").code == 0
    assert due.kinds() == ["sealed", "sending", "delivered"]
    assert due.enrol(signed(task(leader.url, serial=2))).code == 0
