"""One look at everything that the window shows: database, ledger, policy and enrolment, read and let go.

Nothing here writes, seals, sends or verifies, and nothing that does is loaded. Runs in a worker thread: it
opens what it reads by itself, and gives plain values that nobody changes any more. What cannot be read is
said in the snapshot; the rest of it is there all the same.
"""

from __future__ import annotations

import os
from contextlib import closing
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from agent import doorbell, enrolment, history, policy, summary
from agent.database import (
    BusyError,
    CorruptError,
    FullError,
    NewerError,
    ReadOnlyError,
    UnmigratedError,
    is_full,
    settings,
)
from agent.enrolment import owner
from agent.errors import ShoalError, StoreError
from agent.ledger import Reader, check_chain
from agent.model import Choice, Fact, Reading, Setting
from agent.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from agent.enrolment import Seen
    from agent.env import Env
    from agent.history import Day, Since
    from agent.ledger import Report, Row
    from agent.policy import Policy
    from agent.store import Point, Read, Summarised
    from catalogue.model import Catalogue

_Answer = TypeVar("_Answer")

TODAY = 86_400
"""Seconds that the chart of today's samples looks back."""


class Kind(StrEnum):
    """What is the matter with something that cannot be read."""

    BUSY = "busy"
    FULL = "full"
    READ_ONLY = "read_only"
    CORRUPT = "corrupt"
    NEWER = "newer"
    OLDER = "older"
    GONE = "gone"
    """The state directory is not there any more."""
    POLICY = "policy"
    TASK = "task"
    OTHER = "other"


class _GoneError(StoreError):
    """There is no state directory (any more)."""


_KINDS: tuple[tuple[type[ShoalError], Kind], ...] = (
    (BusyError, Kind.BUSY),
    (FullError, Kind.FULL),
    (ReadOnlyError, Kind.READ_ONLY),
    (CorruptError, Kind.CORRUPT),
    (NewerError, Kind.NEWER),
    (UnmigratedError, Kind.OLDER),
    (_GoneError, Kind.GONE),
)


class Trouble(NamedTuple):
    """Why something cannot be read, and what to do, in the agent's own (English) words."""

    kind: Kind
    message: str
    cure: str
    exit_code: int

    @classmethod
    def of(cls, error: ShoalError, otherwise: Kind = Kind.OTHER) -> Trouble:
        """What an error of the agent's means."""
        kind = next((kind for kinds, kind in _KINDS if isinstance(error, kinds)), otherwise)
        return cls(kind, error.message, error.cure, error.exit_code)


class Facts(NamedTuple):
    """What the agent's other processes left word of."""

    last_pass: float | None = None
    next_due: float | None = None
    woke_at: float = 0.0
    trouble: str = ""
    trouble_code: int = 0
    set_aside: str = ""


class Period(NamedTuple):
    """The newest period that was summed up for good."""

    start: int
    stop: int
    summary: Mapping[str, Summarised]


class Health(NamedTuple):
    """What was measured."""

    summary: Mapping[str, Summarised]
    """Metric → value, bucket and verdict as of now; all unknown where nothing was measured."""
    courses: Mapping[str, tuple[Day, ...]]
    """Metric → its last 30 days."""
    since: Mapping[str, Since | None]
    readers: tuple[Read, ...]
    """Who read this device's health, newest first."""
    period: Period | None


class Book(NamedTuple):
    """The ledger."""

    rows: tuple[Row, ...] = ()
    reports: tuple[Report, ...] = ()
    """Oldest period first."""
    sizes: Mapping[int, int] = {}
    """Row → bytes of the body that it recorded, where that is kept."""
    broken: tuple[int, str] | None = None
    """The first row that does not follow from the one before, and why, in English."""
    trouble: Trouble | None = None


