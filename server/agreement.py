"""The task file on its way: proposed by the leader, checked and signed by the helper, installed by all three.

Nobody signs what they have not re-derived: `sign` recomputes the task id from this side's own keys, compares
every name, key and URL with the public files that were accepted here, and the vector's layout with the
catalogue that is installed here.
"""

from __future__ import annotations

import os
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from catalogue import layout
from dap.constants import Role
from dap.dialect import JANUS
from dap.errors import DapError, TaskRefused
from dap.prio3 import optimal_chunk_length
from dap.task import (
    DAY,
    Mechanism,
    Operator,
    SignedTask,
    Task,
    TaskConfiguration,
    TaskInfo,
    check_limits,
)
from server import exchange
from server.config import (
    SETTINGS_FILE,
    TASK_FILE,
    load_peer,
    load_settings,
    load_signed,
    own_public,
    require_own,
    token_hash,
    verified,
)
from server.errors import FolderError, NotSetUp, TaskMismatch, UsageError
from server.files import write_file
from server.operators import load_keys
from server.setup import check_text, new_token, renew_hpke

if TYPE_CHECKING:
    from pathlib import Path

    from catalogue.model import Catalogue
    from server.operators import Keys, PublicFile
    from server.setup import Randomness

GRACE = {DAY: 5 * DAY, 7 * DAY: 7 * DAY}
"""Default grace by period, seconds."""
JANUS_GRACE = 8 * DAY
"""Janus refuses reports 14 days after their period's start, so that more grace than this is no use there."""

_CURES = {
    "demo": "Sign a demo with --demo, and never use it for people.",
    "mechanism": "Agree on --mechanism discrete_gaussian. To try out what exact totals give away: --demo.",
}


class Terms(NamedTuple):
    """What the two operators agree on."""

    metrics: int  # the first n of the catalogue
    period: int  # seconds: a day or seven
    grace: int  # seconds
    min_batch_size: int
    mechanism: Mechanism
    rho: Fraction  # per release
    organisation: str
    agreement: str = ""
    demo: bool = False


def default_rho(period: int) -> Fraction:
    """ρ of a release: 1/2 a week, in proportion for other periods, so that a year costs the same."""
    return Fraction(1, 2) * period / (7 * DAY)


def configure(terms: Terms, catalogue: Catalogue, leader_url: str, helper_url: str) -> TaskConfiguration:
    """The DAP task configuration of these terms; UsageError for a number of metrics that there is not."""
    try:
        metrics = catalogue.prefix(terms.metrics)
    except ValueError as error:
        raise UsageError(f"--metrics: {error}.") from error
    length = layout.length(metrics)
    info = TaskInfo(
        terms.metrics,
        layout.digest(metrics),
        terms.mechanism,
        terms.rho,
        terms.period,
        terms.grace,
        terms.demo,
    )
    return TaskConfiguration.of(
        info,
        leader=leader_url,
        helper=helper_url,
        min_batch_size=terms.min_batch_size,
        length=length,
        chunk_length=optimal_chunk_length(length),
    )


class Sides(NamedTuple):
    """One folder's view of who takes part."""

    keys: Keys
    own: PublicFile
    leader: PublicFile
    helper: PublicFile

    @classmethod
    def of(cls, folder: Path) -> Sides:
        """As accepted in the folder (NotSetUp names the public file that is missing)."""
        keys = load_keys(folder)
        own = own_public(folder, keys)
        leader = own if keys.role is Role.LEADER else load_peer(folder, Role.LEADER)
        helper = own if keys.role is Role.HELPER else load_peer(folder, Role.HELPER)
        return cls(keys, own, leader, helper)

    def task_id(self, configuration: bytes) -> bytes:
        """As this aggregator's own keys give it."""
        return exchange.between_aggregators(self.keys, self.leader, self.helper, configuration).task_id


def _operator(public: PublicFile) -> Operator:
    return Operator(public.role, public.name, public.contact, public.signing_key, public.hpke_config)


# -- proposing -----------------------------------------------------------------------------------


