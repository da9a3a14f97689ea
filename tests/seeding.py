"""States to look at: eight weeks of a device's life, made through the real rooms on a clock of their own.

    python -m tests.seeding VARIANT FOLDER [--now SECONDS]

makes FOLDER/state (the account's), FOLDER/root (the machine's), FOLDER/task.json and FOLDER/upload.token, as
`tests.devices.Device(FOLDER)` expects them. The same variant, moment and program give the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from agent import decisions, doorbell
from agent.ledger import Ledger
from agent.model import Choice
from agent.schedule import DAY, HOUR, MINUTE
from dap.task import Mechanism, Task
from tests import devices
from tests.courses import NORMAL, WHOLE, WORST, Course
from tests.fakes import FakeEnv
from tests.nordwerk import ALONE, COUNCIL, IT, POLICY, agreed
from tests.seeded_life import CATALOGUE, WEEK, Life

NOW = 1_795_087_200.0
"""Thursday, 19 November 2026, 11:20 UTC: the week of the 12th to the 18th has ended this night."""


class Seeded(NamedTuple):
    """A state that was made, on a clock that stands at `env.now()`."""

    variant: str
    folder: Path
    env: FakeEnv

    @property
    def device(self) -> devices.Device:
        """The same for real programs (they have a real clock)."""
        return devices.Device(self.folder)

    @contextmanager
    def attended(self) -> Iterator[None]:
        """As if the sampler ran: somebody listens at its doorbell for as long as the block lasts."""
        bell = doorbell.listen(self.env)
        try:
            yield
        finally:
            bell.close()


def _weeks(life: Life, became: Iterable[str]) -> None:
    """The weeks up to the present one, with the fates of their predecessors' reports; then the last hours."""
    fates = list(became)
    present = int(life.end) // WEEK * WEEK
    for back, fate in zip(range(len(fates), 0, -1), fates, strict=True):
        life.week(present - back * WEEK, fate, step=4 * HOUR if back > 4 else HOUR)


def finish(life: Life) -> None:
    """The present week's beginning: the week before is sealed and held; then up to now."""
    present = int(life.end) // WEEK * WEEK
    life.env.set_clock(present + 2 * HOUR + 5 * MINUTE)
    life.tend()
    life.measure(present, life.end, 5 * MINUTE)
    life.env.set_clock(life.end)


FATES = ("none", "delivered", "late", "delivered", "withheld", "delivered", "delivered", "delivered")


def shared(life: Life, task: Task, fates: Iterable[str] = FATES, *signers: Any, policy: str = "") -> None:
    """Installed and enrolled eight weeks ago, and shared since."""
    fates = list(fates)
    start = int(life.end) // WEEK * WEEK - len(fates) * WEEK
    life.begin(start + 7 * HOUR, demo=task.info.demo)
    if policy:
        life.policy(policy)
    life.enrol(task, *signers)
    life.env.pass_time(9 * MINUTE)
    life.choose(Choice.SHARE)
    _weeks(life, fates)


def _readings(life: Life) -> None:
    with closing(life.store()) as store:
        for days, account in ((9.1, "anna"), (5.2, "anna"), (2.09, "admin")):
            store.note_reading(life.end - days * DAY, account)


def empty(life: Life) -> None:
    """Installed for the machine, nothing chosen, nothing measured: the first run."""
    life.env.set_clock(life.end)
    life.env.prepare()
    life.etc.mkdir(parents=True, exist_ok=True)
    life.env.directories.var.mkdir(parents=True, exist_ok=True)
    from agent import enrolment, policy

    both: tuple[Any, ...] = (IT, COUNCIL)
    text = devices.signed(agreed(), *both)
    rules = policy.load(life.env, {})
    enrolment.enrol_machine(life.env, rules, CATALOGUE, text, devices.TOKEN)


def off(life: Life) -> None:
    """Somebody chose off."""
    life.begin(life.end - 38 * DAY)
    life.choose(Choice.OFF)
    life.env.set_clock(life.end)


