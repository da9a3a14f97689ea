"""Releases: made from totals, written, read back strictly."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue import layout
from dap.task import Mechanism, Task
from server import agreement, noise, releases
from server.errors import FolderError
from tests.operators import DAY, NOW, catalogue, make_folders, terms

PERIOD = NOW // (7 * DAY)


@pytest.fixture(scope="module")
def task(tmp_path_factory: pytest.TempPathFactory) -> Task:
    folders = make_folders(tmp_path_factory.mktemp("operators"))
    return agreement.propose(folders.leader, terms(), catalogue()).claimed()


def make(task: Task, totals: list[int], count: int = 100) -> releases.Release:
    return releases.make(task, catalogue(), PERIOD, count, totals, now=NOW + 0.5, rho_before=Fraction(3, 2))


def some_totals(task: Task) -> list[int]:
    return [(7 * i) % 23 - 5 for i in range(task.config.sum_vec.length)]


def test_every_bucket_has_its_estimate_and_interval(task: Task) -> None:
    totals = some_totals(task)
    release = make(task, totals)
    metrics = catalogue().prefix(4)
    h = noise.half_width(task.info, len(totals))
    for metric, (start, stop) in zip(release.metrics, layout.spans(metrics).values(), strict=True):
        assert [bucket.total.estimate for bucket in metric.buckets] == totals[start:stop]
        assert all(
            b.total.high - b.total.estimate == h == b.total.estimate - b.total.low for b in metric.buckets
        )
        assert metric.answers.estimate == sum(totals[start:stop])
        assert metric.no_answer.estimate == 100 - metric.answers.estimate
        together = noise.half_width(task.info, len(totals), stop - start)
        assert metric.answers.high - metric.answers.estimate == together > h
    assert release.rho_year == 2
    assert release.sigma == noise.deviation(task.info, len(totals))
    assert release.digest == task.info.digest
    assert release.serial == 1


def test_raw_estimates_are_kept(task: Task) -> None:
    totals = some_totals(task)
    totals[0], totals[1] = -12, 250
    first = make(task, totals).metrics[0]
    assert first.buckets[0].total.estimate == -12
    assert first.buckets[1].total.estimate == 250


def test_totals_of_another_length(task: Task) -> None:
    with pytest.raises(ValueError, match="totals where"):
        make(task, [0])


def test_moments_are_days_but_in_a_demo(task: Task) -> None:
    release = make(task, some_totals(task))
    assert release.collected % DAY == 0
    assert release.start.timestamp() == PERIOD * 7 * DAY
    assert (release.end - release.start).days == 7
    demo = task.config._replace(
        task_info=task.info._replace(demo=True, period=10).encode(), time_precision=10
    )
    assert make(task._replace(configuration=demo.encode()), some_totals(task)).collected == NOW


def test_without_noise_there_is_no_interval(task: Task) -> None:
    info = task.info._replace(mechanism=Mechanism.NONE, rho=Fraction(0))
    exact = task._replace(configuration=task.config._replace(task_info=info.encode()).encode())
    release = make(exact, some_totals(task))
    assert release.mechanism == "none"
    assert all(b.total.low == b.total.high for metric in release.metrics for b in metric.buckets)


@given(st.data())
def test_a_file_is_read_back(task: Task, data: st.DataObject) -> None:
    length = task.config.sum_vec.length
    totals = data.draw(st.lists(st.integers(-(10**6), 10**6), min_size=length, max_size=length))
    release = make(task, totals, data.draw(st.integers(0, 10**6)))
    assert releases.load(releases.dump(release)) == release


def _change(value: Any, path: list[Any], new: Any) -> Any:
    value = copy.deepcopy(value)
    inner = value
    for step in path[:-1]:
        inner = inner[step]
    if new is KeyError:
        del inner[path[-1]]
    else:
        inner[path[-1]] = new
    return value


@pytest.mark.parametrize(
    ("path", "new", "complaint"),
    [
        (["format"], "shoal-release-2", "format"),
        (["extra"], 1, "extra is unknown"),
        (["serial"], True, "serial has the wrong type"),
        (["serial"], KeyError, "serial is missing"),
        (["task_id"], "00", "32 bytes"),
        (["digest"], "xyz", "fromhex"),
        (["rho"], "1/0", "no fraction"),
        (["rho"], "much", "no fraction"),
        (["rho"], "1e999999999", "no fraction"),
        (["rho_year"], "1e9_9_9_9_9_9_9_9_9", "no fraction"),
        (["sigma"], -1.0, "deviation"),
        (["confidence"], 0.9, "confidence"),
        (["mechanism"], "magic", "mechanism"),
        (["period", "start"], "2001-01-01T00:00:00Z", "period.start"),
        (["period", "number"], 1, "period.start"),
        (["period"], 7, "period has the wrong type"),
        (["collected"], "yesterday", "does not match"),
        (["metrics", 0], [], "no object"),
        (["metrics", 0, "answers", "estimate"], 12345, "outside"),
        (["metrics", 0, "buckets", 0, "estimate"], 1.5, "wrong type"),
        (["metrics", 0, "buckets", 0, "low"], 10**9, "outside"),
        (["metrics", 0, "buckets", 1], KeyError, "not the sum"),
    ],
)
def test_odd_files_are_refused(task: Task, path: list[Any], new: Any, complaint: str) -> None:
    value = json.loads(releases.dump(make(task, [3] * task.config.sum_vec.length)))
    with pytest.raises(FolderError, match=complaint):
        releases.load(json.dumps(_change(value, path, new)))


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1, "a": 2}', '{"sigma": NaN}', "[" * 10_000])
def test_what_is_no_release_at_all(text: str) -> None:
    with pytest.raises(FolderError, match="no release file"):
        releases.load(text)


def test_documented_keys(task: Task) -> None:
    """docs/operators.md lists every key."""
    text = (Path(__file__).parents[3] / "docs" / "operators.md").read_text()

    def names(value: Any) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {name for inner in value.values() for name in names(inner)}
        return {name for inner in value for name in names(inner)} if isinstance(value, list) else set()

    missing = {n for n in names(releases.as_json(make(task, some_totals(task)))) if f"`{n}`" not in text}
    assert not missing