def propose(folder: Path, terms: Terms, catalogue: Catalogue, *, demo_allowed: bool = False) -> SignedTask:
    """A new task, signed by the leader only, for the helper to check and sign.

    The serial is one above that of the task installed here, if there is one. UsageError or TaskMismatch
    naming the field for terms that no device would accept.
    """
    check_text("organisation", terms.organisation)
    if terms.agreement:
        check_text("agreement", terms.agreement)
    sides = Sides.of(folder)
    if sides.keys.role is not Role.LEADER:
        raise UsageError(
            f"{folder} is the {sides.keys.role.word}'s: the leader proposes a task.",
            "The helper checks and signs it: shoal-server task sign FILE",
        )
    load_peer(folder, Role.COLLECTOR)  # its absence is better told now than when the leader starts
    if load_settings(folder).dialect == JANUS.name and terms.grace > JANUS_GRACE and not terms.demo:
        raise UsageError(
            "--grace: Janus refuses reports 14 days after their period's start; it can be 8 days at most."
        )
    configuration = configure(terms, catalogue, sides.leader.url, sides.helper.url).encode()
    installed = installed_task(folder)
    task = Task(
        serial=1 if installed is None else installed.serial + 1,
        task_id=sides.task_id(configuration),
        configuration=configuration,
        leader=_operator(sides.leader),
        helper=_operator(sides.helper),
        organisation=terms.organisation,
        agreement=terms.agreement,
    )
    return _signed_by(sides, task, demo_allowed)


def renew(folder: Path, now: int, random: Randomness = os.urandom) -> SignedTask | None:
    """Make a new HPKE key and, at an aggregator, a task file that names it, signed by this side only.

    The task's id and terms stay; the serial rises. The old key is kept until it is destroyed. None at a
    collector, whose key is in no task file: the others accept its new public file.
    """
    keys = load_keys(folder)
    if keys.role is Role.COLLECTOR:
        renew_hpke(folder, now, random)
        return None
    sides = Sides.of(folder)
    task = installed_task(folder)
    if task is None:
        raise NotSetUp(f"{folder} has no task to renew.", "Begin with: shoal-server task new")
    key = renew_hpke(folder, now, random)
    own = task.operator(keys.role)._replace(hpke_config=key.config)
    newer = task._replace(serial=task.serial + 1)
    newer = newer._replace(leader=own) if keys.role is Role.LEADER else newer._replace(helper=own)
    return _signed_by(sides, newer, demo_allowed=True)


def _signed_by(sides: Sides, task: Task, demo_allowed: bool) -> SignedTask:
    try:
        check_limits(task, demo_allowed=demo_allowed)
        signed = SignedTask(task.payload()).sign(sides.keys.role, sides.keys.signing_key.private_bytes_raw())
        signed.claimed()  # what others will read must be readable
    except DapError as error:
        raise TaskMismatch(f"Such a task would be refused: {error}.", _cure(error)) from error
    return signed


def _cure(error: DapError) -> str:
    return _CURES.get(error.field, "") if isinstance(error, TaskRefused) else ""


# -- checking and signing ------------------------------------------------------------------------


def check(folder: Path, signed: SignedTask, catalogue: Catalogue, *, demo_allowed: bool) -> Task:
    """Everything that an aggregator's operator must know to be true before signing; TaskMismatch otherwise.

    Re-derives the task id, compares names, keys and URLs with the accepted public files and vector and
    digest with the catalogue, and holds the task to the built-in limits.
    """
    sides = Sides.of(folder)
    if sides.keys.role not in (Role.LEADER, Role.HELPER):
        raise UsageError(
            "A collector signs nothing.", "Install the signed file: shoal-server task install FILE"
        )
    try:
        task = signed.claimed()
        check_limits(task, demo_allowed=demo_allowed)
    except TaskRefused as error:
        raise TaskMismatch(f"The task is refused: {error}.", _cure(error)) from error
    except DapError as error:
        raise TaskMismatch(f"The task cannot be read: {error}.") from error
    installed = installed_task(folder)
    for public in (sides.leader, sides.helper):
        _check_operator(task, public, sides, installed)
    _check_urls(task, sides)
    _check_vector(task, catalogue)
    require_own(task, sides.keys, sides.task_id(task.configuration))
    _check_serial(task, installed, folder)
    return task


def _check_operator(task: Task, public: PublicFile, sides: Sides, installed: Task | None) -> None:
    role = public.role
    said, known = task.operator(role), _operator(public)
    for field in ("name", "contact", "signing_key"):
        if getattr(said, field) != getattr(known, field):
            raise TaskMismatch(
                f"{role.word}.{field}: is not what the {role.word}'s public file says.",
                "Do not sign. Ask the other operator what was changed, and by whom.",
            )
    # Once a task is installed the other may have renewed its key: its own signature vouches for it then.
    if said.hpke_config != known.hpke_config and (public is sides.own or installed is None):
        raise TaskMismatch(
            f"{role.word}.hpke_config: is not the key of the {role.word}'s public file.",
            "Reports sealed to another key could be read by its maker: do not sign. If the key was renewed, "
            "the leader needs the current public file first.",
        )


def _check_urls(task: Task, sides: Sides) -> None:
    endpoints = (task.config.leader_aggregator_endpoint, task.config.helper_aggregator_endpoint)
    for public, url in zip((sides.leader, sides.helper), endpoints, strict=True):
        if url != public.url:
            raise TaskMismatch(
                f"{public.role.word}_url: is {url}, but its public file says {public.url}.",
                "URLs are compared letter by letter; a slash at the end counts.",
            )


