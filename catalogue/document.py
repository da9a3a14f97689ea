"""`python -m catalogue.document > docs/metrics.md`: the catalogue as a page for people."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from catalogue import layout
from catalogue.labels import bucket_label, shown_unit
from catalogue.load import load
from catalogue.model import CATEGORIES
from catalogue.reasons import load_reasons
from catalogue.refused import page as refused
from catalogue.sources import NO_PRIVILEGE, load_sources
from catalogue.verdict import bucket_verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from catalogue.model import Catalogue, Metric, Texts
    from catalogue.reasons import Reason
    from catalogue.sources import Source

_INTRODUCTION = """\
# What is measured

Made from the catalogue by `python -m catalogue.document`; a test keeps it current.

This is the closed list of everything that Shoal may measure: {count} metrics, {bits} bits. A device
turns each value into one bucket and sends, if its user chose so, one bit per metric, in two shares that
neither operator can read; only totals over many devices are ever joined. A metric without a value sets
no bit, and nothing says why.

A task asks for the first n of the list, in the order of the table below. The noise of every total grows with
the square root of n: the first quarter alone has half the noise of the whole. So the list begins with what a
help desk acts on most, on most systems; what few systems tell, or what needs a target, stands late and costs
nothing to a task that asks for fewer.

On this page: [where each is measured](#where-it-is-measured),
[how a value comes about](#how-a-value-comes-about), [programs by name](#programs-by-name),
[where thresholds come from](#where-thresholds-come-from),
[what a bucket could reveal](#what-a-bucket-could-reveal-hence-never-per-device),
[what was left out](#left-out-and-why), [what is refused](#refused-for-good); then every metric:
{categories}.

## Where it is measured

{matrix}

- **here**: read on real systems of that kind, some of it in a container that boots a system of its own, with
  the tests that compare it with other readings.
- **recorded**: its reading is tested on recorded files and answers of such systems.
- **Wine**: tried under Wine on Linux, which is no Windows.
- **documentation**: written from the system's documentation and tested on data made after it; not run.
- **–**: not there, and the entry says why. A device of that kind sends no bit for it.

An ordinary account may read every source, but where a cell says what else it takes. What exactly is read,
each entry says, system by system.

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

## Programs by name

Crashes of all programs count together, without a name. These products alone are looked at by name, since
an organisation plainly deploys them; the list is part of the digest above, and no policy, task or server
can add to it. Not installed, not run and no data look the same.

{slots}

## Where thresholds come from

Public ones first: Microsoft Intune Endpoint analytics, Microsoft 365's network assessment and connectivity
test, the ControlUp device score, Flexxible's workspace score, the alerts of netdata (health.d) and of
Prometheus's node_exporter mixin; for protection and updates the CIS Controls (version 8), by number. **J**
marks our own judgement, to be calibrated in use. Where a source speaks of a day, counts are set for a week at
about three times as much.

Counts of bad measures, of crashes and the like are set by judgement where no public source counts by desk and
week; an entry that has only a J says so, and waits for better.

## What a bucket could reveal, hence never per device

Each entry says what its bucket alone could tell. Load of processor and memory: how hard somebody works.
Response times and Wi-Fi: home or office. Security: a weakness. Products: what somebody uses. "No value" tells
too (wired, desktop). All bits together are a fingerprint. So no server may ever see one device's vector: the
two operators hold shares that say nothing alone, and publish noisy totals.

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
- **Crashes of browsers, mail and meeting clients by name, and file sync:** these programs catch their own
  crashes, so that the numbers would look good whatever happens. Days without a crash became days with one,
  for the office suites: a computer on which the program did not run is no good example.
- **How worn a drive is:** only administrators are told (Windows: MSFT_StorageReliabilityCounter; Linux and
  macOS: SMART's attributes). What the drive says of its own failing is endpoint.disk_health.
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
    reasons = load_reasons(metrics)
    categories = ", ".join(f"[{title}](#{_anchor(title)})" for title in catalogue.categories.values())
    yield _INTRODUCTION.format(
        count=len(metrics), bits=layout.length(metrics), digest=layout.digest(metrics).hex(),
        matrix="\n".join(_matrix(catalogue, sources)), slots="\n".join(_slots(metrics)), refused=refused(),
        categories=categories,
    )  # fmt: skip
    for category in CATEGORIES:
        yield f"## {catalogue.categories[category]}\n"
        for metric in metrics:
            if metric.category == category:
                yield _entry(
                    metric, catalogue.texts[metric.id], sources.get(metric.id, {}), reasons[metric.id]
                )


def _matrix(catalogue: Catalogue, sources: Mapping[str, Mapping[str, Source]]) -> Iterator[str]:
    """The table of metrics and systems: how far each source has been seen to work."""
    yield f"| n | metric | | {' | '.join(_SYSTEMS.values())} |"
    yield "|-:|-|-|" + "-|" * len(_SYSTEMS)
    for n, metric in enumerate(catalogue.metrics, 1):
        title = catalogue.texts[metric.id].title
        derived = dict.fromkeys(_SYSTEMS, "worked out")
        cells = derived if metric.is_derived else {s: _proof(sources[metric.id][s]) for s in _SYSTEMS}
        yield f"| {n} | `{metric.id}` | [{title}](#{_anchor(title)}) | {' | '.join(cells.values())} |"


def _anchor(title: str) -> str:
    """What a heading is linked by on the pages of code hosts."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


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
            yield f"- **Read, {name}:** {told}"


def _helps(texts: Texts) -> Iterator[str]:
    """What helps, for each system where it differs."""
    if not texts.fixes:
        yield f"- **What helps:** {texts.fix}"
    for system, fix in texts.fixes.items():
        yield f"- **What helps, {_SYSTEMS[system]}:** {fix}"


def _entry(metric: Metric, texts: Texts, sources: Mapping[str, Source], reason: Reason) -> str:
    buckets = ", ".join(
        f"{bucket_label(metric, i, texts.classes)} ({bucket_verdict(metric, i).value})"
        for i in range(metric.buckets)
    )
    lines = "\n".join([*_helps(texts), *_origins(sources)])
    return f"""\
### {texts.title}

`{metric.id}` · {_facts(metric)}

{texts.explanation}

- **Worth it:** {reason.worth}
- **Buckets:** {buckets}
- **Evidence:** {metric.evidence}
- **It cannot show:** {texts.cannot_show}
- **A bucket could reveal:** {reason.reveals}
{lines}
"""


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
