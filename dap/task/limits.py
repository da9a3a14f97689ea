"""What no task may ask, whoever signed it; and what people are told about one, and about the next."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from dap.constants import BATCH_MODE_TIME_INTERVAL, Role
from dap.errors import DapError, TaskRefused
from dap.task.configuration import require_url
from dap.task.info import Mechanism

if TYPE_CHECKING:
    from dap.task.agreement import Operator, Task
    from dap.task.configuration import TaskConfiguration
    from dap.task.info import TaskInfo

DAY: Final = 86_400
WEEK: Final = 7 * DAY
YEAR: Final = 52 * WEEK
"""The year that ceilings count in."""
PERIODS: Final = (DAY, WEEK)
LEAST_GRACE: Final = 3 * DAY
MOST_GRACE: Final = 14 * DAY
LEAST_BATCH: Final = 25
MOST_RHO: Final = Fraction(1)
"""A release's, and that of any seven days."""
MOST_RHO_A_YEAR: Final = Fraction(52)
MOST_LENGTH: Final = 1 << 14
"""Entries of a vector: far above any catalogue, low enough that sealing takes a moment."""


def check_limits(
    task: Task,
    *,
    floor: int = LEAST_BATCH,
    max_rho_per_release: Fraction = MOST_RHO,
    max_rho_per_year: Fraction = MOST_RHO_A_YEAR,
    demo_allowed: bool = False,
) -> None:
    """Refuse a task beyond the ceilings that are built in, or beyond narrower ones of a policy; TaskRefused.

    `floor` is the least minimum batch; ρ is limited for a release and for 52 weeks, and by what is built in:
    1 in seven days. A task flagged as a demo may have any period of at least a second, no grace, any batch
    and no noise, and is refused unless `demo_allowed`.
    """
    config, info = task.config, task.info
    if info.demo and not demo_allowed:
        raise TaskRefused("demo", "is set: a demo task is refused unless the state was made for one")
    _check_operators(task)
    _check_urls(config)
    _check_vector(config, info)
    _check_time(config, info)
    _check_batch(config, info, floor)
    _check_noise(info, max_rho_per_release, max_rho_per_year)


def _check_operators(task: Task) -> None:
    leader, helper = task.leader, task.helper
    if leader.role is not Role.LEADER or helper.role is not Role.HELPER:
        raise TaskRefused("leader", "and helper have their places exchanged")
    if leader.signing_key == helper.signing_key:
        raise TaskRefused("helper.signing_key", "is the leader's own: one operator would hold both halves")
    if leader.hpke_config.public_key == helper.hpke_config.public_key:
        raise TaskRefused("helper.hpke_config", "is the leader's own: one operator could open both halves")


def _check_urls(config: TaskConfiguration) -> None:
    leader, helper = config.leader_aggregator_endpoint, config.helper_aggregator_endpoint
    require_url(leader, "leader_aggregator_endpoint")
    require_url(helper, "helper_aggregator_endpoint")
    if leader.rstrip("/").lower() == helper.rstrip("/").lower():
        raise TaskRefused("helper_aggregator_endpoint", "is the leader's own")


def _check_vector(config: TaskConfiguration, info: TaskInfo) -> None:
    if (config.batch_mode, config.batch_config) != (BATCH_MODE_TIME_INTERVAL, b""):
        raise TaskRefused("batch_mode", "is not time_interval")
    if config.extensions:
        raise TaskRefused("extensions", "are not supported")
    length, max_measurement, chunk_length = config.sum_vec
    if max_measurement != 1:
        raise TaskRefused("max_measurement", "is not 1: a vector holds zeros and ones only")
    if not 1 <= info.metrics <= length <= MOST_LENGTH:
        raise TaskRefused("length", f"is not between the number of metrics and {MOST_LENGTH}")
    if not 1 <= chunk_length <= length:
        raise TaskRefused("chunk_length", "is not between 1 and the length")
    try:
        config.vdaf()
    except DapError as error:
        raise TaskRefused("vdaf_configuration", f"cannot be used ({error})") from None


