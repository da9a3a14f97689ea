"""Operators' folders for tests, made by the real set-up with seeded randomness."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from catalogue.load import load as load_catalogue
from dap.constants import Role
from dap.task import Mechanism
from server import agreement, setup
from server.agreement import Terms
from server.operators import PublicFile, load_keys, load_public
from server.setup import Operator

if TYPE_CHECKING:
    from pathlib import Path

    from catalogue.model import Catalogue
    from dap.task import SignedTask

DAY = 86_400
NOW = 1_790_000_000
ROLES = (Role.LEADER, Role.HELPER, Role.COLLECTOR)


@cache
def catalogue() -> Catalogue:
    """The built-in one."""
    return load_catalogue("en")


def randomness(seed: object) -> setup.Randomness:
    """Bytes that a test can repeat."""
    generator = random.Random(str(seed))
    return generator.randbytes


def terms(**changes: Any) -> Terms:
    """A week's task of four metrics, within all limits."""
    usual = Terms(
        metrics=4,
        period=7 * DAY,
        grace=7 * DAY,
        min_batch_size=50,
        mechanism=Mechanism.DISCRETE_GAUSSIAN,
        rho=Fraction(1, 2),
        organisation="Example Ltd",
        agreement="Works agreement 12",
    )
    return usual._replace(**changes)


class Folders(NamedTuple):
    """The three folders, each on what stands for a machine of its own."""

    leader: Path
    helper: Path
    collector: Path

    def public(self, role: Role) -> Path:
        """A role's public file."""
        folder: Path = getattr(self, role.word)
        return folder / load_keys(folder).public_name

    def public_file(self, role: Role) -> PublicFile:
        """The same, read."""
        return load_public(self.public(role))


def make_folders(
    base: Path,
    seed: object = 0,
    *,
    leader_url: str = "http://127.0.0.1:8601/",
    helper_url: str = "http://127.0.0.1:8602/dap",
    dialect: str = "dap-18",
) -> Folders:
    """Three operators with keys, who know each other."""
    folders = Folders(base / "leader", base / "helper", base / "collector")
    urls = {Role.LEADER: leader_url, Role.HELPER: helper_url, Role.COLLECTOR: ""}
    names = {Role.LEADER: "IT", Role.HELPER: "Works council", Role.COLLECTOR: "IT"}
    for role, url in urls.items():
        operator = Operator(role, names[role], f"{role.word}@example.org", url, dialect=dialect)
        setup.make(getattr(folders, role.word), operator, random=randomness(f"{seed} {role.word}"))
    exchange_files(folders)
    return folders


def exchange_files(folders: Folders, *, force: bool = False) -> None:
    """Everybody accepts everybody else's public file."""
    for role in ROLES:
        for other in ROLES:
            if role is not other:
                path = folders.public(other)
                setup.accept(
                    getattr(folders, role.word), load_public(path), path.read_text("utf-8"), force=force
                )


def make_task(folders: Folders, wanted: Terms | None = None, *, now: int = NOW) -> SignedTask:
    """A task that both signed and all installed, and `upload.token` beside the folders."""
    wanted = wanted or terms()
    half = agreement.propose(folders.leader, wanted, catalogue(), demo_allowed=wanted.demo)
    both = agreement.sign(folders.helper, half, catalogue(), demo_allowed=wanted.demo)
    for folder in folders:
        agreement.install(folder, both, catalogue(), now=now)
    agreement.make_token(
        folders.leader, folders.leader.parent / "upload.token", force=True, random=randomness("token")
    )
    return both