def local(life: Life) -> None:
    """Measured for a month, nothing sent."""
    life.begin(life.end - 38 * DAY)
    life.enrol(agreed())
    life.choose(Choice.LOCAL)
    life.measure(life.end - 31 * DAY, life.end - 2 * DAY, HOUR)
    life.measure(life.end - 2 * DAY, life.end, 5 * MINUTE)
    _readings(life)


def normal(life: Life) -> None:
    """Eight weeks: delivered, one withheld, one too late, one held now; 26 of 28 checks are fine."""
    shared(life, agreed(), policy="")
    finish(life)
    _readings(life)
    life.set("tray", "quiet")


def held(life: Life) -> None:
    """One week, and its report is held."""
    shared(life, agreed(), ["none"])
    finish(life)


def quiet(life: Life) -> None:
    """As held, with zeros."""
    shared(life, agreed(), ["none"])
    life.choose(Choice.QUIET)
    finish(life)


def withheld(life: Life) -> None:
    """As held, and the person took it back."""
    held(life)
    with closing(Ledger.open(life.env)) as ledger:
        decisions.withhold(life.env, ledger)
    life.tend()


def worst(life: Life) -> None:
    """Much is wrong: checks, a refused report, a policy that cannot be read, a sampler that stopped."""
    life.stopped = life.end - 43 * HOUR
    shared(life, agreed(), ["none", "delivered", "refused", "delivered", "delivered"])
    life.env.set_clock(life.end)
    _readings(life)
    life.policy('upload = "ask"\nmin_batch_size = 10\n')


def managed(life: Life) -> None:
    """The organisation set several values, and gave its reasons."""
    shared(life, agreed(), ["none", "delivered"], policy=POLICY)
    finish(life)
    life.set("retention_days", 14)


def required(life: Life) -> None:
    """Reports are required, and neither quiet nor withholding is left."""
    rules = POLICY.replace('"ask"', '"required"').replace(
        "[reasons]", "allow_quiet = false\nallow_withhold = false\n\n[reasons]"
    )
    shared(life, agreed(), ["none"], policy=rules)
    finish(life)


def one_operator(life: Life) -> None:
    """A demo whose two halves one operator holds, without noise."""
    task = agreed(
        helper=ALONE, demo=True, mechanism=Mechanism.NONE, rho=Fraction(0), min_batch_size=5, period=WEEK
    )
    shared(life, task, ["none"], IT, ALONE)
    finish(life)


def widened(life: Life) -> None:
    """The operators ask for more than was agreed to: sending waits for the person."""
    shared(life, agreed(metrics=30), ["none", "delivered"])
    finish(life)
    life.renew(agreed(serial=2, id=b"\x0e" * 32, metrics=33, min_batch_size=60))
    life.tend()


def year(life: Life) -> None:
    """A whole year, reported each week."""
    shared(life, agreed(), ["none", *["delivered"] * 51])
    finish(life)


VARIANTS: dict[str, tuple[Callable[[Life], None], dict[str, Course]]] = {
    "empty": (empty, NORMAL),
    "off": (off, NORMAL),
    "local": (local, NORMAL),
    "normal": (normal, NORMAL),
    "held": (held, NORMAL),
    "quiet": (quiet, NORMAL),
    "withheld": (withheld, NORMAL),
    "whole": (held, WHOLE),
    "worst": (worst, WORST),
    "managed": (managed, NORMAL),
    "required": (required, NORMAL),
    "one-operator": (one_operator, NORMAL),
    "widened": (widened, NORMAL),
    "year": (year, NORMAL),
}


def seed(variant: str, folder: Path, *, now: float = NOW, machine: Path | None = None) -> Seeded:
    """Make a state of that kind below `folder`, as it is at `now`; the machine's files below `machine`."""
    make, courses = VARIANTS[variant]
    life = Life(folder, now, courses, seed=f"{variant} {now}", machine=machine or folder / "root")
    make(life)
    return Seeded(variant, folder, life.env)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a state directory to look at.")
    parser.add_argument("variant", choices=sorted(VARIANTS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--now", type=float, default=NOW, help="UTC seconds; else 19 November 2026, 11:20")
    given = parser.parse_args()
    made = seed(given.variant, given.folder, now=given.now)
    print(f"{made.variant}: {made.env.state}")


if __name__ == "__main__":
    main()
