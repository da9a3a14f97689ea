"""Who gets which piece, and what that is worth: the drawing and its sentences, with the task's numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from dap.task import Mechanism, TaskWarning, odds, of_100
from ui.view_models import parties
from ui.widgets.data import Flow, Station
from ui.words import translate

if TYPE_CHECKING:
    from dap.task import Task
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers

EXAMPLE = 40
"""The total that the drawing takes as its example."""


class Page(NamedTuple):
    """The drawing and what stands below it."""

    flow: Flow
    split: str
    """How an answer becomes two pieces."""
    together: str
    """What the two operators could do if they broke their agreement."""
    noise: str
    guess: str
    """The odds of a guess, in a hundred."""
    year: str
    limits: str


def page(snapshot: Snapshot, numbers: Numbers) -> Page | None:
    """The drawing for the present task; None without one."""
    task = parties.task(snapshot)
    return None if task is None else of(task, numbers)


def of(task: Task, numbers: Numbers) -> Page:
    """The drawing for a task."""
    leader, helper = task.leader.name, task.helper.name
    noisy = task.info.mechanism is not Mechanism.NONE
    does = (
        translate("Flow", "adds up everyone’s pieces, adds noise")
        if noisy
        else translate("Flow", "adds up everyone’s pieces, adds no noise")
    )
    length = task.config.sum_vec.length
    totals = translate("Flow", "of at least {n} computers.").format(
        n=numbers.whole(task.config.min_batch_size)
    )
    example = _example(task, numbers)
    alone = {TaskWarning.ONE_OPERATOR, TaskWarning.ONE_HOST} & set(task.warnings)
    stations = (
        Station(
            translate("Flow", "This computer"),
            translate("Flow", "{n} zeros and ones").format(n=numbers.whole(length)),
        ),
        Station(leader, does),
        Station(helper, does),
        Station(translate("Flow", "Totals"), f"{totals} {example}".strip()),
    )
    together = translate("Flow", "One operator holds both pieces.") if alone else ""
    text = " ".join(f"{station.title}: {station.text}." for station in stations).replace("..", ".")
    return Page(
        flow=Flow(*stations, text=f"{together} {text}".strip(), together=together),
        split=translate(
            "Flow",
            "Each answer is turned into two random-looking pieces. {leader} gets one, {helper} the other. "
            "Either piece alone says nothing. They add up everyone’s pieces, and only the totals are joined.",
        ).format(leader=leader, helper=helper),
        together=translate(
            "Flow", "{leader} can put the pieces together, and read answers: no agreement keeps them apart."
        ).format(leader=leader)
        if alone
        else translate(
            "Flow",
            "If {leader} and {helper} broke their agreement and put their pieces together, they could read "
            "answers; that is why they must be separate.",
        ).format(leader=leader, helper=helper),
        noise=_noise(task, numbers),
        guess=_guess(task, numbers),
        year=_year(task, numbers),
        limits=translate(
            "Flow",
            "We cannot speak for other tools that your employer runs, and an administrator could inspect "
            "this computer by other means.",
        ),
    )


def spread(task: Task) -> int | None:
    """Within how much a total is right 95 times in 100; None where that is not known here.

    Two aggregators each add Gaussian noise of variance n/(2ρ): together n/ρ.
    """
    if task.info.mechanism is not Mechanism.DISCRETE_GAUSSIAN:
        return None
    return round(1.96 * math.sqrt(task.info.metrics / float(task.info.rho)))


def _example(task: Task, numbers: Numbers) -> str:
    within = spread(task)
    if within is None:
        return ""
    return translate("Flow", "A total of {total} may really be {low} to {high}.").format(
        total=numbers.whole(EXAMPLE),
        low=numbers.whole(max(0, EXAMPLE - within)),
        high=numbers.whole(EXAMPLE + within),
    )


def _noise(task: Task, numbers: Numbers) -> str:
    if task.info.mechanism is Mechanism.NONE:
        return translate("Flow", "No noise is added: totals are exact, and can give single answers away.")
    words = translate("Flow", "Before totals are published, small random amounts are added.")
    return f"{words} {_example(task, numbers)}".strip()


def _guess(task: Task, numbers: Numbers) -> str:
    if task.info.mechanism is Mechanism.NONE:
        return ""
    found = odds(task.info, task.config.sum_vec.length)
    return translate(
        "Flow",
        "Somebody who knew every other computer’s answers and guessed yours from the totals would be right "
        "{one} times in 100 for one answer, {all} for all of them together, instead of 50.",
    ).format(one=_times(found.one_or_none.outsider, numbers), all=_times(found.all_or_none.outsider, numbers))


def _year(task: Task, numbers: Numbers) -> str:
    if task.info.mechanism is Mechanism.NONE or task.info.demo:
        return ""
    found = odds(task.info, task.config.sum_vec.length)
    return translate(
        "Flow",
        "Over a whole year of the same answers: {one} times in 100 for one of them, {all} for all together.",
    ).format(
        one=_times(found.one_all_year.outsider, numbers),
        all=_times(found.all_or_none_year.outsider, numbers),
    )


def _times(chance: float, numbers: Numbers) -> str:
    """So many times in a hundred: "64", "99.5", "over 99.99"."""
    number = of_100(chance).rpartition(" ")[2]
    if number == of_100(chance):
        return numbers.decimal(float(number))
    return translate("Flow", "over {number}").format(number=numbers.decimal(float(number)))
