"""What the organisation allows and the person set: the table of keys, its sources, the narrow-only merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.policy.choices import allowed, effective, require_allowed, require_withholding
from agent.policy.keys import BY_NAME, KEYS, Key, Own
from agent.policy.merge import Origin, Policy, Value, merge, text
from agent.policy.settings import from_text, own, write
from agent.policy.source import Set, read_files
from agent.policy.target import require_no_aggregator, same_host

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.env import Env

__all__ = [
    "BY_NAME",
    "KEYS",
    "Key",
    "Origin",
    "Own",
    "Policy",
    "Set",
    "Value",
    "allowed",
    "effective",
    "from_text",
    "load",
    "merge",
    "own",
    "read_files",
    "require_allowed",
    "require_no_aggregator",
    "require_withholding",
    "same_host",
    "text",
    "unknown_metrics",
    "write",
]


def load(env: Env, settings: Mapping[str, str]) -> Policy:
    """The policy in force on this machine for this account; PolicyInvalid says where it is malformed.

    Only files are read so far, on every platform; the registry and managed preferences stand in the table.
    """
    return merge(organisation(env), own(settings))


def organisation(env: Env) -> list[Set]:
    """What the organisation sets on this machine."""
    return read_files(env.directories.etc)


def unknown_metrics(policy: Policy, known: Mapping[str, object] | set[str]) -> list[str]:
    """Notes about blocked metrics that this version's catalogue does not have; they may be a newer one's."""
    import difflib

    notes = []
    for id in policy.blocked_metrics:
        if id not in known:
            close = difflib.get_close_matches(id, list(known), 1)
            hint = f"; did you mean {close[0]}?" if close else ""
            notes.append(f"blocked_metrics: this version has no metric {id}{hint}")
    return notes
