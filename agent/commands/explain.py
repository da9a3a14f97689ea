"""`once --explain`: a number's whole way, in words and as data."""

from __future__ import annotations

import math
import re
from collections import Counter
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from agent.commands import tables
from catalogue.labels import bucket_label, shown_unit, value_label
from catalogue.model import QUANTILES
from catalogue.verdict import bucket_verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from agent.explanation import Kept, Part, Readings, Round
    from agent.model import Sample
    from agent.probes.host.watched import Heard
    from agent.tally import Tally
    from catalogue.model import Catalogue, Metric

_LINES, _WIDTH, _QUESTIONS, _QUESTION = 4, tables.WIDTH, 6, 160
"""How much of an answer, how many questions of one kind, how much of each are shown; `--json` has more."""
_PARTS = 6
"""So many of the newest parts of a value are shown one by one."""
_ANSWER, _MEMBERS = 600, 3
"""Characters of an answer in words; a longer list of more than so many is told by its first and last."""
_LONGEST = 20_000
"""Characters of one text in JSON."""
_BYTES = 64
"""So many are shown one by one."""
_FIRST, _LAST = 1e9, 4e9
"""Between these (2001 and 2096) a number with a fraction is a time."""

_PICKED = {"last": "the newest", "min": "the smallest", "max": "the largest"}
_SYSTEMS = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}


def sample_text(known: Catalogue, metric: Metric, sample: Sample) -> str:
    """A sample as it is, and what it stands for: "60.0931 %", "3 of 2000", "0: encrypted", "1: yes"."""
    if isinstance(sample, tuple):
        return f"{sample[0]:,.0f} of {sample[1]:,.0f}"
    if metric.classes or metric.statistic == "share":
        return f"{sample:g}: {sample_words(known, metric, sample)}"
    return f"{sample:g} {shown_unit(metric)}".strip()


def sample_words(known: Catalogue, metric: Metric, sample: Sample | None) -> str:
    """The same in short: "60.09 %", "3 of 2,000", "encrypted", "yes"; "–" for none."""
    if sample is None:
        return "–"
    if isinstance(sample, tuple):
        return sample_text(known, metric, sample)
    if metric.classes:
        return bucket_label(metric, int(sample), known.texts[metric.id].classes)
    if metric.statistic == "share":
        return "yes" if sample else "no"
    number = f"{sample:,.0f}" if sample == int(sample) or abs(sample) >= 1_000 else f"{sample:.4g}"
    return f"{number} {shown_unit(metric)}".strip()


def source(known: Catalogue, metric: Metric, platform: str) -> str:
    """Where the catalogue says that this metric comes from on that system, or why it has no source."""
    from catalogue.errors import CatalogueError
    from catalogue.sources import load_sources

    try:
        found = load_sources(known.metrics)[metric.id].get(platform)
    except CatalogueError:
        return ""  # what was read says it, too
    return (found.source or f"none: {found.missing}") if found else ""


# -- as data


def as_data(
    known: Catalogue, metric: Metric, found: Readings, kept: Kept | None, marks: Mapping[str, str]
) -> dict[str, Any]:
    """All of it, for programs; what was read as it came."""
    tally = _tally(metric, found, kept)
    value = tally.value()
    bucket = metric.bucket(value)
    return {
        "metric": metric.id,
        "title": known.texts[metric.id].title,
        "unit": metric.unit,
        "platform": found.platform,
        "source": source(known, metric, found.platform),
        "probe": found.probe,
        "how": found.how,
        "every": metric.every,
        "readings": [_round_as_data(each, _Words(found.platform)) for each in found.rounds],
        "remembered": dict(marks),
        "computation": {
            "from": "this reading alone" if kept is None or not kept.tally.count else "what is kept here",
            "statistic": metric.statistic,
            "window_days": metric.window,
            "needs": metric.least,
            "start": kept.start if kept else None,
            "stop": kept.stop if kept else None,
            "parts": [[part.t, part.seconds, part.tally.dump()] for part in kept.parts] if kept else [],
            "part_values": [part.tally.estimate() for part in kept.parts] if kept else [],
            "readings": tally.count,
            "total": tally.dump(),
            "working": working(metric, tally),
            "value": value,
        },
        "edges": list(metric.edges),
        "classes": list(metric.classes),
        "warn": metric.warn,
        "bad": metric.bad,
        "better": metric.better,
        "evidence": metric.evidence,
        "bucket": bucket,
        "label": None if bucket is None else bucket_label(metric, bucket, known.texts[metric.id].classes),
        "verdict": bucket_verdict(metric, bucket).value,
    }


