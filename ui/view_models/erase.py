"""Erase: what goes, what stays and why, and the word to type. Works without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ui.words import translate

if TYPE_CHECKING:
    from ui.link.snapshot import Snapshot


class Erase(NamedTuple):
    """The card, and the dialog that it opens."""

    title: str
    goes_title: str
    goes: str
    stays_title: str
    stays: str
    button: str
    beside: str
    """Next to the button."""
    prompt: str
    word: str
    """To be typed."""
    nothing: bool
    """There is nothing to erase."""


def erase(snapshot: Snapshot) -> Erase:
    """What erasing would do now."""
    word = translate("Erase", "erase")
    return Erase(
        title=translate("Erase", "Erase what is kept on this computer"),
        goes_title=translate("Erase", "Goes now"),
        goes=_goes(snapshot),
        stays_title=translate("Erase", "Stays, and why"),
        stays=translate(
            "Erase",
            "The ledger’s fingerprints, so that the chain can still be checked. Your choice and settings, so "
            "that you are not asked again. Pieces already added to a total cannot be found again: nothing "
            "says which were yours.",
        ),
        button=translate("Erase", "Erase…"),
        beside=translate(
            "Erase", "Works without a network. You will be asked to type the word “{word}”."
        ).format(word=word),
        prompt=translate("Erase", "This cannot be undone. Type “{word}” to go on.").format(word=word),
        word=word,
        nothing=_is_empty(snapshot),
    )


def is_confirmed(typed: str, found: Erase) -> bool:
    """Whether the word was typed; case and blanks around it do not count."""
    return typed.strip().casefold() == found.word.casefold()


def result(value: Any, snapshot: Snapshot) -> str:
    """What erasing did, from what the command answered."""
    if not isinstance(value, dict) or not value.get("erased"):
        return translate("Erase", "There was nothing to erase.")
    n = int(value.get("bodies", 0))
    said = [
        translate("Erase", "Erased: all readings, summaries and notes, and the bytes of %n reports.", None, n)
    ]
    if snapshot.in_force.measures:
        said.append(translate("Erase", "Measuring begins anew, as you chose."))
    said.append(translate("Erase", "The ledger’s fingerprints stayed."))
    return " ".join(said)


def _is_empty(snapshot: Snapshot) -> bool:
    courses = snapshot.health.courses.values()
    measured = any(day.own is not None for course in courses for day in course)
    return snapshot.trouble is None and not (measured or snapshot.book.sizes or snapshot.health.readers)


def _goes(snapshot: Snapshot) -> str:
    if _is_empty(snapshot):
        return translate("Erase", "Nothing is kept but settings and the ledger.")
    parts = [translate("Erase", "All readings and day summaries, up to a year of them")]
    count = len(snapshot.book.sizes)
    if count == 1:
        parts.append(translate("Erase", "the bytes of one report with its opening"))
    elif count:
        parts.append(translate("Erase", "the bytes of {n} reports with their openings").format(n=count))
    if snapshot.health.readers:
        parts.append(translate("Erase", "the notes of who read this device’s health"))
    if any(report.is_open for report in snapshot.book.reports):
        parts.append(translate("Erase", "the report that is held: it is not sent"))
    return "; ".join(parts) + "."