class Snapshot(NamedTuple):
    """Everything at one moment."""

    now: float
    state: Path
    catalogue: Catalogue
    is_demo: bool
    sampler: bool | None
    """Whether the sampler runs; None where the platform cannot tell."""
    trouble: Trouble | None
    """Why the database cannot be read; None also where there is none yet."""
    chosen: Choice | None
    in_force: Choice
    left: tuple[Choice, ...]
    """The choices that policy and the machine's owner leave."""
    elsewhere: bool
    """This machine reports through another account."""
    policy: Policy | None
    policy_trouble: Trouble | None
    own: Mapping[str, str]
    """The person's own settings, as stored."""
    enrolled: Seen | None
    task_trouble: Trouble | None
    facts: Facts
    health: Health
    book: Book
    organisation: Policy | None = None
    """The policy without the person's own values."""
    writing: Trouble | None = None
    """Why nothing more can be kept, though all can be read."""
    unstarted: bool = False
    """The sampler was started, and did not stay; the session knows."""


def read(env: Env, catalogue: Catalogue) -> Snapshot:
    """Look at everything once. Raises nothing of the agent's own: what is wrong is in the snapshot."""
    now = env.now()
    found, trouble = _tried(Kind.OTHER, lambda: _read_database(env, catalogue, now))
    stored = found or _Stored(_nothing(catalogue), Book(), Facts(), {})
    loaded, policy_trouble = _tried(
        Kind.POLICY, lambda: (policy.load(env, stored.settings), policy.load(env, {}))
    )
    rules, organisation = loaded or (None, None)
    enrolled, task_trouble = None, None
    if rules is not None:
        enrolled, task_trouble = _tried(Kind.TASK, lambda: enrolment.look(env, rules))
    chosen = Choice.of(stored.settings.get(Setting.CHOICE))
    elsewhere = not _is_open(env)
    left, in_force = _standing(rules, chosen, elsewhere)
    return Snapshot(
        now=now,
        state=env.state,
        catalogue=catalogue,
        is_demo=env.is_demo,
        sampler=doorbell.is_listening(env),
        trouble=trouble,
        chosen=chosen,
        in_force=in_force,
        left=left,
        elsewhere=elsewhere,
        policy=rules,
        policy_trouble=policy_trouble,
        own=stored.settings,
        enrolled=enrolled,
        task_trouble=task_trouble,
        facts=stored.facts,
        health=stored.health,
        book=stored.book,
        organisation=organisation,
        writing=None if trouble is not None else _writing(env),
    )


def keeping(before: Snapshot | None, now: Snapshot) -> Snapshot:
    """What was read last, where the database cannot be read now: an empty ledger would be a false one."""
    if now.trouble is None or before is None:
        return now
    left, in_force = _standing(now.policy, before.chosen, now.elsewhere)
    return now._replace(
        chosen=before.chosen,
        in_force=in_force,
        left=left,
        own=before.own,
        enrolled=now.enrolled or before.enrolled,
        facts=before.facts,
        health=before.health,
        book=before.book,
    )


def read_points(env: Env, catalogue: Catalogue, metric: str, now: float) -> tuple[Point, ...]:
    """A metric's samples of the last 24 hours, for the chart of its row; StoreError."""
    if not env.database.exists():
        return ()
    with closing(Store.look(env, catalogue.metrics)) as store:
        kept = {one.id: one for one in store.metrics}
        if metric not in kept:
            return ()
        return tuple(store.history(kept[metric], int(now) - TODAY, int(now) + 1))


def stamp(env: Env) -> tuple[tuple[str, int, int], ...]:
    """What changes when anything was written that a snapshot reads: names, times and sizes. Cheap."""
    found = []
    etc, var = env.directories.etc, env.directories.var
    files = [env.database, env.database.with_name(env.database.name + "-wal"), env.state / "enrolment.json"]
    files += [etc, etc / "policy.toml", etc / "policy.d", etc / "task.json", var / "pins.json"]
    for path in files:
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


class _Stored(NamedTuple):
    health: Health
    book: Book
    facts: Facts
    settings: Mapping[str, str]


def _nothing(catalogue: Catalogue) -> Health:
    return Health(summary.momentary(catalogue, Reading({})), {}, {}, (), None)


