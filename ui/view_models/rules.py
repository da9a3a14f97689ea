"""Every setting, its value in words, who set it, where and why, and what the person may do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agent.policy import BY_NAME, KEYS, Origin, Own
from agent.policy import text as plain
from ui.view_models import sayings
from ui.words import translate

if TYPE_CHECKING:
    from agent.policy import Key, Value
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

FIRST: Final = (
    *("upload", "min_batch_size", "review_hold_hours", "retention_days", "blocked_metrics"),
    *("network_target", "proxy", "tray"),
)
"""What most people look for; the rest follows in the table's own order."""


class Rule(NamedTuple):
    """One setting."""

    key: str
    name: str
    value: str
    origin: Origin
    set_by: str
    """ "Built in", "Your organisation", "You"."""
    where: str
    """File, line and reason; or that it is the default. With what the person may do."""
    action: str
    """ "Raise", "Lower", "Change", "Choose", "Turn off"; empty: nothing."""
    removable: bool
    """The person has set a value of their own, and may remove it."""
    notes: tuple[str, ...]
    """Attempts that were ignored."""
    spoken: str


class Page(NamedTuple):
    """The table."""

    columns: tuple[str, str, str, str]
    rules: tuple[Rule, ...]
    main: int
    """So many of them are shown at first."""


def page(snapshot: Snapshot, numbers: Numbers) -> Page:
    """All settings; none if the policy cannot be read (a notice says so)."""
    keys = [BY_NAME[name] for name in FIRST] + [key for key in KEYS if key.name not in FIRST]
    rules = () if snapshot.policy is None else tuple(_rule(snapshot, key, numbers) for key in keys)
    return Page(
        columns=(
            translate("Rules", "Setting"),
            translate("Rules", "Value"),
            translate("Rules", "Set by"),
            translate("Rules", "Where and why"),
        ),
        rules=rules,
        main=len(FIRST),
    )


def name(key: str) -> str:
    """A setting as people call it."""
    match key:
        case "upload":
            return translate("Rules", "Who may choose")
        case "allow_quiet":
            return translate("Rules", "Quiet, where sharing is required")
        case "allow_withhold":
            return translate("Rules", "Withholding, where sharing is required")
        case "blocked_metrics":
            return translate("Rules", "Silenced checks")
        case "task_file":
            return translate("Rules", "File of the task")
        case "token_file":
            return translate("Rules", "File of the upload token")
        case "min_batch_size":
            return translate("Rules", "Smallest group for totals")
        case "max_rho_per_release":
            return translate("Rules", "Least noise of one release (ρ)")
        case "max_rho_per_year":
            return translate("Rules", "Least noise of a year (ρ)")
        case "review_hold_hours":
            return translate("Rules", "Time to look before sending")
        case "retention_days":
            return translate("Rules", "Bytes kept here")
    return _name_of_the_rest(key)


def _name_of_the_rest(key: str) -> str:
    match key:
        case "proxy":
            return translate("Rules", "Proxy")
        case "ca_bundle":
            return translate("Rules", "Further certificates")
        case "use_system_trust":
            return translate("Rules", "The system’s certificates")
        case "network_target":
            return translate("Rules", "Active network checks")
        case "download_test":
            return translate("Rules", "Download test")
        case "machine_kind":
            return translate("Rules", "Kind of computer")
        case "contact":
            return translate("Rules", "Contact")
        case "agreement_url":
            return translate("Rules", "Agreement")
        case "tray":
            return translate("Rules", "Icon in the tray")
        case "log_level":
            return translate("Rules", "Detail of the log")
    return key


