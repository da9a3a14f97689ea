"""What changed in a task, in words: each field as a person would name it, without what only machines need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ui.view_models.numbers import DAY
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catalogue.model import Catalogue
    from ui.view_models.numbers import Numbers

_SILENT: Final = frozenset({"serial", "task_id", "digest", "length", "warnings"})


class Term(NamedTuple):
    """One thing that changed: "Smallest group for totals: 100 computers, now 60 computers."."""

    field: str
    name: str
    before: str
    after: str
    widens: bool
    more: str = ""
    """Such as the titles of the questions that came."""

    @property
    def sentence(self) -> str:
        """All of it."""
        text = translate("Terms", "{name}: {before}, now {after}.").format(
            name=self.name, before=self.before, after=self.after
        )
        return f"{text} {self.more}".strip()


def terms(
    changes: Iterable[tuple[str, Any, Any]],
    widened: Iterable[str],
    catalogue: Catalogue,
    numbers: Numbers,
) -> tuple[Term, ...]:
    """The changes that a person can judge, what widens first."""
    wide = set(widened)
    found = []
    for field, before, after in changes:
        if field in _SILENT:
            continue
        group = "operators" if field.endswith((".name", ".fingerprint")) else field
        more = _questions(before, after, catalogue) if field == "metrics" else ""
        found.append(
            Term(
                field,
                _name(field),
                _value(field, before, numbers),
                _value(field, after, numbers),
                group in wide,
                more,
            )
        )
    if "metrics" in wide and not any(term.field == "metrics" for term in found):
        found.append(
            Term(
                "metrics",
                translate("Terms", "Questions"),
                translate("Terms", "as agreed"),
                translate("Terms", "others, as many"),
                True,
            )
        )
    return tuple(sorted(found, key=lambda term: not term.widens))


def _questions(before: Any, after: Any, catalogue: Catalogue) -> str:
    if not isinstance(before, int) or not isinstance(after, int) or after <= before:
        return ""
    titles = [catalogue.texts[metric.id].title for metric in catalogue.metrics[before:after]]
    return translate("Terms", "New: {titles}.").format(titles=", ".join(titles)) if titles else ""


def _name(field: str) -> str:
    match field:
        case "metrics":
            return translate("Terms", "Questions")
        case "min_batch_size":
            return translate("Terms", "Smallest group for totals")
        case "rho":
            return translate("Terms", "Less noise the higher: ρ a release")
        case "mechanism":
            return translate("Terms", "Kind of noise")
        case "period":
            return translate("Terms", "How much time a report tells of")
        case "grace":
            return translate("Terms", "Time until the totals are made")
        case "demo":
            return translate("Terms", "Demo, without protection")
        case "organisation":
            return translate("Terms", "Organisation")
        case "agreement":
            return translate("Terms", "Agreement")
        case "leader_url" | "leader.url":
            return translate("Terms", "Address of the first operator")
        case "helper_url" | "helper.url":
            return translate("Terms", "Address of the second operator")
    return _of_operator(field)


def _of_operator(field: str) -> str:
    first = field.startswith("leader.")
    match field.partition(".")[2]:
        case "name":
            return translate("Terms", "First operator") if first else translate("Terms", "Second operator")
        case "contact":
            return (
                translate("Terms", "Contact of the first operator")
                if first
                else translate("Terms", "Contact of the second operator")
            )
        case "fingerprint":
            return (
                translate("Terms", "Fingerprint of the first operator")
                if first
                else translate("Terms", "Fingerprint of the second operator")
            )
        case "hpke_fingerprint":
            return (
                translate("Terms", "Key of the first operator")
                if first
                else translate("Terms", "Key of the second operator")
            )
    return field


def _value(field: str, value: Any, numbers: Numbers) -> str:
    if isinstance(value, bool):
        return translate("Terms", "yes") if value else translate("Terms", "no")
    if field in ("period", "grace") and isinstance(value, int):
        return numbers.days(value // DAY) if value >= DAY else numbers.lasting(value)
    if field == "min_batch_size" and isinstance(value, int):
        n = value
        return translate("Terms", "%n computers", None, n)
    if isinstance(value, int):
        return numbers.whole(value)
    return str(value) if value else translate("Terms", "none")
