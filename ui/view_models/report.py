"""One report from plain words to the exact bytes: answers, bits, two pieces, the sealed body.

Made from what `shoal preview --exact --json` or `shoal ledger show ROW --exact --json` prints; so what is
shown is what the program that seals says, not what the window thinks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from catalogue import layout
from dap.codec import Reader
from dap.errors import DapError
from dap.task import TaskConfiguration
from ui.view_models import labels
from ui.widgets.data import Answer, BitGroup, Field
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catalogue.model import Catalogue, Metric
    from ui.view_models.numbers import Numbers
    from ui.view_models.parties import Names

ELEMENT: Final = 16
"""Bytes of a number modulo Field128's prime, little-endian."""
PRIME: Final = 2**128 - 7 * 2**66 + 1


class Group(NamedTuple):
    """One category's questions."""

    title: str
    answers: tuple[Answer, ...]


class Piece(NamedTuple):
    """One entry of the vector, as the two operators get it."""

    bucket: str
    """ "10–15 %"."""
    leader: str
    """32 hexadecimal digits, most significant first."""
    helper: str
    total: int
    """Both together, modulo the prime: 0 or 1."""


class Report(NamedTuple):
    """What one report is, four times."""

    groups: tuple[Group, ...]
    """Empty if another version's catalogue made it; `note` says so then."""
    note: str
    answered: int
    questions: int
    zeros: bool
    """No box is lit: it answers nothing."""
    bits: tuple[BitGroup, ...]
    length: int
    """Of the vector."""
    pieces: Mapping[str, tuple[Piece, ...]]
    """Metric → its entries as shares; empty where the shares were not told."""
    body: bytes
    fields: tuple[Field, ...]
    digest: str
    """SHA-256 of the body, in hexadecimal."""
    example: str
    """The metric to follow down the page: the first that has an answer."""


def report(data: Mapping[str, Any], catalogue: Catalogue, names: Names, numbers: Numbers) -> Report:
    """A report, from the child's JSON. ValueError if that is none (another version's, or cut off)."""
    try:
        vector = tuple(int(bit) for bit in data["vector"])
        configuration = TaskConfiguration.decode(bytes.fromhex(data["task_configuration"]))
        info, body = configuration.info, bytes.fromhex(data["body"])
        known = 1 <= info.metrics <= len(catalogue.metrics)
        prefix = catalogue.prefix(info.metrics) if known else ()
        if not prefix or layout.digest(prefix) != info.digest:
            prefix = ()
        period = (int(data["time"]), configuration.time_precision)
        shares = _shares(data)
        found = fields(body, names, period, numbers)
    except (KeyError, TypeError, DapError) as error:
        raise ValueError(f"it is no report: {error}") from error
    buckets = layout.decode(vector, prefix) if prefix else {}
    spans = layout.spans(prefix)
    lit = [metric.id for metric in prefix if buckets[metric.id] is not None]
    return Report(
        groups=_groups(catalogue, prefix, buckets, numbers),
        note="" if prefix else _other_version(),
        answered=sum(vector),
        questions=info.metrics,
        zeros=not any(vector),
        bits=_bits(catalogue, prefix, spans, vector, numbers),
        length=len(vector),
        pieces=_pieces(catalogue, prefix, spans, shares, numbers),
        body=body,
        fields=found,
        digest=str(data.get("body_sha256", "")),
        example=lit[0] if lit else (prefix[0].id if prefix else ""),
    )


def answers_only(data: Mapping[str, Any], catalogue: Catalogue, numbers: Numbers) -> tuple[Group, ...]:
    """The plain words alone, from `shoal preview --json`: where no task is there to seal a report for."""
    buckets = {one["id"]: one["bucket"] for one in data["answers"]}
    metrics = [metric for metric in catalogue.metrics if metric.id in buckets]
    return _groups(catalogue, metrics, buckets, numbers)


