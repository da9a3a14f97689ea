"""The table of all targets."""

from __future__ import annotations

from tests.proof.hostile import files, roles, wire
from tests.proof.hostile.target import Target

TARGETS: dict[str, Target] = {**wire.TARGETS, **files.TARGETS, **roles.TARGETS}
