"""The resident process: measures each minute, keeps it, and starts a worker when something is due.

It imports what probes need (psutil), sqlite3 and little else; nothing here or below can send. Signals and the
doorbell wake it through one pipe, so that it sleeps from pass to pass and polls nothing.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

from agent import doorbell, schedule
from agent.checking import Checking, engage
from agent.database import CorruptError, UnmigratedError, check, open_unchecked, set_aside
from agent.env import program, real_env
from agent.errors import ShoalError, StoreError, TaskMismatch, UsageError
from agent.lock import SAMPLER, Lock
from agent.log import Log
from agent.model import Choice, Fact, Moment, Reading, Setting
from agent.probes import Absent, Rota, pending, probes, read_all, stop_all, this_host
from agent.schedule import Look
from agent.store import Store
from agent.tending import Tending, migrate
from catalogue.errors import CatalogueError
from catalogue.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from agent.env import Env
    from agent.model import Sample
    from agent.probes.probe import Probe
    from catalogue.model import Catalogue, Metric

CADENCE = 60.0
"""Seconds from pass to pass."""
DEMO_HASTE = 60.0
"""In a demo's state a minute lasts a second: passes, and every metric's own interval."""
_QUICK = 600
"""Seconds: metrics read at least so often cost next to nothing."""
_LATEST, _GLANCE = 35.0, 0.1
"""Seconds that `once` waits for an answer that takes long, and between two looks."""
_RENEWALS = 3
"""Corrupt databases that one process puts aside before it gives up: then it is the disk."""


class Passes:
    """One process's measuring: the probes, when each metric is due, and the probes' memory."""

    def __init__(
        self,
        env: Env,
        found: Sequence[Probe],
        metrics: Sequence[Metric],
        *,
        hasten: float = 1.0,
        checking: Checking | None = None,
    ) -> None:
        self._env = env
        self._probes = found
        self._checking = checking or Checking(env)
        self.quick = frozenset(metric.id for metric in metrics if 0 < metric.every <= _QUICK)
        """Metrics that are read often, hence cheap."""
        self._rota = Rota(metrics, hasten)
        self._marks: dict[str, str] = {}
        self._saved: dict[str, str] = {}

    def check(self, word: str | None) -> None:
        """From now on check what the worker named (Fact.CHECKS), or nothing."""
        is_new = self._checking.follow(word)
        engage(self._probes, self._checking, anew=is_new)

    def recall(self, marks: dict[str, str]) -> None:
        """Take up the memory that an earlier process left."""
        self._marks, self._saved = dict(marks), dict(marks)

    def take(self, due: frozenset[str] | None = None) -> Reading:
        """Read what is due now and what an earlier pass still waits for, or just these metrics."""
        moment = self._moment()
        wanted = due or self._rota.due(moment.ticking) | self.pending
        return read_all(self._probes, moment, wanted, self._marks)

    @property
    def pending(self) -> frozenset[str]:
        """Metrics whose answer an earlier pass has asked for and that is not there yet."""
        return pending(self._probes)

    def rest(self) -> None:
        """Measuring ends in good order: the probes note it in their memory."""
        stop_all(self._probes, self._moment(), self._marks)

    def forget(self) -> dict[str, None]:
        """Measuring was turned off: nobody counts what happens meanwhile. Gives what the store is to drop."""
        gone = dict.fromkeys({**self._saved, **self._marks})
        self._marks, self._saved = {}, {}
        for probe in self._probes:
            probe.forget()
        return gone

    def learnt(self) -> dict[str, str]:
        """The memory that is new since the last time this was asked."""
        new = {key: mark for key, mark in self._marks.items() if self._saved.get(key) != mark}
        self._saved.update(new)
        return new

    def _moment(self) -> Moment:
        return Moment(self._env.now(), self._env.monotonic(), self._env.boot_id())


class Sampler:
    """The loop. What it needs is given, so that tests can turn its clock and read for it."""

    def __init__(
        self,
        env: Env,
        passes: Passes,
        open_store: Callable[[bool], Store],
        bell: doorbell.Doorbell,
        worker: Tending,
        log: Log,
    ) -> None:
        """`open_store(damaged)` opens the database; if the present one is damaged, a new one in its place."""
        self._env = env
        self._passes = passes
        self._open = open_store
        self._bell = bell
        self._worker = worker
        self._log = log
        self._cadence = CADENCE / DEMO_HASTE if env.is_demo else CADENCE
        # Its own for each process: a fleet's machines do not measure in the same second.
        self._offset = env.uniform(0, self._cadence)
        self._next_pass = 0.0
        self._stored = False
        self._choice = Choice.OFF
        self._stopping = False
        self._renewals = 0
        self._store = open_store(False)

    def run(self) -> None:
        """Measure until told to stop; then commit what is in memory."""
        try:
            self._guarded(self._begin)
            self._loop()
        finally:
            self._guarded(self._rest)
            self._worker.stop()
            self._store.close()

    def stop(self) -> None:
        """Leave once what is being done is done."""
        self._stopping = True

    def _loop(self) -> None:
        before = self._look()
        while not self._stopping:
            self._guarded(self._do_due)
            planned = self._planned()
            busy = self._env.awake() - before.awake
            rung = self._bell.wait(planned)
            after = self._look()
            between = schedule.compare(before, after, planned + busy)
            before = after
            if between.woke:
                self._guarded(self._wake, between.set_by)
            if rung:
                self._guarded(self._heed, rung)

    def _begin(self) -> None:
        self._passes.recall(self._store.marks())
        self._wake(0.0)
        self._follow()

    def _do_due(self) -> None:
        if self._choice.measures and self._env.now() >= self._next_pass:
            self._pass()
        code = self._worker.reap()
        if code is not None:
            self._follow()
            if code == StoreError.exit_code:
                check(self._store.connection, self._env.database)
        if self._worker.wait() <= 0:
            try:
                self._store.flush()  # the worker is to see all that was measured
            finally:
                self._worker.start()

    def _planned(self) -> float:
        """Seconds to sleep: until the next pass or the next worker."""
        wait = min(self._worker.wait(), schedule.DAY)
        if self._choice.measures:
            # No longer than to the next pass even if the clock was set back a little.
            wait = min(wait, max(0.0, self._next_pass - self._env.now()), self._cadence)
        return wait

    def _pass(self, *, commit: bool = False) -> None:
        now = self._env.now()
        self._next_pass = schedule.next_pass(now, self._cadence, self._offset)
        # The first pass leaves out what takes seconds, and is committed: so there is soon something to show.
        reading = self._passes.take(None if self._stored else self._passes.quick)
        self._store.add(now, reading.samples, self._passes.learnt())
        if commit or not self._stored:
            self._store.flush()
            self._stored = True

    def _wake(self, set_by: float) -> None:
        """The machine woke, its clock was set, or this process began: note when."""
        now = self._env.now()
        self._next_pass = 0.0
        if set_by:
            self._log.info(f"the clock was set {'forward' if set_by > 0 else 'back'} by {abs(set_by):.0f} s")
            self._store.set_fact(Fact.CLOCK_SET, f"{now:.3f}")
        self._store.set_fact(Fact.WOKE_AT, f"{now:.3f}")

    def _heed(self, rung: bytes) -> None:
        """Do what was asked for at the door. Bytes of signals come the same way and have done their work."""
        wishes = [wish for wish in (doorbell.MEASURE, doorbell.WORK, doorbell.FLUSH) if wish in rung]
        if not wishes:
            return
        if doorbell.WORK in wishes:
            self._follow()
            self._worker.ask()
        if doorbell.MEASURE in wishes and self._choice.measures:
            self._pass(commit=True)
        self._store.flush()
        answered = self._store.number(Fact.ANSWERED) or 0
        self._store.set_fact(Fact.ANSWERED, f"{answered + 1:.0f}")

    def _follow(self) -> None:
        """Read again what others decided: the choice, when a worker is due, how much to log."""
        self._worker.next_due = self._store.number(Fact.NEXT_DUE)
        self._log.level = self._store.fact(Fact.LOG_LEVEL) or "info"
        self._passes.check(self._store.fact(Fact.CHECKS))
        # Off until chosen: what nobody decided, or no version of this program writes, measures nothing.
        named = self._store.fact(Fact.CHOICE) or self._store.setting(Setting.CHOICE)
        choice = Choice.of(named) or Choice.OFF
        if not choice.measures:
            if self._choice.measures:
                self._rest()
            if gone := self._passes.forget():
                self._store.remember(gone)
                self._store.flush()
        elif not self._choice.measures:
            self._next_pass = 0.0
        self._choice = choice

    def _rest(self) -> None:
        if self._choice.measures:
            self._passes.rest()
        self._store.remember(self._passes.learnt())
        self._store.flush()

    def _look(self) -> Look:
        return Look(self._env.now(), self._env.monotonic(), self._env.awake())

    def _guarded(self, what: Callable[..., None], *given: object) -> None:
        """Do it; a disk that is full, busy or read-only is logged and survived, a corrupt file replaced."""
        try:
            what(*given)
        except CorruptError as error:
            self._log.trouble(error)
            self._renew(error)
        except StoreError as error:
            self._log.trouble(error)

    def _renew(self, error: CorruptError) -> None:
        self._renewals += 1
        if self._renewals > _RENEWALS:
            raise error
        self._store.close()
        self._store = self._open(True)
        self._stored = False
        self._follow()
        self._worker.ask()


def once(env: Env, *, settle: float = 1.0, checks: str | None = None) -> Reading:
    """One pass over all metrics now, with the reasons of those that have no answer; nothing is stored.

    It reads what changes quickly twice, `settle` seconds apart: what is counted between two readings needs
    both. What takes seconds to answer is waited for, within reason. `checks`: Fact.CHECKS. Raises
    TaskMismatch if this program's catalogue and probes do not fit together.
    """
    known = _catalogue()
    passes = _passes(env, known, checking=Checking(env, at_once=True))
    passes.check(checks)
    samples: dict[str, Sample | None] = {}
    reasons: dict[str, str] = {}
    try:
        for reading in _rounds(env, passes, settle):
            samples |= {id: s for id, s in reading.samples.items() if s is not None or id not in samples}
            reasons |= reading.reasons
    finally:
        passes.rest()
    return Reading(samples, {id: why for id, why in reasons.items() if samples.get(id) is None})


def _rounds(env: Env, passes: Passes, settle: float) -> Iterator[Reading]:
    yield passes.take()
    env.pause(settle)
    yield passes.take(passes.quick | passes.pending)
    end = env.monotonic() + _LATEST
    while passes.pending and env.monotonic() < end:
        env.pause(_GLANCE)
        yield passes.take(passes.pending)


def main(argv: Sequence[str]) -> int:
    """`resident [--state DIR]`: be the resident sampler; gives the exit code (people.md's)."""
    os.umask(0o077)
    env = real_env()
    log = Log(env, "sampler")
    try:
        env = real_env(_state(argv))
        log = Log(env, "sampler")
        env.prepare()
        held = Lock(env.state, SAMPLER)
        held.take()
        _reside(env, log)
    except ShoalError as error:
        log.trouble(error)
        return error.exit_code
    return 0


def can_reside(argv: Sequence[str]) -> bool:
    """Whether the state directory that `resident` would use can be used; it is made if need be."""
    os.umask(0o077)
    try:
        real_env(_state(argv)).prepare()
    except ShoalError:
        return False
    return True


def open_store(env: Env, metrics: Sequence[Metric], command: Sequence[str], log: Log, damaged: bool) -> Store:
    """Open the database; a worker makes or migrates it first where needed, a corrupt one is put aside.

    Only for the holder of the sampler's lock. `damaged`: the present file is known to be corrupt.
    """
    aside = _aside(env, log) if damaged else None
    while True:
        try:
            store = Store.open(env, metrics)
            break
        except UnmigratedError:
            code = migrate(env, command)
            if code == 0:
                store = Store.open(env, metrics)
                break
            if not _is_corrupt(env):
                raise StoreError(
                    f"the database could not be brought up to date (the worker ended with {code})",
                    "What it said stands above, or in agent.log.",
                ) from None
        except CorruptError as error:
            log.trouble(error)
        if aside is not None:
            raise StoreError(f"{env.database} is corrupt again at once", "Have the disk looked at.")
        aside = _aside(env, log)
    if aside is not None:
        store.set_fact(Fact.SET_ASIDE, aside.name)
    return store


def _aside(env: Env, log: Log) -> Path:
    aside = set_aside(env.database)
    log.info(
        f"the corrupt database was put aside as {aside.name}; a new one begins, and nothing is chosen in it"
    )
    return aside


def _is_corrupt(env: Env) -> bool:
    try:
        connection = open_unchecked(env.database, durable=False)
        try:
            check(connection, env.database)
        finally:
            connection.close()
    except CorruptError:
        return True
    return False


def _reside(env: Env, log: Log) -> None:
    known, command = _catalogue(), program()
    bell = doorbell.listen(env)
    sampler = Sampler(
        env,
        _passes(env, known, DEMO_HASTE if env.is_demo else 1.0),
        lambda damaged: open_store(env, known.metrics, [*command, "worker"], log, damaged),
        bell,
        Tending(env, [*command, "worker"], log, _watch_children),
        log,
    )
    _follow_signals(sampler, bell)
    log.info(f"started; {len(known.metrics)} metrics")
    sampler.run()
    log.info("stopped")


def _follow_signals(sampler: Sampler, bell: doorbell.Doorbell) -> None:
    """Have signals ring the doorbell: SIGTERM and the like to leave, SIGCHLD while a worker runs."""

    def leave(number: int, frame: FrameType | None) -> None:
        sampler.stop()

    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)
    if (descriptor := bell.fileno()) is not None:
        signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)


def _watch_children(begins: bool) -> None:
    """Have a child's end ring the doorbell, or not: what probes have asked is looked at in the next pass."""
    if hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, _note if begins else signal.SIG_DFL)


def _note(number: int, frame: FrameType | None) -> None:
    """The byte in the pipe is what wakes the loop."""


def _catalogue() -> Catalogue:
    try:
        return load(None)
    except CatalogueError as error:
        raise TaskMismatch(f"the catalogue cannot be read: {error}", "Install Shoal again.") from error


def _passes(env: Env, known: Catalogue, hasten: float = 1.0, *, checking: Checking | None = None) -> Passes:
    try:
        found = probes(this_host(), known)
        return Passes(env, found, known.metrics, hasten=hasten, checking=checking)
    except (LookupError, Absent) as error:
        raise TaskMismatch(f"this program cannot measure here: {error}", "Install Shoal again.") from error


def _state(argv: Sequence[str]) -> Path | None:
    if not argv:
        return None
    if len(argv) == 2 and argv[0] == "--state":
        return Path(os.path.abspath(argv[1]))  # noqa: PTH100  (without following links)
    raise UsageError("usage: shoal resident [--state DIR]", "For people there is `shoal run`.")
