"""What `shoal verify` proved, and what cannot be proved here: two lists, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ui.view_models import parties, sayings
from ui.words import translate

if TYPE_CHECKING:
    from ui.link.commands import Answer
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers


class Verification(NamedTuple):
    """The card beside the ledger."""

    agrees: bool
    title: str
    proved_title: str
    proved: tuple[str, ...]
    open_title: str
    open: tuple[str, ...]
    """What cannot be proved here."""


def verification(
    answer: Answer, snapshot: Snapshot, numbers: Numbers, seconds: float | None = None
) -> Verification:
    """The card for what a `commands.verify()` answered. ValueError if it gave no result at all."""
    value = answer.value
    if not isinstance(value, dict) or "agrees" not in value:
        raise ValueError("it did not come to a result")
    rows, bodies, gone = int(value["rows"]), int(value["bodies"]), int(value["gone"])
    difference = value.get("difference")
    if value["agrees"]:
        title = translate("Verify", "Verified just now")
        if seconds is not None:
            title = translate("Verify", "Verified just now, in {n} seconds").format(
                n=numbers.decimal(max(0.1, round(seconds, 1)))
            )
        proved = _proved(snapshot, rows, bodies, numbers)
    else:
        title = translate("Verify", "Something differs")
        row = 0 if difference is None else int(difference["row"])
        what = "" if difference is None else sayings.told(str(difference["what"]))
        proved = (
            translate("Verify", "That row {row} is not as it was written: {what}.").format(
                row=row, what=what
            ),
        )
    return Verification(
        agrees=bool(value["agrees"]),
        title=title,
        proved_title=translate("Verify", "This is proved"),
        proved=proved,
        open_title=translate("Verify", "This cannot be proved here"),
        open=_open(snapshot, rows, bodies, gone),
    )


def _proved(snapshot: Snapshot, rows: int, bodies: int, numbers: Numbers) -> tuple[str, ...]:
    found = []
    if bodies:
        size = sum(snapshot.book.sizes.values())
        text = (
            translate(
                "Verify",
                "The one kept report was built again from its answers, the task and its opening. Every one "
                "of {size} bytes is the same.",
            )
            if bodies == 1
            else translate(
                "Verify",
                "All {n} kept reports were built again from their answers, the task and their openings. "
                "Every one of {size} bytes is the same.",
            )
        )
        found.append(text.format(n=bodies, size=numbers.whole(size)))
    if not rows:
        return (translate("Verify", "The ledger is empty: nothing was sealed, and nothing has left."),)
    if rows == 1:
        chain = translate("Verify", "The one ledger entry is as it was written.")
    else:
        chain = translate("Verify", "The {n} ledger entries form one unbroken chain.").format(n=rows)
    found.append(chain)
    if not snapshot.book.reports:
        found.append(translate("Verify", "None of them is a report."))
    return tuple(found)


def _open(snapshot: Snapshot, rows: int, bodies: int, gone: int) -> tuple[str, ...]:
    found = []
    if snapshot.book.reports:
        found.append(
            translate("Verify", "That {leader} counted a report: “delivered” means received.").format(
                leader=parties.names(snapshot).leader
            )
        )
    if gone == 1:
        found.append(translate("Verify", "What one older report contained; only its fingerprint is left."))
    elif gone:
        found.append(
            translate("Verify", "What {n} older reports contained; only their fingerprints are left.").format(
                n=gone
            )
        )
    if rows:
        found.append(
            translate("Verify", "That nobody with access to this account wrote the whole file anew.")
        )
    found.append(translate("Verify", "That no other program on this computer sends anything."))
    return tuple(found)
