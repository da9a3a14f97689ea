from __future__ import annotations

import subprocess
import sys
from typing import cast

import pytest

from agent.model import Moment
from agent.probes import REGISTRY, probes, read_all, stop_all, this_platform
from agent.probes.host import Host
from catalogue.load import METRICS, PLATFORMS
from catalogue.model import Catalogue
from tests.fakes import metric
from tests.unit.agent.probes.fake_host import CATALOGUE, FakeHost

MOMENT = Moment(1_700_000_000.0, 1_000.0, "boot-1")


def test_every_metric_that_is_read_has_a_source_and_every_source_a_metric() -> None:
    read, sources = set(), set()
    for platform in PLATFORMS:
        found = probes(cast(Host, FakeHost()), CATALOGUE, platform)
        here = {id for probe in found for id in probe.metrics}
        assert here == {each.id for each in CATALOGUE.metrics if platform in each.platforms}
        read |= here
        sources |= {id for probe in found for id in probe.sources()}
        if platform == "linux":
            assert {probe.name for probe in found} == set(REGISTRY)
    assert read == sources == {each.id for each in CATALOGUE.metrics if not each.is_derived}


def test_a_platform_without_sources_has_no_probes() -> None:
    assert probes(cast(Host, FakeHost()), CATALOGUE, "plan9") == []


def test_a_probe_that_does_not_exist_is_named() -> None:
    strange = Catalogue((metric("endpoint.x", probe="magic"),), {}, {})
    with pytest.raises(LookupError, match=r"no probe magic, which endpoint\.x names"):
        probes(cast(Host, FakeHost()), strange, "linux")


def test_a_pass_reads_what_is_due_and_no_more() -> None:
    host = FakeHost(memory=(9, 10), memory_kills=3, started=MOMENT.now - 86400.0)
    found = probes(cast(Host, host), CATALOGUE, "linux")
    reading = read_all(found, MOMENT, ["endpoint.memory_low", "endpoint.uptime", "endpoint.bad_count"], {})
    assert reading.samples == {"endpoint.memory_low": 0.0, "endpoint.uptime": 1.0}
    assert host.asked == ["memory", "started"]


def test_one_broken_probe_leaves_the_others() -> None:
    host = FakeHost(memory=(9, 10), started=RuntimeError("broken"))
    found = probes(cast(Host, host), CATALOGUE, "linux")
    reading = read_all(found, MOMENT, ["endpoint.memory_low", "endpoint.uptime"], {})
    assert reading.samples == {"endpoint.memory_low": 0.0, "endpoint.uptime": None}
    assert set(reading.reasons) == {"endpoint.uptime"}


def test_an_orderly_end_reaches_every_probe() -> None:
    marks: dict[str, str] = {}
    stop_all(probes(cast(Host, FakeHost()), CATALOGUE, "linux"), MOMENT, marks)
    assert marks == {"endpoint.unclean_shutdowns.stopped": "boot-1"}


def test_this_platform_is_one_of_the_catalogue_s(monkeypatch: pytest.MonkeyPatch) -> None:
    for given, name in (("linux", "linux"), ("win32", "windows"), ("darwin", "macos"), ("aix", "aix")):
        monkeypatch.setattr(sys, "platform", given)
        assert this_platform() == name


def test_what_is_loaded_to_measure_is_light() -> None:
    """The import cost of the resident process: psutil, and none of these."""
    heavy = (
        "ctypes",
        "hashlib",
        "dataclasses",
        "inspect",
        "logging",
        "asyncio",
    )
    program = f"""
import sys
from catalogue.load import load
from agent.probes import probes, this_host
probes(this_host(), load(None))
print([name for name in {heavy} if name in sys.modules])
"""
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=METRICS.parent.parent
    )
    assert shown.stdout.strip() == "[]"
