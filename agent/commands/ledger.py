"""`ledger` and `verify`: the record of every report's life, to the byte, and whether it all agrees."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from agent.commands import exact, tables
from agent.errors import StoreError, UsageError
from agent.model import LedgerKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.commands.session import Session
    from agent.ledger import Ledger, Row

JSON = click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")


@click.group(invoke_without_command=True)
@JSON
@click.option("--kind", type=click.Choice([str(kind) for kind in LedgerKind]), help="Rows of one kind only.")
@click.pass_context
def ledger(ctx: click.Context, json_: bool, kind: str | None) -> None:
    """Show what was sealed, held, withheld, sent.

    Every row follows from the one before by its hash; `shoal verify` checks that. *delivered* means that
    the leader took the report, which is no proof that it was counted. `shoal ledger show ROW` shows one
    row, with --exact all bytes of the report that it recorded, while they are kept.
    """
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    with _reading(session) as found:
        rows = [_whole(row) for row in found.rows() if kind is None or row.kind == kind] if found else []
    if json_:
        tables.show(tables.as_json([row.as_data() for row in rows]))
        return
    if not rows:
        tables.show("The ledger is empty: nothing was sealed, and nothing has left this device.")
        return
    table = [
        (row.row, tables.moment(row.t), row.kind, _period(row), in_words(row), row.hash.hex()[:12])
        for row in rows
    ]
    headers = ("row", "when", "what", "period from", "detail", "hash")
    tables.show(tables.table(table, headers, right=(0,)))


@ledger.command()
@click.argument("row", type=click.IntRange(1, (1 << 63) - 1))
@click.option(
    "--exact", "exact_", is_flag=True, help="Show the report's bytes and all that they follow from."
)
@JSON
@click.pass_obj
def show(session: Session, row: int, exact_: bool, json_: bool) -> None:
    """Show one row; with --exact the recorded report, to the byte.

    With --exact --json the output is what docs/verify.md describes, and what
    docs/verify/independent_verify.py, which shares no code with Shoal, recomputes.
    """
    with _reading(session) as found:
        line = found.row(row) if found else None
        if found is None or line is None:
            raise UsageError(f"there is no row {row}", "`shoal ledger` lists the rows.")
        _whole(line)
        if exact_:
            from agent import report

            data = report.exact(found, row)
            tables.show(exact.as_json(data) if json_ else exact.describe(data, session.catalogue))
            return
    if json_:
        tables.show(tables.as_json(line.as_data()))
        return
    facts = [("row", str(line.row)), ("when", tables.clock(line.t) + " UTC"), ("what", line.kind)]
    facts += [("period from", _period(line))] if line.period_start is not None else []
    for name, value in line.facts.items():
        facts += [(name.replace("_", " ") if first else "", text) for first, text in _lines(value)]
    facts += [("previous hash", line.previous.hex()), ("hash", line.hash.hex())]
    width = max(len(name) for name, _ in facts)
    tables.show("\n".join(f"{name:<{width}}  {text}".rstrip() for name, text in facts))


def _lines(value: Any) -> list[tuple[bool, str]]:
    """A detail's value as lines for people; whether each is the first."""
    if isinstance(value, bool):
        texts = ["yes" if value else "no"]
    elif isinstance(value, dict):
        texts = [f"{key}: {_plain(one)}" for key, one in value.items()]
    elif isinstance(value, list):
        texts = [_plain(one) for one in value]
    else:
        texts = [_plain(value)]
    return [(number == 0, text) for number, text in enumerate(texts or ["none"])]


def _plain(value: Any) -> str:
    if isinstance(value, list) and len(value) == 3:
        return f"{value[0]}: {value[1]} → {value[2]}"
    if isinstance(value, list):
        return " ".join(f"({one})" if number else str(one) for number, one in enumerate(value))
    return "none" if value is None else str(value)


@click.command()
@JSON
@click.option("--progress", is_flag=True, help="Count the reports on standard error, one a line.")
@click.pass_obj
def verify(session: Session, json_: bool, progress: bool) -> None:
    """Recompute every kept report, and check the ledger's chain.

    Each kept body is made again from its vector, its task and its opening, and must come out byte for
    byte; each row must follow from the one before. Names the first row that disagrees (exit code 30).
    """
    from agent import verification

    with _reading(session) as found:
        checked = verification.verify(found, _progress(json_, each=progress)) if found else None
    if json_:
        tables.show(tables.as_json(_checked(checked)))
    elif checked is None or not checked.rows:
        tables.show("The ledger is empty: there is nothing to verify, and nothing has left this device.")
    elif checked.agrees:
        tables.show(_proved(checked))
    if checked is not None:
        verification.require_agreement(checked)


