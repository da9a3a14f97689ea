"""Keeps figures: RESULTS.json holds them, RESULTS.md is drawn from it.

A subject that was not run again keeps what it has.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bench.frame import Section, draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_HEAD = """# What Shoal costs

Made by `make bench`; each section was measured when it says. Machines differ: compare ratios before figures.
"""


def as_json(section: Section, about: dict[str, Any]) -> dict[str, Any]:
    """A section as plain data. ``about`` tells when and where it was measured."""
    return {
        "title": section.title,
        **about,
        "versions": {**about.get("versions", {}), **section.versions},
        "verdicts": [
            {
                "what": verdict.target.what,
                "target": str(verdict.target),
                "figure": verdict.figure,
                "unit": verdict.target.unit,
                "met": verdict.is_met,
                "remark": verdict.remark,
            }
            for verdict in section.verdicts
        ],
        "prose": [*section.prose],
        "tables": [
            {"title": table.title, "headers": [*table.headers], "rows": [[*row] for row in table.rows]}
            for table in section.tables
        ],
    }


def keep(output: Path, found: dict[str, dict[str, Any]], order: Sequence[str]) -> None:
    """Put the sections found into ``output`` (Markdown) and the JSON beside it, and leave the others."""
    beside = output.with_suffix(".json")
    kept: dict[str, Any] = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
    kept |= found
    ordered = {name: kept[name] for name in sorted(kept, key=lambda name: (*order, name).index(name))}
    beside.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    output.write_text(markdown(ordered), encoding="utf-8")


def markdown(sections: dict[str, dict[str, Any]]) -> str:
    """The whole document: first every promise, then each subject."""
    verdicts = [verdict for section in sections.values() for verdict in section["verdicts"]]
    parts = [_HEAD]
    if verdicts:
        parts.append(_verdicts(verdicts))
    parts += [_section(name, section) for name, section in sections.items()]
    return "\n".join(parts)


def _section(name: str, section: dict[str, Any]) -> str:
    machine = ", ".join(f"{what} {value}" for what, value in section["machine"].items())
    versions = ", ".join(f"{name} {version}" for name, version in section["versions"].items())
    parts = [
        f"## {section['title']}\n",
        f"`python -m bench {name}`{' with reduced counts' * section['quick']}, {section['date']}, "
        f"{section['seconds']:.0f} s. {machine}. Load average before {section['load_before']}, "
        f"after {section['load_after']}. {versions}.\n",
    ]
    if section["verdicts"]:
        parts.append(_verdicts(section["verdicts"]))
    for table in section["tables"]:
        parts += [f"**{table['title']}**\n"] if table["title"] else []
        parts.append(_table(table["headers"], table["rows"]))
    parts += [f"{paragraph}\n" for paragraph in section["prose"]]
    return "\n".join(parts)


def _verdicts(verdicts: Iterable[dict[str, Any]]) -> str:
    rows = []
    for verdict in verdicts:
        figure = f"{draw(float(verdict['figure']))} {verdict['unit']}".rstrip()
        word = "met" if verdict["met"] else "**not met**"
        rows.append([verdict["what"], verdict["target"], figure, word, verdict["remark"]])
    return _table(["promise", "target", "figure", "", "remark"], rows)


def _table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = ["| " + " | ".join(headers) + " |", "|" + "-|" * len(headers)]
    lines += ["| " + " | ".join(draw(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
