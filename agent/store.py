"""What this device measured: samples, their roll-ups, summaries, settings and facts, in one SQLite file."""

from __future__ import annotations

from agent.database import CorruptError, UnmigratedError, connect, set_aside, transaction, trouble

__all__ = ["CorruptError", "UnmigratedError", "connect", "set_aside", "transaction", "trouble"]
