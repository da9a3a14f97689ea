"""`shoal`: one program, three ways in.

The resident sampler and the workers are dispatched before anything else is imported, so that what stays
resident stays small and what measures never loads what sends. Everything else is the command line; without a
word of it, the window, where there is one.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line, or be the resident sampler or a worker; exits with people.md's codes."""
    arguments = sys.argv[1:]
    as_resident = _as_resident(arguments)
    if as_resident is not None:
        from agent.sampler import main as resident

        sys.exit(resident(as_resident))
    if arguments == ["worker", "reach"]:  # stays for a while, too
        from agent.connection.serving import main as serve

        serve()  # ends the process
    if arguments[:1] == ["worker"]:
        from agent.worker import main as worker

        sys.exit(worker(arguments[1:]))
    if not arguments and (window := window_command()):
        become(window)
    from agent.commands import shoal

    shoal(prog_name="shoal")


def window_command() -> list[str]:
    """The command line that opens the window; empty where it is not installed, or nothing could show it."""
    on_desktop = sys.platform in ("win32", "darwin")
    if not (on_desktop or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return []
    if getattr(sys, "frozen", False):
        from pathlib import Path

        beside = Path(sys.executable).with_stem("shoal-window")
        return [str(beside)] if beside.is_file() else []
    from importlib.util import find_spec

    if find_spec("PySide6") is None or find_spec("ui") is None:
        return []
    return [sys.executable, "-P", "-m", "ui"]


def become(command: list[str]) -> None:
    """Run that program in this one's place; returns only if it cannot be started."""
    try:
        if sys.platform == "win32":  # where execv would leave the console to two programs
            import subprocess

            sys.exit(subprocess.run(command, check=False).returncode)  # noqa: S603  (this very program)
        os.execv(command[0], command)  # noqa: S606  (this very program)
    except OSError as error:
        print(f"shoal: {command[0]} cannot be run: {error.strerror}", file=sys.stderr)


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