def _proved(checked: Any) -> str:
    bodies = "1 report was" if checked.bodies == 1 else f"{checked.bodies} reports were"
    recomputed = f"{bodies} recomputed byte for byte from what the ledger keeps, and "
    lines = [
        "It all agrees.",
        f"  Proved: {recomputed if checked.bodies else 'no report is kept; '}all {checked.rows} rows follow "
        "from one another.",
    ]
    if checked.gone:
        lines.append(f"  {checked.gone} more were pruned or erased, as the ledger says; their hashes stay.")
    lines.append(
        "  Not proved here: that an aggregator counted them, or that nobody with access to this account "
        "wrote the whole file anew."
    )
    return "\n".join(lines)


def _checked(checked: Any) -> dict[str, Any]:
    if checked is None:
        return {"agrees": True, "rows": 0, "bodies": 0, "gone": 0, "difference": None}
    difference = checked.difference
    return {
        "agrees": checked.agrees,
        "rows": checked.rows,
        "bodies": checked.bodies,
        "gone": checked.gone,
        "difference": None if difference is None else {"row": difference.row, "what": difference.what},
    }


def _progress(quiet: bool, *, each: bool) -> Any:
    """What counts on standard error: each report on a line; else where somebody watches and waits."""
    import sys

    if each:
        return lambda done, total: click.echo(f"{done} of {total} reports", err=True)
    if quiet or not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        if total >= 20:
            click.echo(f"\r{done} of {total} reports", err=True, nl=done == total)

    return tell


def _whole(row: Row) -> Row:
    if not row.is_whole:
        raise StoreError(f"row {row.row} of the ledger is damaged", "`shoal verify` says what still agrees.")
    return row


@contextmanager
def _reading(session: Session) -> Iterator[Ledger | None]:
    """The ledger, or None where nothing was ever kept: looking makes no files."""
    if not session.has_database:
        yield None
        return
    with session.ledger() as found:
        yield found


def in_words(row: Row) -> str:
    """What a row's detail says, short enough for a table; `ledger show ROW` has all of it."""
    try:
        return _words_of(row, row.facts)
    except (KeyError, TypeError, AttributeError):
        return "damaged: `shoal verify` says where"


def _words_of(row: Row, facts: Mapping[str, Any]) -> str:
    match row.kind:
        case LedgerKind.SEALED | LedgerKind.RESEALED:
            what = "zeros" if facts.get("zeros") else "answers" if "zeros" in facts else "to a newer key"
            because = f", {facts['because']}" if facts.get("because") else ""
            return f"{what}{because}, {tables.size(facts['size'])}, sha256 {facts['body_sha256'][:12]}…"
        case LedgerKind.CHOICE:
            return f"{facts['choice']}, before: {facts.get('before') or 'none'}"
        case LedgerKind.TASK:
            who = f" by {facts['by']}" if facts.get("by") else ""
            serial = f", serial {facts['serial']}" if "serial" in facts else ""
            widened = f", asks for more: {', '.join(facts['widened'])}" if facts.get("widened") else ""
            return f"{facts['event']}{who}{serial}{widened}"
        case LedgerKind.POLICY:
            values = facts.get("values", {})
            changed = [f"{key}: {values.get(key, ['as built in'])[0]}" for key in facts["changed"]]
            return _short(", ".join(changed))
        case LedgerKind.CATALOGUE:
            said = [f"new: {id}" for id in facts["added"]] + [f"gone: {id}" for id in facts["removed"]]
            said += [f"{id}: {field}" for id, field, _, _ in facts["changed"]]
            return _short(", ".join(said) or "another order")
        case LedgerKind.PRUNED | LedgerKind.ERASED:
            if facts.get("databases"):
                return _short(f"put aside, deleted now: {', '.join(facts['databases'])}")
            count = len(facts["bodies"])
            return "1 report's bytes" if count == 1 else f"{count} reports' bytes"
        case LedgerKind.SENDING:
            return f"body {facts['body_sha256'][:12]}…" if "body_sha256" in facts else ""
    named = {name: value for name, value in facts.items() if name != "sealed"}
    return ", ".join(f"{name.replace('_', ' ')}: {_short(value)}" for name, value in named.items())


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _period(row: Row) -> str:
    if row.period_start is None:
        return ""
    return tables.day(row.period_start) if row.period_start % 86_400 == 0 else tables.clock(row.period_start)
