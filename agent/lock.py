"""Only one of a kind runs at a time: a lock that the kernel drops with the process that holds it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from agent.errors import Declined, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agent.env import Env

SAMPLER = "sampler"
"""Who measures, and may put a corrupt database aside."""
WORKER = "worker"
"""Who seals and sends, or takes away all that this is done with."""


class Lock:
    """`<kind>.lock` in the state directory, held from `take` until `release` or the process's end."""

    def __init__(self, state: Path, kind: str) -> None:
        self._path = state / f"{kind}.lock"
        self._kind = kind
        self._descriptor: int | None = None

    def take(self) -> None:
        """Take the lock, or raise Declined, which says which process holds it."""
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        except OSError as error:
            raise StoreError(
                f"{self._path} cannot be opened: {error.strerror}", "Make the state directory writable."
            ) from error
        if not _lock(descriptor):
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip()
            os.close(descriptor)
            process = f"process {holder}" if holder.isdigit() else "another process"
            raise Declined(f"a {self._kind} runs already: {process}", "Nothing to do; or end that one first.")
        with suppress(OSError):  # a full disk: held all the same, only nobody can read by whom
            os.ftruncate(descriptor, 0)
            os.write(descriptor, b"%d\n" % os.getpid())
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


@contextmanager
def alone(env: Env, kind: str, seconds: float = 0.0) -> Iterator[None]:
    """Hold a lock for the block, waited for as long as `seconds`; Declined, as `Lock.take` says it."""
    lock, end = Lock(env.state, kind), env.monotonic() + seconds
    while True:
        try:
            lock.take()
            break
        except Declined:
            if env.monotonic() >= end:
                raise
        env.pause(0.1)
    try:
        yield
    finally:
        lock.release()


def end_holder(env: Env, kind: str, seconds: float = 10.0) -> None:
    """Ask the process that holds the lock, if one does, to leave, and wait until it has.

    StoreError if it does not. Only a holder is signalled: a number left in an unheld lock's file may be
    another process's by now.
    """
    end, asked = env.monotonic() + seconds, False
    while True:
        lock = Lock(env.state, kind)
        try:
            lock.take()
        except Declined:
            if not asked:
                _ask_to_leave(env.state / f"{kind}.lock", kind)
                asked = True
        else:
            lock.release()
            return
        if env.monotonic() >= end:
            raise StoreError(f"the {kind} does not leave", "End it by hand.")
        env.pause(0.05)


def _ask_to_leave(path: Path, kind: str) -> None:
    try:
        holder = int(path.read_text("ascii"))
        if holder <= 1:  # to kill(2) such numbers mean whole groups of processes
            raise ValueError(f"{path.name} names no process")
        os.kill(holder, signal.SIGTERM)
    except ProcessLookupError:
        return
    except (OSError, ValueError) as error:
        raise StoreError(f"the {kind} cannot be ended ({error})", "End it by hand.") from error


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> bool:
        try:
            # A byte far behind the text, which others must be able to read.
            os.lseek(descriptor, 1 << 20, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
