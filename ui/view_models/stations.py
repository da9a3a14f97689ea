"""*What leaves*, the four stations' words: one report on its way from plain words to the exact bytes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from ui.words import translate

if TYPE_CHECKING:
    from ui.view_models.ledger import Entry
    from ui.view_models.numbers import Numbers
    from ui.view_models.report import Report


class Kind(StrEnum):
    """Whose stations they are."""

    HELD = "held"
    PAST = "past"
    PREVIEW = "preview"


class Station(NamedTuple):
    """One station's words."""

    title: str
    text: str


class Table(NamedTuple):
    """The heads of the pieces' columns."""

    question: str
    leader: str
    helper: str
    added: str


def steps() -> tuple[tuple[str, str], ...]:
    """The four stations by number, for the segments that lead to them."""
    return (
        ("1", translate("Stations", "1 Answers")),
        ("2", translate("Stations", "2 Bits")),
        ("3", translate("Stations", "3 Two pieces")),
        ("4", translate("Stations", "4 Sealed")),
    )


def answers(found: Report, followed: str) -> Station:
    """The first station."""
    title = translate("Stations", "Your answers")
    n = found.questions
    every = translate("Stations", "All %n questions.", None, n)
    if found.note:
        return Station(title, found.note)
    if found.zeros:
        zeros = translate(
            "Stations", "Zeros stand in place of every answer: no box is lit, and no reason is sent."
        )
        return Station(title, f"{every} {zeros}")
    lit = translate(
        "Stations",
        "One box is lit for each of the {answers} answers; where there is none, no box is lit, and no reason "
        "is sent.",
    ).format(answers=found.answered)
    follow = translate("Stations", "Follow **{title}** down the page, or pick another.").format(
        title=title_of(found, followed)
    )
    return Station(title, f"{every} {lit}\n{follow}")


def answers_alone() -> Station:
    """The first station where no task is there to seal a report for."""
    return Station(
        translate("Stations", "Your answers"),
        translate(
            "Stations",
            "One box is lit for each answer. This computer has no task yet, so there is nobody to seal a "
            "report for: these are only the words.",
        ),
    )


def bits(found: Report, followed: str, numbers: Numbers) -> Station:
    """The second station."""
    title = translate("Stations", "The same as zeros and ones")
    lit = translate("Stations", "A lit box is a 1, any other a 0.")
    first = 1
    for group in found.bits:
        last = first + len(group.bits) - 1
        if group.id == followed and followed:
            place = translate("Stations", "**{title}** is numbers {first} to {last} of {all}.").format(
                title=title_of(found, followed),
                first=numbers.whole(first),
                last=numbers.whole(last),
                all=numbers.whole(found.length),
            )
            return Station(title, f"{lit} {place}")
        first = last + 1
    return Station(title, lit)


def pieces(found: Report) -> Station:
    """The third station."""
    title = translate("Stations", "Split into two pieces")
    if not found.pieces:
        return Station(title, translate("Stations", "The two pieces of this report cannot be shown here."))
    text = translate(
        "Stations",
        "Each 0 or 1 becomes two random-looking numbers. Either one alone says nothing. Only added "
        "together, modulo the prime 2¹²⁸ − 7·2⁶⁶ + 1, do they give it back.",
    )
    prime = "2¹²⁸ − 7·2⁶⁶ + 1"
    return Station(title, text.replace(prime, prime.replace(" ", "\N{NO-BREAK SPACE}")))


def table(found: Report, followed: str, leader: str, helper: str) -> Table:
    """The heads of the third station's table."""
    gets = translate("Stations", "{operator} gets")
    return Table(
        title_of(found, followed),
        gets.format(operator=leader),
        gets.format(operator=helper),
        translate("Stations", "Added"),
    )


def sealed(found: Report, kind: Kind, numbers: Numbers) -> Station:
    """The fourth station."""
    if kind is Kind.HELD:
        title = translate("Stations", "Sealed, exactly as it will be sent")
    elif kind is Kind.PAST:
        title = translate("Stations", "Sealed, exactly as it was recorded")
    else:
        title = translate("Stations", "Sealed, as it would be sent")
    text = translate(
        "Stations",
        "{size}, always as many, whatever the answers. Point at a field, or move with the arrow keys.",
    )
    return Station(title, text.format(size=numbers.size(len(found.body))))


def fingerprint(found: Report, kind: Kind) -> str:
    """What stands below the bytes: their digest, and where it is recorded."""
    if kind is Kind.PREVIEW:
        return translate(
            "Stations",
            "This preview was sealed with random numbers that are thrown away; a real report has others.",
        )
    return translate(
        "Stations", "Their fingerprint (SHA-256), recorded in the ledger before anything left: `{digest}`"
    ).format(digest=found.digest)


def past_heading(entry: Entry) -> Station:
    """The heading while a past report is shown."""
    title = translate("Stations", "The report of {period}").format(period=entry.period)
    return Station(title, f"{entry.what}, {entry.when}.")


def aside(kind: Kind) -> str:
    """What is said beside the number of answers."""
    if kind is Kind.HELD:
        return translate("Stations", "This is the held report itself, as it will leave.")
    if kind is Kind.PREVIEW:
        return translate("Stations", "Built for you to look at, then thrown away.")
    return ""


def gone(entry: Entry, digest: str) -> str:
    """What is said where a past report's bytes are not kept any more."""
    text = translate(
        "Stations",
        "Its bytes are not kept any more, so its answers are gone from this computer too. The ledger "
        "still has their fingerprint",
    )
    return f"{text}: `{digest}`" if digest else f"{text}."


def title_of(found: Report, metric: str) -> str:
    """A question's title; empty for none."""
    for group in found.groups:
        for answer in group.answers:
            if answer.id == metric:
                return answer.title
    return ""
