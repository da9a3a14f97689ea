"""Reads the ledger's tables; takes no lock."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Self

from agent.database import DamagedError, connect, look, trouble
from agent.errors import StoreError
from agent.ledger.chain import Row
from agent.ledger.records import Kept, Report, SealedBody
from agent.model import LedgerKind, ReportState

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

    from agent.env import Env

ROW: Final = "row, t, kind, period_start, detail, previous, hash"
REPORT: Final = (
    "id, task_id, time, start, stop, state, zeros, replaces, serial, sealed_row, sealed_at, moment, "
    "attempts, unanswered, resealed, note"
)
_NONE: Final = type(None)
_KINDS: Final[tuple[tuple[type, ...], ...]] = (
    *((int,), (bytes,), (int,), (int,), (int,), (str,), (int,), (int, _NONE), (int,), (int,)),
    *((int, float), (int, float, _NONE), (int,), (int,), (int,), (str,)),
)
"""What the columns of REPORT hold."""
BODY: Final = "body, opening, vector, configuration, leader_hpke, helper_hpke"


class Reader:
    """What can be asked of a ledger."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, env: Env) -> Self:
        """Open the state's database durably: what a method wrote is on the disk when it returns."""
        return cls(connect(env.database, durable=True), env.database)

    @classmethod
    def look(cls, env: Env) -> Self:
        """Open it to look only: nothing can be written, and another's lock is not waited for long."""
        return cls(look(env.database), env.database)

    @property
    def connection(self) -> sqlite3.Connection:
        """The connection below, for settings that change in the same transaction."""
        return self._connection

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """One state of the file for everything read in the block, whatever others write meanwhile."""
        with trouble(self._path):
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def rows(self, after: int = 0) -> Iterator[Row]:
        """The rows with a higher number than `after`, in their order."""
        with trouble(self._path):
            for found in self._connection.execute(
                f"SELECT {ROW} FROM ledger WHERE row > ? ORDER BY row",  # noqa: S608  (a constant)
                (after,),
            ):
                yield Row(*found)

    def row(self, number: int) -> Row | None:
        """One row, or None."""
        found = self._one(f"SELECT {ROW} FROM ledger WHERE row = ?", number)  # noqa: S608
        return None if found is None else Row(*found)

    def last(self, kind: LedgerKind | None = None) -> Row | None:
        """The newest row, or the newest of a kind."""
        where = "" if kind is None else "WHERE kind = ?"
        found = self._one(
            f"SELECT {ROW} FROM ledger {where} ORDER BY row DESC LIMIT 1",  # noqa: S608
            *(() if kind is None else (str(kind),)),
        )
        return None if found is None else Row(*found)

    def reports(self, *states: ReportState) -> list[Report]:
        """The reports in these states (all, if none is named), oldest period first."""
        with trouble(self._path):
            found = self._connection.execute(f"SELECT {REPORT} FROM reports ORDER BY start, id")  # noqa: S608
            every = [_report(row) for row in found]
        return [report for report in every if not states or report.state in states]

    def report(self, id: int) -> Report:
        """One report; StoreError if there is none."""
        found = self._one(f"SELECT {REPORT} FROM reports WHERE id = ?", id)  # noqa: S608
        if found is None:
            raise StoreError(f"there is no report {id}", "`shoal ledger` lists them.")
        with trouble(self._path):
            return _report(found)

    def report_of_row(self, number: int) -> Report | None:
        """The report whose body row `number` recorded, while the body is kept; or that it sealed first."""
        query = f"SELECT {REPORT} FROM reports WHERE id = (SELECT report FROM bodies WHERE row = ?)"  # noqa: S608
        found = self._one(f"{query} OR sealed_row = ?", number, number)
        with trouble(self._path):
            return None if found is None else _report(found)

    def awaiting_zeros(self) -> list[Report]:
        """Withheld reports in whose place no zeros are sealed yet."""
        every = self.reports()
        replaced = {report.replaces for report in every}
        return [r for r in every if r.state is ReportState.WITHHELD and r.id not in replaced]

    def zeros_for(self, withheld: Report) -> Report | None:
        """The zeros that are sealed in a withheld report's place, or None."""
        return next((report for report in self.reports() if report.replaces == withheld.id), None)

    def kept(self, after: int = 0) -> Iterator[Kept]:
        """The bodies that are kept, in the order of the rows that recorded them."""
        numbers = [n for (n,) in self._all("SELECT row FROM bodies WHERE row > ? ORDER BY row", after)]
        for number in numbers:  # one at a time: a year of bodies does not have to fit the memory
            if (kept := self.kept_at(number)) is not None:
                yield kept

    def sizes(self) -> dict[int, int]:
        """The bytes of each body that is kept, by the row that recorded it."""
        return dict(self._all("SELECT row, length(body) FROM bodies ORDER BY row"))

    def kept_at(self, number: int) -> Kept | None:
        """The body that a row recorded, if it is kept."""
        found = self._one(f"SELECT report, {BODY} FROM bodies WHERE row = ?", number)  # noqa: S608
        return None if found is None else Kept(number, found[0], SealedBody(*found[1:]))

    def body(self, report: Report) -> Kept | None:
        """The newest body of a report: the bytes that leave, or left. Unreadable if it is damaged."""
        found = self._one("SELECT max(row) FROM bodies WHERE report = ?", report.id)
        kept = None if found is None or found[0] is None else self.kept_at(found[0])
        return None if kept is None else kept.checked()

    def _one(self, query: str, *values: object) -> Any:
        with trouble(self._path):
            return self._connection.execute(query, values).fetchone()

    def _all(self, query: str, *values: object) -> list[Any]:
        with trouble(self._path):
            return self._connection.execute(query, values).fetchall()


def _report(row: Any) -> Report:
    """A report as the file has it; DamagedError for values that this program writes none of."""
    found = Report(*row)
    if found.state not in set(ReportState) or not all(
        isinstance(value, kinds) for value, kinds in zip(found, _KINDS, strict=True)
    ):
        raise DamagedError("a report's record holds what none has")
    return found._replace(
        state=ReportState(found.state), zeros=bool(found.zeros), unanswered=bool(found.unanswered)
    )