def _round_as_data(each: Round, words: _Words) -> dict[str, Any]:
    return {
        "time": each.moment.now,
        "since_boot": each.moment.ticking,
        "asked": [_heard_as_data(heard, words) for heard in each.heard],
        "sample": each.sample,
        "reason": each.reason,
    }


def _heard_as_data(heard: Heard, words: _Words, below: bool = False) -> dict[str, Any]:
    data: dict[str, Any] = {"asked": heard.method, "given": plain(heard.given)}
    data["means"] = words.asked(heard) if below else _meaning(heard.method)
    data |= {"absent": heard.absent} if heard.absent is not None else {"answer": plain(heard.answer)}
    if heard.below:
        data["by"] = [_heard_as_data(each, words, below=True) for each in heard.below]
    return data


def plain(value: Any) -> Any:
    """What JSON can say: names kept, few bytes as hexadecimal digits, what is no number as a text.

    Of many bytes only how many: nobody reads them, and a system's structures hold more than was asked for.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}… ({len(value):,} characters)"
    if isinstance(value, bytes):
        return value.hex() if len(value) <= _BYTES else f"{len(value):,} bytes"
    if (fields := _fields(value)) is not None:
        return {str(name): plain(part) for name, part in fields.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    return str(value)


def _fields(value: Any) -> Mapping[Any, Any] | None:
    """The parts of what has named ones: a dictionary, a named tuple, a recorded answer."""
    if isinstance(value, dict):
        return value
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        fields: dict[str, Any] = value._asdict()
        return fields
    return vars(value) if type(value).__name__ == "SimpleNamespace" else None


# -- in words


def as_text(
    known: Catalogue, metric: Metric, found: Readings, kept: Kept | None, marks: Mapping[str, str]
) -> str:
    """All of it, for a person."""
    texts = known.texts[metric.id]
    lines = [f"{texts.title} ({metric.id}), {_SYSTEMS.get(found.platform, found.platform)}"]
    lines.append(tables.wrapped(texts.explanation))
    if where := source(known, metric, found.platform):
        told = f"Source: {where}; every {tables.span(metric.every)}"
        lines.append(tables.wrapped(told, "  "))
    lines += _readings(known, metric, found, marks)
    if any("…" in line for line in lines):
        lines.append("         (… stands for more, which `--json` has whole.)")
    tally = _tally(metric, found, kept)
    lines += ["", *_computation(metric, tally, kept, texts.classes)]
    value = tally.value()
    bucket = metric.bucket(value)
    lines.append(f"Value    {value_label(metric, value, texts.classes)}{_exactly(metric, value)}")
    label = "none: no bit would be set" if bucket is None else _bucket(metric, bucket, texts.classes)
    lines.append(f"Bucket   {tables.boxes(metric.buckets, bucket)}  {label}")
    lines.append(
        f"Verdict  {tables.verdict(bucket_verdict(metric, bucket).value)}  ({_limits(known, metric)})"
    )
    lines.append(tables.wrapped(f"Evidence {metric.evidence}", "         "))
    return "\n".join(lines)


def _readings(known: Catalogue, metric: Metric, found: Readings, marks: Mapping[str, str]) -> Iterator[str]:
    if not found.rounds:
        yield f"Nothing was read: there is no source on {_SYSTEMS.get(found.platform, found.platform)}."
    if marks:
        yield ""
        yield "Remembered from earlier passes"
        yield from (f"  {key} = {_printable(mark)[:_WIDTH]}" for key, mark in marks.items())
    words = _Words(found.platform)
    for each in found.rounds:
        yield ""
        yield f"Read {tables.clock(each.moment.now)} UTC"
        for heard in each.heard:
            yield from _question(heard, words)
        if each.sample is None:
            yield f"Reading  none: {each.reason}"
        else:
            yield f"Reading  {sample_text(known, metric, each.sample)}"
    if found.rounds and found.how:
        yield click.wrap_text(f"         {found.how}", tables.width(), subsequent_indent="         ")


class _Words:
    """How the questions to one system are told; its host's room says so where it can."""

    def __init__(self, platform: str) -> None:
        try:
            room = import_module(f"agent.probes.host.{platform}.words")
        except ImportError:
            room = None
        self._words: Mapping[str, str] = getattr(room, "WORDS", {})
        self._lines: Mapping[str, str] = getattr(room, "LINES", {})

    def asked(self, heard: Heard) -> str:
        """One question to the system."""
        told = self._words.get(heard.method)
        if told is not None:
            for number, each in enumerate(heard.given):
                given = " ".join(map(str, each)) if isinstance(each, list | tuple) else str(each)
                told = told.replace(f"{{{number}}}", given)
            told = " ".join(told.split())  # a script has lines
            return _printable(told if len(told) <= _QUESTION else f"{told[:_QUESTION]}…")
        name = heard.method.replace("library.", "psutil.")
        return _printable(f"{name}({', '.join(map(repr, heard.given))})")

    def lines(self, method: str, lines: Sequence[str]) -> list[str]:
        """Those of a file's lines that a host's method goes by; all of them where that is not said."""
        begin = re.compile(self._lines.get(method, ""))
        return [line for line in lines if begin.match(line)] or list(lines)


