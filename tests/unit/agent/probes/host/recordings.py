"""Recorded computers of each system, and what a reading of one should give."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.model import Reading, Sample
from agent.probes import probes, read_all
from agent.probes.host.replay import recorded_host
from tests.repository import ROOT
from tests.unit.agent.probes.fake_host import CATALOGUE

HOSTS = ROOT / "tests" / "data" / "hosts"
LINUX, MACOS, WINDOWS = HOSTS / "linux", HOSTS / "macos", HOSTS / "windows"
"""Folders of recorded computers, a folder each. Macs and Windows are made after documentation."""

# All but what another process asks of the network.
EVERYTHING = [metric.id for metric in CATALOGUE.metrics if metric.probe != "target"]


def names(folder: Path) -> set[str]:
    """The computers that are recorded there."""
    return {place.name for place in folder.iterdir()}


def replayed(place: Path) -> list[Reading]:
    """A reading of everything at each moment."""
    folder, host = recorded_host(place)
    found = probes(host, CATALOGUE, folder.platform)
    marks: dict[str, str] = {}
    return [read_all(found, moment, EVERYTHING, marks) for moment in folder.moments()]


def check(reading: Reading, expected: Mapping[str, Sample | str]) -> None:
    """By metric its sample, or words of the reason why there is none."""
    for id, wanted in expected.items():
        sample, reason = reading.samples[id], reading.reasons.get(id)
        if isinstance(wanted, str):
            assert sample is None and reason and wanted in reason, (id, sample, reason)
        else:
            assert sample == pytest.approx(wanted) and reason is None, (id, sample, reason)
