"""The process that checks the policy's target: orders in, numbers out, one check after another.

`agent.checking` starts it. Between two orders it waits for the next, and does nothing else. It ends with its
input, hence with whoever asks, however that one ends; with a check that was thorough, for that needed much
memory; with one that left something hanging; and after so many that none lives long.
"""

from __future__ import annotations

import _thread
import os
import time

from agent.connection.reach import STUCK, Order, reach
from agent.reached import LONGEST, Reached

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT = 60.0
"""Seconds after which the process ends itself in the midst of a check, whoever feeds it drop by drop."""
MOST = 24
"""Checks that one process does: two hours of them, if nothing ends it before."""


def main() -> None:
    """Serve; ends the process at once, whatever still hangs."""
    asking, served = os.getppid(), 0
    try:
        for text in orders(lambda: os.read(0, LONGEST)):
            served += 1
            found, is_last = _check(text, asking)
            said = found.text().encode("ascii")
            while said:
                said = said[os.write(1, said) :]
            if is_last or served >= MOST:
                break
    finally:
        os._exit(0)  # a look-up that hangs in a thread would hold an orderly end, and nobody reads a trace


def orders(read: Callable[[], bytes]) -> Iterator[bytes]:
    """Orders as they come: each ends with an empty line, the last one perhaps with the input.

    One that never ends is given as far as it was read; nothing comes after it.
    """
    held = b""
    while True:
        order, end, rest = held.partition(b"\n\n")
        if end:
            yield order
            held = rest
        elif len(held) >= LONGEST:
            yield held
            return
        elif part := read():
            held += part
        else:
            if held:
                yield held
            return


def _check(text: bytes, asking: int) -> tuple[Reached, bool]:
    """(what came of it, whether it is the last of this process)."""
    done = _thread.allocate_lock()
    done.acquire()
    try:
        order = Order(text.decode())
        time.sleep(min(max(order.wait, 0.0), LIMIT))
        if os.getppid() != asking:
            return Reached("failed"), True  # who asked is gone: nobody would hear of it
        _thread.start_new_thread(_end_late, (done,))
        return reach(order, os.environ), order.thorough or bool(STUCK)
    except Exception:  # noqa: BLE001  whatever it is: it is told in a word, and never with an address
        return Reached("failed"), True
    finally:
        done.release()


def _end_late(done: _thread.LockType) -> None:
    if not done.acquire(timeout=LIMIT):
        os._exit(1)
