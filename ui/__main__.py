"""`shoal-window`: opens the window, or raises the one that is open already."""

from __future__ import annotations

import gc
import signal
import sys
from typing import TYPE_CHECKING, NamedTuple

from agent.env import real_env
from agent.errors import Declined, ShoalError
from ui import loading

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from pathlib import Path


_SWITCH = 0.001
"""Seconds, a fifth of Python's own: how long the event loop may wait for a thread that reads."""


class Options(NamedTuple):
    """What the command line may say; the parser's names."""

    state: Path | None = None
    page: str | None = None
    language: str | None = None
    scheme: str | None = None
    hidden: bool = False


def main() -> None:
    """Run the window; exits with the codes of `shoal`."""
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """The window, from its arguments to its exit code."""
    # Nearly all that is made until the first paint stays: to look for what does not costs a tenth of it.
    gc.disable()
    sys.setswitchinterval(_SWITCH)
    # From a menu there are no words, and nothing to load for reading them.
    options = Options(**vars(_parser().parse_args(words))) if words else Options()
    loading.prepare()
    from ui.application import Shoal, qt, report
    from ui.instance import Instance
    from ui.theme.tokens import Scheme

    env = real_env(options.state)
    instance = Instance(env.state)
    try:
        env.prepare()
        if not instance.first():
            if instance.raise_other(options.page or ""):
                return 0
            raise Declined("another window is open, and does not answer", "End it, then start again.")
    except ShoalError as error:
        report(error.message, error.cure)
        return error.exit_code
    application = qt()
    # Nothing is lost when the window is ended: whatever writes is a process of its own.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    shoal = Shoal(
        application,
        env,
        scheme=Scheme(options.scheme) if options.scheme else None,
        asked_language=options.language,
        instance=instance,
    )
    shoal.begin(options.page or "", hidden=options.hidden)
    return application.exec()


def _parser() -> ArgumentParser:
    import argparse
    from pathlib import Path

    parser = argparse.ArgumentParser(
        prog="shoal-window",
        description="What this device knows, what leaves it, who decides: the window of Shoal.",
    )
    parser.add_argument("--state", type=Path, help="Where this account's readings, ledger and settings lie.")
    parser.add_argument("--page", choices=("device", "leaves", "decides"), help="The page to show first.")
    parser.add_argument("--language", help="A language tag, such as de; else the system's.")
    parser.add_argument("--scheme", choices=("light", "dark"), help="Light or dark; else the system's.")
    parser.add_argument("--hidden", action="store_true", help="Begin in the tray, if there is one.")
    return parser


if __name__ == "__main__":
    main()
