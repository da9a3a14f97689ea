"""`python -m catalogue.document > docs/metrics.md`: the catalogue as a page for people."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from catalogue import layout
from catalogue.labels import bucket_label, shown_unit
from catalogue.load import load
from catalogue.model import CATEGORIES
from catalogue.refused import page as refused
from catalogue.sources import NO_PRIVILEGE, load_sources
from catalogue.verdict import bucket_verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from catalogue.model import Catalogue, Metric, Texts
    from catalogue.sources import Source

_INTRODUCTION = """\
# What is measured

Made from the catalogue by `python -m catalogue.document`; a test keeps it current.

This is the closed list of everything that Shoal may measure: {count} metrics, {bits} bits. A device
turns each value into one bucket and sends, if its user chose so, one bit per metric, in two shares that
neither operator can read; only totals over many devices are ever joined. A metric without a value sets
no bit, and nothing says why.

A task asks for the first n of the list, in this order:

{order}

SHA-256 of the whole list's meaning (`catalogue.layout.meaning` says of what exactly): `{digest}`

## How a value comes about

| statistic | the value over the window |
|-|-|
| last | the newest reading |
| min | the smallest reading |
| p25, p50, p95 | a quarter, half, 95 % of the readings are not above it (nearest rank) |
| share | the percentage of readings in which it was so |
| sum | all readings added up |
| ratio | the sum of the parts in percent of the sum of the wholes |
| derived | the number of this category's metrics, among those the task asks for, whose verdict is bad |

A lower bound belongs to its bucket: "15–20 %" is 15 and more, and less than 20.

## Where it is measured

{matrix}

- **here**: read on real systems of that kind, with the tests that compare it with other readings.
- **recorded**: its reading is tested on recorded files and answers of such systems.
- **Wine**: tried under Wine on Linux, which is no Windows.
- **documentation**: written from the system's documentation and tested on data made after it; not run.
- **–**: not there, and each entry below says why. A device of that kind sends no bit for it.

No source takes a privilege beyond an ordinary account's, but where its entry says so.

## Programs by name

Crashes of all programs count together, without a name. These products alone are looked at by name, since
an organisation plainly deploys them; the list is part of the digest above, and no policy, task or server
can add to it. Not installed, not run and no data look the same.

{slots}

## Where thresholds come from

Public ones first: Microsoft Intune Endpoint analytics, Microsoft 365 network assessment, the ControlUp
device score, Flexxible's workspace score, the alerts of netdata (health.d) and of Prometheus's
node_exporter mixin. **J** marks our own judgement, to be calibrated in use. Where a source speaks of a
day, counts are set for a week at about three times as much.

## What a bucket could reveal, hence never per device

Load of processor and memory: how hard somebody works. Response times and Wi-Fi: home or office.
Security: a weakness. "No value" tells too (wired, desktop). All bits together are a fingerprint. So no
server may ever see one device's vector: the two operators hold shares that say nothing alone, and
publish noisy totals.

## Left out, and why

Each metric adds noise to all others and one more thing to explain, so it must lead to something that a help
desk does and make a total that an administrator trusts.

- **How long signing in takes:** an agent that starts with the session sees only its end, and what it would
  wait for (a quiet processor) comes late for whoever starts to work at once.
- **Response time of one's own router:** many do not answer, and what matters of it shows in the response
  times of ordinary connections and in the Wi-Fi signal.
- **Download speed:** it moves megabytes to say something that changes by the minute, and needs a file
  somewhere whose owner then sees every device.
- **How far behind a program's version is:** the newest version is known to its maker only, and nobody else
  is asked. When the version at hand came says nearly as much.
- **Programs that crash seldom or see to themselves** (meeting clients, file sync): they catch their own
  crashes and update themselves, so that the numbers would look good whatever happens.
- **Heat, kills and stalls for want of memory on Windows, and whatever else has no entry for a system:** the
  entries say why.

## Refused, for good

