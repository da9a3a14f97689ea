"""A program of the system that is asked something, timed, and never left over."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.host.programs import LONGEST, begun, end

if TYPE_CHECKING:
    from collections.abc import Sequence

ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/sbin:/sbin", "LC_ALL": "C", "LANG": "C"}


def output(command: Sequence[str], seconds: float) -> bytes:
    """What a program prints, which is named by its absolute path and gets no input.

    Raises Absent if it is not there, does not end in time (then it is ended, with whatever it started),
    fails, or prints more than LONGEST.
    """
    name = Path(command[0]).name
    process = begun(command, ENVIRONMENT, f"there is no {name}")
    try:
        said, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise Absent(f"{name} did not answer within {seconds:g} seconds") from error
    finally:
        end(process)
    if process.returncode != 0 or len(said) > LONGEST:
        raise Absent(f"{name} failed")
    return said
