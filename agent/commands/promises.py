"""What a task promises about one device, in sentences whose numbers are computed from its own terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dap.task import Mechanism, odds, of_100

if TYPE_CHECKING:
    from dap.task import Task


def sentences(task: Task) -> list[str]:
    """The minimum, the noise and what a guesser gains, for the person who decides."""
    info, config = task.info, task.config
    least = f"Totals are made of at least {config.min_batch_size} devices."
    if info.mechanism is Mechanism.NONE:
        return [least, "NO NOISE IS ADDED: totals are exact, and can give single answers away."]
    found = odds(info, config.sum_vec.length)
    one, all_ = of_100(found.one_or_none.outsider), of_100(found.all_or_none.outsider)
    told = [
        f"{least} Before they are published, both operators add small random amounts.",
        "Somebody who knew every other computer's answers and guessed yours from one release would be right "
        f"{one} times in 100 about a single answer, {all_} about all of them together, instead of 50.",
    ]
    if not info.demo:
        year = of_100(found.all_or_none_year.outsider)
        told.append(f"About all answers together, the same all year long: {year} times in 100.")
    return told
