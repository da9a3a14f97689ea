"""Cycles are looked for where they are asked to be, and nowhere else."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from ui.link import garbage


class _Ring:
    """Something that only a collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _afterwards_as_before() -> Iterator[None]:
    was, before = gc.isenabled(), gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)
    (gc.enable if was else gc.disable)()


def _leave(count: int) -> list[weakref.ref[_Ring]]:
    return [weakref.ref(_Ring()) for _ in range(count)]


def _in_a_thread(count: int) -> list[weakref.ref[_Ring]]:
    left: list[weakref.ref[_Ring]] = []
    thread = threading.Thread(target=lambda: left.extend(_leave(count)))
    thread.start()
    thread.join()
    return left


def test_a_thread_that_makes_much_collects_nothing() -> None:
    gc.set_threshold(100, 10, 10)
    gc.enable()
    assert any(ring() is None for ring in _in_a_thread(2_000))  # as it would be
    garbage.keep_to_the_loop()
    left = _in_a_thread(2_000)
    assert all(ring() is not None for ring in left)
    garbage.collect()
    assert all(ring() is None for ring in left)


def test_old_cycles_are_found_in_their_turn() -> None:
    gc.set_threshold(100, 2, 2)
    garbage.keep_to_the_loop()
    ring = _Ring()
    old = weakref.ref(ring)
    for _ in range(3):
        gc.collect(1)
    del ring
    for _ in range(40):
        _leave(200)
        garbage.collect()
    assert old() is None


def test_where_python_collects_by_itself_it_does_nothing() -> None:
    gc.enable()
    gc.set_threshold(1_000_000, 10, 10)
    left = _leave(10)
    garbage.collect()
    assert all(ring() is not None for ring in left)