def _check_vector(task: Task, catalogue: Catalogue) -> None:
    info, sum_vec = task.info, task.config.sum_vec
    if not 1 <= info.metrics <= len(catalogue.metrics):
        raise TaskMismatch(
            f"metrics: {info.metrics} are asked for; the catalogue here has {len(catalogue.metrics)}.",
            "Install the release of Shoal that the other operator uses.",
        )
    metrics = catalogue.prefix(info.metrics)
    if layout.digest(metrics) != info.digest:
        raise TaskMismatch(
            f"digest: the first {info.metrics} metrics mean something else here than in this task.",
            "Both operators need the same catalogue: compare the releases of Shoal that you use.",
        )
    length = layout.length(metrics)
    if sum_vec.length != length:
        raise TaskMismatch(f"length: is {sum_vec.length}, but these metrics have {length} buckets.")
    if sum_vec.chunk_length != optimal_chunk_length(length):
        raise TaskMismatch(f"chunk_length: is {sum_vec.chunk_length}, not {optimal_chunk_length(length)}.")


def _check_serial(task: Task, installed: Task | None, folder: Path) -> None:
    if installed is None or task == installed:
        return
    if task.serial <= installed.serial:
        raise TaskMismatch(
            f"serial: is {task.serial}, but {folder} has a task of serial {installed.serial}.",
            "The file is older than what is installed: somebody rolled it back. Ask for the current one.",
        )


def sign(folder: Path, signed: SignedTask, catalogue: Catalogue, *, demo_allowed: bool = False) -> SignedTask:
    """The task with both signatures, after `check`; TaskMismatch if the other's is missing or wrong."""
    check(folder, signed, catalogue, demo_allowed=demo_allowed)
    sides = Sides.of(folder)
    try:
        both = signed.sign(sides.keys.role, sides.keys.signing_key.private_bytes_raw())
        both.verify(sides.leader.signing_key, sides.helper.signing_key)
    except DapError as error:
        raise TaskMismatch(
            f"The task is refused: {error}.", "The other operator signs first; a changed file is signed anew."
        ) from error
    return both


# -- installing ----------------------------------------------------------------------------------


def installed_task(folder: Path) -> Task | None:
    """The task in a folder, verified; None if there is none yet."""
    path = folder / TASK_FILE
    if not path.exists():
        return None
    sides = Sides.of(folder)
    return verified(load_signed(path), sides.leader, sides.helper)


def install(folder: Path, signed: SignedTask, catalogue: Catalogue, *, now: int) -> Task:
    """Make a task that both signed this folder's own. Installing the same file twice changes nothing.

    now: UTC seconds; a collector collects no period that ended before a task's first installation.
    TaskMismatch naming the field for anything that disagrees with what is known here.
    """
    sides = Sides.of(folder)
    if sides.keys.role is not Role.COLLECTOR:
        task = check(folder, signed, catalogue, demo_allowed=True)
    task = verified(signed, sides.leader, sides.helper)
    _check_vector(task, catalogue)
    before = installed_task(folder)
    _check_serial(task, before, folder)
    if before is None or before.task_id != task.task_id:
        settings = load_settings(folder)._replace(since=now)
        write_file(folder / SETTINGS_FILE, settings.dump(), secret=True)
    write_file(folder / TASK_FILE, signed.dump())
    return task


def make_token(folder: Path, out: Path, *, force: bool = False, random: Randomness = os.urandom) -> None:
    """Make the devices' upload token, write it to a file (0600), and keep its hash alone at the leader.

    UsageError in another role's folder; FolderError if a token was made before, unless `force`: then the
    devices' old token stops working.
    """
    if load_keys(folder).role is not Role.LEADER:
        raise UsageError(f"{folder} is not the leader's: the leader makes the devices' token.")
    settings = load_settings(folder)
    if settings.upload_token_hash and not force:
        raise FolderError(
            f"{folder} has an upload token, and keeps only its hash: it cannot be shown again.",
            "Repeat with --force to make another; devices then need the new one.",
        )
    token = new_token(random)
    write_file(out, token + "\n", secret=True, force=force)
    newer = settings._replace(upload_token_hash=token_hash(token))
    write_file(folder / SETTINGS_FILE, newer.dump(), secret=True)


def key_needed_until(task: Task | None, replaced: int) -> int:
    """Until when reports may be sealed to a replaced HPKE key and still wait to be collected (UTC seconds).

    A device may hold the old file through a whole period, and its report waits for the grace after that.
    """
    if task is None:
        return replaced
    return replaced + 2 * task.info.period + task.info.grace
