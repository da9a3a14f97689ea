"""`shoal`: one program, three ways in.

The resident sampler and the workers are dispatched before anything else is imported, so that what stays
resident stays small and what measures never loads what sends. Everything else is the command line.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line, or be the resident sampler or a worker; exits with people.md's codes."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["resident"]:
        from agent.sampler import main as resident

        sys.exit(resident(arguments[1:]))
    if arguments[:1] == ["worker"]:
        from agent.worker import main as worker

        sys.exit(worker(arguments[1:]))
    from agent.commands import shoal

    shoal(prog_name="shoal")


if __name__ == "__main__":
    main()
