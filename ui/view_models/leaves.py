"""*What leaves*, its head: what is held, or that nothing is, and what a report would contain."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ui.view_models import decisions, held, parties, status
from ui.words import translate

if TYPE_CHECKING:
    from ui.link.snapshot import Snapshot
    from ui.view_models.held import Held
    from ui.view_models.numbers import Numbers


class Head(NamedTuple):
    """The head of the page."""

    headline: str
    below: str
    held: Held | None
    preview_title: str
    """Above the report: "From plain words to the exact bytes", or "What a report would contain"."""
    preview_text: str
    row: int | None
    """The ledger's row to show exactly (`commands.show`); None: `commands.preview` shows what would be."""


def head(snapshot: Snapshot, numbers: Numbers) -> Head:
    """The head as of a snapshot."""
    found = held.held(snapshot, numbers)
    kept = found is not None and found.row in snapshot.book.sizes
    if found is not None:
        headline, below = found.headline, found.below
    else:
        headline, below = _nothing(snapshot, numbers)
    return Head(
        headline=headline,
        below=below,
        held=found,
        preview_title=translate("Leaves", "From plain words to the exact bytes")
        if kept
        else translate("Leaves", "What a report would contain"),
        preview_text=translate("Leaves", "The held report itself, as it will leave.")
        if kept
        else translate(
            "Leaves",
            "From plain words to the exact bytes, with today’s values. Built for you to look at, then thrown "
            "away.",
        ),
        row=found.row if found is not None and kept else None,
    )


def _nothing(snapshot: Snapshot, numbers: Numbers) -> tuple[str, str]:
    if snapshot.in_force.sends:
        last = translate("Leaves", "{next}. Shoal sends nothing else from this computer.")
        return translate("Leaves", "No report is held now."), last.format(
            next=status.status(snapshot._replace(sampler=True), numbers).text
        )
    if snapshot.trouble is not None and snapshot.chosen is None:
        return (
            translate("Leaves", "What leaves cannot be shown now."),
            translate("Leaves", "The ledger cannot be read; what keeps it from here is said above."),
        )
    headline = translate("Leaves", "Shoal sends nothing from this computer.")
    if snapshot.chosen is None:
        return headline, translate("Leaves", "Nothing has been chosen, so nothing is measured or made.")
    if snapshot.policy_trouble is not None and snapshot.chosen.sends:
        return headline, decisions.unreadable()
    if snapshot.chosen.sends:
        return headline, translate("Leaves", "At present {organisation} allows no sending.").format(
            organisation=parties.organisation(snapshot)
        )
    at = decisions.chosen_at(snapshot)
    day = "" if at is None else numbers.dated(at, snapshot.now)
    word = decisions.choice_word(snapshot.chosen)
    chose = (
        translate("Leaves", "You chose {choice} on {day}.").format(choice=word, day=day)
        if day
        else translate("Leaves", "You chose {choice}.").format(choice=word)
    )
    if snapshot.in_force.measures:
        more = translate("Leaves", "Health is measured and shown here; no report is made.")
    else:
        more = translate("Leaves", "Nothing is measured, and no report is made.")
    return headline, f"{chose} {more}"
