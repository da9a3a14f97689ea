"""From the choice to the verified ledger by hand: real keys and clicks on a screen, to real aggregators.

Where a button is, a screen reader says; what presses it is the mouse or the keyboard of the X server.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import devices
from tests.desktop import Desktop, end_sampler, wait
from tests.devices import Device
from tests.proof.operating import Operators, operating
from tests.reading import Node, Reader, window

pytestmark = pytest.mark.timeout(300)

PERIOD = 20
"""Seconds: the demo's, so that one ends while the window is open."""


@pytest.fixture(scope="module")
def operators(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operators]:
    """A leader and a helper that run."""
    folder = tmp_path_factory.mktemp("operators") / "both"
    metrics = len(devices.catalogue().metrics)
    with operating(folder, metrics=metrics, period=PERIOD) as found:
        for role in ("leader", "helper"):
            found.start(role)
        yield found


@pytest.fixture
def device(operators: Operators, tmp_path: Path) -> Device:
    """Enrolled with these two; nobody has chosen anything."""
    made = Device(tmp_path / "device")
    made.task_file.write_text((operators.folder / "task.json").read_text())
    made.token_file.write_text(f"{operators.token}\n")
    words = ("enrol", str(made.task_file), "--token-file", str(made.token_file), "--demo")
    assert made.shoal(*words).code == 0
    return made


def test_choice_preview_send_now_ledger_verify(device: Device, operators: Operators, tmp_path: Path) -> None:
    before = _stored(operators)
    device.take_token_away()  # so that what is sealed stays held until the person sends it
    with window(device, tmp_path) as (reader, screen):
        _preview(reader, screen)
        _choose(reader, screen)
        wait(lambda: device.json("choose")["choice"] == "share", "the choice")
        wait(lambda: "sealed" in device.kinds(), "a sealed report", PERIOD + 60)
        end_sampler(device.state)  # or it would send it, now that it can
        device.token_file.write_text(f"{operators.token}\n")
        assert "delivered" not in device.kinds()
        assert _stored(operators) == before
        _send(reader, screen)
        wait(lambda: "delivered" in device.kinds(), "a delivered report")
        assert _stored(operators) == before + 1  # at the leader itself, in its own database
        _look_at_it(reader, screen)
        _verify(reader, screen)
    assert device.json("verify")["agrees"]


def _preview(reader: Reader, screen: Desktop) -> None:
    """From the question to the page, and to the very bits that would be sent."""
    screen.click(*reader.place("See exactly what would be sent", role="push button"))
    reader.wait_for(lambda nodes: not _asked(nodes), "the page in place of the question")
    reader.wait_for(lambda nodes: [n for n in nodes if n["name"].startswith("2 Bits")], "a preview")


def _choose(reader: Reader, screen: Desktop) -> None:
    """By keys alone: to the first page, to the notice's button, through the question to Share."""
    screen.keys("ctrl+1")
    reader.wait_for(lambda nodes: "Measure now" in [n["name"] for n in nodes], "the first page")
    _tab_to(reader, screen, "Choose…")
    screen.keys("space")
    reader.wait_for(_asked, "the question")
    _tab_to(reader, screen, "Share. ")
    screen.keys("space")
    reader.wait_for(lambda nodes: not _asked(nodes), "an end of asking")


def _send(reader: Reader, screen: Desktop) -> None:
    screen.keys("ctrl+2")
    screen.click(*reader.place("Send now", role="push button"))


def _look_at_it(reader: Reader, screen: Desktop) -> None:
    """The ledger has it as delivered, and shows it as the held one was shown."""
    row = reader.wait_for(
        lambda nodes: next((n["name"] for n in nodes if _is_row(n) and "elivered" in n["name"]), None),
        "a delivered report in the ledger",
    )
    _tab_to(reader, screen, row)
    screen.keys("Return")
    reader.wait_for(
        lambda nodes: [n for n in nodes if n["name"].startswith("The report of ")], "the past report"
    )


def _verify(reader: Reader, screen: Desktop) -> None:
    _tab_to(reader, screen, "Verify")
    screen.click(*reader.place("Verify", role="push button"))
    proved = reader.wait_for(
        lambda nodes: [n["description"] for n in nodes if n["name"].startswith("Verified just now")],
        "what was proved",
    )
    assert "cannot be proved here" in proved[0]


def _tab_to(reader: Reader, screen: Desktop, name: str) -> None:
    """Press Tab until the focus is on what bears this name; everything is reached so."""
    passed = []
    for _ in range(150):
        screen.keys("Tab")
        focused = [n["name"] for n in reader.everything() if "focused" in n["states"]]
        passed.append(focused[-1] if focused else "")
        if any(one.startswith(name) for one in focused):
            return
    pytest.fail(f"Tab does not lead to {name!r}, but to {passed}")


def _asked(nodes: list[Node]) -> list[Node]:
    return [node for node in nodes if node["role"] == "dialog"]


def _is_row(node: Node) -> bool:
    return bool(node["role"] == "check box")


def _stored(operators: Operators) -> int:
    """How many reports the leader has taken, aggregated or waiting for it."""
    query = "SELECT count(*) FROM (SELECT report_id FROM reports UNION SELECT report_id FROM seen)"
    (path,) = (operators.folder / "leader").glob("*.db")
    with closing(sqlite3.connect(path, timeout=20)) as database:
        return int(database.execute(query).fetchone()[0])
