"""*What leaves*, the past: a strip of weeks, a table of what became of each report, and its export."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agent.model import LedgerKind, ReportState
from agent.policy import BY_NAME
from agent.schedule import DAY
from ui.view_models import parties, sayings
from ui.widgets.data import Cell, State
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.ledger import Report
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

WEEK: Final = 7 * DAY
WEEKS: Final = 53
STATES: Final = {
    ReportState.HELD: State.HELD,
    ReportState.SENDING: State.SENDING,
    ReportState.DELIVERED: State.DELIVERED,
    ReportState.WITHHELD: State.WITHHELD,
    ReportState.TOO_LATE: State.LATE,
    ReportState.REFUSED: State.REFUSED,
    ReportState.DROPPED: State.DROPPED,
}


class Filter(StrEnum):
    """Which reports are listed."""

    ALL = "all"
    SENT = "sent"
    NOT_SENT = "not_sent"


class Entry(NamedTuple):
    """What became of one period's report."""

    id: str
    """The period's first second, as its cell in the strip."""
    period: str
    """ "12–18 Nov"."""
    state: State
    what: str
    """ "Withheld, zeros delivered"."""
    when: str
    kept: str
    """ "until 19 Dec", or "only the fingerprint"."""
    row: int | None
    """For `commands.show`; None: its bytes are gone."""
    spoken: str


class Ledger(NamedTuple):
    """The lower half of the page."""

    title: str
    cells: tuple[Cell, ...]
    legend: tuple[tuple[State, str], ...]
    """The states that occur, and "Nothing sent"."""
    columns: tuple[str, str, str, str]
    entries: tuple[Entry, ...]
    """Newest first."""
    filters: tuple[tuple[Filter, str], ...]
    has_reports: bool


def ledger(snapshot: Snapshot, numbers: Numbers) -> Ledger:
    """The past as of a snapshot."""
    entries = tuple(
        _entry(snapshot, group, numbers) for group in reversed(list(_periods(snapshot.book.reports)))
    )
    by_period = {entry.id: entry for entry in entries}
    cells = _cells(snapshot, by_period, numbers)
    there = {entry.state for entry in entries}
    sent = sum(entry.state in (State.DELIVERED, State.WITHHELD) for entry in entries)
    return Ledger(
        title=translate("Ledger", "Everything since you chose")
        if entries
        else translate("Ledger", "The ledger cannot be read now")
        if snapshot.trouble is not None
        else translate("Ledger", "The ledger holds no report"),
        cells=cells,
        legend=tuple(
            (state, state_word(state)) for state in State if state in there or state is State.NOTHING
        ),
        columns=(
            _period_word(snapshot),
            translate("Ledger", "What happened"),
            translate("Ledger", "When"),
            translate("Ledger", "Bytes kept"),
        ),
        entries=entries,
        filters=(
            (Filter.ALL, translate("Ledger", "All {n}").format(n=len(entries))),
            (Filter.SENT, translate("Ledger", "Delivered {n}").format(n=sent)),
            (Filter.NOT_SENT, translate("Ledger", "Not delivered {n}").format(n=len(entries) - sent)),
        ),
        has_reports=bool(entries),
    )


def shown(entries: Sequence[Entry], which: Filter) -> tuple[Entry, ...]:
    """The entries under a filter."""
    if which is Filter.ALL:
        return tuple(entries)
    sent = (State.DELIVERED, State.WITHHELD)
    return tuple(entry for entry in entries if (entry.state in sent) is (which is Filter.SENT))


def digest(snapshot: Snapshot, entry: Entry) -> str:
    """The fingerprint (SHA-256, hexadecimal) of an entry's newest report; empty if no row tells it."""
    rows = {report.sealed_row for report in snapshot.book.reports if str(report.start) == entry.id}
    if not rows:
        return ""
    found = next((row for row in snapshot.book.rows if row.row == max(rows)), None)
    return "" if found is None else str(found.facts.get("body_sha256", ""))


def state_word(state: State) -> str:
    """A state as the legend names it."""
    match state:
        case State.HELD:
            return translate("Ledger", "Held")
        case State.SENDING:
            return translate("Ledger", "Being sent")
        case State.DELIVERED:
            return translate("Ledger", "Delivered")
        case State.WITHHELD:
            return translate("Ledger", "Withheld, zeros delivered")
        case State.LATE:
            return translate("Ledger", "Too late, not sent")
        case State.REFUSED:
            return translate("Ledger", "Refused")
        case State.DROPPED:
            return translate("Ledger", "Dropped, not sent")
        case State.NOTHING:
            return translate("Ledger", "Nothing sent")


