"""What somebody may enter for a setting of their own: within which limits, of which words."""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final, NamedTuple

from agent.policy import BY_NAME, Own, from_text
from agent.policy import text as plain
from agent.policy.keys import LEAST_BATCH, MOST_DAYS, MOST_HOLD
from ui.view_models import rules, sayings
from ui.words import translate

if TYPE_CHECKING:
    from agent.policy import Key
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

MOST_COMPUTERS: Final = 1_000_000
_LIMITS: Final = {
    "min_batch_size": (LEAST_BATCH, MOST_COMPUTERS),
    "review_hold_hours": (0, MOST_HOLD),
    "retention_days": (1, MOST_DAYS),
}
OFF: Final = {"network_target": "off", "download_test": "false"}
"""What turning a setting off means for the command."""


class Kind(StrEnum):
    """How a value is entered."""

    WHOLE = "whole"
    """A whole number from `low` to `high`."""
    TEXT = "text"
    WORDS = "words"
    """One of `options`."""


class Editor(NamedTuple):
    """A small form for one setting."""

    key: str
    title: str
    kind: Kind
    value: str
    """What holds now."""
    hint: str
    """Below the field."""
    low: int = 0
    high: int = 0
    options: tuple[tuple[str, str], ...] = ()
    """(value, in words)."""


def editor(snapshot: Snapshot, key: str, numbers: Numbers) -> Editor | None:
    """The form for a setting; None if nothing is to be entered for it."""
    found, policy = BY_NAME.get(key), snapshot.policy
    if found is None or policy is None or policy.values[key].locked or found.own is Own.NO:
        return None
    title, value = rules.name(key), policy.value(key)
    if key in _LIMITS:
        low, high = _LIMITS[key]
        base = int((snapshot.organisation or policy).value(key))
        low, high = (base, high) if found.own_text == "raise" else (low, base)
        hint = translate("Editing", "From {low} to {high}.").format(
            low=numbers.whole(low), high=rules.value_words(snapshot, key, high, numbers)
        )
        return Editor(key, title, Kind.WHOLE, str(int(value)), hint, low, high)
    words = _words(found)
    if words:
        options = tuple(
            (word, rules.value_words(snapshot, key, from_text(key, word), numbers)) for word in words
        )
        return Editor(key, title, Kind.WORDS, plain(value), _hint(found, snapshot), options=options)
    if found.own in (Own.NARROW, Own.UNLESS_SET) and key != "blocked_metrics":
        return Editor(key, title, Kind.TEXT, "" if value is None else plain(value), _hint(found, snapshot))
    return None


def trouble(key: str, typed: str) -> str:
    """Why something that was typed is no value of that setting; empty if it is one."""
    try:
        BY_NAME[key].check(from_text(key, typed))
    except ValueError as error:
        return translate("Editing", "{name} should be {what}.").format(
            name=rules.name(key), what=sayings.wanted(str(error))
        )
    return ""


def _words(key: Key) -> tuple[str, ...]:
    if key.name == "download_test":
        return ()
    if key.kind == "true / false":
        return ("true", "false")
    if key.own is Own.FREELY:
        return tuple(key.kind.split(" / "))
    return ()


def _hint(key: Key, snapshot: Snapshot) -> str:
    match key.name:
        case "proxy":
            return translate("Editing", "`system`, `none`, or `http://host:port`.")
        case "ca_bundle":
            return translate("Editing", "The full path of a file of certificates (PEM).")
        case "use_system_trust":
            return translate("Editing", "No only works with further certificates.")
        case "log_level":
            return translate("Editing", "The log stays on this computer.")
    if isinstance(key.default, Fraction):
        base = plain((snapshot.organisation or snapshot.policy).value(key.name))  # type: ignore[union-attr]
        return translate("Editing", "Above 0, at most {most}. Lower is more noise.").format(most=base)
    return ""