def value_words(snapshot: Snapshot, key: str, value: Any, numbers: Numbers) -> str:
    """A value as people say it."""
    match key, value:
        case "upload", "off":
            return translate("Rules", "Nobody: nothing is measured")
        case "upload", "local":
            return translate("Rules", "The person here; nothing is sent")
        case "upload", "ask":
            return translate("Rules", "The person here")
        case "upload", "required":
            return translate("Rules", "Sharing is required")
        case "proxy", "system":
            return translate("Rules", "As the system has it")
        case "tray", "full":
            return translate("Rules", "Shows its state")
        case "tray", "quiet":
            return translate("Rules", "Only when needed")
        case "machine_kind", "desktop":
            return translate("Rules", "One person’s")
        case "machine_kind", "shared":
            return translate("Rules", "Shared: measures only")
        case "network_target", None:
            return translate("Rules", "Off")
    if key == "min_batch_size":
        n = int(value)
        return translate("Rules", "%n computers", None, n)
    if key == "review_hold_hours":
        n = int(value)
        return translate("Rules", "%n hours", None, n)
    if key == "retention_days":
        n = int(value)
        return translate("Rules", "%n days", None, n)
    if key == "blocked_metrics":
        known = snapshot.catalogue.texts
        titles = [known[id].title if id in known else str(id) for id in value]
        return ", ".join(titles) or translate("Rules", "None", "no checks")
    if isinstance(value, bool):
        return translate("Rules", "Yes") if value else translate("Rules", "No")
    return translate("Rules", "None") if value is None else plain(value)


def origin_words(origin: Origin) -> str:
    """Who set a value."""
    match origin:
        case Origin.BUILT_IN:
            return translate("Rules", "Built in")
        case Origin.ORGANISATION:
            return translate("Rules", "Your organisation")
        case Origin.YOU:
            return translate("Rules", "You")


def action(key: Key, value: Value) -> str:
    """What the person may do about a value, as a verb; empty for nothing."""
    if value.locked or key.own is Own.NO:
        return ""
    if key.name == "blocked_metrics":
        return translate("Rules", "Choose")
    if key.own is Own.TURN_OFF or key.name == "download_test":
        return translate("Rules", "Turn off") if value.value else ""
    if key.own is Own.NARROW:
        raises = key.own_text == "raise"
        return translate("Rules", "Raise") if raises else translate("Rules", "Lower")
    return translate("Rules", "Change")


def _rule(snapshot: Snapshot, key: Key, numbers: Numbers) -> Rule:
    assert snapshot.policy is not None
    value = snapshot.policy.values[key.name]
    words = value_words(snapshot, key.name, value.value, numbers)
    named, by = name(key.name), origin_words(value.origin)
    where = _where(key, value)
    return Rule(
        key=key.name,
        name=named,
        value=words,
        origin=value.origin,
        set_by=by,
        where=where,
        action=action(key, value),
        removable=f"policy.{key.name}" in snapshot.own,
        notes=tuple(sayings.told(note) for note in value.notes),
        spoken=f"{named}: {words}. {by}. {where}",
    )


def _where(key: Key, value: Value) -> str:
    parts = []
    if value.origin is Origin.ORGANISATION:
        file, _, line = value.where.rpartition(":")
        place = (
            translate("Rules", "{file}, line {line}").format(file=file, line=line)
            if file and line.isdigit()
            else value.where
        )
        reason = (
            translate("Rules", "“{reason}”").format(reason=value.reason)
            if value.reason
            else translate("Rules", "No reason given")
        )
        parts.append(f"{place}: {reason}." if value.reason else f"{place}. {reason}.")
    elif value.origin is Origin.BUILT_IN:
        parts.append(translate("Rules", "Default."))
    parts.append(_may(key, value))
    return " ".join(part for part in parts if part)


def _may(key: Key, value: Value) -> str:
    if value.locked or key.own is Own.NO:
        return ""
    if key.own is Own.NARROW and key.own_text == "raise":
        return translate("Rules", "You may raise it.")
    if key.own is Own.NARROW and key.own_text == "lower":
        return translate("Rules", "You may lower it.")
    if key.name == "blocked_metrics":
        return translate("Rules", "You may add to it. A silenced check is still shown on the first page.")
    if key.name == "network_target":
        return (
            translate("Rules", "You may turn it off.")
            if value.value
            else translate("Rules", "No target is set, so none can be turned on.")
        )
    return ""
