"""`run`, `once`, `status`: measuring, and what was measured, for whoever sits at the machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from agent import history, summary
from agent.commands import tables
from agent.doorbell import FLUSH
from agent.model import Fact, Reading
from catalogue.labels import shown_unit, value_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.commands.session import Session
    from agent.history import Since
    from agent.store import Read, Summarised
    from catalogue.model import Catalogue

JSON = click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")
ORDER = ("bad", "warn", "ok", "unknown")


@click.command()
@click.pass_obj
def run(session: Session) -> None:
    """Measure this device, each minute, until told to stop.

    Becomes the small resident sampler. It starts a short-lived worker when a report is to be sealed or
    sent. With the choice `off`, or before any choice, it measures nothing and waits. One runs per state;
    a second says which one does already. End it with SIGTERM or Ctrl-C: what was measured is kept.
    """
    session.env.prepare()
    session.become_resident()


@click.command()
@JSON
@click.pass_obj
def once(session: Session, json_: bool) -> None:
    """Measure once, now, and keep nothing.

    Reads every source twice, a second apart, and prints each reading as it is, or why there is none.
    Readings are single moments: what a report would say is in `shoal preview`, the health in `shoal status`.
    """
    from agent.sampler import once as measure

    reading = measure(session.env)
    known = session.catalogue
    if json_:
        tables.show(tables.as_json({"samples": reading.samples, "reasons": reading.reasons}))
        return
    rows = []
    for metric in known.metrics:
        if metric.id in reading.samples:
            sample = reading.samples[metric.id]
            shown = _sample(sample) if sample is not None else "–"
            rows.append((metric.id, shown, _sample_unit(metric), reading.reasons.get(metric.id, "")))
    tables.show(tables.table(rows, ("metric", "reading", "unit", "why there is none"), right=(1,)))


@click.command()
@JSON
@click.pass_obj
def status(session: Session, json_: bool) -> None:
    """Show this device's health.

    Each metric over its own window of days: verdict, value, and what to do about what is bad. Whoever
    reads it is noted, here on the device only, and shown to the person at the machine. Exits with 0
    whatever the verdicts: it is for reading, not for polling.
    """
    known = session.catalogue
    health = _health(session)
    if json_:
        tables.show(tables.as_json(_as_data(known, health)))
        return
    tables.show(headline(known, health.summary))
    if health.aside:
        tables.show(f"A damaged database was put aside, whole, as {health.aside} in {session.env.state}.")
    if health.last_pass is None:
        tables.show(
            f"Nothing was measured yet; the choice is {health.choice}. `shoal once` measures once and keeps"
        )
        tables.show("nothing; `shoal choose` decides, and `shoal run` measures.")
        return
    tables.show(f"Choice: {health.choice}. Last measured {tables.moment(health.last_pass)}.")
    if health.trouble:
        tables.show(f"Nothing is sent now: {health.trouble}")
    for category, title in known.categories.items():
        tables.show(f"\n{title}")
        tables.show(health_table(known, health.summary, category, health.since))
    _show_fixes(known, health.summary)
    if health.readers:
        tables.show(f"\nRead before, in 30 days: {_readers(health.readers)}.")


class Health(NamedTuple):
    """What `status` shows, read at one moment."""

    summary: Mapping[str, Summarised]
    last_pass: float | None
    choice: str
    trouble: str | None
    aside: str | None
    readers: Sequence[Read]
    since: Mapping[str, Since | None]
    """Since when each verdict holds."""


def _health(session: Session) -> Health:
    """The health as of now; whoever asks is noted. Where nothing was ever kept, looking makes no files."""
    known = session.catalogue
    if not session.has_database:
        return Health(summary.momentary(known, Reading({})), None, "none yet", None, None, (), {})
    session.ask_sampler(FLUSH)
    with session.store() as store:
        now = session.env.now()
        found = summary.today(store, known, now)
        last = store.number(Fact.LAST_PASS)
        readers = store.readings(now - 30 * 86_400)
        store.note_reading(now, _account())
        choice, trouble = _choice(session, store), store.fact(Fact.TROUBLE)
        past = history.courses(store, known, now, found)
        since = {id: history.since(course) for id, course in past.items()}
        return Health(found, last, choice, trouble, store.fact(Fact.SET_ASIDE), readers, since)


def headline(known: Catalogue, found: Mapping[str, Summarised]) -> str:
    """How it stands, in one sentence."""
    counts = summary.count(known.metrics, found)
    if not counts.answered:
        return "No check has an answer yet."
    if not counts.attention:
        return f"All {counts.answered} checks that have an answer need no attention."
    need = "1 does" if counts.attention == 1 else f"{counts.attention} do"
    return f"{counts.fine} of {counts.answered} checks need no attention, {need}."


def health_table(
    known: Catalogue,
    found: Mapping[str, Summarised],
    category: str,
    since: Mapping[str, Since | None],
) -> str:
    """One category's metrics, worst first."""
    metrics = [metric for metric in known.metrics if metric.category == category]
    answered = [metric for metric in metrics if found[metric.id].verdict != "unknown"]
    answered.sort(key=lambda metric: ORDER.index(found[metric.id].verdict))
    rows = []
    for metric in answered:
        row, texts = found[metric.id], known.texts[metric.id]
        value = value_label(metric, row.value, texts.classes)
        rows.append(
            (
                tables.verdict(row.verdict),
                texts.title,
                value,
                _window(metric.window),
                _since(since.get(metric.id)),
            )
        )
    lines = [tables.table(rows, ("verdict", "check", "value", "over", "since"), right=(2,))] if rows else []
    silent = [known.texts[metric.id].title for metric in metrics if metric not in answered]
    if silent:
        text = f"{tables.verdict('unknown')} (`shoal once` says why): {', '.join(silent)}"
        lines.append(click.wrap_text(text, 100, subsequent_indent="  "))
    return "\n".join(lines)


