"""Joins what is built in, what the organisation's files set and what the person set: each may only narrow."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from agent.errors import PolicyInvalid
from agent.policy.keys import BY_NAME, KEYS, Key, Own

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from agent.policy.source import Set


class Origin(StrEnum):
    """Who set a value."""

    BUILT_IN = "built-in"
    ORGANISATION = "organisation"
    YOU = "you"


class Value(NamedTuple):
    """A value in force, and why it is that one."""

    value: Any
    origin: Origin = Origin.BUILT_IN
    where: str = ""
    """file:line, where the organisation set it."""
    reason: str = ""
    """What the file's author wrote beside it."""
    notes: tuple[str, ...] = ()
    """Attempts to set it that were ignored, in words."""
    locked: bool = False
    """The person cannot change it."""

    @property
    def source(self) -> str:
        """The source in words: "organisation: /etc/shoal/policy.toml:3 (works agreement §4)"."""
        text = str(self.origin)
        text += f": {self.where}" if self.where else ""
        return text + (f" ({self.reason})" if self.reason else "")


class Policy(NamedTuple):
    """All values in force, by key. `policy.value(name)` is the value alone."""

    values: Mapping[str, Value]

    def value(self, name: str) -> Any:
        """The value of a key, in its own type."""
        return self.values[name].value

    @property
    def upload(self) -> str:
        """off, local, ask or required."""
        return str(self.value("upload"))

    @property
    def is_shared(self) -> bool:
        """Whether many people use this machine, so that nothing is sent from it."""
        return bool(self.value("machine_kind") == "shared")

    @property
    def blocked_metrics(self) -> tuple[str, ...]:
        """What the organisation blocks and the person silenced."""
        return tuple(self.value("blocked_metrics"))

    @property
    def task_file(self) -> Path | None:
        """Where the organisation keeps the task file, if it says so."""
        path: Path | None = self.value("task_file")
        return path

    @property
    def token_file(self) -> Path | None:
        """Where the organisation keeps the token, if it says so."""
        path: Path | None = self.value("token_file")
        return path

    @property
    def floors(self) -> dict[str, Any]:
        """The limits for tasks, as keyword arguments of dap.task.check_limits."""
        return {
            "floor": int(self.value("min_batch_size")),
            "max_rho_per_release": Fraction(self.value("max_rho_per_release")),
            "max_rho_per_year": Fraction(self.value("max_rho_per_year")),
        }

    def stamp(self) -> dict[str, list[str]]:
        """What differs from what is built in: key → [value, source], for the ledger."""
        return {
            name: [text(value.value), value.source]
            for name, value in self.values.items()
            if value.origin is not Origin.BUILT_IN
        }


def text(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else str(float(value))
    return "none" if value is None else str(value)


def merge(sets: Sequence[Set], own: Mapping[str, Any]) -> Policy:
    """The policy in force. `own` are the person's checked values by key.

    PolicyInvalid if values do not fit each other. What would widen an earlier file's value, or the
    organisation's, is ignored with a note.
    """
    values = {key.name: _value(key, [s for s in sets if s.name == key.name], own) for key in KEYS}
    policy = Policy(values)
    _require_fit(policy)
    return policy


def _value(key: Key, sets: Sequence[Set], own: Mapping[str, Any]) -> Value:
    value = _organisation(key, sets)
    is_set = value.origin is Origin.ORGANISATION
    locked = key.own is Own.NO or (key.own is Own.UNLESS_SET and is_set)
    value = value._replace(locked=locked)
    if key.name not in own or locked:
        return value
    mine = _own(key, value.value, own[key.name])
    if mine == value.value:
        return value
    joined = isinstance(mine, tuple) and value.value
    where = value.where if joined else ""
    return value._replace(value=mine, origin=Origin.YOU, where=where, reason="")


def _organisation(key: Key, sets: Sequence[Set]) -> Value:
    value = Value(key.default)
    for found in sets:
        if value.origin is Origin.BUILT_IN:
            value = Value(found.value, Origin.ORGANISATION, found.where, found.reason)
            continue
        narrower = value.value if key.narrower is None else key.narrower(value.value, found.value)
        if narrower == value.value:
            if found.value != value.value:
                note = (
                    f"{found.where}: {text(found.value)} is ignored, {value.where} came first or allows less"
                )
                value = value._replace(notes=(*value.notes, note))
        elif narrower == found.value:
            value = Value(narrower, Origin.ORGANISATION, found.where, found.reason, value.notes)
        else:
            where = f"{value.where}, {found.where}"
            value = Value(narrower, Origin.ORGANISATION, where, value.reason or found.reason, value.notes)
    return value


def _own(key: Key, organisation: Any, mine: Any) -> Any:
    if key.own is Own.TURN_OFF:
        return None
    if key.own is Own.NARROW and key.narrower is not None:
        return key.narrower(organisation, mine)
    return mine


def _require_fit(policy: Policy) -> None:
    upload, trust = policy.values["upload"], policy.values["use_system_trust"]
    if upload.value == "required":
        for name in ("contact", "agreement_url"):
            if policy.value(name) is None:
                raise PolicyInvalid(
                    f"{upload.where}: upload = required needs {name} as well",
                    f"Set {name}; until then nothing is sent.",
                )
    if not trust.value and policy.value("ca_bundle") is None:
        raise PolicyInvalid(
            f"{trust.where or 'your setting'}: use_system_trust = false needs ca_bundle as well",
            "Set ca_bundle, or nothing would be trusted at all.",
        )


def check_own(name: str, value: Any) -> Any:
    """The value of a key that the person may set, checked; PolicyInvalid says what it should be."""
    key = BY_NAME.get(name)
    if key is None:
        raise PolicyInvalid(f"your setting: {name} is no policy key", "`shoal policy` lists the keys.")
    if key.own is Own.NO:
        raise PolicyInvalid(f"your setting: {name} is not yours to set", "`shoal policy` says who may.")
    if key.own is Own.TURN_OFF:
        if value not in (None, "off"):
            raise PolicyInvalid(f"your setting: {name} can only be turned off", "Say off.")
        return None
    try:
        return key.check(value)
    except ValueError as error:
        raise PolicyInvalid(
            f"your setting: {name} should be {error}", f"`shoal policy` shows {name}."
        ) from None