def _tried(kind: Kind, ask: Callable[[], _Answer]) -> tuple[_Answer | None, Trouble | None]:
    """What was asked for; or None, and what is the matter with it."""
    try:
        return ask(), None
    except ShoalError as error:
        return None, Trouble.of(error, kind)
    except OSError as error:
        return None, _unreadable(kind, error)


def _read_database(env: Env, catalogue: Catalogue, now: float) -> _Stored | None:
    """All that is kept; None before there is a database. StoreError."""
    if not env.state.is_dir():
        raise _GoneError(f"{env.state} is not there", "")
    if not env.database.exists():
        return None
    with closing(Store.look(env, catalogue.metrics)) as store:
        reader = Reader(store.connection, env.database)
        with reader.snapshot():
            kept = settings(store.connection, env.database)
            return _Stored(_health(store, reader, catalogue, now), _book(reader), _facts(store), kept)


def _health(store: Store, reader: Reader, catalogue: Catalogue, now: float) -> Health:
    known = catalogue._replace(
        metrics=tuple(m for m in catalogue.metrics if m.is_derived or m in store.metrics)
    )
    found = {**summary.momentary(catalogue, Reading({})), **summary.today(store, known, now)}
    courses = history.courses(store, catalogue, now, found)
    since = {id: history.since(course) for id, course in courses.items()}
    ended = [(report.start, report.stop) for report in reader.reports() if report.stop <= now]
    period = None
    if ended:
        start, stop = max(ended)
        fixed = store.summary(start, stop)
        period = None if fixed is None else Period(start, stop, fixed)
    return Health(found, courses, since, tuple(store.readings()), period)


def _book(reader: Reader) -> Book:
    try:
        rows, reports = tuple(reader.rows()), tuple(reader.reports())
        return Book(rows, reports, reader.sizes(), check_chain(rows))
    except StoreError as error:
        return Book(trouble=Trouble.of(error))


def _facts(store: Store) -> Facts:
    return Facts(
        last_pass=store.number(Fact.LAST_PASS),
        next_due=store.number(Fact.NEXT_DUE),
        woke_at=store.number(Fact.WOKE_AT) or 0.0,
        trouble=store.fact(Fact.TROUBLE) or "",
        trouble_code=int(store.number(Fact.TROUBLE_CODE) or 0),
        set_aside=store.fact(Fact.SET_ASIDE) or "",
    )


def _unreadable(kind: Kind, error: OSError) -> Trouble:
    what = f"{error.filename or 'a file'} cannot be read: {error.strerror}"
    return Trouble(kind, what, "Look at the disk, and at who may use the folder.", StoreError.exit_code)


def _writing(env: Env) -> Trouble | None:
    """Whether the sampler and the commands can keep anything, as far as looking tells."""
    places = [env.state, env.database] if env.database.exists() else [env.state]
    if not all(os.access(place, os.W_OK) for place in places):
        return Trouble(Kind.READ_ONLY, f"{env.state} cannot be written", "", StoreError.exit_code)
    if is_full(env.database):
        return Trouble(Kind.FULL, f"the disk that holds {env.state} is full", "", StoreError.exit_code)
    return None


def _is_open(env: Env) -> bool:
    try:
        return owner.is_open_to(env)
    except StoreError:
        return True


def _standing(
    rules: Policy | None, chosen: Choice | None, elsewhere: bool
) -> tuple[tuple[Choice, ...], Choice]:
    """What is left to choose, and what holds: as `shoal choose` says it."""
    if rules is None:  # it cannot be read: nothing is sent, and saying no is always left
        return (Choice.OFF, Choice.LOCAL), chosen if chosen is Choice.LOCAL else Choice.OFF
    left, in_force = policy.allowed(rules), policy.effective(rules, chosen)
    if elsewhere:
        left = tuple(one for one in left if not one.sends)
        in_force = Choice.LOCAL if in_force.sends else in_force
    return left, in_force
