from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux.system import System

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="asks a Linux system")


class TestFiles:
    def test_text_data_and_listing(self, tmp_path: Path) -> None:
        (tmp_path / "b").write_bytes(b" \xff text \n")
        (tmp_path / "a").mkdir()
        system = System(tmp_path)
        assert system.text("b", "none") == "\ufffd text"
        assert system.data("b", "none") == b" \xff text \n"
        assert system.listing("", "none") == ["a", "b"]
        assert system.exists("a")
        assert not system.exists("c")

    def test_what_is_not_there_is_absent_with_the_reason(self, tmp_path: Path) -> None:
        system = System(tmp_path)
        (tmp_path / "folder").mkdir()
        for name in ("none", "folder"):
            for read in (system.text, system.data, system.kept):
                with pytest.raises(Absent, match="because"):
                    read(name, "because")
        with pytest.raises(Absent, match="because"):
            system.listing("none", "because")
        assert system.changed("none") is None
        assert system.target("none") is None
        assert system.link("folder") == ""

    def test_a_kept_file_is_read_anew_each_time_and_opened_once(self, tmp_path: Path) -> None:
        file = tmp_path / "counter"
        file.write_text("1\n")
        system = System(tmp_path)
        assert system.kept("counter", "none") == "1"
        with file.open("r+") as same:
            same.write("2")
        before = len(os.listdir("/proc/self/fd"))
        assert [system.kept("counter", "none") for _ in range(5)] == ["2"] * 5
        assert len(os.listdir("/proc/self/fd")) == before
        system.close()
        assert len(os.listdir("/proc/self/fd")) == before - 1

    def test_a_kept_file_that_fails_is_opened_again(self, tmp_path: Path) -> None:
        """An adapter that is unplugged and comes back: its old file answers with an error."""
        (tmp_path / "counter").write_text("1\n")
        system = System(tmp_path)
        system.kept("counter", "none")
        broken = os.open(tmp_path / "counter", os.O_WRONLY)  # reading from it fails
        os.dup2(broken, system._kept["counter"])
        os.close(broken)
        assert system.kept("counter", "none") == "1"
        (tmp_path / "counter").unlink()
        os.dup2(fd := os.open(os.devnull, os.O_WRONLY), system._kept["counter"])
        os.close(fd)
        with pytest.raises(Absent):
            system.kept("counter", "none")
        assert not system._kept

    def test_lines_backwards_across_chunks(self, tmp_path: Path) -> None:
        lines = [f"line {i} {'x' * (i % 97)}" for i in range(5000)]
        (tmp_path / "log").write_text("\n".join(lines) + "\n")
        found = list(System(tmp_path).lines_backwards("log"))
        assert found[0] == ""
        assert found[1:] == lines[::-1]
        assert list(System(tmp_path).lines_backwards("none")) == []

    def test_links(self, tmp_path: Path) -> None:
        (tmp_path / "real").mkdir()
        (tmp_path / "link").symlink_to("real")
        (tmp_path / "dangling").symlink_to("/nowhere/name")
        system = System(tmp_path)
        assert system.target("link") == (tmp_path / "real").resolve()
        assert system.target("dangling") is None
        assert system.link("dangling") == "name"


class TestCalls:
    def test_what_can_be_written(self, tmp_path: Path) -> None:
        assert not System().is_read_only(str(tmp_path))
        assert System().is_read_only("/proc/sys") == bool(os.statvfs("/proc/sys").f_flag & os.ST_RDONLY)

    def test_units_are_this_kernel_s(self) -> None:
        assert System().units() == (os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE"))

    def test_places_that_are_not_there(self) -> None:
        system = System()
        for ask in (system.is_read_only, system.device):
            with pytest.raises(Absent, match="cannot be reached"):
                ask("/nonexistent/place")

    def test_the_home_and_kernel_are_this_one_s(self) -> None:
        assert System().home() == os.environ["HOME"]
        assert System().release() == os.uname().release
        number = os.stat("/").st_dev
        assert System().device("/") == (os.major(number), os.minor(number))