def _window(days: int) -> str:
    return f"{days} days" if days > 1 else "1 day" if days else ""


def _since(found: Since | None) -> str:
    if found is None:
        return ""
    return f"{history.DAYS} days or more" if found.at_least else tables.day(found.t)


def _show_fixes(known: Catalogue, found: Mapping[str, Summarised]) -> None:
    worst = [m for m in known.metrics if found[m.id].verdict in ("bad", "warn") and not m.is_derived]
    for metric in sorted(worst, key=lambda metric: ORDER.index(found[metric.id].verdict)):
        texts = known.texts[metric.id]
        tables.show("")
        tables.show(click.wrap_text(f"{texts.title}: {texts.fix}", 100, subsequent_indent="  "))


def _as_data(known: Catalogue, health: Health) -> dict[str, Any]:
    found = health.summary
    return {
        "headline": headline(known, found),
        "choice": health.choice,
        "trouble": health.trouble,
        "last_measured": health.last_pass,
        "metrics": [
            {
                "id": metric.id,
                "title": known.texts[metric.id].title,
                "value": found[metric.id].value,
                "unit": metric.unit,
                "bucket": found[metric.id].bucket,
                "label": value_label(metric, found[metric.id].value, known.texts[metric.id].classes),
                "verdict": found[metric.id].verdict,
                "window_days": metric.window,
                "since": _since_as_data(health.since.get(metric.id)),
            }
            for metric in known.metrics
        ],
        "read_by": [{"time": reader.t, "account": reader.account} for reader in health.readers],
    }


def _since_as_data(found: Since | None) -> dict[str, Any] | None:
    """The first UTC day of the present verdict; `at_least`: no older day was looked at."""
    return None if found is None else {"day": tables.day(found.t), "at_least": found.at_least}


def _choice(session: Session, store: Any) -> str:
    """The choice in force; a policy that cannot be read does not keep anybody from reading the health."""
    from agent import policy
    from agent.errors import PolicyInvalid
    from agent.model import Choice, Setting

    chosen = store.setting(Setting.CHOICE)
    try:
        return str(policy.effective(session.policy(store.settings()), Choice.of(chosen)))
    except PolicyInvalid as error:
        return f"{chosen or 'none'}, but nothing is sent: {error.message}"


def _readers(readers: Any) -> str:
    newest: dict[str, int] = {}
    for reader in readers:
        newest.setdefault(reader.account, reader.t)
    return ", ".join(f"{account} ({tables.moment(t)})" for account, t in newest.items())


def _account() -> str:
    """The account that reads: by the process's user, since variables can say anything; and, under sudo, whose
    hands it was."""
    import getpass

    try:
        import pwd

        account = pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        account = getpass.getuser()
    behind = os.environ.get("SUDO_USER", "")
    return f"{account} (sudo by {behind})" if behind and behind.isprintable() else account


def _sample(sample: Any) -> str:
    if isinstance(sample, tuple):
        return f"{sample[0]:g} of {sample[1]:g}"
    return f"{sample:g}"


def _sample_unit(metric: Any) -> str:
    if metric.statistic in ("share", "ratio"):
        return {"share": "1: yes, 0: no", "ratio": "counted"}[metric.statistic]
    return shown_unit(metric) if not metric.classes else "class " + "/".join(metric.classes)
