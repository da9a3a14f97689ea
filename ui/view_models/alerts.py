"""What is worth a desktop notification: a choice to make, a task or catalogue that changed, something bad."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from agent.model import LedgerKind
from agent.schedule import DAY
from catalogue.model import QUANTILES
from catalogue.verdict import Verdict
from ui.link.snapshot import Kind
from ui.view_models import first_run
from ui.view_models.notices import notices
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers


_SPREAD: Final = ("share", "ratio", "mean", *QUANTILES)
"""Statistics of many readings: a new state's first busy hour is no reason to disturb anybody. They are told
once they were bad on a day before; a count, a limit or the newest reading is told at once.
"""
_DAMAGE: Final = ("ledger", f"database.{Kind.CORRUPT}", f"database.{Kind.FULL}")


class Alert(NamedTuple):
    """One notification; told once for its key."""

    subject: str
    """What it is about: the part of the key before the colon."""
    state: str
    """Which of its states: the part behind it."""
    kind: Literal["choice", "changed", "bad"]
    """Each kind can be turned off."""
    title: str
    text: str
    page: str
    """The page that says more."""
    is_change: bool = False
    """Told only if another state of the same subject was known before."""

    @property
    def key(self) -> str:
        """By which it is remembered as told."""
        return f"{self.subject}:{self.state}"


def alerts(snapshot: Snapshot, numbers: Numbers) -> tuple[Alert, ...]:
    """All that holds now; whoever tells them leaves out what was told before."""
    return (*_choice(snapshot), *_changed(snapshot), *_bad(snapshot, numbers), *_damaged(snapshot, numbers))


def joined(found: Sequence[Alert]) -> tuple[Alert, ...]:
    """The same, but all bad checks in one notification."""
    bad = [alert for alert in found if alert.subject == "bad"]
    if len(bad) < 2:
        return tuple(found)
    names = [alert.title for alert in bad]
    n = len(bad)
    title = translate("Alerts", "%n checks need attention", None, n)
    one = bad[0]._replace(title=title, text="\n".join(names), page="device")
    return (*(alert for alert in found if alert.subject != "bad"), one)


def _choice(snapshot: Snapshot) -> list[Alert]:
    why = first_run.why(snapshot)
    if why is None or why is first_run.Why.REQUIRED:
        return []
    if why is first_run.Why.FIRST:
        title = translate("Alerts", "Shoal asks what may leave this computer")
        text = translate("Alerts", "Nothing is measured or sent until you choose.")
        return [Alert("choice", "first", "choice", title, text, "decides")]
    title = translate("Alerts", "The task asks for more than you agreed to")
    text = translate("Alerts", "Sending waits until you choose again.")
    serial = "" if snapshot.enrolled is None else str(snapshot.enrolled.enrolment.task.serial)
    return [Alert("choice", f"widened-{serial}", "choice", title, text, "decides")]


def _changed(snapshot: Snapshot) -> list[Alert]:
    found = []
    text = translate("Alerts", "Who decides shows what changed, in words.")
    if snapshot.enrolled is not None:
        title = translate("Alerts", "The task was changed by both operators")
        serial = str(snapshot.enrolled.enrolment.task.serial)
        found.append(Alert("task", serial, "changed", title, text, "decides#changes", is_change=True))
    title = translate("Alerts", "What Shoal measures has changed")
    if snapshot.trouble is None and snapshot.book.trouble is None:
        rows = [str(row.row) for row in snapshot.book.rows if row.kind == LedgerKind.CATALOGUE]
        state = rows[-1] if rows else "first"
        found.append(Alert("catalogue", state, "changed", title, text, "decides#changes", is_change=True))
    return found


def _bad(snapshot: Snapshot, numbers: Numbers) -> list[Alert]:
    bad = [
        metric.id
        for metric in snapshot.catalogue.metrics
        if not metric.is_derived
        and metric.id in snapshot.health.summary
        and snapshot.health.summary[metric.id].verdict == Verdict.BAD
        and (metric.statistic not in _SPREAD or _is_of_yesterday(snapshot, metric.id))
    ]
    texts = snapshot.catalogue.texts
    return [
        Alert(
            "bad",
            id,
            "bad",
            translate("Alerts", "{metric} needs attention").format(metric=texts[id].title),
            texts[id].fix,
            f"device#{id}",
        )
        for id in bad
    ]


def _is_of_yesterday(snapshot: Snapshot, id_: str) -> bool:
    """Whether a verdict is older than this UTC day."""
    since = snapshot.health.since.get(id_)
    return since is not None and since.t < int(snapshot.now) // DAY * DAY


def _damaged(snapshot: Snapshot, numbers: Numbers) -> list[Alert]:
    """What Shoal itself keeps is damaged, or was changed by others: waiting alone will not mend it."""
    return [
        Alert("own", item.id, "bad", item.notice.title, item.notice.text, "leaves")
        for item in notices(snapshot, numbers)
        if item.id in _DAMAGE
    ]
