"""*Measure now*: what it can do, what came of it; and the page of a device that measured nothing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agent import summary
from agent.model import Reading
from catalogue.verdict import Verdict
from ui.view_models import causes, labels
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ui.link.commands import Failure
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

DECIDES: Final = "decides"
"""The target of links to *Who decides*."""
_NAMED: Final = 3
"""How many changed checks are named; the rest is counted."""


class Way(StrEnum):
    """How "Measure now" measures."""

    RING = "ring"
    """The background process takes a pass, and keeps it."""
    ONCE = "once"
    """A child measures once, and nothing is kept: measuring is off."""
    NONE = ""


class Asking(NamedTuple):
    """What "Measure now" would do."""

    way: Way
    reason: str
    """Why it can do nothing; else empty."""


class Offer(NamedTuple):
    """What stands where the checks would stand while nothing was measured."""

    text: str
    """Our small markup."""
    checks: tuple[tuple[str, str], ...]
    """(category, its checks in one line): what would be measured."""


def measures(snapshot: Snapshot) -> bool:
    """Whether this device is to measure; with a policy that cannot be read, as it was chosen."""
    if snapshot.policy is None and snapshot.chosen is not None:
        return snapshot.chosen.measures
    return snapshot.in_force.measures


def asking(snapshot: Snapshot) -> Asking:
    """What "Measure now" would do as of a snapshot."""
    if snapshot.trouble is not None:
        return Asking(Way.NONE, translate("Measuring", "The database cannot be read now."))
    if not measures(snapshot):
        return Asking(Way.ONCE, "")
    if snapshot.sampler is False:
        return Asking(Way.NONE, translate("Measuring", "Shoal's background process is not running."))
    return Asking(Way.RING, "")


def offer(snapshot: Snapshot) -> Offer:
    """What would be measured, and how to have it measured."""
    checks = []
    for id, title in snapshot.catalogue.categories.items():
        metrics = [m for m in snapshot.catalogue.metrics if m.category == id and not m.is_derived]
        if metrics:
            checks.append((title, ", ".join(snapshot.catalogue.texts[m.id].title for m in metrics)))
    if measures(snapshot):
        text = translate("Measuring", "These checks are read, each minute or when they are due:")
    elif snapshot.chosen is None:
        text = translate(
            "Measuring",
            "These checks could be read. Nobody has chosen yet; [Who decides](decides) is the place for it.",
        )
    else:
        text = translate(
            "Measuring", "Off is chosen, under [Who decides](decides). These checks could be read:"
        )
    return Offer(text, tuple(checks))


def once(snapshot: Snapshot, samples: Mapping[str, Any]) -> Snapshot:
    """The same snapshot with the samples of `shoal once` in place of what is kept: no history, no since."""
    known = {m.id for m in snapshot.catalogue.metrics}
    read = {
        id: tuple(sample) if isinstance(sample, list) else sample
        for id, sample in samples.items()
        if id in known
    }
    found = summary.momentary(snapshot.catalogue, Reading(read))
    return snapshot._replace(health=snapshot.health._replace(summary=found, courses={}, since={}))


def once_below() -> str:
    """Below the headline while such samples are shown."""
    return translate("Measuring", "Measured once, for this look only. Nothing was kept and nothing is sent.")


def happened(before: Snapshot, after: Snapshot, numbers: Numbers) -> str:
    """What a pass has changed, in words."""
    at = after.facts.last_pass
    done = (
        translate("Measuring", "Measured.")
        if at is None
        else translate("Measuring", "Measured at {clock}.").format(clock=numbers.clock_at(at))
    )
    changed = []
    for metric in after.catalogue.metrics:
        old, new = before.health.summary.get(metric.id), after.health.summary[metric.id]
        if metric.is_derived or old is None or old.verdict == new.verdict:
            continue
        word = labels.verdict_word(Verdict(new.verdict))
        was = labels.verdict_word(Verdict(old.verdict))
        changed.append(
            translate("Measuring", "{title}: {verdict}, before {was}").format(
                title=after.catalogue.texts[metric.id].title, verdict=word, was=was
            )
        )
    if not changed:
        nothing = translate("Measuring", "No verdict changed.")
        return f"{done} {nothing}"
    named = "; ".join(changed[:_NAMED])
    n = len(changed) - _NAMED
    more = translate("Measuring", "And %n more.", None, n) if n > 0 else ""
    return f"{done} {named}. {more}".strip()


def unanswered() -> str:
    """The background process did not answer the doorbell in time."""
    return translate(
        "Measuring",
        "The background process did not answer in time. It may be busy; what it measures appears here by "
        "itself.",
    )


def failed(failure: Failure) -> str:
    """Measuring once did not work."""
    said = translate("Measuring", "It could not be measured.")
    return f"{said} {causes.told(failure.message, failure.cure, failure.code)}".strip()
