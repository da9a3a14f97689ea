"""Recorded hosts: moment after moment, whatever system they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from agent.probes.host import Absent
from agent.probes.host.recorded import Folder
from agent.probes.host.replay import recorded_host


def write(place: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, "utf-8")
    return place


FILES = {
    "answers.toml": """
now = 100
then = ["b", "c"]
home = "/a"
psutil = { boot_time = 1 }
device = { "/" = "1:1" }
""",
    "proc/one": "first",
    "proc/two": "first",
    "b/answers.toml": '[psutil]\nvirtual_memory = { total = 2 }\n[device]\n"/" = "2:2"\n',
    "b/proc/two": "second",
    "c/answers.toml": 'now = 50\nticking = 3\nboot = "boot-2"\nhome = "/c"\n',
    "c/proc/three": "third",
}


def test_later_moments_lie_over_earlier_ones(tmp_path: Path) -> None:
    folder = Folder(write(tmp_path, FILES))
    moments = folder.moments()

    assert tuple(next(moments)) == (100.0, 1000.0, "boot-1")
    assert Path(folder.path("proc/two")).read_text() == "first"
    assert folder.names("proc") == ["one", "two"]
    assert folder.of("device", "/") == "1:1"

    assert tuple(next(moments)) == (160.0, 1060.0, "boot-1")
    assert [Path(folder.path(f"proc/{name}")).read_text() for name in ("one", "two")] == ["first", "second"]
    assert folder.of("device", "/") == "2:2"
    assert (folder.library.boot_time(), folder.library.virtual_memory().total) == (1.0, 2)

    assert tuple(next(moments)) == (50.0, 3.0, "boot-2")
    assert folder.names("proc") == ["one", "three", "two"]
    assert folder.answer("home", "") == "/c"
    assert next(moments, None) is None


def test_what_is_not_there_lies_where_it_would_lie(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.path("proc/none") == f"{tmp_path.as_posix()}/proc/none"
    with pytest.raises(OSError, match="none"):
        folder.names("none")
    with pytest.raises(Absent, match="why"):
        folder.answer("home", "why")
    with pytest.raises(Absent, match="device of / was not recorded"):
        folder.of("device", "/")


def test_without_a_time_there_is_no_moment(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="does not say when it was recorded"):
        next(Folder(tmp_path).moments())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('now = "today"', "must be numbers"),
        ("now = nan", "must be numbers"),
        ("now = 1\nticking = []", "must be numbers"),
        ("now = 1\nthen = 5", "does not name folders"),
        ('now = 1\nthen = ["none"]', "does not name folders"),
        ('now = 1\nthen = "b"', "does not name folders"),
    ],
)
def test_times_that_are_none(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path, {"answers.toml": text, "b/answers.toml": ""})
    with pytest.raises(ValueError, match=said):
        list(Folder(tmp_path).moments())


@pytest.mark.parametrize("text", ["now = ", "\udcff"])
def test_answers_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "answers.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=r"answers\.toml cannot be read"):
        Folder(tmp_path)


def test_a_host_by_its_platform(tmp_path: Path) -> None:
    folder, host = recorded_host(write(tmp_path, {"answers.toml": "now = 1\n[psutil]\nboot_time = 5\n"}))
    assert (folder.platform, host.started()) == ("linux", 5.0)
    with pytest.raises(ValueError, match="is no folder"):
        recorded_host(tmp_path / "answers.toml")
    write(tmp_path, {"answers.toml": 'platform = "plan9"'})
    with pytest.raises(Absent, match="plan9"):
        recorded_host(tmp_path)
