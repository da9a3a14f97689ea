"""Seals reports into the ledger, shows them exactly, puts zeros in place of withheld ones.

The only maker of openings: 32 fresh bytes for each vector, kept beside its body. A preview's opening is
thrown away, so that what was looked at and what is sent are never the same bytes.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from agent.errors import Declined, UsageError
from agent.ledger import SealedBody, Unreadable
from dap import seal as wire
from dap.errors import DapError
from dap.messages.binding import vdaf_context
from dap.seal import OPENING_SIZE, Measurement, Recipients
from dap.task import TaskConfiguration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.env import Env
    from agent.ledger import Kept, Ledger, Report
    from dap.task import Task

KEYS: Final = (
    *("task_id", "task_configuration", "time", "vector", "length", "chunk_length", "opening", "report_id"),
    *("shard_rand", "public_share", "leader_input_share", "helper_input_share"),
    *("leader_hpke_config", "helper_hpke_config", "leader_ephemeral_seed", "helper_ephemeral_seed"),
    *("body", "body_sha256"),
)
"""What `exact` gives, in the order that docs/verify.md explains it."""


def seal(
    env: Env,
    ledger: Ledger,
    task: Task,
    measurement: Measurement,
    *,
    start: int,
    stop: int,
    choice: str | None,
    zeros: bool = False,
    because: str = "",
    replaces: Report | None = None,
) -> Report:
    """Seal a measurement of [start, stop) and keep it, held.

    `choice` is the person's setting under which it was made. Declined if it was changed meanwhile, or if a
    report of any task already tells of that time.
    """
    return _seal(
        *(env, ledger, Recipients.of(task), task.serial, measurement),
        start=start,
        stop=stop,
        choice=choice,
        zeros=zeros,
        because=because,
        replaces=replaces,
    )


def replace(env: Env, ledger: Ledger, withheld: Report, choice: str | None) -> Report:
    """Seal zeros, with a new opening, in place of a withheld report: for the same task, period and moment.

    If another process was first, its zeros are given. Unreadable if what is kept of the report is damaged.
    """
    kept = _kept(ledger, withheld)
    try:
        with _readable(kept):
            measurement = Measurement(withheld.time, (0,) * len(kept.sealed.vector))
            return _seal(
                *(env, ledger, recipients(withheld, kept), withheld.serial, measurement),
                start=withheld.start,
                stop=withheld.stop,
                choice=choice,
                zeros=True,
                because="withheld",
                replaces=withheld,
            )
    except Declined:
        if (there := ledger.zeros_for(withheld)) is None:
            raise
        return there


def is_outdated(ledger: Ledger, report: Report, task: Task) -> bool:
    """Whether a newer file of the report's own task names other HPKE keys than it is sealed to."""
    kept = ledger.body(report)
    if kept is None or task.serial <= report.serial:
        return False
    ours, newer = recipients(report, kept), Recipients.of(task)
    return ours[:2] == newer[:2] and ours[2:] != newer[2:]


def reseal(ledger: Ledger, report: Report, task: Task, now: float) -> Report:
    """Encrypt a report to the task's newer HPKE keys: same id, randomness and shares, new ephemerals.

    Unreadable if what is kept of the report is damaged.
    """
    kept = _kept(ledger, report)
    with _readable(kept):
        measurement = Measurement(report.time, tuple(kept.sealed.vector))
        sealed = wire.reseal(measurement, recipients(report, kept), task, kept.sealed.opening)
    newer = Recipients.of(task)
    body = kept.sealed._replace(
        body=sealed.body, leader_hpke=newer.leader_hpke_config, helper_hpke=newer.helper_hpke_config
    )
    return ledger.reseal(report, body, task.serial, now)


def preview(env: Env, task: Task, measurement: Measurement) -> dict[str, Any]:
    """What a report of this measurement would be, to the byte, with an opening that is thrown away."""
    return _ordered(wire.exact(measurement, Recipients.of(task), env.random(OPENING_SIZE)))


def exact(ledger: Ledger, row: int) -> dict[str, Any]:
    """All that recomputing the body takes which the ledger's row `row` recorded.

    UsageError if it is gone, Unreadable if it is damaged.
    """
    kept, report = ledger.kept_at(row), ledger.report_of_row(row)
    if kept is None or report is None:
        reason = "its body was pruned or erased" if report else "it recorded no body"
        raise UsageError(f"row {row} cannot be shown exactly: {reason}", "`shoal ledger` lists the rows.")
    with _readable(kept):
        measurement = Measurement(report.time, tuple(kept.checked().sealed.vector))
        return _ordered(wire.exact(measurement, recipients(report, kept), kept.sealed.opening))


def pieces(data: Mapping[str, Any]) -> dict[str, list[str]]:
    """Of an `exact` report what each operator gets of the vector's entries, the helper's seed expanded.

    One text of hexadecimal digits for each entry, 16 bytes, little-endian; added modulo the field's prime
    they are the entry.
    """
    vdaf = TaskConfiguration.decode(bytes.fromhex(data["task_configuration"])).vdaf()
    shares = [bytes.fromhex(data[f"{role}_input_share"]) for role in ("leader", "helper")]
    found = vdaf.measurement_shares(vdaf_context(bytes.fromhex(data["task_id"])), shares)
    texts = [[vdaf.field.encode([one]).hex() for one in share] for share in found]
    return dict(zip(("leader", "helper"), texts, strict=True))


def recipients(report: Report, kept: Kept) -> Recipients:
    """Where a kept body goes."""
    sealed = kept.sealed
    return Recipients(report.task_id, sealed.configuration, sealed.leader_hpke, sealed.helper_hpke)


def _seal(
    env: Env,
    ledger: Ledger,
    to: Recipients,
    serial: int,
    measurement: Measurement,
    *,
    start: int,
    stop: int,
    choice: str | None,
    zeros: bool,
    because: str,
    replaces: Report | None,
) -> Report:
    opening = env.random(OPENING_SIZE)
    sealed = wire.seal_to(measurement, to, opening)
    body = SealedBody(
        sealed.body,
        opening,
        bytes(measurement.vector),
        to.configuration,
        to.leader_hpke_config,
        to.helper_hpke_config,
    )
    return ledger.seal(
        body,
        task_id=to.task_id,
        serial=serial,
        time=measurement.time,
        start=start,
        stop=stop,
        zeros=zeros,
        t=env.now(),
        choice=choice,
        replaces=replaces,
        because=because,
    )


@contextmanager
def _readable(kept: Kept) -> Iterator[None]:
    """What is kept of a report is read in the block; Unreadable if it is nothing of the kind."""
    try:
        yield
    except DapError as error:
        raise Unreadable(kept, error) from error


def _kept(ledger: Ledger, report: Report) -> Kept:
    kept = ledger.body(report)
    if kept is None:
        raise UsageError("the report's body was pruned or erased", "`shoal ledger` shows when.")
    return kept


def _ordered(found: dict[str, Any]) -> dict[str, Any]:
    return {key: found[key] for key in KEYS}
