"""What policy leaves to choose, and what a choice comes to under it (the design's matrix)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.errors import Declined
from agent.model import Choice

if TYPE_CHECKING:
    from agent.policy.merge import Policy


def allowed(policy: Policy) -> tuple[Choice, ...]:
    """The choices that the person has, from off to quiet."""
    if policy.upload == "off":
        return (Choice.OFF,)
    if policy.upload == "local" or policy.is_shared:
        return (Choice.OFF, Choice.LOCAL)
    if policy.upload == "required":
        return (Choice.SHARE, Choice.QUIET) if policy.value("allow_quiet") else (Choice.SHARE,)
    return tuple(Choice)


def effective(policy: Policy, chosen: Choice | None) -> Choice:
    """What holds now. Without a choice: off, or share where policy requires it.

    A choice that policy no longer leaves is kept as it was made, and comes to the nearest one that sends
    less; under required, where none does, to share.
    """
    left = allowed(policy)
    if Choice.SHARE in left and Choice.OFF not in left:
        return Choice.QUIET if chosen is Choice.QUIET and chosen in left else Choice.SHARE
    if chosen is None:
        return Choice.OFF
    if chosen in left:
        return chosen
    return Choice.LOCAL if Choice.LOCAL in left else Choice.OFF


def require_allowed(policy: Policy, choice: Choice) -> None:
    """Declined, with the policy's source, if the choice is not left."""
    left = allowed(policy)
    if choice in left:
        return
    name = "machine_kind" if policy.is_shared and policy.upload not in ("off", "local") else "upload"
    if choice is Choice.QUIET and Choice.SHARE in left:
        name = "allow_quiet"
    value = policy.values[name]
    words = ", ".join(left)
    raise Declined(
        f"policy does not allow {choice}: {name} = {_word(value.value)} ({value.source}); allowed: {words}",
        f"Ask {policy.value('contact')}." if policy.value("contact") else "Choose one of those.",
    )


def require_withholding(policy: Policy) -> None:
    """Declined if policy does not let the person withhold a report."""
    if policy.upload == "required" and not policy.value("allow_withhold"):
        raise Declined(
            "policy does not allow withholding: allow_withhold = false "
            f"({policy.values['allow_withhold'].source})",
            f"Ask {policy.value('contact')}.",
        )


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
