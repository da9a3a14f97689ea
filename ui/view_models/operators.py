"""The two operators: who they are, what each gets, and the fingerprints to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from ui.view_models import parties
from ui.words import translate

if TYPE_CHECKING:
    from dap.task import Operator
    from ui.link.snapshot import Snapshot


class Card(NamedTuple):
    """One operator."""

    name: str
    role: str
    server: str
    contact: str
    fingerprint: str
    """Of the key that it signs with, in groups of four."""
    lines: tuple[tuple[str, str], ...]
    """(label, text) of server, contact and fingerprint."""


class Page(NamedTuple):
    """Both, and the agreement."""

    title: str
    below: str
    cards: tuple[Card, ...]
    """Empty without a task."""
    agreement: str
    agreement_url: str
    """Empty where policy names none."""
    unverified: str
    """Not empty: nobody has checked the signatures yet; `commands.standing` does."""


def page(snapshot: Snapshot) -> Page:
    """The operators of the present task."""
    task = parties.task(snapshot)
    url = "" if snapshot.policy is None else str(snapshot.policy.value("agreement_url") or "")
    title = translate("Operators", "The two operators")
    if task is None or snapshot.enrolled is None:
        below = _none(snapshot)
        return Page(title, below, (), "", url, "")
    config = task.config
    return Page(
        title=title,
        below=translate(
            "Operators",
            "Each gets one piece of every report. Compare the fingerprints with what they published: if they "
            "differ, tell both contacts.",
        ),
        cards=(
            _card(
                task.leader,
                config.leader_aggregator_endpoint,
                translate("Operators", "Receives reports, adds up one set of pieces"),
            ),
            _card(
                task.helper,
                config.helper_aggregator_endpoint,
                translate("Operators", "Adds up the other set of pieces, on its own server"),
            ),
        ),
        agreement=task.agreement,
        agreement_url=url,
        unverified=""
        if snapshot.enrolled.verified
        else translate("Operators", "The signatures of this task file have not been checked yet."),
    )


def _none(snapshot: Snapshot) -> str:
    """Why no operator is shown."""
    if snapshot.policy is None:
        return translate(
            "Operators", "They cannot be shown until the policy file is mended. Until then nothing is sent."
        )
    if snapshot.task_trouble is not None:
        return translate("Operators", "The task file is refused, so they cannot be shown. Nothing is sent.")
    return translate("Operators", "This computer takes part in no task: nobody receives anything.")


def _card(operator: Operator, url: str, role: str) -> Card:
    parts = urlsplit(url)
    server = (parts.hostname or "") + (f":{parts.port}" if parts.port else "")
    lines = (
        (translate("Operators", "Server"), server),
        (translate("Operators", "Contact"), operator.contact),
        (translate("Operators", "Fingerprint"), operator.fingerprint),
    )
    return Card(operator.name, role, server, operator.contact, operator.fingerprint, lines)
