"""`preview`, `send-now`, `withhold`: the next report before it exists, and the held one before it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import click

from agent import decisions, enrolment, measurement, policy, summary
from agent.commands import exact, tables
from agent.doorbell import FLUSH, WORK
from agent.errors import NotEnrolled
from agent.model import Choice, Fact, ReportState, Setting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.commands.session import Session
    from agent.enrolment import Enrolment
    from agent.policy import Policy
    from agent.store import Summarised
    from catalogue.model import Metric

JSON = click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")


class Next(NamedTuple):
    """What the next report would be made of."""

    enrolled: Enrolment | None
    choice: Choice
    chosen: bool
    metrics: Sequence[Metric]
    left_out: Sequence[str]
    summary: Mapping[str, Summarised]
    trouble: str | None
    """What keeps it from being sealed or sent, as the last worker left it."""
    momentary: bool
    """Nothing is stored yet: the answers come from one measuring just now, which is not kept."""


@click.command()
@click.option("--exact", "exact_", is_flag=True, help="Show every byte, and all that it follows from.")
@JSON
@click.pass_obj
def preview(session: Session, exact_: bool, json_: bool) -> None:
    """Show what the next report would say.

    From what is stored so far; before the first choice, from one measuring just now, of which nothing is
    kept. With --exact the whole report is made, to the byte, with an opening that is thrown away: what is
    sent later has another one. Sends nothing.
    """
    found = _next(session)
    if exact_:
        data = _exactly(session, found)
        tables.show(exact.as_json(data) if json_ else exact.describe(data, session.catalogue))
        return
    if json_:
        tables.show(tables.as_json(_as_data(session, found)))
        return
    _describe(session, found)


def _next(session: Session) -> Next:
    known = session.catalogue
    session.ask_sampler(FLUSH)
    settings = session.settings()
    rules = session.policy(settings)
    chosen = Choice.of(settings.get(Setting.CHOICE))
    choice = policy.effective(rules, chosen)
    enrolled = _enrolment(session, rules)
    metrics = enrolled.metrics(known) if enrolled else known.metrics
    options: dict[str, Any] = {"asked": metrics, "left_out": rules.blocked_metrics}
    rows = _stored(session, options)
    momentary = rows is None
    if rows is None:
        from agent.sampler import once

        rows = summary.momentary(known, once(session.env), **options)
    trouble = _trouble(session) if choice.sends else None
    return Next(
        enrolled, choice, chosen is not None, metrics, rules.blocked_metrics, rows, trouble, momentary
    )


def _trouble(session: Session) -> str | None:
    if not session.has_database:
        return None
    with session.store() as store:
        return store.fact(Fact.TROUBLE)


def _stored(session: Session, options: dict[str, Any]) -> Mapping[str, Summarised] | None:
    """What is stored so far; None if nothing was ever measured."""
    if not session.has_database:
        return None
    with session.store() as store:
        if store.fact(Fact.LAST_PASS) is None:
            return None
        return summary.today(store, session.catalogue, session.env.now(), **options)


def _enrolment(session: Session, rules: Policy) -> Enrolment | None:
    try:
        return enrolment.load(session.env, rules, session.catalogue)
    except NotEnrolled:
        return None


def _exactly(session: Session, found: Next) -> dict[str, Any]:
    from agent import report

    if found.enrolled is None:
        raise NotEnrolled(
            "there is no task to seal a report for", "Enrol with `shoal enrol TASK_FILE --token-file FILE`."
        )
    task = found.enrolled.task
    period = int(session.env.now() // task.info.period)
    if found.choice is Choice.QUIET:
        made = measurement.zeros(period, task.config.sum_vec.length)
    else:
        made = measurement.measure(period, found.summary, found.metrics, found.left_out)
    return report.preview(session.env, task, made)


def _answers(found: Next) -> dict[str, int | None]:
    return {
        metric.id: None if metric.id in found.left_out else found.summary[metric.id].bucket
        for metric in found.metrics
    }


def _as_data(session: Session, found: Next) -> dict[str, Any]:
    from catalogue.labels import bucket_label

    known, answers = session.catalogue, _answers(found)
    return {
        "choice": str(found.choice),
        "enrolled": found.enrolled is not None,
        "zeros": found.choice is Choice.QUIET,
        "measured_just_now": found.momentary,
        "trouble": found.trouble,
        "answers": [
            {
                "id": metric.id,
                "title": known.texts[metric.id].title,
                "bucket": answers[metric.id],
                "label": None
                if (bucket := answers[metric.id]) is None
                else bucket_label(metric, bucket, known.texts[metric.id].classes),
                "buckets": metric.buckets,
                "silenced": metric.id in found.left_out,
            }
            for metric in found.metrics
        ],
    }


def _describe(session: Session, found: Next) -> None:
    known, answers = session.catalogue, _answers(found)
    tables.show(exact.answer_table(answers, found.metrics, known))
    count = sum(bucket is not None for bucket in answers.values())
    bits = sum(metric.buckets for metric in found.metrics)
    tables.show(
        f"\n{count} of {len(found.metrics)} questions have an answer: {count} ones among {bits} bits."
    )
    if found.momentary:
        tables.show("Measured just now, once; nothing of it is kept.")
    if found.left_out:
        tables.show(f"Silenced, so without an answer: {', '.join(found.left_out)}.")
    if found.enrolled is None:
        tables.show("Nothing can be sent: this machine is not enrolled (`shoal enrol`).")
    elif not found.chosen and not found.choice.sends:
        tables.show("Nothing is sent: you have not chosen yet (`shoal choose`).")
    elif not found.choice.sends:
        tables.show(f"Nothing is sent: the choice is {found.choice}.")
    elif found.choice is Choice.QUIET:
        tables.show("The choice is quiet: zeros are sent in place of these answers.")
    if found.trouble:
        tables.show(f"Nothing is sent now: {found.trouble}")
    if found.enrolled is not None:
        tables.show("`shoal preview --exact` shows the bytes.")


@click.command("send-now")
@JSON
@click.pass_obj
def send_now(session: Session, json_: bool) -> None:
    """Send the held report within a minute, instead of at its random moment.

    The leader can then tell that a computer at this address is on now. If it does not answer, the same
    bytes are tried again later.
    """
    from agent.worker.tend import send_now as send

    session.prepare()
    sent = send(session.env, session.catalogue)
    report = sent.report
    if json_:
        tables.show(tables.as_json(_report(report)))
    else:
        words = _state_in_words(report.state)
        tables.show(f"{tables.period(report.start, report.stop)}: {words}")
    if sent.error is not None:
        raise sent.error


@click.command()
@JSON
@click.pass_obj
def withhold(session: Session, json_: bool) -> None:
    """Take the held report back; zeros go in its place.

    The zeros leave at the moment at which the report would have left, so that nobody sees from outside
    that it was withheld. It cannot be undone, and not be done once sending has begun.
    """
    from agent import report as reports

    with session.ledger() as ledger:
        withheld = decisions.withhold(session.env, ledger)
        # at once, so that what takes its place can be looked at; a worker would do it as well
        zeros = reports.replace(session.env, ledger, withheld, decisions.settings(ledger).get(Setting.CHOICE))
    session.ask_sampler(WORK)
    if json_:
        tables.show(tables.as_json({"withheld": _report(withheld), "in_its_place": _report(zeros)}))
        return
    tables.show(
        f"{tables.period(withheld.start, withheld.stop)}: withheld. Zeros are sealed in its place "
        f"(row {zeros.sealed_row}) and leave at the same moment."
    )


def _report(report: Any) -> dict[str, Any]:
    return {
        "period_start": report.start,
        "period_stop": report.stop,
        "state": str(report.state),
        "zeros": report.zeros,
        "row": report.sealed_row,
        "note": report.note,
    }


def _state_in_words(state: ReportState) -> str:
    return {
        ReportState.DELIVERED: "delivered. The leader took it; that it was counted, nobody can tell you.",
        ReportState.SENDING: "not delivered yet; the same bytes are tried again.",
        ReportState.REFUSED: "refused for good.",
        ReportState.TOO_LATE: "too late; it was not sent.",
    }.get(state, f"{state}.")
