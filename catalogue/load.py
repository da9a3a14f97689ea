"""Reads metrics.toml, the texts and the lock, strictly: whatever is odd is an error that names its place.

A catalogue that loads has one meaning: known keys only, every threshold an edge, every word there, the ids in
the locked order. Called by the resident sampler, so tomllib and little else.
"""

from __future__ import annotations

import math
import re
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from catalogue import lock, tables
from catalogue.errors import CatalogueError, did_you_mean, shown
from catalogue.model import BETTER, CATEGORIES, STATISTICS, Catalogue, Metric, Texts
from catalogue.slots import read_slots

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from catalogue.model import Slot

METRICS = lock.FOLDER / "metrics.toml"
SLOTS = "slots.toml"
TEXTS = lock.FOLDER / "texts"

PLATFORMS = ("linux", "windows", "macos")
_HERE = {"win32": "windows", "darwin": "macos"}.get(sys.platform, "linux")
WINDOWS = (1, 7, 14, 28)
# UCUM codes in use; a new one is a decision, since labels and domains follow from it.
UNITS = ("%", "1", "s", "ms", "min", "d", "dB[mW]", "MB/s")

_ID = re.compile(r"(?:endpoint|network|app)(?:\.[a-z][a-z0-9_]*){1,2}")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_DURATION = re.compile(r"([1-9][0-9]{0,5})([mhd])")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}
# No bucket edge needs more; beyond it a plain decimal would not be plain.
_LARGEST, _FINEST = 1e9, 1e-6

_KEYS = (
    *("id", "probe", "unit", "every", "statistic", "window", "edges", "classes"),
    *("warn", "bad", "better", "least", "weight", "platforms", "evidence"),
)
_WORDS = ("title", "explanation", "cannot_show", "fix")


def load(language: str | None = "en") -> Catalogue:
    """The shipped catalogue with the words of a language; without words if None (the sampler needs none).

    Raises CatalogueError.
    """
    return load_from(METRICS, lock.LOCK, None if language is None else TEXTS / f"{language}.toml")


def load_from(metrics: Path, locked: Path, texts: Path | None) -> Catalogue:
    """A catalogue from the given files. Raises CatalogueError, naming file, metric and key."""
    found = read_metrics(metrics)
    ids = tuple(metric.id for metric in found)
    lock.check(ids, lock.read(locked), file=metrics.name, lock=locked.name)
    if texts is None:
        return Catalogue(found, {}, {})
    words, categories = read_texts(texts, found)
    return Catalogue(found, words, categories)


def read_metrics(path: Path) -> tuple[Metric, ...]:
    """The metrics of a file and of the slots.toml beside it, without a look at lock or texts.

    Raises CatalogueError.
    """
    table = tables.read(path)
    for key in table:
        if key != "metric":
            raise CatalogueError(f"is unknown{did_you_mean(key, ['metric'])}", file=path.name, key=key)
    entries = table.get("metric", [])
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogueError("must be a non-empty list of [[metric]] tables", file=path.name, key="metric")
    slots = read_slots(path.with_name(SLOTS))
    metrics: list[Metric] = []
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        metric = _metric(_Entry(entry, path.name, number), slots)
        if metric.id in seen:
            raise CatalogueError("is used twice", file=path.name, metric=metric.id, key="id")
        seen.add(metric.id)
        metrics.append(metric)
    for slot in slots.values():
        if all(metric.slot != slot for metric in metrics):
            raise CatalogueError("has no metric", file=SLOTS, metric=slot.id)
    return tuple(metrics)


def read_texts(path: Path, metrics: Iterable[Metric]) -> tuple[dict[str, Texts], dict[str, str]]:
    """(id → words, category → title) of a file; exactly the words that the metrics need."""
    table = tables.read(path)
    categories = table.pop("category", {})
    if not isinstance(categories, dict):
        raise CatalogueError("must be a table", file=path.name, key="category")
    _exactly(categories, CATEGORIES, path.name, "category")
    titles = {name: tables.words(categories[name], path.name, "category", name) for name in CATEGORIES}
    by_id = {metric.id: metric for metric in metrics}
    tables.check_metrics(table, by_id, path.name)
    words = {}
    for id, metric in by_id.items():
        if id not in table:
            raise CatalogueError("has no texts", file=path.name, metric=id)
        words[id] = _texts(table[id], metric, path.name)
    return words, titles