def _check_time(config: TaskConfiguration, info: TaskInfo) -> None:
    if info.demo:
        if info.period < 1:
            raise TaskRefused("period", "is shorter than a second")
    elif info.period not in PERIODS:
        raise TaskRefused("period", "is neither a day nor seven days")
    elif not LEAST_GRACE <= info.grace <= MOST_GRACE:
        raise TaskRefused("grace", "is not between 3 and 14 days")
    if config.time_precision != info.period:
        raise TaskRefused("time_precision", "is not the period")


def _check_batch(config: TaskConfiguration, info: TaskInfo, floor: int) -> None:
    least = 1 if info.demo else max(floor, LEAST_BATCH)
    if config.min_batch_size < least:
        raise TaskRefused("min_batch_size", f"is {config.min_batch_size}, below the floor of {least}")


def _check_noise(info: TaskInfo, per_release: Fraction, per_year: Fraction) -> None:
    if info.mechanism is Mechanism.NONE:
        if not info.demo:
            raise TaskRefused(
                "mechanism", "is none: without noise no ceiling of ρ holds; only a demo may do so"
            )
        if info.rho != 0:
            raise TaskRefused("rho", "is promised, but without noise nothing is: it must be 0")
        return
    if info.rho <= 0:
        raise TaskRefused("rho", "is 0, which no amount of noise reaches")
    if info.rho > min(per_release, MOST_RHO):
        raise TaskRefused(
            "rho", f"is {info.rho} a release, above the ceiling of {min(per_release, MOST_RHO)}"
        )
    if info.demo:
        return
    if info.rho * WEEK > MOST_RHO * info.period:
        raise TaskRefused("rho", f"is {info.rho * WEEK / info.period} in seven days, above {MOST_RHO}")
    most = min(per_year, MOST_RHO_A_YEAR)
    if info.rho * YEAR > most * info.period:
        raise TaskRefused("rho", f"is {info.rho * YEAR / info.period} a year, above the ceiling of {most}")


def summary(task: Task) -> dict[str, Any]:
    """A task as plain data to show: text, whole numbers (seconds), no bytes. `rho` is a fraction's text."""
    terms = task.config.terms()
    leader_url, helper_url = terms.pop("leader_url"), terms.pop("helper_url")
    return {
        "organisation": task.organisation,
        "agreement": task.agreement,
        "serial": task.serial,
        "task_id": task.task_id.hex(),
        "leader": _operator(task.leader, leader_url),
        "helper": _operator(task.helper, helper_url),
        **terms,
        "warnings": [warning.value for warning in task.warnings],
    }


def _operator(operator: Operator, url: str) -> dict[str, str]:
    return {
        "name": operator.name,
        "contact": operator.contact,
        "url": url,
        "fingerprint": operator.fingerprint,
        "hpke_fingerprint": operator.hpke_fingerprint,
    }


def widened(old: Task, new: Task) -> list[str]:
    """Why a person must be asked again: what the new task takes or risks more than the accepted one.

    A list out of: metrics (more, or others), operators (another name or key), min_batch_size (lower),
    rho (higher for a release or for any time, or noise that is gone), period (shorter), demo (now one).
    """
    before, after = old.info, new.info
    noise_gone = after.mechanism is Mechanism.NONE and before.mechanism is not Mechanism.NONE
    faster = after.rho * before.period > before.rho * after.period
    found = {
        "metrics": after.metrics > before.metrics
        or (after.metrics == before.metrics and after.digest != before.digest),
        "operators": _who(old) != _who(new),
        "min_batch_size": new.config.min_batch_size < old.config.min_batch_size,
        "rho": noise_gone or (before.mechanism is not Mechanism.NONE and (after.rho > before.rho or faster)),
        "period": after.period < before.period,
        "demo": after.demo and not before.demo,
    }
    return [field for field, true in found.items() if true]


def _who(task: Task) -> tuple[tuple[str, bytes], ...]:
    return tuple((operator.name, operator.signing_key) for operator in (task.leader, task.helper))


def differences(old: Task, new: Task) -> list[tuple[str, Any, Any]]:
    """Everything of `summary` that changed, as (field, before, after); fields like "leader.url"."""
    before, after = _flat(summary(old)), _flat(summary(new))
    return [(field, before[field], after[field]) for field in before if before[field] != after[field]]


def _flat(members: dict[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in members.items():
        if isinstance(value, dict):
            flat |= {f"{name}.{inner}": text for inner, text in value.items()}
        else:
            flat[name] = value
    return flat
