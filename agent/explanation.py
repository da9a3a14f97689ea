"""How one number comes about, from what was read to the verdict: for whoever does not believe it.

A Round is one reading with all that was asked for it: `here` takes them of this computer, `replayed` of a
recorded one. Kept is what the store has of the metric, in the parts that its value is made of. Nothing is
stored, and nothing of it leaves the device. The resident sampler does not load this.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from agent.checking import Checking, engage
from agent.errors import TaskMismatch, UsageError
from agent.model import Moment, Reading
from agent.probes import probes, read_all, this_host, this_platform
from agent.probes.host import Absent
from agent.probes.host.replay import recorded_host
from agent.probes.host.watched import Tape
from agent.schedule import DAY
from agent.tally import start as start_tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping, Sequence
    from pathlib import Path

    from agent.env import Env
    from agent.model import Sample
    from agent.probes.host import Host
    from agent.probes.host.watched import Heard
    from agent.probes.probe import Probe
    from agent.store import Store
    from agent.tally import Tally
    from catalogue.model import Catalogue, Metric

_SETTLE, _GLANCE, _LATEST = 1.0, 0.1, 35.0
"""Seconds between two readings, between two looks at an answer that takes long, and for it at most."""


class Round(NamedTuple):
    """One reading of the metric."""

    moment: Moment
    heard: Sequence[Heard]
    """What was asked of the host, in order."""
    sample: Sample | None
    reason: str | None
    """Why there is no sample."""


class Readings(NamedTuple):
    """What was read of one metric, and how."""

    platform: str
    probe: str
    how: str
    """What is made of the host's answers, in the probe's own words; empty where it has no source."""
    rounds: Sequence[Round]


class Part(NamedTuple):
    """Samples that are kept together."""

    t: int
    seconds: int
    """0: a single one."""
    tally: Tally


class Kept(NamedTuple):
    """What the store has of a metric within its window."""

    start: int
    stop: int
    parts: Sequence[Part]
    tally: Tally


def here(
    env: Env,
    known: Catalogue,
    metric: Metric,
    marks: Mapping[str, str],
    *,
    settle: float = _SETTLE,
    checks: str | None = None,
) -> Readings:
    """Read one metric now, as the sampler's next pass would; a second time where it takes two.

    `marks` is the probes' memory as the sampler left it; it stays as it is. `checks`: what active checks of
    the network go to (Fact.CHECKS). Raises TaskMismatch where there are no probes for this system.
    """
    tape, platform = Tape(), this_platform()
    try:
        found = _probe_of(tape, this_host(tape.around), known, metric, platform)
    except (LookupError, Absent) as error:
        raise TaskMismatch(f"this program cannot measure here: {error}", "Install Shoal again.") from error
    if found is None:
        return Readings(platform, metric.probe, "", ())
    checking = Checking(env, at_once=True)
    checking.follow(checks)
    engage([found], tape.around(checking))
    memory = dict(marks)
    rounds = [_read(found, tape, metric, _moment(env), memory)]
    end = env.monotonic() + _LATEST
    try:
        if rounds[0].sample is None and not found.pending:
            env.pause(settle)
            rounds.append(_read(found, tape, metric, _moment(env), memory))
        while found.pending and env.monotonic() < end:
            env.pause(_GLANCE)
            rounds[1:] = [_read(found, tape, metric, _moment(env), memory)]
    finally:
        found.stop(_moment(env), memory)
    return Readings(platform, found.name, found.how(metric.id), rounds)


def replayed(place: Path, known: Catalogue, metric: Metric) -> Readings:
    """The same at each moment of a recorded host. Raises UsageError for a folder that is none."""
    tape = Tape()
    with _recordings():
        folder, host = recorded_host(place, tape.around)
        found = _probe_of(tape, host, known, metric, folder.platform)
        if found is None:
            return Readings(folder.platform, metric.probe, "", ())
        memory: dict[str, str] = {}
        rounds = [_read(found, tape, metric, moment, memory) for moment in folder.moments()]
    return Readings(folder.platform, found.name, found.how(metric.id), rounds)


def kept(store: Store, metric: Metric, now: float) -> Kept:
    """What a value as of now is made of: the same samples as in `summary.today`."""
    stop = int(now) + 1
    start = stop - metric.window * DAY
    parts = [Part(*part) for part in store.parts(metric, start, stop)]
    total = start_tally(metric)
    for part in parts:
        total.merge(part.tally)
    return Kept(start, stop, parts, total)


def alone(metric: Metric, rounds: Sequence[Round]) -> Tally:
    """What these readings come to without any others."""
    total = start_tally(metric)
    for each in rounds:
        if each.sample is not None:
            total.add(each.sample, each.moment.now)
    return total


def whole(place: Path, known: Catalogue) -> Reading:
    """All metrics of a recorded host: of each the newest sample that it came to, or why there is none."""
    samples: dict[str, Sample | None] = {}
    reasons: dict[str, str] = {}
    marks: dict[str, str] = {}
    with _recordings():
        folder, host = recorded_host(place)
        found = probes(host, known, folder.platform)
        for moment in folder.moments():
            reading = read_all(found, moment, [metric.id for metric in known.metrics], marks)
            samples |= {id: s for id, s in reading.samples.items() if s is not None or id not in samples}
            reasons |= reading.reasons
    found_none = {id: why for id, why in reasons.items() if samples.get(id) is None}
    return completed(Reading(samples, found_none), known, folder.platform)


def completed(reading: Reading, known: Catalogue, platform: str | None = None) -> Reading:
    """The same, with why a metric is read nowhere on that system, by the catalogue; this one's if None."""
    from catalogue.errors import CatalogueError
    from catalogue.sources import load_sources

    try:
        sources = load_sources(known.metrics)
    except CatalogueError:
        return reading
    system = platform or this_platform()
    missing = {
        id: on[system].missing
        for id, on in sources.items()
        if id not in reading.samples and system in on and on[system].missing
    }
    return reading._replace(reasons={**reading.reasons, **missing})


def remembered(marks: Mapping[str, str], metric: Metric) -> dict[str, str]:
    """Of the probes' memory what is this metric's own."""
    return {key: mark for key, mark in marks.items() if key == metric.id or key.startswith(f"{metric.id}.")}


@contextmanager
def _recordings() -> Iterator[None]:
    cure = "A recorded host is a folder of files, with an answers.toml that says when it was recorded."
    try:
        yield
    except (ValueError, Absent) as error:
        raise UsageError(str(error), cure) from error


def _probe_of(tape: Tape, host: Host, known: Catalogue, metric: Metric, platform: str) -> Probe | None:
    """The probe that answers for a metric on that platform, asking through the tape; None if none does."""
    every = probes(tape.around(host), known, platform)
    return next((probe for probe in every if metric.id in probe.metrics), None)


def _read(probe: Probe, tape: Tape, metric: Metric, moment: Moment, marks: MutableMapping[str, str]) -> Round:
    reading = probe.read(moment, frozenset([metric.id]), marks)
    return Round(moment, tape.take(), reading.samples[metric.id], reading.reasons.get(metric.id))


def _moment(env: Env) -> Moment:
    return Moment(env.now(), env.monotonic(), env.boot_id())