class _Entry(NamedTuple):
    """One [[metric]] table under inspection; knows how to complain."""

    table: dict[str, Any]
    file: str
    number: int

    def error(self, key: str, problem: str) -> CatalogueError:
        id = self.table.get("id")
        name = id if isinstance(id, str) else f"metric {self.number}"
        return CatalogueError(problem, file=self.file, metric=name, key=key)

    def need(self, key: str) -> Any:
        if key not in self.table:
            raise self.error(key, "is missing")
        return self.table[key]

    def refuse(self, keys: Iterable[str], why: str) -> None:
        for key in keys:
            if key in self.table:
                raise self.error(key, f"does not belong to {why}")

    def text(self, key: str, pattern: re.Pattern[str]) -> str:
        value = self.need(key)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self.error(key, f"must match {pattern.pattern}, not {shown(value)}")
        return value

    def one_of(self, key: str, known: tuple[str, ...]) -> str:
        value = self.need(key)
        if not isinstance(value, str) or value not in known:
            hint = did_you_mean(value, known) if isinstance(value, str) else ""
            raise self.error(key, f"must be one of {', '.join(known)}, not {shown(value)}{hint}")
        return value

    def duration(self, key: str) -> int:
        value = self.need(key)
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise self.error(key, f'must be a duration such as "5m", "6h" or "1d", not {shown(value)}')
        return int(match[1]) * _SECONDS[match[2]]

    def whole(self, key: str, default: int, low: int, high: int) -> int:
        value = self.table.get(key, default)
        if type(value) is not int or not low <= value <= high:
            raise self.error(key, f"must be a whole number from {low} to {high}, not {shown(value)}")
        return value

    def names(self, key: str) -> tuple[str, ...]:
        values = self.need(key)
        if not isinstance(values, list) or not values or not all(isinstance(value, str) for value in values):
            raise self.error(key, f"must be a non-empty list of names, not {shown(values)}")
        if len(set(values)) != len(values):
            raise self.error(key, "names something twice")
        return tuple(values)


def _metric(entry: _Entry, slots: Mapping[str, Slot]) -> Metric:
    for key in entry.table:
        if key not in _KEYS:
            raise entry.error(key, f"is unknown{did_you_mean(key, _KEYS)}")
    id = entry.text("id", _ID)
    statistic = entry.one_of("statistic", STATISTICS)
    evidence = entry.need("evidence")
    if not isinstance(evidence, str) or not evidence.strip() or not evidence.isprintable():
        raise entry.error("evidence", "must say where the thresholds come from, in one line")
    probe, every, window, weight, platforms = _source(entry, statistic)
    scale = _classes(entry, statistic) if "classes" in entry.table else _numbers(entry, statistic)
    least = entry.whole("least", 1, 1, 1_000_000)
    if least != 1 and statistic in ("last", "derived"):
        raise entry.error("least", f"means nothing for {statistic}")
    _, *between, _ = id.split(".")
    if between and (not id.startswith("app.") or between[0] not in slots):
        raise entry.error("id", f"{between[0]} is no product of {SLOTS}{did_you_mean(between[0], slots)}")
    return Metric(
        id, probe, scale.unit, every, statistic, window, scale.edges, scale.classes, scale.warn, scale.bad,
        scale.better, weight, platforms, evidence, least,
        slots[between[0]] if between else None,
    )  # fmt: skip


def _source(entry: _Entry, statistic: str) -> tuple[str, int, int, int, tuple[str, ...]]:
    """(probe, every, window, weight, platforms); nothing of it for a derived metric."""
    if statistic == "derived":
        entry.refuse(("probe", "every", "window", "weight", "platforms", "least"), "a derived metric")
        if not entry.table["id"].endswith(".bad_count"):
            raise entry.error("statistic", "only bad_count is derived")
        return "", 0, 0, 0, ()
    probe = entry.text("probe", _NAME)
    every = entry.duration("every")
    window = entry.duration("window") / 86400
    if window not in WINDOWS:
        raise entry.error("window", f"must be 1d, 7d, 14d or 28d, not {shown(entry.table['window'])}")
    entry.need("weight")
    weight = entry.whole("weight", 1, 1, 3)
    platforms = entry.names("platforms")
    for platform in platforms:
        if platform not in PLATFORMS:
            raise entry.error("platforms", f"unknown: {platform!r}{did_you_mean(platform, PLATFORMS)}")
    return probe, every, int(window), weight, platforms


class _Scale(NamedTuple):
    unit: str
    edges: tuple[float, ...]
    classes: tuple[str, ...]
    warn: float | None
    bad: float | None
    better: str


def _numbers(entry: _Entry, statistic: str) -> _Scale:
    unit = entry.one_of("unit", UNITS)
    if statistic in ("share", "ratio") and unit != "%":
        raise entry.error("unit", f"must be % for {statistic}, not {unit!r}")
    raw = entry.need("edges")
    if not isinstance(raw, list) or not raw:
        raise entry.error("edges", f"must be a non-empty list of numbers, not {shown(raw)}")
    edges = tuple(_number(entry, "edges", value) for value in raw)
    if any(low >= high for low, high in pairwise(edges)):
        raise entry.error("edges", "must rise")
    if unit == "1" and (any(edge != int(edge) for edge in edges) or edges[0] < 1):
        raise entry.error("edges", "of a count must be whole and start at 1 or more")
    better = entry.one_of("better", BETTER)
    warn, bad = _thresholds(entry, edges)
    if warn is not None and bad is not None and not (bad < warn if better == "higher" else warn < bad):
        raise entry.error("bad", f"must lie on the worse side of warn (better = {better!r})")
    return _Scale(unit, edges, (), warn, bad, better)


