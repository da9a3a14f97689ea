"""No canary leaves a laptop either: what a machine of namespaces cannot have (Wi-Fi, battery, its own disks,
crashes, services), a recorded one has, under canaries' names, and the real probes read it.
"""

from __future__ import annotations

import json
import shutil
from typing import NamedTuple

import pytest

from agent import measurement, report, summary
from agent.model import Reading
from agent.probes import probes
from agent.probes.host.linux import LinuxHost
from agent.probes.host.linux.recorded import Recorded
from agent.sampler import Passes
from tests.devices import catalogue, weekly
from tests.fakes import FakeEnv
from tests.proof import canaries as c
from tests.proof.canaries import search
from tests.repository import ROOT

LAPTOP = ROOT / "tests" / "data" / "hosts" / "linux" / "laptop"

# What stands in the recording, and the canary in its place.
PLANTED = {
    "wlan0": c.INTERFACE,
    "nvme0n1": c.DEVICE,
    "BAT0": c.MOUNT,
    "/home/user": c.HOME,
    "gnome-shell": c.PROCESS,
    r"Web\x20Content": c.ARGUMENT,
    "0123456789abcdef0123456789abcdef": c.MACHINE_ID,
}
FAILED = f"wpa_supplicant@{c.SSID.text}.service loaded failed failed Wi-Fi at {c.HOST.text}\\n"


def rename(text: str) -> str:
    for found, canary in PLANTED.items():
        text = text.replace(found, f"/home/{canary.text}" if canary is c.HOME else canary.text)
    return text.replace('--no-pager" = ""', f'--no-pager" = "{FAILED}"')


class Read(NamedTuple):
    """What the probes made of the laptop."""

    everything: bytes
    """All that the host holds, file names included."""
    readings: list[Reading]
    marks: dict[str, str]
    sealed: dict[str, object]
    """The report, and everything that it follows from."""


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Read:
    folder = tmp_path_factory.mktemp("laptop")
    for path in LAPTOP.rglob("*"):
        if path.is_file():
            copied = folder / "host" / rename(str(path.relative_to(LAPTOP)))
            copied.parent.mkdir(parents=True, exist_ok=True)
            try:
                copied.write_text(rename(path.read_text("utf-8")))
            except UnicodeDecodeError:
                shutil.copy(path, copied)
    files = [path for path in (folder / "host").rglob("*") if path.is_file()]
    env, known = FakeEnv(folder / "state"), catalogue()
    host = LinuxHost(Recorded(folder / "host"))
    passes = Passes(env, probes(host, known, "linux"), known.metrics)
    readings = [passes.take(frozenset(metric.id for metric in known.metrics))]
    env.pass_time(60)
    readings.append(passes.take(frozenset(metric.id for metric in known.metrics)))
    passes.rest()
    task = weekly("https://leader.invalid/")
    rows = summary.momentary(known, readings[-1])
    period = int(env.now() // task.info.period)
    made = measurement.measure(period, rows, known.metrics, ())
    return Read(
        b"\n".join(str(path).encode() + b"\n" + path.read_bytes() for path in files),
        readings,
        passes.learnt(),
        report.preview(env, task, made),
    )


def test_the_laptop_is_read_under_canaries_names(laptop: Read) -> None:
    """It is no less of a laptop for it: whatever has a source there has an answer."""
    planted = {canary.what for canary in (*PLANTED.values(), c.SSID, c.HOST)}
    assert {hit.canary for hit in search({"": laptop.everything})} >= planted
    answers = {id: sample for id, sample in laptop.readings[-1].samples.items() if sample is not None}
    assert set(answers) >= {
        *("network.wifi_signal", "app.services_failed", "app.crashes", "app.memory_top"),
        *("endpoint.disk_free", "endpoint.disk_encryption", "endpoint.battery_capacity"),
    }
    remembered = json.dumps(laptop.marks).encode()
    assert b"if2=" in remembered  # an adapter's counters, by its number
    assert search({"": remembered}) == []


def test_probes_hand_on_numbers_only(laptop: Read) -> None:
    for reading in laptop.readings:
        for sample in reading.samples.values():
            parts = sample if isinstance(sample, tuple) else (sample,)
            assert all(part is None or type(part) in (int, float, bool) for part in parts), sample
        assert search({"": repr(reading).encode()}) == []


def test_no_report_of_the_laptop_holds_one(laptop: Read) -> None:
    body = laptop.sealed["body"]
    assert isinstance(body, str)
    places = {"what it follows from": json.dumps(laptop.sealed).encode(), "body": bytes.fromhex(body)}
    assert search(places) == []
