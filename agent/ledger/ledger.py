"""The ledger's tables: rows are appended, reports change state, each change with its row or not at all.

A report is held, then either withheld (zeros take its place), or sending, which is on the disk before the
first byte leaves, and then delivered or refused. Withholding and sending are two writers of one state in
one file: whichever comes first is in the file, and the other one finds it there.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from agent.database import transaction, trouble
from agent.errors import Declined, StoreError
from agent.ledger.chain import FIRST, Row, canonical, row_hash
from agent.ledger.reader import BODY, ROW, Reader
from agent.model import LedgerKind, ReportState, Setting
from dap.digest import sha256

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.ledger.records import Kept, Report, SealedBody


class Ledger(Reader):
    """One account's ledger. Every method may raise StoreError; what reads takes no lock."""

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All of the block or none of it; joins a transaction that is open already."""
        if self._connection.in_transaction:
            yield
            return
        with transaction(self._connection, self._path):
            yield

    # -- writing

    def append(
        self, kind: LedgerKind, detail: Mapping[str, Any], t: float, period_start: int | None = None
    ) -> Row:
        """Append a row. `detail` is data for JSON, without any secret."""
        with self.atomic():
            head = self.last()
            number, previous = (1, FIRST) if head is None else (head.row + 1, head.hash)
            text = canonical(detail)
            hashed = row_hash(previous, number, int(t), str(kind), period_start, text)
            row = Row(number, int(t), str(kind), period_start, text, previous, hashed)
            self._connection.execute(f"INSERT INTO ledger({ROW}) VALUES (?,?,?,?,?,?,?)", row)  # noqa: S608
        return row

    def seal(
        self,
        sealed: SealedBody,
        *,
        task_id: bytes,
        serial: int,
        time: int,
        start: int,
        stop: int,
        zeros: bool,
        t: float,
        choice: str | None,
        replaces: Report | None = None,
        because: str = "",
    ) -> Report:
        """Record a sealed body, held. `choice` is the setting under which it was made.

        Declined if the person chose otherwise meanwhile, if a report of any task already tells of any part
        of [start, stop), or if the report to replace is not withheld or has its zeros already.
        """
        with self.atomic():
            self._require_choice(choice)
            self._require_free(start, stop, replaces)
            row = self.append(
                LedgerKind.SEALED,
                {
                    "task": task_id.hex(),
                    "serial": serial,
                    "time": time,
                    "body_sha256": sha256(sealed.body).hex(),
                    "size": len(sealed.body),
                    "zeros": zeros,
                    **({"because": because} if because else {}),
                    **({"replaces": replaces.sealed_row} if replaces else {}),
                },
                t,
                start,
            )
            cursor = self._connection.execute(
                "INSERT INTO reports(task_id, time, start, stop, state, zeros, replaces, serial, sealed_row, "
                "sealed_at, moment) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                (
                    *(task_id, time, start, stop, str(ReportState.HELD), zeros),
                    *((None, serial, row.row, t, None) if replaces is None else ()),
                    # the same moment as the withheld one would have had, drawn or still to be drawn
                    *(
                        (replaces.id, serial, row.row, replaces.sealed_at, replaces.moment)
                        if replaces
                        else ()
                    ),
                ),
            )
            id = int(cursor.lastrowid or 0)
            self._keep(row.row, id, sealed)
        return self.report(id)

    def reseal(self, report: Report, sealed: SealedBody, serial: int, t: float) -> Report:
        """Record the same report encrypted to newer keys. Declined if it may not leave any more."""
        with self.atomic():
            found = self.report(report.id)
            if not found.is_open:
                raise Declined(f"the report is {found.state}", "Nothing to do.")
            row = self.append(
                LedgerKind.RESEALED,
                {
                    "sealed": found.sealed_row,
                    "serial": serial,
                    "body_sha256": sha256(sealed.body).hex(),
                    "size": len(sealed.body),
                },
                t,
                found.start,
            )
            self._keep(row.row, found.id, sealed)
            after = found.resealed + (found.state is ReportState.SENDING)
            self._set(found.id, serial=serial, resealed=after)
        return self.report(report.id)

    def withhold(self, report: Report, t: float) -> Report:
        """Take a held report back for good. Declined if sending has begun, or it is held no more.

        Zeros have to be sealed in its place (`awaiting_zeros`), which needs more than this module may load.
        """
        with self.atomic():
            found = self.report(report.id)
            if found.state is ReportState.SENDING:
                raise Declined("sending has begun: the report cannot be withheld any more", "")
            if found.state is not ReportState.HELD:
                raise Declined(f"the report is {found.state}, not held", "`shoal ledger` shows its life.")
            if found.zeros:
                raise Declined("the report answers nothing: all of it is zeros", "")
            self._move(found, ReportState.WITHHELD, LedgerKind.WITHHELD, {}, t)
        return self.report(report.id)

    def set_moment(self, report: Report, moment: float | None) -> Report:
        """Fix when a report is to be sent, or tried again. No change if it is not open any more.

        Whoever withholds it meanwhile has the moment that it would have had, for the zeros in its place.
        """
        with self.atomic():
            if self.report(report.id).is_open:
                self._set(report.id, moment=moment)
        return self.report(report.id)

    def begin(self, report: Report, t: float, choice: str | None) -> Kept:
        """Write durably that an attempt begins, and give the bytes. From here no withholding.

        Declined if the report may not leave (any more), or the person chose otherwise meanwhile.
        """
        with self.atomic():
            self._require_choice(choice)
            found = self.report(report.id)
            if not found.is_open:
                raise Declined(f"the report is {found.state}", "`shoal ledger` shows its life.")
            kept = self.body(found)
            if kept is None:
                raise StoreError("the report's body is gone", "`shoal verify` says since when.")
            if found.state is ReportState.HELD:
                detail = {"sealed": found.sealed_row, "body_sha256": sha256(kept.sealed.body).hex()}
                self.append(LedgerKind.SENDING, detail, t, found.start)
            # Until more is known it counts as one that may have arrived; a moment that is missing
            # afterwards tells of an attempt that was cut off.
            self._set(
                found.id,
                state=str(ReportState.SENDING),
                attempts=found.attempts + 1,
                unanswered=True,
                moment=None,
            )
        return kept

    def retry(self, report: Report, moment: float | None, note: str, *, unanswered: bool) -> Report:
        """An attempt ended undecided: when to try again, what it met, whether it may have arrived."""
        with self.atomic():
            if self.report(report.id).state is ReportState.SENDING:
                self._set(report.id, moment=moment, note=note, unanswered=unanswered)
        return self.report(report.id)

    def delivered(self, report: Report, t: float, *, probably: bool = False) -> Report:
        """The leader took it; `probably`: it says that it had it already."""
        return self._finish(report, ReportState.DELIVERED, {"probably": True} if probably else {}, t)

    def refused(self, report: Report, reason: str, t: float) -> Report:
        """The leader refused it for good."""
        return self._finish(report, ReportState.REFUSED, {"reason": reason}, t)

    def too_late(self, report: Report, t: float) -> Report:
        """Its deadline passed. No change if it is not open any more."""
        return self._close(report, ReportState.TOO_LATE, {}, t)

    def drop(self, report: Report, reason: str, t: float) -> Report:
        """It will not be sent (any more): the person chose so, or its task is gone. No change if not open."""
        return self._close(report, ReportState.DROPPED, {"reason": reason}, t)

    def drop_all(self, reason: str, t: float) -> int:
        """Drop whatever may still leave, withheld reports without their zeros too; how many."""
        with self.atomic():
            found = [report for report in self.reports() if report.is_open] + self.awaiting_zeros()
            for report in found:
                self.drop(report, reason, t)
        return len(found)

    def prune(self, before: float, t: float) -> int:
        """Delete the bodies and openings of reports that were sealed before `before` and are over; how many.

        The chain stays, with a row that says which bodies went.
        """
        with self.atomic():
            over = {r.id for r in self.reports() if not r.is_open and r.sealed_at < before}
            over -= {r.id for r in self.awaiting_zeros()}
            numbers = [
                row
                for row, report in self._all("SELECT row, report FROM bodies ORDER BY row")
                if report in over
            ]
            if numbers:
                self._forget(numbers)
                self.append(LedgerKind.PRUNED, {"bodies": numbers}, t)
        if numbers:
            self._overwrite()
        return len(numbers)

    def erase(self, t: float) -> int:
        """Drop what is open and delete all bodies and openings, at the person's wish; how many bodies."""
        with self.atomic():
            self.drop_all("erased", t)
            numbers = [row for (row,) in self._all("SELECT row FROM bodies ORDER BY row")]
            self._forget(numbers)
            self.append(LedgerKind.ERASED, {"bodies": numbers}, t)
        self._overwrite()
        return len(numbers)

    # -- inside

    def _finish(self, report: Report, state: ReportState, detail: dict[str, Any], t: float) -> Report:
        """What the leader decided. Dropped while the attempt was under way: what happened counts."""
        with self.atomic():
            found = self.report(report.id)
            under_way = found.state is ReportState.DROPPED and found.attempts > 0
            if found.state is ReportState.SENDING or under_way:
                detail = {**detail, "attempts": found.attempts}
                self._move(found, state, LedgerKind(str(state)), detail, t)
        return self.report(report.id)

    def _close(self, report: Report, state: ReportState, detail: dict[str, Any], t: float) -> Report:
        with self.atomic():
            found = self.report(report.id)
            if found.is_open or found.state is ReportState.WITHHELD:
                detail = {**detail, **({"attempts": found.attempts} if found.attempts else {})}
                self._move(found, state, LedgerKind(str(state)), detail, t)
        return self.report(report.id)

    def _move(
        self, report: Report, state: ReportState, kind: LedgerKind, detail: dict[str, Any], t: float
    ) -> None:
        self.append(kind, {"sealed": report.sealed_row, **detail}, t, report.start)
        note = detail.get("reason", "")
        self._set(report.id, state=str(state), note=note)

    def _set(self, id: int, **values: Any) -> None:
        columns = ", ".join(f"{name} = ?" for name in values)
        self._connection.execute(f"UPDATE reports SET {columns} WHERE id = ?", (*values.values(), id))  # noqa: S608

    def _require_choice(self, choice: str | None) -> None:
        found = self._one("SELECT value FROM settings WHERE key = ?", str(Setting.CHOICE))
        if (None if found is None else found[0]) != choice:
            raise Declined("the choice was changed meanwhile", "Nothing was sent.")

    def _require_free(self, start: int, stop: int, replaces: Report | None) -> None:
        if replaces is not None and replaces.id not in {r.id for r in self.awaiting_zeros()}:
            raise Declined("the report is not withheld, or zeros are in its place already", "")
        for report in self.reports():
            taken = report.start < stop and start < report.stop
            if taken and not (replaces is not None and report.id == replaces.id):
                raise Declined("a report of this time exists already", "`shoal ledger` shows it.")

    def _keep(self, row: int, report: int, sealed: SealedBody) -> None:
        self._connection.execute(
            f"INSERT INTO bodies(row, report, {BODY}) VALUES (?,?,?,?,?,?,?,?)",  # noqa: S608
            (row, report, *sealed),
        )

    def _forget(self, numbers: list[int]) -> None:
        self._connection.executemany("DELETE FROM bodies WHERE row = ?", ((n,) for n in numbers))

    def _overwrite(self) -> None:
        """Let the deleted bytes (overwritten by secure_delete) leave the journal, too."""
        if not self._connection.in_transaction:
            with trouble(self._path):
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