def _thresholds(entry: _Entry, edges: tuple[float, ...]) -> tuple[float | None, float | None]:
    found: list[float | None] = []
    for key in ("warn", "bad"):
        if key not in entry.table:
            found.append(None)
            continue
        value = _number(entry, key, entry.table[key])
        if value not in edges:
            raise entry.error(key, f"must be one of the edges {entry.table['edges']}, not {value:g}")
        found.append(value)
    if found == [None, None]:
        raise entry.error("warn", "is missing, and bad too: a metric that cannot fail helps nobody")
    return found[0], found[1]


def _classes(entry: _Entry, statistic: str) -> _Scale:
    entry.refuse(("edges", "unit", "better"), "classes, which go from best to worst")
    if statistic != "last":
        raise entry.error("statistic", f"must be last for classes, not {statistic!r}")
    classes = entry.names("classes")
    if len(classes) < 2:
        raise entry.error("classes", "must be two or more")
    for name in classes:
        if not _NAME.fullmatch(name):
            raise entry.error("classes", f"must match {_NAME.pattern}, not {name!r}")
    indexes: list[float | None] = []
    for key in ("warn", "bad"):
        chosen: object = entry.table.get(key)
        if chosen is None:
            indexes.append(None)
            continue
        if not isinstance(chosen, str) or chosen not in classes:
            hint = did_you_mean(chosen, classes) if isinstance(chosen, str) else ""
            raise entry.error(
                key, f"must be one of the classes {', '.join(classes)}, not {shown(chosen)}{hint}"
            )
        indexes.append(float(classes.index(chosen)))
    warn, bad = indexes
    if warn is None and bad is None:
        raise entry.error("warn", "is missing, and bad too: a metric that cannot fail helps nobody")
    if warn == 0 or bad == 0:
        raise entry.error("warn" if warn == 0 else "bad", "must not be the best class")
    if warn is not None and bad is not None and bad <= warn:
        raise entry.error("bad", "must be a worse class than warn")
    return _Scale("", (), classes, warn, bad, "lower")


def _number(entry: _Entry, key: str, value: object) -> float:
    is_float = isinstance(value, float) and math.isfinite(value)
    if not isinstance(value, int | float) or not (is_float or type(value) is int):
        raise entry.error(key, f"must be a number, not {shown(value)}")
    # A whole number may be beyond any float: how large it is is asked first.
    if abs(value) > _LARGEST or value != round(value, 6) or 0 < abs(value) < _FINEST:
        raise entry.error(
            key, f"must be a plain decimal up to {_LARGEST:g} with six places, not {shown(value)}"
        )
    return float(value) + 0.0  # no −0.0


def _texts(table: object, metric: Metric, file: str) -> Texts:
    if not isinstance(table, dict):
        raise CatalogueError("must be a table", file=file, metric=metric.id)
    needed = (*_WORDS, "classes") if metric.classes else _WORDS
    _exactly(table, needed, file, metric.id)
    classes: Mapping[str, str] = {}
    if metric.classes:
        labels = table["classes"]
        if not isinstance(labels, dict):
            raise CatalogueError("must be a table", file=file, metric=metric.id, key="classes")
        _exactly(labels, metric.classes, file, metric.id)
        classes = {name: tables.words(labels[name], file, metric.id, name) for name in metric.classes}
    title, explanation, cannot_show = (tables.words(table[key], file, metric.id, key) for key in _WORDS[:-1])
    fixes = _fixes(table["fix"], metric, file)
    fix = fixes.get(_HERE) or next(iter(fixes.values()))
    return Texts(title, explanation, cannot_show, fix, classes, fixes if len(set(fixes.values())) > 1 else {})


def _fixes(entry: object, metric: Metric, file: str) -> dict[str, str]:
    """Platform → what helps there, for all that the metric has: from one text, or one for each."""
    platforms = metric.platforms or PLATFORMS
    if not isinstance(entry, dict):
        return dict.fromkeys(platforms, tables.words(entry, file, metric.id, "fix"))
    _exactly(entry, platforms, file, metric.id)
    return {
        platform: tables.words(entry[platform], file, metric.id, f"fix.{platform}") for platform in platforms
    }


def _exactly(table: Mapping[str, object], needed: Iterable[str], file: str, metric: str) -> None:
    """Raise CatalogueError for a key too much or too few."""
    wanted = tuple(needed)
    for key in table:
        if key not in wanted:
            raise CatalogueError(f"is unknown{did_you_mean(key, wanted)}", file=file, metric=metric, key=key)
    for key in wanted:
        if key not in table:
            raise CatalogueError("is missing", file=file, metric=metric, key=key)