def _question(heard: Heard, words: _Words) -> Iterator[str]:
    """One question to the host: what it means, what was asked of the system for it, what it gave."""
    told = f"  {heard.method}: {_meaning(heard.method)}"
    if not heard.below:
        yield from _answered(told, heard)
        return
    yield tables.wrapped(told, "    ")
    counts, shown = Counter(each.method for each in heard.below), Counter[str]()
    for each in heard.below:
        shown[each.method] += 1
        left = counts[each.method] - shown[each.method]
        if shown[each.method] < _QUESTIONS or not left:  # the last one is often what ended the search
            yield from _asked(heard, each, words)
        elif shown[each.method] == _QUESTIONS:
            yield f"    … {left:,} questions more of this kind, then the last"
    yield from _answered("    gave", heard)


def _asked(above: Heard, heard: Heard, words: _Words) -> Iterator[str]:
    """One question to the system and its answer, of a long one only what counts."""
    asked, answer = words.asked(heard), heard.answer
    lines = answer.splitlines() if isinstance(answer, str) else []
    if heard.absent is not None or len(lines) <= 1:
        yield from _answered(f"    {asked}", heard, above.answer)
        return
    counting = words.lines(above.method, lines)
    told = counting[:_LINES]
    yield f"    {asked} →"
    yield from (f"      | {_short(line)}" for line in told)
    if len(counting) < len(lines):
        yield f"      {len(counting):,} of {len(lines):,} lines count" + ("" if told == counting else ", …")
    elif len(lines) > len(told):
        yield f"      … {len(lines) - len(told):,} lines more"


def _answered(asked: str, heard: Heard, wanted: object = None) -> Iterator[str]:
    """A question and what came back; of adapters, disks and the like only the `wanted` ones."""
    answer = heard.answer
    if isinstance(answer, dict) and isinstance(wanted, dict) and answer.keys() & wanted.keys():
        chosen = {key: part for key, part in answer.items() if key in wanted}
        told = _printable(repr(chosen)) + (f", of {len(answer)}" if len(chosen) < len(answer) else "")
    else:
        told = _given(heard)
    whole = f"{asked} → {told}"
    margin = whole[: len(whole) - len(whole.lstrip())]
    yield margin + tables.wrapped(whole.lstrip(), f"{margin}  ")


def _given(heard: Heard) -> str:
    """What came back, in a line."""
    if heard.absent is not None:
        return f"none: {heard.absent}" if heard.absent else "none"
    answer = heard.answer
    if isinstance(answer, float) and _FIRST < answer < _LAST:
        return f"{answer!r} ({tables.clock(answer)} UTC)"
    if isinstance(answer, bytes) or (isinstance(answer, list | tuple) and _holds_bytes(answer)):
        answer = plain(answer)
    if isinstance(answer, list) and len(answer) > _MEMBERS and len(repr(answer)) > _ANSWER:
        ends = f"[{answer[0]!r}, … {len(answer) - 2:,} more …, {answer[-1]!r}]"
        return _short(ends, _ANSWER)
    return _short(answer if isinstance(answer, str) and answer else repr(answer), _ANSWER)


def _holds_bytes(answer: Sequence[object]) -> bool:
    return any(isinstance(part, bytes) for part in answer)


def _meaning(method: str) -> str:
    """What a method of a host answers, by the one table of them; or what a check of the target does."""
    from agent.checking import Checking
    from agent.probes.host import Host

    told = getattr(Host, method, None) or getattr(Checking, method, Host)
    return " ".join((told.__doc__ or "").split())


