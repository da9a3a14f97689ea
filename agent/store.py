"""What this device measured: samples, their roll-ups, summaries, settings and facts, in one SQLite file.

Samples lie in wide rows under an integer time, are buffered and committed twenty at a time, and become
quarter-hours, then days, in the same transaction. Each level outlives the one below: 48 hours, 30 days, a
year. Only the resident sampler adds samples; every process may read, and write settings and facts.

**A wrong clock.** A pass is filed under the time that the clock shows, later or earlier than the last one,
and no reading is ever dropped because its time looks wrong: which of two times is the wrong one cannot be
known (a dead battery starts a machine in 2020; a slip of the hand, in 2036). Instead
- passes filed under the same second: the newer one stays;
- after a step back, what was rolled up from there on is rolled up again when its time comes;
- after a step forward of more than a day nothing is deleted until sixty passes have agreed with the new
  time, so that a year that lasted for minutes does not take the history with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from agent import rollup
from agent.database import (
    CorruptError,
    UnmigratedError,
    check,
    connect,
    look,
    number,
    open_unchecked,
    set_aside,
    settings,
    transaction,
    trouble,
)
from agent.model import Fact
from agent.schedule import DAY, HOUR
from agent.tally import takes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from agent.env import Env
    from agent.model import Sample
    from agent.tally import Tally
    from catalogue.model import Metric

__all__ = [
    "CorruptError",
    "Store",
    "UnmigratedError",
    "check",
    "connect",
    "open_unchecked",
    "set_aside",
    "transaction",
    "trouble",
]

BATCH = 20
"""Passes to a commit: what a kill or a power cut costs at most. A commit writes some 45 kB in whole pages,
most of them whatever is in it (half are the index of SQLite's journal): fifteen would be 3.2 kB a minute."""
LONGEST_BUFFER = 2 * 24 * 60
"""Passes that are kept in memory while the disk refuses them (two days); then the oldest go."""
AGREEING = 60
"""Passes after a step forward until retention follows the new time."""


class Summarised(NamedTuple):
    """One metric of one fixed summary."""

    metric: str
    value: float | None
    bucket: int | None
    verdict: str


class Point(NamedTuple):
    """One point of a metric's history: from `t`, for `seconds`."""

    t: int
    seconds: int
    value: float


class Read(NamedTuple):
    """That an account read this device's health."""

    t: int
    account: str


class Store:
    """The account's readings. Make it with `Store.open`; every method may raise StoreError."""

    def __init__(self, connection: sqlite3.Connection, path: Path, metrics: Sequence[Metric]) -> None:
        self._connection = connection
        self._path = path
        self._metrics = {metric.id: metric for metric in metrics if not metric.is_derived}
        self._buffer: list[tuple[int, Mapping[str, Sample | None]]] = []
        self._marks: dict[str, str | None] = {}
        self._last = int(self.number(Fact.LAST_PASS) or 0)
        self._erased = self.fact(Fact.ERASED)
        self._agreeing = AGREEING
        self._turned_back = False
        self._pruned: int | None = None
        """The hour (UTC) in which this process last deleted what is old, which touches many pages."""
        self._insert = rollup.insertion(self._metrics.values())

    @classmethod
    def open(cls, env: Env, metrics: Sequence[Metric], *, durable: bool = False) -> Store:
        """Open the state's database for these metrics (all of the catalogue's).

        Raises UnmigratedError where a migration has to come first (no file, an older schema, or metrics
        that it has no columns for), CorruptError, or StoreError.
        """
        path = env.database
        connection = connect(path, durable=durable)
        try:
            with trouble(path):
                found = {row[1] for row in connection.execute("PRAGMA table_info(samples)")}
            if not found.issuperset(rollup.columns(metrics)):
                raise UnmigratedError(
                    f"{path} lacks columns for metrics of this version",
                    "Start the agent with `shoal run`, which adds them.",
                )
            return cls(connection, path, metrics)
        except BaseException:
            connection.close()
            raise

    @classmethod
    def look(cls, env: Env, metrics: Sequence[Metric]) -> Store:
        """Open it to look only: nothing can be written, and another's lock is not waited for long.

        A metric that the file has no columns for yet is taken for one that was never measured.
        """
        path = env.database
        connection = look(path)
        try:
            with trouble(path):
                found = {row[1] for row in connection.execute("PRAGMA table_info(samples)")}
            return cls(connection, path, [m for m in metrics if found.issuperset(rollup.columns([m]))])
        except BaseException:
            connection.close()
            raise

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics that it keeps: all but derived ones, and but those that the file does not have yet."""
        return tuple(self._metrics.values())

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection below, for `check` and for tests."""
        return self._connection

    @property
    def pending(self) -> int:
        """Passes in memory that are not committed yet."""
        return len(self._buffer)

    def close(self) -> None:
        """Close the file; what is not flushed is lost, so flush before."""
        self._connection.close()

    # -- measuring

    def add(self, now: float, samples: Mapping[str, Sample | None], marks: Mapping[str, str | None]) -> None:
        """File one pass under `now`; commit when twenty have gathered.

        A sample that its metric cannot take (not finite, no 0 or 1 where a share is asked) is no sample.
        `marks` are the probes' memory after this pass (None: forgotten), saved with the samples. If the
        commit fails the passes stay in memory and go with the next one.
        """
        t = int(now)
        if self._last - 1 <= t <= self._last:
            t = self._last + 1  # a wait that ended a hair early repeats the second
        if t < self._last:
            self._turned_back = True
        elif t > self._last + DAY and self._last:
            self._agreeing = 0
        self._last = t
        self._agreeing += 1
        fitting = {
            id: sample
            for id, sample in samples.items()
            if sample is not None and (metric := self._metrics.get(id)) is not None and takes(metric, sample)
        }
        self._buffer.append((t, fitting))
        self._marks.update(marks)
        del self._buffer[:-LONGEST_BUFFER]
        if len(self._buffer) % BATCH == 0:
            self.flush()

    def flush(self) -> None:
        """Commit what is in memory, roll up what is complete, delete what is old: all of it or nothing.

        If another process erased the readings since the last time, what is in memory goes, too: all of it may
        have been measured before. A pass that lasts while they are erased is filed, and goes, after it.
        """
        if not self._buffer and not self._marks:
            self._erased = self.fact(Fact.ERASED)
            return
        with transaction(self._connection, self._path) as connection:
            erased = self.fact(Fact.ERASED)
            if erased == self._erased:
                self._write(connection)
        self._erased = erased
        self._buffer.clear()
        self._marks.clear()
        self._turned_back = False

    def _write(self, connection: sqlite3.Connection) -> None:
        metrics = self._metrics.values()
        connection.executemany(self._insert, (rollup.row(t, samples, metrics) for t, samples in self._buffer))
        for key, mark in self._marks.items():
            _put(connection, "marks", key, mark)
        _put(connection, "facts", Fact.LAST_PASS, str(self._last))
        if self._turned_back and self._buffer:
            rollup.turn_back(connection, min(t for t, _ in self._buffer))
        hour = self._last // HOUR
        if (
            rollup.roll_up(connection, self._last, metrics)
            and self._agreeing >= AGREEING
            and hour != self._pruned
        ):
            rollup.prune(connection, self._last + HOUR)  # and what grows too old before the next time
            self._pruned = hour

    def remember(self, marks: Mapping[str, str | None]) -> None:
        """Save marks with the next flush, without a pass."""
        self._marks.update(marks)

    def marks(self) -> dict[str, str]:
        """The probes' memory, as last committed."""
        with trouble(self._path):
            return dict(self._connection.execute("SELECT key, value FROM marks"))

    def passes(self, start: int, stop: int) -> int:
        """How many committed samples or quarter-hours tell of [start, stop); 0: nothing was measured."""
        query = "SELECT (SELECT count(*) FROM samples WHERE t >= ? AND t < ?) + "
        query += "(SELECT count(*) FROM quarters WHERE t >= ? AND t < ?)"
        with trouble(self._path):
            return int(self._connection.execute(query, (start, stop, start, stop)).fetchone()[0])

    def tally(self, metric: Metric, start: int, stop: int) -> Tally:
        """All committed samples of a metric within [start, stop), each counted once.

        From whole days where they are rolled up, whole quarter-hours beside them, samples in the rest. A
        quarter-hour or day that only partly lies within, and whose samples are gone, is left out.
        """
        with trouble(self._path):
            return rollup.tally(self._connection, metric, start, stop)

    def parts(self, metric: Metric, start: int, stop: int) -> list[tuple[int, int, Tally]]:
        """What `tally` merges: (first second, length or 0 for a single sample, tally) of each part."""
        with trouble(self._path):
            return list(rollup.parts(self._connection, metric, start, stop))

    def days(self, start: int, stop: int, metrics: Collection[Metric]) -> dict[int, dict[str, Tally]]:
        """First second of each rolled-up UTC day within [start, stop) → metric, of these → its samples."""
        with trouble(self._path):
            found = rollup.days(self._connection, metrics, start, stop)
        return {
            t: {metric.id: tally for metric, tally in zip(metrics, row, strict=True) if tally is not None}
            for t, row in found.items()
        }

    def history(self, metric: Metric, start: int, stop: int) -> list[Point]:
        """A metric's values within [start, stop), each stretch as finely as it is still kept."""
        with trouble(self._path):
            return [Point(*point) for point in rollup.history(self._connection, metric, start, stop)]

    # -- summaries

    def summary(self, start: int, stop: int) -> dict[str, Summarised] | None:
        """The fixed summary of [start, stop) by metric, in its order, or None if there is none yet."""
        query = (
            "SELECT metric, value, bucket, verdict FROM summaries WHERE start = ? AND stop = ? ORDER BY rowid"
        )
        with trouble(self._path):
            rows = [Summarised(*row) for row in self._connection.execute(query, (start, stop))]
        return {row.metric: row for row in rows} or None

    def fix_summary(self, start: int, stop: int, rows: Iterable[Summarised]) -> dict[str, Summarised]:
        """Fix a summary for good and give it; if it is fixed already, that one is given instead.

        If the readings were erased meanwhile, nothing is fixed: it was summed up from what is gone.
        """
        with transaction(self._connection, self._path):
            if self.was_erased():
                return {row.metric: row for row in rows}
            if (found := self.summary(start, stop)) is None:
                self._connection.executemany(
                    "INSERT INTO summaries(start, stop, metric, value, bucket, verdict) VALUES (?,?,?,?,?,?)",
                    [(start, stop, *row) for row in rows],
                )
                found = self.summary(start, stop) or {}
        return found

    # -- facts, settings, readings

    def fact(self, key: str) -> str | None:
        """What another process left under `key` (agent.model.Fact), or None."""
        return self._get("facts", key)

    def number(self, key: str) -> float | None:
        """A fact that is a number, or None; CorruptError if what is there is none."""
        found = self.fact(key)
        with trouble(self._path):
            return None if found is None else number(key, found)

    def set_fact(self, key: str, value: str | None) -> None:
        """Leave a fact; None removes it."""
        self._set("facts", key, value)

    def settings(self) -> dict[str, str]:
        """All that the person at the machine decided."""
        return settings(self._connection, self._path)

    def setting(self, key: str) -> str | None:
        """What the person decided under `key`, or None."""
        return self._get("settings", key)

    def set_setting(self, key: str, value: str | None) -> None:
        """Keep a decision; None removes it."""
        self._set("settings", key, value)

    def note_reading(self, now: float, account: str) -> None:
        """Note that `account` read this device's health; kept for a year."""
        with transaction(self._connection, self._path) as connection:
            connection.execute("INSERT INTO readings(t, account) VALUES (?, ?)", (int(now), account))

    def readings(self, since: float = 0) -> list[Read]:
        """Who read this device's health since, newest first."""
        query = "SELECT t, account FROM readings WHERE t >= ? ORDER BY t DESC, rowid DESC"
        with trouble(self._path):
            return [Read(*row) for row in self._connection.execute(query, (int(since),))]

    def was_erased(self) -> bool:
        """Whether another process erased the readings since this store was opened, or last flushed."""
        return self.fact(Fact.ERASED) != self._erased

    def erase(self) -> None:
        """Delete every reading, roll-up, summary, note and mark, and overwrite where they lay.

        What other processes have in memory from before is not written any more (`flush`). Settings and
        facts stay (purging removes the whole file), and so does the ledger, which is `agent.ledger`'s to
        prune.
        """
        self._buffer.clear()
        self._marks.clear()
        with trouble(self._path):
            self._connection.execute("PRAGMA secure_delete = ON")
        with transaction(self._connection, self._path) as connection:
            for table in ("samples", "quarters", "days", "summaries", "readings", "marks"):
                connection.execute(f"DELETE FROM {table}")  # noqa: S608  (the names just above)
            rollup.forget(connection)
            connection.execute(
                "INSERT INTO facts(key, value) VALUES (?, '1') "
                "ON CONFLICT(key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
                (Fact.ERASED,),
            )
        self._erased = self.fact(Fact.ERASED)
        with trouble(self._path):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.execute("PRAGMA secure_delete = FAST")

    # -- inside

    def _get(self, table: str, key: str) -> str | None:
        query = f"SELECT value FROM {table} WHERE key = ?"  # noqa: S608  (facts or settings)
        with trouble(self._path):
            row = self._connection.execute(query, (str(key),)).fetchone()
        return None if row is None else str(row[0])

    def _set(self, table: str, key: str, value: str | None) -> None:
        with transaction(self._connection, self._path) as connection:
            _put(connection, table, key, value)


def _put(connection: sqlite3.Connection, table: str, key: str, value: str | None) -> None:
    """Set, or with None remove, a row of marks, facts or settings; no write if nothing changes."""
    if value is None:
        connection.execute(f"DELETE FROM {table} WHERE key = ?", (str(key),))  # noqa: S608  (as above)
        return
    connection.execute(
        f"INSERT INTO {table}(key, value) VALUES (?, ?) "  # noqa: S608  (facts or settings)
        "ON CONFLICT(key) DO UPDATE SET value = excluded.value WHERE value != excluded.value",
        (str(key), value),
    )
