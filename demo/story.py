"""What the demo says: one numbered line a step, with progress below it, and the seconds it took."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH = 78


class Story:
    """Tells the steps as they happen, on standard output."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._number = 0
        self._live = sys.stdout.isatty()

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """A step: its title now, its time when it is done."""
        self._number += 1
        began = time.monotonic()
        print(f"\n[{self._number}] {title}", flush=True)
        yield
        self._clear()
        print(f"    done in {time.monotonic() - began:.1f} s", flush=True)

    def say(self, text: str) -> None:
        """Lines below the step."""
        self._clear()
        for line in text.splitlines() or [""]:
            print(f"    {line}".rstrip(), flush=True)

    def progress(self, text: str) -> None:
        """What goes on, on one line that changes where somebody watches; every few seconds elsewhere."""
        if self._live:
            print(f"\r    {text:<{_WIDTH}}", end="", flush=True)
        else:
            print(f"    {text}", flush=True)

    def heading(self, text: str) -> None:
        """The beginning of a part of the result."""
        print(f"\n{text}\n{'─' * len(text)}", flush=True)

    def show(self, text: str) -> None:
        """A part of the result, as it is."""
        print(text.rstrip(), flush=True)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self._began

    @property
    def pause(self) -> float:
        """Seconds between two progress lines."""
        return 0.5 if self._live else 5.0

    def _clear(self) -> None:
        if self._live:
            print(f"\r{'':<{_WIDTH + 4}}\r", end="", flush=True)
