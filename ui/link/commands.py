"""What the window has done by other processes: `shoal … --json`, its arguments, and what it answered.

The window runs these through its own event loop; here are only the words to say and the answers to read.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agent.env import STATE_VARIABLE, program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.env import Env
    from agent.model import Choice

PATIENCE: Final = 30.0
"""Seconds after which an ordinary command hangs."""
LONG: Final = 180.0
"""Seconds for what asks the network, or recomputes a year of reports."""
_NAME: Final = "shoal: "
_PROGRESS: Final = re.compile(r"(\d{1,9}) of (\d{1,9}) reports")


class Command(NamedTuple):
    """One run of `shoal`."""

    name: str
    """What it is for the window: a key of its own, such as "verify"."""
    words: tuple[str, ...]
    patience: float = PATIENCE
    changes: bool = False
    """It changes what a snapshot shows."""

    def line(self, env: Env) -> list[str]:
        """The whole command line, on the window's own state."""
        return [*program(), "--state", str(env.state), *self.words, "--json"]

    def environment(self, env: Env, inherited: Mapping[str, str]) -> dict[str, str]:
        """The child's variables: ours, with the state named."""
        return {**inherited, STATE_VARIABLE: str(env.state)}


class Failure(NamedTuple):
    """What a command said was wrong."""

    code: int
    """The exit code of people's table; −1: it was ended, or never began."""
    message: str
    cure: str


class Answer(NamedTuple):
    """What became of a command. Some give an answer and a failure: verify, when something differs."""

    command: Command
    value: Any
    """What it printed, read as JSON; None where it printed none."""
    failure: Failure | None

    @property
    def is_fine(self) -> bool:
        """Whether it did what it was asked for."""
        return self.failure is None


def standing() -> Command:
    """What holds and what is left to choose, with the task's signatures checked."""
    return Command("standing", ("choose",))


def choose(choice: Choice, serial: int | None = None) -> Command:
    """Make a choice; for share and quiet also agree to the task whose serial number was shown, no other."""
    read = () if serial is None or not choice.sends else ("--serial", str(serial))
    return Command("choose", ("choose", str(choice), *read), changes=True)


def preview(*, exact: bool = True) -> Command:
    """What the next report would be, to the byte if a task is there to seal it for."""
    return Command("preview", ("preview", "--exact") if exact else ("preview",), LONG)


def once() -> Command:
    """Measure once and keep nothing: readings, and why there is none."""
    return Command("once", ("once",), LONG)


def send_now() -> Command:
    """Send the held report."""
    return Command("send-now", ("send-now",), LONG, changes=True)


def withhold() -> Command:
    """Take the held report back."""
    return Command("withhold", ("withhold",), changes=True)


def show(row: int) -> Command:
    """The report that a row of the ledger recorded, to the byte."""
    return Command("show", ("ledger", "show", str(row), "--exact"))


def verify() -> Command:
    """Recompute every kept report and the chain; `progress` reads what it says meanwhile."""
    return Command("verify", ("verify", "--progress"), LONG)


def progress(line: str) -> tuple[int, int] | None:
    """How many reports of how many are done, from a line of `verify`; None if it says something else."""
    found = _PROGRESS.fullmatch(line.strip())
    return None if found is None else (int(found[1]), int(found[2]))


def ledger() -> Command:
    """All rows, for an export."""
    return Command("ledger", ("ledger",))


def set_policy(key: str, value: str) -> Command:
    """Set one of the person's own values. Lists are ids with commas."""
    return Command("set-policy", ("policy", "set", key, value), changes=True)


def unset_policy(key: str) -> Command:
    """Remove one of the person's own values."""
    return Command("unset-policy", ("policy", "unset", key), changes=True)


def silence(metrics: Sequence[str]) -> Command:
    """Leave these metrics, and no others, out of reports at the person's own wish."""
    if not metrics:
        return unset_policy("blocked_metrics")
    return set_policy("blocked_metrics", ",".join(sorted(metrics)))


def erase() -> Command:
    """Delete readings and past reports. The word was typed in the window."""
    return Command("erase", ("erase", "--yes"), changes=True)


def purge() -> Command:
    """Delete everything, enrolment and settings too."""
    return Command("purge", ("purge", "--yes"), changes=True)


def doctor() -> Command:
    """Every hop to the leader."""
    return Command("doctor", ("doctor",), LONG)


def answer(command: Command, code: int, out: bytes, err: bytes) -> Answer:
    """Read what a child left: its exit code, standard output and standard error."""
    value = _json(out)
    if code == 0 and value is not None:
        return Answer(command, value, None)
    message, cure = _said(err.decode("utf-8", "replace"))
    if code == 0:
        return Answer(command, None, Failure(-1, message or "it gave no answer that can be read", cure))
    if not message:
        message = f"`shoal {' '.join(command.words)}` ended with {code}"
    return Answer(command, value, Failure(code, message, cure))


def ended(command: Command, why: str) -> Answer:
    """The answer for a child that could not be run, or was ended because it took too long."""
    return Answer(command, None, Failure(-1, why, ""))


def _json(out: bytes) -> Any:
    try:
        return json.loads(out)
    except (ValueError, RecursionError):
        return None


def _said(err: str) -> tuple[str, str]:
    """Cause and cure, as the program writes them: "shoal: cause", then the cure, indented."""
    lines = err.splitlines()
    for number, line in enumerate(lines):
        if line.startswith(_NAME):
            rest = [more.strip() for more in lines[number + 1 :] if more.startswith(" " * len(_NAME))]
            return line.removeprefix(_NAME), " ".join(rest)
    # click's own complaints: "Error: …" after a line or two of usage
    last = next((line for line in reversed(lines) if line.strip()), "")
    return last.removeprefix("Error: "), ""
