"""Databases of a small task, for tests of what is kept in them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dap.constants import Role
from dap.prio3 import Prio3SumVec
from server.database import Database

TASK = bytes(range(32))
VDAF = Prio3SumVec(4, 1, 2)


def database(path: Path, role: Role = Role.LEADER) -> Database:
    return Database(path, role, TASK, durable=False)


def report_id(number: int) -> bytes:
    """Without order, as a device draws it; equal numbers give equal ids."""
    return hashlib.sha256(f"{number}".encode()).digest()[:16]
