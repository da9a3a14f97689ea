"""A screen reader's side: reads and presses what is on the screen, by AT-SPI alone.

Runs under the system's own Python, which has pyatspi; knows nothing of Shoal and nothing of Qt. Reads one
request a line on standard input, {"do": "read"} or {"do": "press", "name": …, "role": …}, and answers each
with one line of JSON on standard output.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import pyatspi  # type: ignore[import-not-found, unused-ignore]

PROGRAM = "shoal"
STATES = ("checked", "focusable", "focused", "enabled", "expanded", "modal")


def below(node: Any, depth: int = 0) -> Iterator[Any]:
    """The node and all below it, those left out that are not shown."""
    try:
        if depth > 1 and not node.getState().contains(pyatspi.STATE_SHOWING):
            return
        yield node
        children = [node.getChildAtIndex(i) for i in range(node.childCount)]
    except Exception:  # it went while it was looked at
        return
    for child in children:
        if child is not None:
            yield from below(child, depth + 1)


def everything() -> Iterator[Any]:
    """All that our programs show, by the names that they gave the registry."""
    desktop = pyatspi.Registry.getDesktop(0)
    for program in [desktop.getChildAtIndex(i) for i in range(desktop.childCount)]:
        if program is not None and PROGRAM in program.name.lower():
            yield from below(program)


def told(node: Any) -> dict[str, Any]:
    """What a reader would say of it."""
    states = node.getState()
    named = [name for name in STATES if states.contains(getattr(pyatspi, f"STATE_{name.upper()}"))]
    found: dict[str, Any] = {"role": node.getRoleName(), "name": node.name, "description": node.description}
    try:
        place = node.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
        found["place"] = [place.x, place.y, place.width, place.height]
    except Exception:  # the program itself is nowhere
        found["place"] = [0, 0, 0, 0]
    try:
        text = node.queryText()
        written = text.getText(0, text.characterCount)
    except Exception:  # not a text
        written = ""
    return {**found, "states": named, "text": written}


def read(_: dict[str, Any]) -> list[dict[str, Any]]:
    """All that is shown, in the order of the tree."""
    while True:
        try:
            return [told(node) for node in everything()]
        except Exception:  # it changed while it was read
            time.sleep(0.2)


def press(request: dict[str, Any]) -> bool | None:
    """Do the first thing that can be done with what bears this name (or this beginning) and role.

    The first one, as readers do who offer one "click": for what can be checked that is Toggle, not Press.
    """
    name, begins, role = request["name"], request.get("begins"), request.get("role")
    for node in everything():
        try:
            fits = node.name == name or (begins and node.name.startswith(name))
            if fits and role in (None, node.getRoleName()):
                return bool(node.queryAction().doAction(0))
        except Exception:  # nothing can be done with it, or it went
            continue
    return None


def main() -> None:
    """One request a line, one answer a line."""
    for line in sys.stdin:
        request = json.loads(line)
        answer = read(request) if request["do"] == "read" else press(request)
        print(json.dumps(answer), flush=True)


main()
