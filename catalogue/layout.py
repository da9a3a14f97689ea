"""Where each metric's bits stand in the vector, and the digest that names what they mean.

The vector of a task is its metrics' buckets one after the other, each metric a run of `buckets` bits of
which at most one is set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catalogue.model import Metric

FORM = "shoal-catalogue-v1"


def length(metrics: Sequence[Metric]) -> int:
    """How many bits the vector of these metrics has."""
    return sum(metric.buckets for metric in metrics)


def spans(metrics: Sequence[Metric]) -> dict[str, tuple[int, int]]:
    """Metric id → (first bit, bit after the last)."""
    found = {}
    start = 0
    for metric in metrics:
        found[metric.id] = (start, start + metric.buckets)
        start += metric.buckets
    return found


def encode(buckets: Mapping[str, int | None], metrics: Sequence[Metric]) -> tuple[int, ...]:
    """The vector for the given buckets; a metric that is missing or None sets no bit.

    Ids that are not among the metrics are ignored (a device knows more than a task asks). Raises ValueError
    for a bucket that the metric does not have.
    """
    bits = [0] * length(metrics)
    for id, (start, stop) in spans(metrics).items():
        bucket = buckets.get(id)
        if bucket is None:
            continue
        if not 0 <= bucket < stop - start:
            raise ValueError(f"{id} has no bucket {bucket}")
        bits[start + bucket] = 1
    return tuple(bits)


def decode(vector: Sequence[int], metrics: Sequence[Metric]) -> dict[str, int | None]:
    """The buckets of a vector. ValueError unless it has the right length and at most one 1 a metric."""
    if len(vector) != length(metrics):
        raise ValueError(f"the vector has {len(vector)} bits, not {length(metrics)}")
    found: dict[str, int | None] = {}
    for id, (start, stop) in spans(metrics).items():
        bits = list(vector[start:stop])
        if any(bit not in (0, 1) for bit in bits) or sum(bits) > 1:
            raise ValueError(f"{id}'s bits are not at most one 1")
        found[id] = bits.index(1) if 1 in bits else None
    return found


def meaning(metrics: Sequence[Metric]) -> bytes:
    """The canonical meaning of these metrics in their order: what a digest is the hash of.

    ASCII text: the line "shoal-catalogue-v1", then for each metric twelve lines KEY=VALUE in the order of
    the code below, for one of a product eleven more that say what counts as that product (slots.toml), and an
    empty line; each line ends with one line feed. Left out is what changes no answer:
    texts, evidence, weight, platforms. `every` is in seconds, `window` in days; lists are joined by commas,
    an absent threshold is empty; numbers are plain decimals, the shortest that round to the same IEEE 754
    double, without exponent, sign of plus, or ".0" ("15", "0.1", "-67"). No value holds a line feed, a comma
    or "=" (the loader sees to it), so equal texts mean equal metrics.
    """
    lines = [FORM]
    for metric in metrics:
        lines += [
            f"id={metric.id}",
            f"probe={metric.probe}",
            f"unit={metric.unit}",
            f"every={metric.every}",
            f"statistic={metric.statistic}",
            f"window={metric.window}",
            f"edges={','.join(map(decimal, metric.edges))}",
            f"classes={','.join(metric.classes)}",
            f"warn={'' if metric.warn is None else decimal(metric.warn)}",
            f"bad={'' if metric.bad is None else decimal(metric.bad)}",
            f"better={metric.better}",
            f"least={metric.least}",
        ]
        if metric.slot is not None:
            id, *words = metric.slot
            named = zip(metric.slot._fields[1:], words, strict=True)
            lines += [f"slot={id}"]
            lines += [f"{key}={word if isinstance(word, str) else ','.join(word)}" for key, word in named]
        lines.append("")
    return ("\n".join(lines) + "\n").encode("ascii")


def fields(meaning: str) -> dict[str, dict[str, str]]:
    """Metric id → its other fields, in the order of a canonical meaning; what is no such line is left out."""
    found: dict[str, dict[str, str]] = {}
    metric: dict[str, str] = {}
    for line in meaning.splitlines():
        key, is_field, value = line.partition("=")
        if key == "id":
            metric = found[value] = {}
        elif is_field:
            metric[key] = value
    return found


def digest(metrics: Sequence[Metric]) -> bytes:
    """SHA-256 over the canonical meaning of these metrics (32 bytes); for a task: of its prefix."""
    try:  # without OpenSSL, two MB, which the window does without: as dap.digest, which is not to be had here
        from _sha2 import sha256  # type: ignore[import-not-found]  # Python 3.12 and later
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found]
        except ImportError:
            from hashlib import sha256
    return bytes(sha256(meaning(metrics)).digest())


def decimal(number: float) -> str:
    """The canonical decimal of a number: "15", "0.1", "-67". ValueError for what would need an exponent."""
    text = repr(float(number))
    if text.endswith(".0"):
        text = text[:-2]
    if not text.lstrip("-").replace(".", "", 1).isdigit() or text == "-0":
        raise ValueError(f"{number!r} has no plain decimal")
    return text
