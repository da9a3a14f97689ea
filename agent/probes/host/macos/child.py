"""A program of the system that is asked something, timed, and never left over."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from agent.probes.host import Absent

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 1 << 20
"""Bytes of output that are taken."""
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "LANG": "C"}


def output(command: Sequence[str], seconds: float) -> bytes:
    """What a program prints, which is named by its absolute path and gets no input.

    Raises Absent if it is not there, does not end in time (then it is ended, with whatever it started),
    fails, or prints more than LONGEST.
    """
    name = Path(command[0]).name
    try:
        process = subprocess.Popen(  # noqa: S603  (our own few questions)
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=ENVIRONMENT,
            process_group=0,
        )
    except OSError as error:
        raise Absent(f"there is no {name}") from error
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Absent(f"{name} did not answer within {seconds:g} seconds") from error
    finally:
        _end(process)
    if process.returncode != 0 or len(said) > LONGEST:
        raise Absent(f"{name} failed")
    return said


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of it behind; harmless if it has ended."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