{refused}
"""


_SYSTEMS = {"linux": "Linux", "windows": "Windows", "macos": "macOS"}
_PROOFS = {"here": "here", "recorded": "recorded", "wine": "Wine", "documentation": "documentation"}


def document(catalogue: Catalogue) -> str:
    """The page in Markdown, for a catalogue with texts. CatalogueError for sources that do not fit it."""
    return "\n".join(_parts(catalogue)).rstrip("\n") + "\n"


def _parts(catalogue: Catalogue) -> Iterator[str]:
    metrics = catalogue.metrics
    sources = load_sources(metrics)
    order = ", ".join(f"{n}\u00a0{metric.id}" for n, metric in enumerate(metrics, 1))
    yield _INTRODUCTION.format(
        count=len(metrics), bits=layout.length(metrics), order=order, digest=layout.digest(metrics).hex(),
        matrix="\n".join(_matrix(metrics, sources)), slots="\n".join(_slots(metrics)), refused=refused(),
    )  # fmt: skip
    for category in CATEGORIES:
        yield f"## {catalogue.categories[category]}\n"
        for metric in metrics:
            if metric.category == category:
                yield _entry(metric, catalogue.texts[metric.id], sources.get(metric.id, {}))


def _matrix(metrics: Sequence[Metric], sources: Mapping[str, Mapping[str, Source]]) -> Iterator[str]:
    """The table of metrics and systems: how far each source has been seen to work."""
    yield f"| metric | {' | '.join(_SYSTEMS.values())} |"
    yield "|-|" + "-|" * len(_SYSTEMS)
    for metric in metrics:
        if not metric.is_derived:
            cells = (_proof(sources[metric.id][system]) for system in _SYSTEMS)
            yield f"| `{metric.id}` | {' | '.join(cells)} |"


def _proof(source: Source) -> str:
    if not source.source:
        return "–"
    privilege = "" if source.privilege == NO_PRIVILEGE else f" ({source.privilege})"
    return _PROOFS[source.proof] + privilege


def _slots(metrics: Sequence[Metric]) -> Iterator[str]:
    """The table of the products, each once, in the catalogue's order."""
    yield "| product | publisher | programs | Linux packages | Windows | macOS |"
    yield "|-|-|-|-|-|-|"
    for slot in dict.fromkeys(metric.slot for metric in metrics if metric.slot is not None):
        packages = dict.fromkeys((*slot.dpkg, *slot.rpm, *slot.flatpak, *slot.snap))
        cells = (slot.programs, tuple(packages), slot.windows, slot.macos)
        yield f"| {slot.product} | {slot.publisher} | {' | '.join(', '.join(c) or '–' for c in cells)} |"


def _origins(sources: Mapping[str, Source]) -> Iterator[str]:
    """What is read on each system, or why nothing is."""
    for system, name in _SYSTEMS.items():
        if system in sources:
            found = sources[system]
            told = f"{found.source} ({_proof(found)})" if found.source else f"none: {found.missing}"
            yield f"- **{name}:** {told}"


def _entry(metric: Metric, texts: Texts, sources: Mapping[str, Source]) -> str:
    buckets = ", ".join(
        f"{bucket_label(metric, i, texts.classes)} ({bucket_verdict(metric, i).value})"
        for i in range(metric.buckets)
    )
    return f"""\
### {texts.title}

`{metric.id}` · {_facts(metric)}

{texts.explanation}

- **Buckets:** {buckets}
- **It cannot show:** {texts.cannot_show}
- **What helps:** {texts.fix}
- **Evidence:** {metric.evidence}
{"".join(f"{line}{chr(10)}" for line in _origins(sources))}"""


def _facts(metric: Metric) -> str:
    if metric.is_derived:
        return "derived"
    facts = [f"probe {metric.probe}", f"read every {_duration(metric.every)}"]
    facts.append(f"{metric.statistic} over {metric.window} day{'s' if metric.window > 1 else ''}")
    if shown_unit(metric):
        facts.append(f"in {shown_unit(metric)}")
    if metric.least > 1:
        facts.append(f"from {metric.least:,} {'in all' if metric.statistic == 'ratio' else 'readings'}")
    facts += [f"weight {metric.weight}", ", ".join(metric.platforms)]
    return " · ".join(facts)


def _duration(seconds: int) -> str:
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            count = seconds // size
            return name if count == 1 else f"{count} {name}s"
    return f"{seconds} seconds"


if __name__ == "__main__":
    sys.stdout.write(document(load()))
