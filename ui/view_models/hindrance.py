"""What keeps reports from leaving though they should: one answer for bar, tray and held report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.view_models import causes
from ui.words import translate

if TYPE_CHECKING:
    from ui.link.snapshot import Snapshot


def hindrance(snapshot: Snapshot) -> str:
    """What keeps reports from leaving though they should; empty if nothing does."""
    if snapshot.trouble is not None:
        return translate("Status", "the database cannot be read")
    if snapshot.writing is not None and snapshot.in_force.sends:
        return translate("Status", "the database cannot be written")
    wants = snapshot.chosen is not None and snapshot.chosen.sends
    if snapshot.policy_trouble is not None:
        return translate("Status", "the policy file has an error") if wants or snapshot.chosen is None else ""
    if not snapshot.in_force.sends:
        return ""
    if snapshot.task_trouble is not None:
        return translate("Status", "the task file is refused")
    if snapshot.enrolled is None:
        return translate("Status", "this computer takes part in no task")
    if snapshot.enrolled.enrolment.widened:
        return translate("Status", "the task changed, and waits for you")
    if snapshot.facts.trouble_code:
        return causes.shortly(snapshot.facts.trouble, snapshot.facts.trouble_code)
    return translate("Status", "nothing is running") if snapshot.sampler is False else ""
