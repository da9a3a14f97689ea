"""`policy`: every setting, where it comes from, who may change it; and the person's own values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from agent import decisions
from agent import policy as rules
from agent.commands import tables
from agent.doorbell import WORK

if TYPE_CHECKING:
    from agent.commands.session import Session
    from agent.policy import Key, Policy


JSON = click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")


@click.group(invoke_without_command=True)
@JSON
@click.option(
    "--document", is_flag=True, help="Print the table of all keys, for administrators, as Markdown."
)
@click.pass_context
def policy(ctx: click.Context, json_: bool, document: bool) -> None:
    """Show every setting, its source, and who may change it.

    Values come from what is built in, then from the organisation's files in order, then from you; each may
    only narrow what the one before allows. `shoal policy set KEY VALUE` sets yours, `unset` removes it.
    """
    if ctx.invoked_subcommand is not None:
        return
    if document:
        tables.show(document_keys())
        return
    session: Session = ctx.obj
    found = session.policy(session.settings())
    known = {metric.id for metric in session.catalogue.metrics}
    notes = rules.unknown_metrics(found, known)
    if json_:
        tables.show(tables.as_json({"values": [_value(key, found) for key in rules.KEYS], "notes": notes}))
        return
    rows = [
        (key.name, rules.text(found.values[key.name].value), str(found.values[key.name].origin), key.own_text)
        for key in rules.KEYS
    ]
    tables.show(tables.table(rows, ("key", "value", "from", "you may")))
    for key in rules.KEYS:
        value = found.values[key.name]
        if value.where:
            tables.show(f"{key.name}: {value.where}" + (f" ({value.reason})" if value.reason else ""))
    for key in rules.KEYS:
        for note in found.values[key.name].notes:
            tables.show(f"{key.name}: {note}")
    for note in notes:
        tables.show(note)


@policy.command("set")
@click.argument("key")
@click.argument("value")
@JSON
@click.pass_obj
def set_(session: Session, key: str, value: str, json_: bool) -> None:
    """Set a value of your own, which can only narrow the organisation's.

    Lists take ids with commas: `shoal policy set blocked_metrics app.crashes,network.wifi_signal` silences
    two metrics on this device.
    """
    _require_key(key)
    typed = rules.from_text(key, value)
    if key == "blocked_metrics" and isinstance(typed, list):
        _require_known(session, typed)
    _write(session, key, typed, json_)


@policy.command()
@click.argument("key")
@JSON
@click.pass_obj
def unset(session: Session, key: str, json_: bool) -> None:
    """Remove a value of your own."""
    _require_key(key)
    _write(session, key, None, json_)


def _write(session: Session, key: str, value: Any, json_: bool) -> None:
    with session.ledger() as ledger:
        policy = decisions.set_value(session.env, ledger, key, value)
    found = policy.values[key]
    session.ask_sampler(WORK)
    if json_:
        tables.show(tables.as_json(_value(rules.BY_NAME[key], policy)))
        return
    tables.show(f"{key} = {rules.text(found.value)} ({found.source})")
    if value is not None and found.origin is not rules.Origin.YOU:
        tables.show(
            f"Your value is kept, but changes nothing now: you may only {rules.BY_NAME[key].own_text}."
        )
    for note in found.notes:
        tables.show(note)


def _require_key(key: str) -> None:
    import difflib

    if key not in rules.BY_NAME:
        close = difflib.get_close_matches(key, rules.BY_NAME, 1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise click.BadParameter(f"there is no policy key {key}{hint}", param_hint="KEY")


def _require_known(session: Session, ids: list[str]) -> None:
    import difflib

    known = [metric.id for metric in session.catalogue.metrics]
    for id in ids:
        if id not in known:
            close = difflib.get_close_matches(id, known, 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise click.BadParameter(f"there is no metric {id}{hint}", param_hint="VALUE")


def _value(key: Key, found: Policy) -> dict[str, Any]:
    value = found.values[key.name]
    return {
        "key": key.name,
        "value": rules.text(value.value),
        "origin": str(value.origin),
        "where": value.where,
        "reason": value.reason,
        "locked": value.locked,
        "notes": list(value.notes),
    }


def document_keys() -> str:
    """The table of keys as Markdown, for docs/policy.md."""
    lines = [
        "# Policy",
        "",
        "Machine-wide settings, for administrators. A value may only narrow what is built in, a later file",
        "only what an earlier one allows, and the person at the machine only what the organisation allows.",
        "On Linux they are TOML files: `/etc/shoal/policy.toml`, then `/etc/shoal/policy.d/*.toml` by name.",
        "A table `[reasons]` may hold a line of text for any key, which is shown beside its value. Windows",
        "and macOS places are declared here and read by a later version.",
        "",
        "Made by `shoal policy --document`.",
        "",
    ]
    for key in rules.KEYS:
        lines += [
            f"## {key.name}",
            "",
            key.text,
            "",
            f"- type: {key.kind}" + (f" ({key.limits})" if key.limits else ""),
            f"- default: {rules.text(key.default)}",
            f"- the person may: {key.own_text}",
            f"- Windows: `{key.places['windows']}`",
            f"- macOS: `{key.places['macos']}`",
            "",
        ]
    return "\n".join(lines).rstrip()