def _computation(
    metric: Metric, tally: Tally, kept: Kept | None, classes: Mapping[str, str]
) -> Iterator[str]:
    if kept is None or not kept.tally.count:
        yield "Computed of what was read just now" + (": nothing is kept here yet" if kept else "")
    else:
        period = f"{tables.clock(kept.start)} to {tables.clock(kept.stop)} UTC"
        yield f"Computed of what is kept here over {_count(metric.window, 'day')}, {period}"
        yield f"  {_made_of(kept)}"
        for part in kept.parts[-_PARTS:]:
            value = value_label(metric, part.tally.estimate(), classes)
            yield f"    {_stretch(part)}: {value}"
        if len(kept.parts) > _PARTS:
            yield f"    … before these {_count(len(kept.parts) - _PARTS, 'part')} more, whole with `--json`"
    yield f"  {working(metric, tally)}"


def _stretch(part: Part) -> str:
    begin, minutes = tables.clock(part.t), part.seconds // 60
    return f"{begin}, {minutes:,} min, {_count(part.tally.count, 'reading')}" if minutes else begin


def _made_of(kept: Kept) -> str:
    sizes = [part.seconds for part in kept.parts]
    days, singles = sum(size >= 86_400 for size in sizes), sizes.count(0)
    parts = ((days, "day"), (len(sizes) - days - singles, "quarter-hour"), (singles, "single reading"))
    told = ", ".join(_count(count, name) for count, name in parts if count)
    return f"{_count(kept.tally.count, 'reading')}, kept as {told}"


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def working(metric: Metric, tally: Tally) -> str:
    """The computation with its numbers filled in."""
    count, kind = tally.count, metric.statistic
    if not count:
        return "no reading, no value"
    readings = _count(count, "reading")
    if kind in ("share", "ratio", "sum", "mean"):
        sums = [int(field) / 1_000_000 for field in tally.dump().split()[1:]]
        told = {
            "share": f"{sums[0]:,.0f} of {readings} say yes: 100 × {sums[0]:.0f} ÷ {count}",
            "ratio": f"100 × {sums[0]:,.0f} ÷ {sums[-1]:,.0f}, each added up over {readings}",
            "sum": f"{readings}, added up: {sums[0]:g}",
            "mean": f"{readings}, added up: {sums[0]:g}, ÷ {count}",
        }[kind]
    elif kind in QUANTILES:
        rank = max(1, -(-QUANTILES[kind] * count // 100))
        told = f"number {rank:,} of {readings} in order of size, known to an eighth of its bucket"
    else:
        told = f"{_PICKED[kind]} of {readings}"
    if tally.value() is None:
        needed = f"{metric.least:,} {'in all' if kind == 'ratio' else 'readings'}"
        told += f"; too few: {needed} are needed"
    return f"{kind}: {told}"


def _tally(metric: Metric, found: Readings, kept: Kept | None) -> Tally:
    """What the value comes from: what is kept, or where nothing is, what was read just now."""
    from agent import explanation

    if kept is not None and kept.tally.count:
        return kept.tally
    return explanation.alone(metric, found.rounds)


def _exactly(metric: Metric, value: float | None) -> str:
    if value is None or metric.classes:
        return ""
    if metric.statistic in QUANTILES:
        return f"  (taken as {value!r}, which stands for an eighth of its bucket)"
    return f"  (exactly {value!r})"


def _bucket(metric: Metric, bucket: int, classes: Mapping[str, str]) -> str:
    place = f"number {bucket + 1} of {metric.buckets}: {bucket_label(metric, bucket, classes)}"
    edges = ", ".join(f"{edge:g}" for edge in metric.edges)
    return f"{place}; lower bounds {edges}" if edges else place


def _limits(known: Catalogue, metric: Metric) -> str:
    """From where a value is warn or bad."""
    told = []
    for word, limit in (("warn", metric.warn), ("bad", metric.bad)):
        if limit is not None and metric.classes:
            told.append(f"{word} from {bucket_label(metric, int(limit), known.texts[metric.id].classes)!r}")
        elif limit is not None:
            side = "below" if metric.better == "higher" else "from"
            told.append(f"{word} {side} {value_label(metric, limit)}")
    return ", ".join(told) or "never warn or bad"


def _short(text: str, most: int = _WIDTH) -> str:
    text = _printable(text)
    return text if len(text) <= most else f"{text[:most]}… ({len(text):,} characters)"


def _printable(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(each if each.isprintable() or each == "\t" else "�" for each in text)
