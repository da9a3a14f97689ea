"""`shoal verify`: recomputes every kept body from vector, task and opening, and the chain over everything.

What it proves: the bytes whose hash the ledger recorded before they left say exactly what the kept vector
says, and no row was changed since. What it cannot: that a leader counted them; that the file as a whole was
not written anew by somebody who may write it.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from agent.errors import VerifyDifference
from agent.ledger import check_chain
from agent.model import LedgerKind, ReportState
from dap.errors import DapError
from dap.seal import Measurement, Recipients, seal_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.ledger import Kept, Ledger, Report, Row

_BODIES = frozenset({LedgerKind.SEALED, LedgerKind.RESEALED})
_GONE = frozenset({LedgerKind.PRUNED, LedgerKind.ERASED})
# The state that a report's newest row leaves it in.
_STATES = {
    LedgerKind.SEALED: ReportState.HELD,
    LedgerKind.WITHHELD: ReportState.WITHHELD,
    LedgerKind.SENDING: ReportState.SENDING,
    LedgerKind.DELIVERED: ReportState.DELIVERED,
    LedgerKind.REFUSED: ReportState.REFUSED,
    LedgerKind.TOO_LATE: ReportState.TOO_LATE,
    LedgerKind.DROPPED: ReportState.DROPPED,
}


class Difference(NamedTuple):
    """The first row that disagrees, and how."""

    row: int
    what: str


class Verification(NamedTuple):
    """What was checked."""

    rows: int
    bodies: int
    """Recomputed, all of them equal to the bytes that were recorded."""
    gone: int
    """Bodies that were pruned or erased, as the ledger says."""
    difference: Difference | None

    @property
    def agrees(self) -> bool:
        """Whether everything does."""
        return self.difference is None


def verify(ledger: Ledger, progress: Callable[[int, int], None] | None = None) -> Verification:
    """Check everything; changes nothing. `progress` is told (bodies done, bodies in all)."""
    with ledger.snapshot():
        rows = list(ledger.rows())
        found = check_chain(rows)
        if found is not None:
            return Verification(len(rows), 0, 0, Difference(*found))
        gone = {number for row in rows if row.kind in _GONE for number in row.facts.get("bodies", ())}
        bodies, differences = _check_bodies(ledger, rows, gone, progress)
        differences += _check_reports(ledger, rows)
    first = min(differences, default=None, key=lambda difference: difference.row)
    return Verification(len(rows), bodies, len(gone), first)


def require_agreement(verification: Verification) -> None:
    """VerifyDifference naming the first row that disagrees, if any does."""
    if verification.difference is not None:
        row, what = verification.difference
        raise VerifyDifference(
            what if what.startswith(f"row {row} ") else f"row {row}: {what}",
            "The ledger was changed by something other than Shoal, or the disk is at fault. Keep the file.",
        )


def _check_bodies(
    ledger: Ledger, rows: list[Row], gone: set[int], progress: Callable[[int, int], None] | None
) -> tuple[int, list[Difference]]:
    expected = {row.row: row for row in rows if row.kind in _BODIES}
    differences, seen = [], set()
    total = len(expected.keys() - gone)
    for kept in ledger.kept():
        seen.add(kept.row)
        row = expected.get(kept.row)
        what = "a body is kept that no row recorded" if row is None else _body_differs(ledger, kept, row)
        if what:
            differences.append(Difference(kept.row, what))
        if progress:
            progress(len(seen), total)
    differences += [
        Difference(number, "its body is gone, and no row says that it was pruned or erased")
        for number in expected.keys() - gone - seen
    ]
    return len(seen) - len(differences), differences


def _body_differs(ledger: Ledger, kept: Kept, row: Row) -> str:
    """How a kept body disagrees with its row or with what it was made from; empty if it does not."""
    recorded = row.facts.get("body_sha256")
    if not all(isinstance(part, bytes) for part in kept.sealed):
        return "what is kept of the body are no bytes"
    if sha256(kept.sealed.body).hexdigest() != recorded:
        return "the kept body is not the one that was recorded"
    report = ledger.report_of_row(kept.row)
    if report is None:
        return "the body belongs to no report"
    sealed = kept.sealed
    recipients = Recipients(report.task_id, sealed.configuration, sealed.leader_hpke, sealed.helper_hpke)
    if row.facts.get("zeros") and any(sealed.vector):
        return "it is recorded as zeros, and its vector holds answers"
    try:
        measurement = Measurement(report.time, tuple(sealed.vector))
        again = seal_to(measurement, recipients, sealed.opening).body
    except DapError as error:
        return f"the body cannot be recomputed ({error})"
    return "" if again == sealed.body else "the body does not follow from its vector, task and opening"


def _check_reports(ledger: Ledger, rows: list[Row]) -> list[Difference]:
    """The reports' own records against the rows: a state without its row, or a row whose report is gone."""
    newest: dict[int, Row] = {}
    for row in rows:
        if row.kind in _STATES:
            newest[row.row if row.kind == LedgerKind.SEALED else int(row.facts.get("sealed", 0))] = row
    reports = {report.sealed_row: report for report in ledger.reports()}
    differences = [
        Difference(row.row, "the report that it tells of is gone")
        for sealed, row in newest.items()
        if sealed not in reports
    ]
    for sealed, report in reports.items():
        if (row_of := newest.get(sealed)) is None:
            differences.append(Difference(sealed, "a report refers to it that it did not seal"))
        else:
            differences += _report_differs(report, row_of, rows[sealed - 1])
    return differences


def _report_differs(report: Report, newest: Row, sealed: Row) -> list[Difference]:
    if report.state is not _STATES[LedgerKind(newest.kind)]:
        return [
            Difference(
                newest.row, f"it leaves the report {newest.kind}, the report's record says {report.state}"
            )
        ]
    said = (sealed.facts.get("task"), sealed.facts.get("time"), sealed.period_start)
    if said != (report.task_id.hex(), report.time, report.start):
        return [Difference(sealed.row, "the report's record names another task or period")]
    if sealed.facts.get("zeros") is not report.zeros:
        return [Difference(sealed.row, "the report's record says otherwise whether it answers anything")]
    return []
