"""What changed, and who changed it: choice, policy, task, catalogue, erasing, as the ledger recorded it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agent.model import Choice, LedgerKind
from agent.policy import BY_NAME, from_text
from ui.view_models import decisions, labels, parties, rules
from ui.view_models.terms import terms
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agent.ledger import Row
    from ui.link.snapshot import Snapshot
    from ui.view_models.numbers import Numbers


_KINDS: Final = (
    *(LedgerKind.CHOICE, LedgerKind.POLICY, LedgerKind.TASK),
    *(LedgerKind.CATALOGUE, LedgerKind.ERASED, LedgerKind.PRUNED),
)


class Change(NamedTuple):
    """One thing that happened beside reports."""

    row: int
    """In the ledger."""
    day: str
    who: str
    """ "You", "Nordwerk, policy file", "Both operators, task file"."""
    sentences: tuple[str, ...]
    """What changed, from what to what."""

    @property
    def text(self) -> str:
        """All of it in one line."""
        return " ".join(self.sentences)


def changes(snapshot: Snapshot, numbers: Numbers) -> tuple[Change, ...]:
    """Newest first. Each with the difference from what held before it."""
    found: list[Change] = []
    policy: Mapping[str, Any] = {}
    seen = False
    for row in snapshot.book.rows:
        try:
            change = _change(snapshot, row, policy if seen else None, numbers)
        except (KeyError, TypeError, AttributeError, ValueError):
            change = _damaged(snapshot, row, numbers)
        if row.kind == LedgerKind.POLICY:
            policy, seen = row.facts.get("values", {}), True
        if change is not None:
            found.append(change)
    return tuple(reversed(found))


def _change(
    snapshot: Snapshot, row: Row, before: Mapping[str, Any] | None, numbers: Numbers
) -> Change | None:
    facts = row.facts
    match row.kind:
        case LedgerKind.CHOICE:
            return _of(snapshot, row, _you(), (_choice(facts),), numbers)
        case LedgerKind.POLICY:
            return _policy(snapshot, row, before or {}, numbers)
        case LedgerKind.TASK:
            return _task(snapshot, row, numbers)
        case LedgerKind.CATALOGUE:
            who = translate("Changes", "Shoal, a newer version")
            return _of(snapshot, row, who, _catalogue(snapshot, facts, numbers), numbers)
        case LedgerKind.ERASED:
            text = translate("Changes", "All readings and the bytes of {n} reports were erased.")
            return _of(snapshot, row, _you(), (text.format(n=len(facts["bodies"])),), numbers)
        case LedgerKind.PRUNED:
            return _pruned(snapshot, row, numbers)
    return None


def _of(snapshot: Snapshot, row: Row, who: str, sentences: tuple[str, ...], numbers: Numbers) -> Change:
    return Change(row.row, numbers.dated(row.t, snapshot.now), who, sentences)


def _you() -> str:
    return translate("Changes", "You")


def _choice(facts: Mapping[str, Any]) -> str:
    after = Choice(facts["choice"])
    before = Choice.of(facts.get("before"))
    return translate("Changes", "Choice: {before}, now {after}.").format(
        before=translate("Changes", "none yet") if before is None else decisions.choice_word(before),
        after=decisions.choice_word(after),
    )


def _policy(snapshot: Snapshot, row: Row, before: Mapping[str, Any], numbers: Numbers) -> Change | None:
    values: Mapping[str, Any] = row.facts["values"]
    sentences, origins = [], set()
    for key in row.facts["changed"]:
        was, now = before.get(key), values.get(key)
        source = (now or was or ["", ""])[1]
        origins.add(source.partition(":")[0].partition(" ")[0])
        before_words = _stored(snapshot, key, was, numbers)
        after_words = _stored(snapshot, key, now, numbers)
        if before_words != after_words:  # else it is the same from another source
            sentences.append(
                translate("Changes", "{name}: {before}, now {after}.").format(
                    name=rules.name(key), before=before_words, after=after_words
                )
            )
    if not sentences:
        return None
    who = (
        _you()
        if origins == {"you"}
        else translate("Changes", "{organisation}, policy file").format(
            organisation=parties.organisation(snapshot)
        )
    )
    return _of(snapshot, row, who, tuple(sentences), numbers)


def _stored(snapshot: Snapshot, key: str, found: Any, numbers: Numbers) -> str:
    """A recorded value ([text, source]) in words; None: as it is built in."""
    known = BY_NAME.get(key)
    if known is None:
        return "" if found is None else str(found[0])
    if found is None:
        return rules.value_words(snapshot, key, known.default, numbers)
    text = str(found[0])
    try:
        value = None if text == "none" and known.default is None else known.check(from_text(key, text))
    except ValueError:
        return text  # another version's, or a list that is empty
    return rules.value_words(snapshot, key, value, numbers)


def _task(snapshot: Snapshot, row: Row, numbers: Numbers) -> Change | None:
    facts = row.facts
    both = translate("Changes", "Both operators, task file")
    changed = tuple((field, before, after) for field, before, after in facts.get("changes", ()))
    said = tuple(
        term.sentence for term in terms(changed, facts.get("widened", ()), snapshot.catalogue, numbers)
    )
    match facts["event"], facts.get("by", ""):
        case "enrolled", _:
            text = translate("Changes", "This account was enrolled. Nothing was sent by that.")
            return _of(snapshot, row, _you(), (text, *said), numbers)
        case "left", _:
            return _of(snapshot, row, _you(), (translate("Changes", "You left the task."),), numbers)
        case "waits", _:
            text = translate("Changes", "The task asks for more than you agreed to: sending waits for you.")
            return _of(snapshot, row, both, (text, *said), numbers)
        case "agreed", "you":
            text = translate("Changes", "You agreed to the task as it stood.")
            return _of(snapshot, row, _you(), (text, *said), numbers)
        case "agreed", "policy":
            text = translate("Changes", "Required by policy: the task as it stood was agreed to.")
            return _of(snapshot, row, parties.organisation(snapshot), (text, *said), numbers)
        case "agreed", _:
            text = translate("Changes", "A newer task file. Nothing in it asks for more.")
            return _of(snapshot, row, both, (text, *said), numbers)
    return _damaged(snapshot, row, numbers)


def _catalogue(snapshot: Snapshot, facts: Mapping[str, Any], numbers: Numbers) -> tuple[str, ...]:
    """What may be measured now and could not before, and what is measured in another way."""

    def title(id: str) -> str:
        texts = snapshot.catalogue.texts.get(id)
        return id if texts is None else texts.title  # what is gone has no words any more

    found = []
    if facts["added"]:
        text = translate("Changes", "Checks that came: {titles}.")
        found.append(text.format(titles=", ".join(map(title, facts["added"]))))
    if facts["removed"]:
        text = translate("Changes", "Checks that went: {titles}.")
        found.append(text.format(titles=", ".join(map(title, facts["removed"]))))
    for id, field, before, after in facts["changed"]:
        text = translate("Changes", "{title}, {what}: {before}, now {after}.")
        was, now = (_of_metric(snapshot, id, field, value, numbers) for value in (before, after))
        found.append(text.format(title=title(id), what=_of_check(field), before=was, after=now))
    if not found:
        found.append(translate("Changes", "The checks stand in another order."))
    asked = translate(
        "Changes",
        "Reports answer only what was agreed on with a task; where that means something else now, none is "
        "made.",
    )
    return (*found, asked)


def _of_check(field: str) -> str:
    """What the catalogue says of a check, by the name of its field."""
    match field:
        case "edges":
            return translate("Changes", "steps of the answer")
        case "classes":
            return translate("Changes", "possible answers")
        case "warn":
            return translate("Changes", "needs attention from")
        case "bad":
            return translate("Changes", "bad from")
        case "better":
            return translate("Changes", "what is better")
        case "window":
            return translate("Changes", "days that a value covers")
        case "every":
            return translate("Changes", "seconds between two readings")
        case "least":
            return translate("Changes", "readings that a value needs")
        case "unit":
            return translate("Changes", "unit")
    return translate("Changes", "how readings become one value")


def _of_metric(snapshot: Snapshot, id: str, field: str, value: str, numbers: Numbers) -> str:
    """One of a metric's fields, from its canonical text."""
    if not value:
        return translate("Changes", "none")
    metric = next((one for one in snapshot.catalogue.metrics if one.id == id), None)
    said = []
    for part in value.split(","):
        try:
            number = float(part)
        except ValueError:  # a class, a unit, a statistic
            said.append(part)
            continue
        is_edge = metric is not None and not metric.classes and field in ("edges", "warn", "bad")
        said.append(labels.edge(metric, number, numbers) if metric and is_edge else numbers.decimal(number))
    return ", ".join(said)


def _pruned(snapshot: Snapshot, row: Row, numbers: Numbers) -> Change | None:
    aside = row.facts.get("databases")
    if not aside:
        return None  # it happens each week, and the table of reports shows it
    text = translate("Changes", "A damaged database that was put aside was deleted, as retention says.")
    return _of(snapshot, row, translate("Changes", "Shoal"), (text,), numbers)


def _damaged(snapshot: Snapshot, row: Row, numbers: Numbers) -> Change | None:
    if row.kind not in _KINDS:
        return None
    text = translate("Changes", "Row {row} of the ledger cannot be read; Verify says more.")
    day = numbers.dated(row.t, snapshot.now) if isinstance(row.t, int) else ""
    return Change(row.row, day, "", (text.format(row=row.row),))