def columns(groups: Sequence[Group]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which groups stand left and which right, so that both are about as tall; their order stays."""
    tall = [len(group.answers) + 2 for group in groups]
    cut = min(range(1, len(tall) + 1), key=lambda at: abs(sum(tall[:at]) - sum(tall[at:])), default=0)
    return tuple(range(cut)), tuple(range(cut, len(tall)))


def headline(found: Report, numbers: Numbers) -> str:
    """ "28 answers to 33 questions in 4,584 bytes."."""
    if found.zeros:
        return translate("Report", "Zeros in place of answers: {n} questions, {size}.").format(
            n=found.questions, size=numbers.size(len(found.body))
        )
    return translate("Report", "{answers} answers to {questions} questions, in {size}.").format(
        answers=found.answered, questions=found.questions, size=numbers.size(len(found.body))
    )


def fields(body: bytes, names: Names, period: tuple[int, int], numbers: Numbers) -> tuple[Field, ...]:
    """Each field of an upload of one report: every byte is in exactly one. DecodeError for another message.

    `period` is the report's time and the task's time precision in seconds.
    """
    reader, found = _Walk(body), list[Field]()

    def take(id: str, title: str, text: str) -> None:
        found.append(reader.field(id, title, text, numbers))

    number, precision = period
    reader.fixed(16)
    take(
        "report_id",
        translate("Report", "Report id"),
        translate("Report", "16 random bytes, new for every report. They say nothing about this computer."),
    )
    reader.fixed(8)
    when = numbers.long_span(number * precision, (number + 1) * precision)
    take(
        "period",
        translate("Report", "Period"),
        translate("Report", "Number {number}: {when}. Nothing finer.").format(
            number=numbers.whole(number), when=when
        ),
    )
    empty = reader.vector(2)
    take(
        "extensions",
        translate("Report", "Public extensions"),
        translate("Report", "None.")
        if not empty
        else translate("Report", "Something that this version does not know."),
    )
    reader.vector(4)
    take(
        "public_share",
        translate("Report", "Public share"),
        translate("Report", "Lets both operators check the pieces without seeing what is in them."),
    )
    for role, name in (("leader", names.leader), ("helper", names.helper)):
        key = reader.number(1)
        take(
            f"{role}.key",
            translate("Report", "For {operator}: which key").format(operator=name),
            translate("Report", "Only the holder of key {key} can open what follows.").format(key=key),
        )
        reader.vector(2)
        take(
            f"{role}.enc",
            translate("Report", "For {operator}: one-time key").format(operator=name),
            translate("Report", "Made for this report alone; with it {operator} opens its piece.").format(
                operator=name
            ),
        )
        reader.vector(4)
        take(
            f"{role}.payload",
            translate("Report", "For {operator}: its piece, sealed").format(operator=name),
            translate("Report", "Its piece of every number, and proof that each is 0 or 1.")
            if role == "leader"
            else translate("Report", "A seed from which its numbers grow."),
        )
    reader.end()
    return tuple(found)


class _Walk:
    """Reads a message and remembers where each field began."""

    def __init__(self, data: bytes) -> None:
        self._size = len(data)
        self._reader = Reader(data, "UploadRequest")
        self._at = 0
        self._next = 0

    def fixed(self, size: int) -> bytes:
        self._next += size
        return self._reader.fixed(size)

    def number(self, size: int) -> int:
        return int.from_bytes(self.fixed(size), "big")

    def vector(self, prefix: int) -> bytes:
        value = self._reader.vector(prefix)
        self._next += prefix + len(value)
        return value

    def field(self, id: str, title: str, text: str, numbers: Numbers) -> Field:
        """What was read since the last field."""
        first, size = self._at, self._next - self._at
        self._at = self._next
        place = (
            f"{numbers.whole(first)}–{numbers.whole(first + size - 1)}" if size > 1 else numbers.whole(first)
        )
        return Field(id, first, size, title, f"{place}: {numbers.size(size)}", text)

    def end(self) -> None:
        self._reader.end()


def _groups(
    catalogue: Catalogue,
    metrics: Sequence[Metric],
    buckets: Mapping[str, int | None],
    numbers: Numbers,
) -> tuple[Group, ...]:
    return tuple(
        Group(title, answers)
        for category, title in catalogue.categories.items()
        if (
            answers := tuple(
                _answer(catalogue, metric, buckets.get(metric.id), numbers)
                for metric in metrics
                if metric.category == category
            )
        )
    )


def _answer(catalogue: Catalogue, metric: Metric, lit: int | None, numbers: Numbers) -> Answer:
    title = catalogue.texts[metric.id].title
    if lit is None:
        words = translate("Report", "no answer")
        return Answer(metric.id, title, words, metric.buckets, None, f"{title}: {words}")
    words = labels.bucket(catalogue, metric, lit, numbers)
    spoken = translate("Report", "{title}: {answer}; box {box} of {boxes}").format(
        title=title, answer=words, box=lit + 1, boxes=metric.buckets
    )
    return Answer(metric.id, title, words, metric.buckets, lit, spoken)


def _bits(
    catalogue: Catalogue,
    prefix: Sequence[Metric],
    spans: Mapping[str, tuple[int, int]],
    vector: Sequence[int],
    numbers: Numbers,
) -> tuple[BitGroup, ...]:
    if not prefix:
        return (BitGroup("", "".join(map(str, vector)), numbers.whole(len(vector))),)
    groups = []
    for metric in prefix:
        start, stop = spans[metric.id]
        bits = "".join(map(str, vector[start:stop]))
        words = translate("Report", "{title}, numbers {first} to {last} of {all}: {bits}").format(
            title=catalogue.texts[metric.id].title,
            first=numbers.whole(start + 1),
            last=numbers.whole(stop),
            all=numbers.whole(len(vector)),
            bits=bits,
        )
        groups.append(BitGroup(metric.id, bits, words))
    return tuple(groups)


def _shares(data: Mapping[str, Any]) -> tuple[list[int], list[int]] | None:
    """Both shares of the vector as numbers; None if the child did not expand the helper's."""
    pieces = data.get("pieces")
    if not pieces:
        return None
    return _numbers(pieces["leader"]), _numbers(pieces["helper"])


def _numbers(texts: Sequence[str]) -> list[int]:
    return [int.from_bytes(bytes.fromhex(text), "little") for text in texts]


def _pieces(
    catalogue: Catalogue,
    prefix: Sequence[Metric],
    spans: Mapping[str, tuple[int, int]],
    shares: tuple[list[int], list[int]] | None,
    numbers: Numbers,
) -> dict[str, tuple[Piece, ...]]:
    if shares is None:
        return {}
    leader, helper = shares
    return {
        metric.id: tuple(
            Piece(
                labels.bucket(catalogue, metric, index, numbers),
                f"{leader[start + index]:032x}",
                f"{helper[start + index]:032x}",
                (leader[start + index] + helper[start + index]) % PRIME,
            )
            for index in range(stop - start)
        )
        for metric in prefix
        for start, stop in (spans[metric.id],)
    }


def _other_version() -> str:
    return translate(
        "Report", "This report was made by another version's catalogue; only its bits can be shown."
    )
