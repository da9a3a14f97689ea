"""Programs that are asked something, where processes come in groups: begun, and ended with all they began."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST = 1 << 20
"""Bytes of output that are taken."""


def begun(command: Sequence[str], environment: Mapping[str, str], absent: str) -> subprocess.Popen[bytes]:
    """A program in a group of its own, without input; only what it prints as its answer is heard.

    `environment` is all that it is given: its path, too. Raises Absent with that reason if it is not there.
    """
    try:
        return subprocess.Popen(  # noqa: S603  (our own few questions)
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
            process_group=0,
        )
    except OSError as error:
        raise Absent(absent) from error


def end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of it behind, nor of what it started; harmless if it has ended."""
    if process.stdout is not None:
        process.stdout.close()
    if process.returncode is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()
