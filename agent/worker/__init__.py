"""The short-lived half of the agent: seals and sends what is due, asks the keychain, migrates; then ends.

The only process that loads cryptography, the network and the keychain. What measures cannot send, what
sends cannot measure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.database import CorruptError, note_damage
from agent.env import real_env
from agent.errors import ShoalError, TaskMismatch, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.env import Env


def main(arguments: Sequence[str]) -> int:
    """`shoal worker migrate | tend | send-now [REPORT] | keychain`; the exit code."""
    if list(arguments) == ["keychain"]:
        from agent.keychain import child

        return child()
    env = real_env()
    from agent.log import Log

    try:
        return _run(env, list(arguments))
    except ShoalError as error:
        Log(env, "worker").trouble(error)
        if isinstance(error, CorruptError):
            note_damage(env.database, error)
        return error.exit_code


def _run(env: Env, arguments: list[str]) -> int:
    from agent.migrations import migrate
    from catalogue.errors import CatalogueError
    from catalogue.load import load

    env.prepare()
    try:
        catalogue = load("en")
    except CatalogueError as odd:
        raise TaskMismatch(f"the catalogue cannot be read: {odd}", "Install Shoal again.") from odd
    migrate(env.database, catalogue.metrics)
    if arguments == ["migrate"]:
        return 0
    from agent.worker.tend import send_now, tend

    if arguments == ["tend"]:
        error = tend(env, catalogue).error
    elif arguments[:1] == ["send-now"] and len(arguments) <= 2 and all(a.isdigit() for a in arguments[1:]):
        error = send_now(env, catalogue, int(arguments[1]) if arguments[1:] else None).error
    else:
        raise UsageError(f"a worker does not know {' '.join(arguments)!r}", "Start it with tend or send-now.")
    if error is not None:
        raise error
    return 0
