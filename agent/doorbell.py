"""Wakes the resident sampler for a command, so that nothing has to poll: a named pipe in the state.

One byte is one wish. Where a platform has no named pipes in directories the sampler notices wishes at its
next pass instead.
"""

from __future__ import annotations

import errno
import os
import select
import stat
from typing import TYPE_CHECKING

from agent.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent.env import Env

MEASURE = b"m"
"""Take a pass now and commit it."""
WORK = b"w"
"""Start a worker now; also after a choice."""
FLUSH = b"q"
"""Commit what is in memory."""

_NAME = "doorbell"


class Doorbell:
    """The sampler's end. Signals come the same way: `fileno` suits signal.set_wakeup_fd."""

    def __init__(self, env: Env) -> None:
        self._env = env
        self._descriptor = _open(env.state / _NAME) if hasattr(os, "mkfifo") else None

    def fileno(self) -> int | None:
        """The pipe's descriptor (not blocking, readable and writable), or None without a pipe."""
        return self._descriptor

    def wait(self, seconds: float) -> bytes:
        """What was rung, at the latest after `seconds`; nothing: time is up."""
        if self._descriptor is None:
            self._env.pause(max(0.0, seconds))
            return b""
        # select() takes no more than a platform's int of milliseconds; a day is far below.
        ready, _, _ = select.select([self._descriptor], [], [], min(max(0.0, seconds), 86_400.0))
        return os.read(self._descriptor, 4_096) if ready else b""

    def close(self) -> None:
        """Stop listening; ringing fails from now on."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def listen(env: Env) -> Doorbell:
    """Hang up the bell in the state directory; for the holder of the sampler's lock only."""
    return Doorbell(env)


def ring(env: Env, byte: bytes) -> bool:
    """Ring; False if nobody listens."""
    try:
        descriptor = os.open(env.state / _NAME, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENOENT, errno.EACCES):
            return False
        raise StoreError(f"the doorbell cannot be rung: {error.strerror}", "Restart the agent.") from error
    try:
        if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            return False
        os.write(descriptor, byte)
    except (BlockingIOError, BrokenPipeError):
        return False
    finally:
        os.close(descriptor)
    return True


def is_listening(env: Env) -> bool | None:
    """Whether a sampler listens, without ringing; None where the platform has no bell to listen at."""
    if not hasattr(os, "mkfifo"):
        return None
    try:
        descriptor = os.open(env.state / _NAME, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return False
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)  # anything else can be opened by everybody
    finally:
        os.close(descriptor)


def ring_and_wait(env: Env, byte: bytes, answered: Callable[[], str | None], seconds: float = 2.0) -> bool:
    """Ring, and wait until the sampler has done as told; False if nobody did in time.

    `answered` reads the fact that counts answered bells (Fact.ANSWERED).
    """
    before = answered()
    if not ring(env, byte):
        return False
    end = env.monotonic() + seconds
    while env.monotonic() < end:
        if answered() != before:
            return True
        env.pause(0.02)
    return False


def _open(path: Path) -> int:
    try:
        if not path.exists():
            os.mkfifo(path, 0o600)
        # Readable and writable: with a writer of its own the pipe never reports that all others left.
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise StoreError(
            f"the doorbell {path} cannot be made: {error.strerror}", "Make the state directory writable."
        ) from error
    if not stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise StoreError(f"{path} is in the way of the doorbell", "Move it elsewhere.")
    return descriptor
