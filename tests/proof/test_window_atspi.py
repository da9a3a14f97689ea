"""The window as a screen reader has it: a real AT-SPI client reads every page and presses what there is.

The client (tests/atspi_client.py) is a program of its own, under the system's Python; what it knows of the
window, it has over the accessibility bus.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from catalogue.labels import value_label
from tests.desktop import wait
from tests.devices import OFFLINE, Device, catalogue
from tests.reading import Node, Reader, window
from tests.seeding import Seeded, seed

pytestmark = pytest.mark.timeout(240)

PAGES = ("On this device", "What leaves", "Who decides")
CATALOGUE = {metric.id: metric for metric in catalogue().metrics}
WORDS = {"ok": "OK", "warn": "Warn", "bad": "Bad", "unknown": "Unknown"}
PRESSED = ("push button", "check box", "toggle button", "radio button", "link")


@pytest.fixture(scope="module")
def normal(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """Eight weeks of a device's life, up to now."""
    return seed("normal", tmp_path_factory.mktemp("normal"), now=time.time())


def test_every_page_is_read_every_control_has_a_name_and_the_ledger_is_verified(
    normal: Seeded, tmp_path: Path
) -> None:
    with window(normal.device, tmp_path, before=OFFLINE) as (reader, _):
        rows = _check_metrics(reader, normal)
        assert len({verdict for _, verdict in rows}) > 1  # not all of one kind
        _open_a_row(reader)
        for page in PAGES:
            _check_names(page, reader.go(page))
        _verify(reader)


def _check_metrics(reader: Reader, state: Seeded) -> list[tuple[str, str]]:
    """Each metric that has an answer is read with title, value and verdict, as `shoal status` says them."""
    device = Device(state.folder)
    found: list[tuple[str, str]] = []
    unsaid: list[object] = []

    def agrees() -> bool:
        # The sampler goes on: what differs is looked at again.
        said = [node["name"] for node in reader.go(PAGES[0])]
        told = [m for m in device.json("status")["metrics"] if m["value"] is not None]
        told = [m for m in told if not CATALOGUE[m["id"]].is_derived]  # these are the page's heads
        found[:] = [(m["title"], m["verdict"]) for m in told if _is_said(m, said)]
        unsaid[:] = [(m["title"], m["value"], m["verdict"]) for m in told if not _is_said(m, said)]
        return len(found) > 20 and not unsaid

    try:
        wait(agrees, "each metric's name, value and verdict")
    except AssertionError:
        print(f"not said: {unsaid}\nbut: {reader.names()}")
        raise
    return found


def _is_said(metric: dict[str, Any], names: list[str]) -> bool:
    """Whether one of the names says title, value (as rounded for a person) and verdict of a metric."""
    pattern = re.compile(rf"{re.escape(metric['title'])}, (.+?), {WORDS[metric['verdict']]}\b")
    said = next((match[1] for name in names if (match := pattern.match(name))), "")
    known = CATALOGUE[metric["id"]]
    if known.classes:
        return said.casefold() == value_label(known, metric["value"], _classes(known.id)).casefold()
    number = re.match(r"[−-]?[\d,]+(\.\d+)?", said)
    if number is None:
        return False
    read, value = float(number[0].replace("−", "-").replace(",", "")), metric["value"]
    if said.endswith(" h"):  # less than a day
        value *= 24
    return bool(abs(read - value) <= max(0.06 * abs(value), 0.5 if said.endswith(" h") else 0.05))


def _classes(id_: str) -> Any:
    return catalogue().texts[id_].classes


def _open_a_row(reader: Reader) -> None:
    before = len(reader.everything())
    reader.press("Free disk space, ", begins=True)
    opened = reader.wait_for(lambda nodes: nodes if len(nodes) > before + 5 else [], "an opened row")
    texts = catalogue().texts["endpoint.disk_free"]
    said = " ".join(f"{node['name']} {node['description']} {node['text']}" for node in opened)
    for words in (texts.explanation, texts.cannot_show):
        assert words.split(". ")[0] in said
    reader.press("Free disk space, ", begins=True)


def _check_names(page: str, nodes: list[Node]) -> None:
    """Whatever can be pressed or typed into says what it is."""
    pressed = [node for node in nodes if node["role"] in PRESSED or "focusable" in node["states"]]
    assert len(pressed) > 5, page
    silent = [node for node in pressed if not (node["name"] or node["text"]).strip()]
    assert not silent, f"{page}: nothing says what these are: {silent}"


def _verify(reader: Reader) -> None:
    nodes = reader.go(PAGES[1])
    assert any(node["role"] == "push button" and node["name"] == "Verify" for node in nodes)
    assert not [node for node in nodes if node["name"].startswith("Verified just now")]
    reader.press("Verify", role="push button")
    proved = reader.wait_for(
        lambda nodes: [n["description"] for n in nodes if n["name"].startswith("Verified just now")],
        "the verification's result in words",
    )
    assert "were built again from their answers" in proved[0] and "cannot be proved here" in proved[0]


@pytest.mark.parametrize("answer", ["Share", "Local"])
def test_the_first_choice_is_made(answer: str, tmp_path: Path) -> None:
    state = seed("empty", tmp_path / "seed", now=time.time())
    device = Device(state.folder)
    assert device.json("choose")["choice"] is None
    with window(device, tmp_path, before=OFFLINE) as (reader, _):

        def answers(nodes: list[Node]) -> list[str]:
            asked = [i for i, node in enumerate(nodes) if node["role"] == "dialog"]
            return [n["name"] for n in nodes[asked[0] :] if n["role"] == "push button"] if asked else []

        offered = reader.wait_for(answers, "the question")
        wanted = next(name for name in offered if name.startswith(f"{answer}."))
        assert device.json("choose")["choice"] is None  # nothing is chosen by asking
        reader.press(wanted)
        wait(lambda: device.json("choose")["choice"] == answer.lower(), "the choice")
        reader.wait_for(lambda nodes: not any(n["role"] == "dialog" for n in nodes), "an end of asking")
