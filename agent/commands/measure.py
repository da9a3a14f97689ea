"""`run`, `once`, `status`: measuring, and what was measured, for whoever sits at the machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from agent import history, summary
from agent.commands import explain, tables
from agent.doorbell import FLUSH
from agent.errors import ShoalError, UsageError
from agent.model import Choice, Fact, Reading, Setting
from catalogue.labels import value_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.commands.session import Session
    from agent.history import Since
    from agent.store import Read, Summarised
    from catalogue.model import Catalogue, Metric

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
@click.option(
    "--explain", "id_", metavar="METRIC", help="Show one number's way, from its source to its verdict."
)
@click.option(
    "--host",
    "folder",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Ask the host that was recorded in this folder, not this computer.",
)
@JSON
@click.pass_obj
def once(session: Session, id_: str | None, folder: Path | None, json_: bool) -> None:
    """Measure once, now, and keep nothing.

    Reads every source twice, a second apart, and prints each reading as it is, or why there is none.
    Readings are single moments: what a report would say is in `shoal preview`, the health in `shoal status`.

    With --explain, one metric is read, and shown are the files, commands and calls that were asked, what they
    answered, what is computed of it and of the readings kept here, the bucket and the verdict. This may name
    programs and folders of this account; it stays on this screen.
    """
    known = session.catalogue
    if id_ is not None:
        _explain(session, id_, folder, json_)
        return
    reading = _measure(session, folder)
    if json_:
        tables.show(tables.as_json({"samples": reading.samples, "reasons": reading.reasons}))
        return
    read = [metric for metric in known.metrics if not metric.is_derived]
    shown = [explain.sample_words(known, metric, reading.samples.get(metric.id)) for metric in read]
    taken = max(len(metric.id) for metric in read) + max(len("reading") + 2, *map(len, shown)) + 4
    rows = [
        (metric.id, words, tables.cell(reading.reasons.get(metric.id, ""), taken))
        for metric, words in zip(read, shown, strict=True)
    ]
    tables.show(tables.table(rows, ("metric", "reading", "why there is none"), right=(1,)))


def _explain(session: Session, id_: str, folder: Path | None, json_: bool) -> None:
    """One metric's way. Whoever sees what is kept is noted, as by `status`; else no file is made."""
    from agent import explanation

    known = session.catalogue
    metric = _metric(known, id_)
    kept, marks = None, {}
    if folder is None and session.has_database:
        session.ask_sampler(FLUSH)  # so that the probes' memory is as of now
        with session.store() as store:
            now = session.env.now()
            marks = store.marks()
            kept = explanation.kept(store, metric, now)
            store.note_reading(now, _account())
    if folder is None:
        found = explanation.here(session.env, known, metric, marks, checks=_checks(session))
    else:
        found = explanation.replayed(folder, known, metric)
    shown = (known, metric, found, kept, explanation.remembered(marks, metric))
    tables.show(tables.as_json(explain.as_data(*shown)) if json_ else explain.as_text(*shown))


def _metric(known: Catalogue, id_: str) -> Metric:
    """The metric of that id, which must be one that is read. UsageError."""
    import difflib

    ids = [metric.id for metric in known.metrics]
    if id_ not in ids:
        named = {known.texts[id].title.lower(): id for id in ids}
        near = [named[title] for title in difflib.get_close_matches(id_.lower(), named, 1, 0.7)]
        near = near or difflib.get_close_matches(id_, ids, 3, 0.4)
        cure = f"Did you mean {', '.join(near)}?" if near else "`shoal once` lists them."
        raise UsageError(f"there is no metric {id_}", cure)
    metric = known.metric(id_)
    if metric.is_derived:
        raise UsageError(
            f"{id_} is read nowhere: it counts the checks of its category that are bad",
            "`shoal status` lists them; explain one of those.",
        )
    return metric


def _measure(session: Session, folder: Path | None) -> Reading:
    from agent import explanation

    if folder is not None:
        return explanation.whole(folder, session.catalogue)
    from agent.sampler import once as measure

    return explanation.completed(measure(session.env, checks=_checks(session)), session.catalogue)


def _checks(session: Session) -> str | None:
    """What active checks of the network go to, as a worker would leave it (Fact.CHECKS)."""
    from agent import policy

    try:
        settings = session.settings()
        rules = session.policy(settings)
        if rules.value("network_target") is None:
            return None
        from agent.worker.checks import order

        return order(session.env, rules, policy.effective(rules, Choice.of(settings.get(Setting.CHOICE))))
    except ShoalError:
        return None  # `shoal policy` and `shoal doctor` say what is wrong with it


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
        tables.show("")
        tables.show(tables.wrapped(f"Read before, in 30 days: {_readers(health.readers)}.", "  "))


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
    answered.sort(key=lambda metric: (ORDER.index(found[metric.id].verdict), metric.slot is not None))
    rows = []
    for metric in answered:
        row, texts = found[metric.id], known.texts[metric.id]
        value = value_label(metric, row.value, texts.classes) + (" of time" if _is_time(metric) else "")
        rows.append(
            (
                tables.verdict(row.verdict),
                texts.title,
                value,
                _window(metric),
                _since(since.get(metric.id)),
            )
        )
    lines = [tables.table(rows, ("", "check", "value", "over", "since"), right=(2,))] if rows else []
    silent = [known.texts[metric.id].title for metric in metrics if metric not in answered]
    if silent:
        text = f"{tables.verdict('unknown')} (`shoal once` says why): {', '.join(silent)}"
        lines.append(tables.wrapped(text, "  "))
    return "\n".join(lines)


def _is_time(metric: Metric) -> bool:
    """Whether its value is a share of the time: 2 % of the memory would be something else."""
    return metric.statistic == "share"


def _window(metric: Metric) -> str:
    """Over how many days a value was made; nothing for what is simply the newest."""
    if metric.is_derived or metric.statistic == "last":
        return ""
    return f"{metric.window} days" if metric.window > 1 else "1 day"


def _since(found: Since | None) -> str:
    if found is None:
        return ""
    return f"{history.DAYS}+ days" if found.at_least else tables.day(found.t)


def _show_fixes(known: Catalogue, found: Mapping[str, Summarised]) -> None:
    worst = [m for m in known.metrics if found[m.id].verdict in ("bad", "warn") and not m.is_derived]
    for metric in sorted(worst, key=lambda metric: ORDER.index(found[metric.id].verdict)):
        texts = known.texts[metric.id]
        tables.show("")
        tables.show(tables.wrapped(f"{texts.title}: {texts.fix}", "  "))


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
