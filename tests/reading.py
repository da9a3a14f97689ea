"""The window as a screen reader has it: what is shown, by name and place; and the window to read.

The client (tests/atspi_client.py) is a program of its own, under the system's Python; what it knows of the
window, it has over the accessibility bus.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.desktop import Desktop, desktop, end_sampler, running, wait
from tests.devices import Device
from tests.repository import ROOT

CLIENT = ["/usr/bin/python3", "-I", str(ROOT / "tests" / "atspi_client.py")]
WINDOW = (sys.executable, "-P", "-m", "ui", "--language", "en_GB")

Node = dict[str, Any]


class Reader:
    """Asks the client."""

    def __init__(self, client: subprocess.Popen[str]) -> None:
        self._client = client

    def everything(self) -> list[Node]:
        """All that is shown, in the order in which it is read."""
        found: list[Node] = self._ask({"do": "read"})
        return found

    def press(self, name: str, *, begins: bool = False, role: str | None = None) -> None:
        """Press what bears this name."""
        asked: dict[str, Any] = {"do": "press", "name": name, "begins": begins}
        answer = self._ask(asked | ({"role": role} if role else {}))
        assert answer, f"{name!r} cannot be pressed: {answer}"

    def place(self, name: str, *, begins: bool = False, role: str | None = None) -> tuple[float, float]:
        """Where on the screen the middle of what bears this name is, once it is there and stays there."""
        seen: list[Node] = []

        def found(nodes: list[Node]) -> tuple[float, float] | None:
            fitting = [
                node
                for node in nodes
                if (node["name"].startswith(name) if begins else node["name"] == name)
                and role in (None, node["role"])
                and "enabled" in node["states"]
            ]
            before, seen[:] = list(seen), fitting[:1]
            if not fitting or before != seen:
                return None
            left, top, width, height = fitting[0]["place"]
            return left + width / 2, top + height / 2

        middle: tuple[float, float] = self.wait_for(found, f"{name!r} on the screen")
        return middle

    def names(self) -> list[str]:
        return [node["name"] for node in self.everything()]

    def wait_for(self, what: Callable[[list[Node]], Any], meant: str) -> Any:
        """What `what` finds among all that is shown, once it finds something."""
        found: list[Any] = []

        def looked() -> bool:
            found[:] = [what(self.everything())]
            return bool(found[0])

        wait(looked, meant)
        return found[0]

    def go(self, page: str) -> list[Node]:
        """Press a page's tab; what the page shows then."""
        self.press(page, begins=True, role="check box")

        def shown(nodes: list[Node]) -> list[Node]:
            begin = [i for i, node in enumerate(nodes) if node["role"] == "layered pane"]
            pane = nodes[begin[0] + 1 :] if begin else []
            return pane if pane and pane[0]["name"] == page and len(pane) > 20 else []

        found: list[Node] = self.wait_for(shown, page)
        return found

    def _ask(self, request: dict[str, Any]) -> Any:
        assert self._client.stdin is not None
        assert self._client.stdout is not None
        self._client.stdin.write(json.dumps(request) + "\n")
        self._client.stdin.flush()
        answer = self._client.stdout.readline()
        assert answer, "the client ended"
        return json.loads(answer)


@contextmanager
def window(of: Device, folder: Path, *, before: Sequence[str] = ()) -> Iterator[tuple[Reader, Desktop]]:
    """A device's window, on a desktop with a screen reader; `before` is put in front of its command."""
    own = {
        "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        "SHOAL_ROOT": str(of.root),
        "SHOAL_STATE": str(of.state),
        "HOME": str(of.folder),
    }
    with desktop(folder / "screen", bus=True) as screen:
        there = own | screen.environment
        client = subprocess.Popen(
            CLIENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **there},
            text=True,
        )
        reader = Reader(client)
        command = [*before, *WINDOW]
        try:
            assert reader.everything() == []  # which also wakes the accessibility bus
            with running(command, folder / "window.log", there, cwd=ROOT), screen.kept_on_failure():
                screen.wait_for_window("Shoal")
                reader.wait_for(lambda nodes: len(nodes) > 20, "a window on the bus")
                # It starts a sampler, which is ended with it; one that has only just begun would be missed.
                wait(lambda: (of.state / "sampler.lock").exists(), "a sampler that the window started")
                yield reader, screen
        finally:
            client.communicate(timeout=20)
            end_sampler(of.state)
    said = (folder / "window.log").read_text()
    assert "Traceback" not in said, said
