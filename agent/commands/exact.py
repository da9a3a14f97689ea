"""A report to the byte: answers, bits, shares, sealed body, each following from the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.commands import tables
from catalogue import layout
from catalogue.labels import bucket_label
from dap.task import TaskConfiguration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catalogue.model import Catalogue, Metric

_WIDTH = 64


def describe(data: Mapping[str, Any], known: Catalogue) -> str:
    """What `shoal preview --exact` and `shoal ledger show ROW --exact` print for people."""
    configuration = TaskConfiguration.decode(bytes.fromhex(data["task_configuration"]))
    lines = ["1. The answers", ""]
    lines.append(answers(data["vector"], known, configuration.info.metrics, configuration.info.digest))
    lines += ["", f"2. The same as {data['length']} bits", "", *_wrapped("".join(map(str, data["vector"])))]
    lines += ["", "3. Split into two shares, each of which alone is random", ""]
    lines += _field("leader's share", data["leader_input_share"])
    lines += _field("helper's share", data["helper_input_share"])
    lines += _field("public share", data["public_share"])
    lines += ["", "4. Sealed to each operator: the bytes that leave", ""]
    for name in ("report_id", "time", "body_sha256"):
        lines.append(f"{name.replace('_', ' ')}: {data[name]}")
    lines += _field("body", data["body"])
    lines += ["", "5. What all of it follows from (docs/verify.md says how)", ""]
    for name in (
        *("task_id", "opening", "shard_rand", "chunk_length", "leader_hpke_config", "helper_hpke_config"),
        *("leader_ephemeral_seed", "helper_ephemeral_seed", "task_configuration"),
    ):
        lines += _field(name.replace("_", " "), str(data[name]))
    return "\n".join(lines)


def as_json(data: Mapping[str, Any]) -> str:
    """The same for programs: what docs/verify.md lists, and the two pieces of each entry beside it."""
    from agent import report

    return tables.as_json({**data, "pieces": report.pieces(data)})


def answers(vector: Sequence[int], known: Catalogue, asked: int, digest: bytes) -> str:
    """A vector as the table of its answers, or a sentence if this version's catalogue is another."""
    if not 1 <= asked <= len(known.metrics) or layout.digest(known.prefix(asked)) != digest:
        return "This report was made by another version's catalogue; only its bits can be shown."
    prefix = known.prefix(asked)
    return answer_table(layout.decode(vector, prefix), prefix, known)


def answer_table(buckets: Mapping[str, int | None], prefix: Sequence[Metric], known: Catalogue) -> str:
    """Each metric's answer in words, and the row of boxes of which it lights one."""
    rows = []
    for metric in prefix:
        bucket, texts = buckets.get(metric.id), known.texts[metric.id]
        said = "no answer" if bucket is None else bucket_label(metric, bucket, texts.classes)
        rows.append((texts.title, said, tables.boxes(metric.buckets, bucket)))
    return tables.table(rows, ("question", "answer", "as bits"))


def _field(name: str, text: str) -> list[str]:
    """A named value, wrapped; bytes are counted."""
    if len(text) <= _WIDTH:
        return [f"{name}: {text}"]
    return [f"{name} ({tables.size(len(text) // 2)}):", *_wrapped(text)]


def _wrapped(text: str) -> list[str]:
    return [f"  {text[i : i + _WIDTH]}" for i in range(0, len(text), _WIDTH)]
