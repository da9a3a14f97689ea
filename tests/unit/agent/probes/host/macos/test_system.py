"""Files and property lists, as they are and as they should not be."""

from __future__ import annotations

import plistlib
from pathlib import Path

import psutil
import pytest

from agent.probes.host import Absent
from agent.probes.host.macos.system import System, parsed


@pytest.mark.parametrize("data", [b"<plist>", b"bplist00\xff", b"{}", b"\x00" * 40, b"<a>" * 9_000])
def test_what_is_no_property_list(data: bytes) -> None:
    with pytest.raises(Absent, match="why"):
        parsed(data, (), "why")


def test_of_a_property_list_only_what_is_asked_for() -> None:
    data = plistlib.dumps({"a": {"secret": 1, "b": 2}, "secret": 3, "b": [{"a": 1, "secret": 2}]})
    assert parsed(data, ("a", "b"), "") == {"a": {"b": 2}, "b": [{"a": 1}]}
    assert parsed(b"\n", ("a",), "") is None


def test_files_of_a_real_folder(tmp_path: Path) -> None:
    (tmp_path / "a.plist").write_bytes(plistlib.dumps({"k": 1}))
    (tmp_path / "long").write_bytes(b'{"a": 1, "id": "x"}\nsecond' + b"x" * 100_000)
    for number, text in enumerate([b"", b"[1]", b"{", b"\xff", b'{"a": "' + b"x" * 9_000 + b'"}']):
        (tmp_path / f"odd{number}.ips").write_bytes(text)
    system = System(tmp_path)
    assert system.plist("a.plist", ("k",), "") == {"k": 1}
    assert system.header("long", ("a", "b"), "") == {"a": "1"}  # no incident's number
    assert system.listing("", "")[:2] == ["a.plist", "long"]
    for name in system.listing("", "")[2:]:
        with pytest.raises(Absent, match="why"):
            system.header(name, ("a",), "why")
    assert system.changed("long") == (tmp_path / "long").stat().st_mtime
    assert system.arrived("long") == (tmp_path / "long").stat().st_ctime
    assert system.changed("none") is None and system.arrived("none") is None
    for ask in (lambda: system.header("none", (), "why"), lambda: system.listing("none", "why")):
        with pytest.raises(Absent, match="why"):
            ask()
    with pytest.raises(Absent, match="cannot be reached"):
        system.device(str(tmp_path / "none"))
    assert isinstance(system.ethernet(), list)
    own = psutil.Process()
    assert own.create_time() in system.starts(own.name())


def test_when_programs_began(monkeypatch: pytest.MonkeyPatch) -> None:
    """psutil gives None for what it may not know of another account's process."""

    class Seen:
        def __init__(self, name: str, begun: float | None) -> None:
            self.info = {"name": name, "create_time": begun}

    seen = [Seen("loginwindow", 5.5), Seen("loginwindow", None), Seen("Finder", 7.0)]
    monkeypatch.setattr("psutil.process_iter", lambda fields: iter(seen))
    assert System().starts("loginwindow") == [5.5]
    assert System().starts("Dock") == []
