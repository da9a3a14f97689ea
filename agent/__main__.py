"""`shoal`: one program, three ways in.

The resident sampler and the workers are dispatched before anything else is imported, so that what stays
resident stays small and what measures never loads what sends. Everything else is the command line.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or be the resident sampler or a worker; exits with people.md's codes."""
    arguments = sys.argv[1:]
    as_resident = _as_resident(arguments)
    if as_resident is not None:
        from agent.sampler import main as resident

        sys.exit(resident(as_resident))
    if arguments[:1] == ["worker"]:
        from agent.worker import main as worker

        sys.exit(worker(arguments[1:]))
    from agent.commands import shoal

    shoal(prog_name="shoal")


def _as_resident(arguments: list[str]) -> list[str] | None:
    """What the resident process is given; None if this is to be something else.

    `shoal run`, as units and people write it, need not load the command line first. It does where the state
    cannot be used: it says better what is wrong.
    """
    if arguments[:1] == ["resident"]:
        return arguments[1:]
    if arguments[-1:] != ["run"] or not (
        arguments == ["run"] or (arguments[0], len(arguments)) == ("--state", 3)
    ):
        return None
    from agent.sampler import can_reside

    return arguments[:-1] if can_reside(arguments[:-1]) else None


if __name__ == "__main__":
    main()
