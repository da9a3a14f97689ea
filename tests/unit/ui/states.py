"""The seeded states, each made once in a process, and looked at without Qt."""

from __future__ import annotations

import shutil
from datetime import UTC
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import seeding
from tests.seeded_life import CATALOGUE
from tests.seeding import Seeded
from ui.link.snapshot import Snapshot, read
from ui.view_models.numbers import Numbers

NUMBERS = Numbers(UTC)
VARIANTS = tuple(name for name in seeding.VARIANTS if name != "year")
_FOLDER = TemporaryDirectory(prefix="shoal-seeded-")


@cache
def seeded(variant: str) -> Seeded:
    """The state itself; not to be changed by tests (`copied` is)."""
    return seeding.seed(variant, Path(_FOLDER.name) / variant)


@cache
def snapshot(variant: str) -> Snapshot:
    """What the window sees of it, with a sampler that runs (but where it stopped)."""
    made = seeded(variant)
    if variant == "worst":
        return read(made.env, CATALOGUE)
    if not made.env.database.exists():
        return read(made.env, CATALOGUE)._replace(sampler=True)
    with made.attended():
        return read(made.env, CATALOGUE)


def copied(variant: str, folder: Path) -> Seeded:
    """The same state once more, for whoever changes it."""
    from agent.env import Directories, machine_directories
    from tests.fakes import FakeEnv

    made = seeded(variant)
    shutil.copytree(made.folder, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("doorbell"))
    record = folder / "state" / "enrolment.json"
    if record.exists():
        record.write_text(record.read_text().replace(str(made.folder), str(folder)))
    env = FakeEnv(folder / "state", now=made.env.now(), seed=variant)
    env.directories = Directories(folder / "state", *machine_directories(folder / "root"))
    return Seeded(variant, folder, env)
