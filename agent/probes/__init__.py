"""The registry of probes: which subject of the host answers for which metrics, and one pass over them.

    host = this_host()
    found = probes(host, catalogue)
    rota = Rota(catalogue.metrics)
    reading = read_all(found, moment, rota.due(moment.ticking) | pending(found), marks)     # each pass
    stop_all(found, moment, marks)                                         # at an orderly end

A probe (`agent.probes.probe.Probe`) has a name, its metrics' ids, the seconds between its readings, and
`read(moment, wanted, marks)`. All of it is portable; only `agent.probes.host` knows an operating system.
Resident: psutil and the standard library's light modules.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from agent.model import Reading
from agent.probes.apps import Apps
from agent.probes.clock import Clock
from agent.probes.host import Absent, this_host
from agent.probes.memory import Memory
from agent.probes.network import Network
from agent.probes.power import Power
from agent.probes.processor import Processor
from agent.probes.rota import Rota
from agent.probes.security import Security
from agent.probes.startup import Startup
from agent.probes.storage import Storage
from agent.probes.target import Target
from agent.probes.updates import Updates

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, MutableMapping

    from agent.model import Moment, Sample
    from agent.probes.host import Host
    from agent.probes.probe import Probe
    from catalogue.model import Catalogue

__all__ = [
    "REGISTRY",
    "Absent",
    "Rota",
    "Target",
    "pending",
    "probes",
    "read_all",
    "stop_all",
    "this_host",
    "this_platform",
]

REGISTRY: dict[str, type[Probe]] = {
    probe.name: probe
    for probe in (
        Processor, Memory, Storage, Power, Startup, Updates, Security, Clock, Network, Apps, Target,
    )
}  # fmt: skip


def this_platform() -> str:
    """This system's name in a metric's `platforms`: linux, windows, macos; else Python's own for it."""
    return {"win32": "windows", "darwin": "macos"}.get(sys.platform, sys.platform)


def probes(host: Host, catalogue: Catalogue, platform: str | None = None) -> list[Probe]:
    """The probes of all metrics that have a source on this platform, in the catalogue's order.

    LookupError if the catalogue names a probe, or a metric of a probe, that does not exist.
    """
    platform = platform or this_platform()
    wanted: dict[str, list[str]] = {}
    for metric in catalogue.metrics:
        if platform in metric.platforms:
            wanted.setdefault(metric.probe, []).append(metric.id)
    found = []
    for name, ids in wanted.items():
        if name not in REGISTRY:
            raise LookupError(f"there is no probe {name}, which {ids[0]} names")
        found.append(REGISTRY[name](host, [catalogue.metric(id) for id in ids]))
    return found


def read_all(
    probes: Iterable[Probe], moment: Moment, due: Collection[str], marks: MutableMapping[str, str]
) -> Reading:
    """One pass: a sample, or None and a local reason, for each due metric that these probes answer for.

    `due` holds metric ids (Rota.due, or all of them for `shoal once`). `marks` is changed in place and is to
    be saved in the transaction that saves the samples. Nothing that a host does raises here.
    """
    samples: dict[str, Sample | None] = {}
    reasons: dict[str, str] = {}
    for probe in probes:
        wanted = frozenset(probe.metrics).intersection(due)
        if wanted:
            reading = probe.read(moment, wanted, marks)
            samples.update(reading.samples)
            reasons.update(reading.reasons)
    return Reading(samples, reasons)


def pending(probes: Iterable[Probe]) -> frozenset[str]:
    """The metrics that were asked for and have no answer yet: due at the next pass, out of turn."""
    return frozenset().union(*(probe.pending for probe in probes))


def stop_all(probes: Iterable[Probe], moment: Moment, marks: MutableMapping[str, str]) -> None:
    """Measuring ends in good order: let each probe note it, and end what it began. Save `marks` then."""
    for probe in probes:
        probe.stop(moment, marks)
