"""The agent's one door to IP. Its names are loaded when used: a check of the target needs no HTTP."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from agent.connection.client import LARGEST_ANSWER, Answer, Connection
    from agent.connection.journey import Step, Unanswered

__all__ = ["LARGEST_ANSWER", "Answer", "Connection", "Step", "Unanswered"]

if not TYPE_CHECKING:  # or no misspelt name would be noticed

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from agent.connection import client, journey

        return getattr(journey if name in ("Step", "Unanswered") else client, name)