def export(snapshot: Snapshot) -> str:
    """The ledger as JSON: rows as `shoal ledger --json` prints them, and the reports' records."""
    data = {
        "rows": [row.as_data() for row in snapshot.book.rows],
        "reports": [_record(snapshot, report) for report in snapshot.book.reports],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


# -- the parts


def _periods(reports: Sequence[Report]) -> list[list[Report]]:
    """The reports of each period: a withheld one and the zeros in its place belong together."""
    found: dict[tuple[int, int], list[Report]] = {}
    for report in reports:
        found.setdefault((report.start, report.stop), []).append(report)
    return list(found.values())


def _entry(snapshot: Snapshot, group: list[Report], numbers: Numbers) -> Entry:
    newest = group[-1]
    was_withheld = len(group) > 1 or newest.state is ReportState.WITHHELD
    state = STATES[newest.state]
    if was_withheld and newest.state is ReportState.DELIVERED:
        state = State.WITHHELD
    what = _what(newest, was_withheld=was_withheld)
    row = _kept_row(snapshot, newest)
    period = numbers.span(newest.start, newest.stop)
    when = numbers.moment(_changed(snapshot, newest))
    kept = _kept(snapshot, newest, row, numbers)
    return Entry(
        id=str(newest.start),
        period=period,
        state=state,
        what=what,
        when=when,
        kept=kept,
        row=row,
        spoken=f"{period}: {what}, {when}",
    )


def _what(report: Report, *, was_withheld: bool) -> str:
    """What happened, in words. "Delivered" never says "counted"."""
    note = f": {sayings.told(report.note)}" if report.note else ""
    match report.state:
        case ReportState.DELIVERED:
            if was_withheld:
                return state_word(State.WITHHELD)
            return translate("Ledger", "Delivered, zeros") if report.zeros else state_word(State.DELIVERED)
        case ReportState.HELD:
            if was_withheld:
                return translate("Ledger", "Withheld, zeros held")
            return translate("Ledger", "Held, zeros") if report.zeros else state_word(State.HELD)
        case ReportState.SENDING:
            return state_word(State.SENDING) + note
        case ReportState.WITHHELD:
            return translate("Ledger", "Withheld")
        case ReportState.REFUSED:
            return state_word(State.REFUSED) + note
        case ReportState.TOO_LATE:
            return state_word(State.LATE)
        case ReportState.DROPPED:
            return state_word(State.DROPPED)


def _changed(snapshot: Snapshot, report: Report) -> float:
    """When its state was reached."""
    kinds = {str(report.state)}
    for row in reversed(snapshot.book.rows):
        if row.kind in kinds and row.facts.get("sealed") == report.sealed_row:
            return row.t
    return report.sealed_at


def _kept_row(snapshot: Snapshot, report: Report) -> int | None:
    """The newest row whose body is kept: the bytes that leave, or left."""
    again = [
        row.row
        for row in snapshot.book.rows
        if row.kind == LedgerKind.RESEALED and row.facts.get("sealed") == report.sealed_row
    ]
    rows = [row for row in (report.sealed_row, *again) if row in snapshot.book.sizes]
    return rows[-1] if rows else None


def _kept(snapshot: Snapshot, report: Report, row: int | None, numbers: Numbers) -> str:
    if row is None:
        return translate("Ledger", "only the fingerprint")
    if report.is_open:
        return translate("Ledger", "yes")
    days = BY_NAME["retention_days"].default
    if snapshot.policy is not None:
        days = snapshot.policy.value("retention_days")
    until = report.sealed_at + int(days) * DAY
    return translate("Ledger", "until {day}").format(day=numbers.short_day(numbers.local(until)))


def _cells(snapshot: Snapshot, by_period: dict[str, Entry], numbers: Numbers) -> tuple[Cell, ...]:
    task = parties.task(snapshot)
    period = WEEK if task is None else task.info.period
    if period < DAY:  # a demo's: seconds, of which a calendar would show nothing
        return tuple(Cell(entry.id, entry.state, entry.spoken) for entry in reversed(by_period.values()))
    current = int(snapshot.now) // period
    first = current - (WEEKS * (WEEK // period)) + 1
    if period < WEEK:
        first -= numbers.utc(first * period).weekday()  # whole weeks, Monday first
    cells, month = [], ""
    for k in range(first, current + 1):
        start = k * period
        entry = by_period.get(str(start))
        date = numbers.utc(start)
        name = numbers.month(date)
        label, month = (name if name != month else ""), name
        words = (
            f"{numbers.span(start, start + period)}: {state_word(State.NOTHING)}"
            if entry is None
            else entry.spoken
        )
        state = State.NOTHING if entry is None else entry.state
        cells.append(Cell(str(start), state, words, label, date.weekday() if period < WEEK else 0))
    return tuple(cells)


def _period_word(snapshot: Snapshot) -> str:
    task = parties.task(snapshot)
    if task is None or task.info.period == WEEK:
        return translate("Ledger", "Week")
    return translate("Ledger", "Day") if task.info.period == DAY else translate("Ledger", "Period")


def _record(snapshot: Snapshot, report: Report) -> dict[str, Any]:
    return {
        "row": report.sealed_row,
        "task": report.task_id.hex(),
        "time": report.time,
        "period_start": report.start,
        "period_stop": report.stop,
        "state": str(report.state),
        "zeros": report.zeros,
        "sealed_at": report.sealed_at,
        "attempts": report.attempts,
        "note": report.note,
        "bytes_kept": _kept_row(snapshot, report) is not None,
    }
