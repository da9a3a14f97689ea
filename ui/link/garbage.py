"""Cycles are looked for on the event loop only.

Python's collector runs in whatever thread happens to allocate; in another than Qt's it would take widgets
apart there, which Qt does not survive. So the window turns it off, and calls `collect` where work has ended.
"""

from __future__ import annotations

import gc


def keep_to_the_loop() -> None:
    """What is there now stays, and is not looked through again; from now on only `collect` collects."""
    gc.disable()
    gc.freeze()


def collect() -> None:
    """Collect what Python's own collector would have by now, generation by generation."""
    if gc.isenabled():
        return
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
