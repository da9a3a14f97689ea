"""A task in words, as operators read it before they sign: who, what, how long, how noisy, and what shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dap.task import DAY, Mechanism, releases_a_year, summary
from server import fleet as fleets
from server.commands import output

if TYPE_CHECKING:
    from catalogue.model import Catalogue
    from dap.task import Operator, Task


def describe(task: Task, catalogue: Catalogue, devices: int) -> None:
    """Print a task and what a fleet of so many computers will see of it."""
    for warning in task.warnings:
        output.red(warning.sentence)
    for label, text in _lines(task):
        output.say(f"{label:<14}{text}")
    output.say()
    seen = _seen(task, catalogue, devices)
    for line in fleets.sentences(task.info, seen):
        output.say(line)
    said = {warning.sentence for warning in task.warnings}
    for text in seen.warnings:
        if text not in said and not text.startswith("NO NOISE"):
            output.say()
            output.red(output.wrapped(f"Warning: {text}"))


def as_json(task: Task, catalogue: Catalogue, devices: int) -> dict[str, Any]:
    """The same as plain data."""
    return {"task": summary(task), "fleet": fleets.as_json(_seen(task, catalogue, devices))}


def _seen(task: Task, catalogue: Catalogue, devices: int) -> fleets.Fleet:
    info = task.info
    metrics = catalogue.metrics[: info.metrics]
    return fleets.see(info, metrics, task.config.min_batch_size, devices)


def _lines(task: Task) -> list[tuple[str, str]]:
    config, info = task.config, task.info
    noise = (
        "NONE: totals are exact"
        if info.mechanism is Mechanism.NONE
        else f"{info.mechanism.in_words}, ρ = {info.rho} a release"
        + ("" if info.demo else f", {float(info.rho * releases_a_year(info)):g} a year")
    )
    waited = f"waited for {span(info.grace)}" if info.grace else "not waited for"
    return [
        ("Task", task.task_id.hex()),
        ("", f"serial {task.serial}{' (DEMO)' if info.demo else ''}"),
        ("Organisation", task.organisation),
        ("Agreement", task.agreement or "none named"),
        ("Leader", _operator(task.leader, config.leader_aggregator_endpoint)),
        ("", f"fingerprint {task.leader.fingerprint}"),
        ("Helper", _operator(task.helper, config.helper_aggregator_endpoint)),
        ("", f"fingerprint {task.helper.fingerprint}"),
        (
            "Asks",
            f"{info.metrics} metrics, {config.sum_vec.length} yes-or-no answers; "
            f"catalogue {info.digest.hex()[:16]}…",
        ),
        ("Period", f"{span(info.period)}; late reports are {waited}"),
        *([("", "weeks begin on Thursday, 00:00 UTC")] if info.period == 7 * DAY else []),
        ("Minimum", f"{config.min_batch_size} reports, or nothing is released"),
        ("Noise", noise),
    ]


def _operator(operator: Operator, url: str) -> str:
    return f"{operator.name} ({operator.contact}) at {url}"


def span(seconds: int) -> str:
    """A length of time in words."""
    if seconds and seconds % DAY == 0:
        days = seconds // DAY
        return f"{days} day{'s' if days != 1 else ''}"
    return f"{seconds} seconds"
