from __future__ import annotations

import ctypes
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import env as env_module
from agent.env import (
    NETWORK_FUSE,
    NETWORK_KINDS,
    default_state,
    file_system,
    is_network,
    program,
    real_env,
)
from agent.errors import StoreError
from tests.fakes import FakeEnv

MOUNTS = """\
/dev/vda1 / ext4 rw 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb1 /home/local ext4 rw 0 0
//nas/share /mnt/my\\040share cifs rw 0 0
me@host: /media/remote fuse.sshfs rw 0 0
/dev/sdb1 /media/stick fuseblk rw 0 0
"""


def test_state_comes_from_the_argument_then_the_variable_then_the_platform(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert real_env(tmp_path / "given").state == tmp_path / "given"
    monkeypatch.setenv("SHOAL_STATE", str(tmp_path / "named"))
    assert real_env().state == tmp_path / "named"
    monkeypatch.delenv("SHOAL_STATE")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    assert real_env().state == default_state() == tmp_path / "xdg" / "shoal"
    monkeypatch.setenv("XDG_STATE_HOME", "relative/is/ignored")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert default_state() == tmp_path / ".local" / "state" / "shoal"


def test_root_prefixes_the_machines_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOAL_ROOT", str(tmp_path))
    assert real_env().directories[1:] == (tmp_path / "etc" / "shoal", tmp_path / "var" / "lib" / "shoal")
    monkeypatch.delenv("SHOAL_ROOT")
    assert real_env().directories[1:] == (Path("/etc/shoal"), Path("/var/lib/shoal"))


def test_prepare_makes_a_private_directory_and_marks_it_for_backups(tmp_path: Path) -> None:
    env = FakeEnv(tmp_path / "deep" / "state")
    assert env.prepare() == env.state
    assert stat.S_IMODE(env.state.stat().st_mode) == 0o700
    assert (env.state / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    env.state.chmod(0o755)
    env.prepare()
    assert stat.S_IMODE(env.state.stat().st_mode) == 0o700


def test_prepare_refuses_another_accounts_directory(env: FakeEnv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: env.state.stat().st_uid + 1)
    with pytest.raises(StoreError, match="belongs to another account"):
        env.prepare()


def test_prepare_refuses_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(StoreError, match="is a file"):
        FakeEnv(tmp_path / "state").prepare()
    with pytest.raises(StoreError, match="cannot be used"):
        FakeEnv(tmp_path / "state" / "below").prepare()


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "afs", "CIFS"])
def test_a_network_home_is_refused_and_named_before_anything_is_made(tmp_path: Path, kind: str) -> None:
    home = os.path.realpath(tmp_path)
    env = FakeEnv(tmp_path / "state", mounts=f"/dev/vda1 / ext4 rw 0 0\nserver:/x {home} {kind} rw 0 0\n")
    with pytest.raises(StoreError, match=re.escape(f"({kind})")) as caught:
        env.prepare()
    assert "--state" in caught.value.cure
    assert not env.state.exists()


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/etc/shoal", "ext4"),
        ("/home/a/.local", "nfs4"),
        ("/homework", "ext4"),
        ("/home/local/a", "ext4"),
        ("/mnt/my share/x", "cifs"),
        ("/media/remote", "fuse.sshfs"),
    ],
)
def test_the_longest_mount_that_holds_a_place_decides(place: str, kind: str) -> None:
    assert file_system(place, MOUNTS) == kind


def test_a_later_mount_covers_an_earlier_one() -> None:
    assert file_system("/home/a", "x /home nfs rw 0 0\ny /home ext4 rw 0 0\n") == "ext4"
    assert file_system("/home/a", "") is None
    assert file_system("/home/a", "odd line\n\n") is None


def test_kinds_of_file_system() -> None:
    assert all(map(is_network, NETWORK_KINDS))
    assert all(is_network(f"fuse.{kind}") for kind in NETWORK_FUSE)
    assert not any(map(is_network, ["ext4", "btrfs", "xfs", "tmpfs", "overlay", "fuseblk", "fuse.ecryptfs"]))


def test_the_real_mounts_are_readable(tmp_path: Path) -> None:
    real_env(tmp_path / "state").prepare()
    assert (tmp_path / "state").is_dir()


def test_demo_mark_is_made_at_birth_only(tmp_path: Path) -> None:
    env = FakeEnv(tmp_path / "state")
    marked = [env.is_demo]
    env.mark_demo()
    env.mark_demo()
    marked.append(env.is_demo)
    assert marked == [False, True]
    env.database.touch()
    env.mark_demo()

    other = FakeEnv(tmp_path / "other")
    other.prepare()
    other.database.touch()
    with pytest.raises(StoreError, match="no demo state"):
        other.mark_demo()


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6), st.integers(0, 1000))
def test_uniform_stays_within_its_bounds(low: float, width: float, seed: int) -> None:
    env = FakeEnv(Path("/nowhere"), seed=seed)
    assert low <= env.uniform(low, low + width) <= low + width


def test_uniform_reaches_both_ends() -> None:
    def drawing(byte: bytes) -> float:
        env = FakeEnv(Path("/nowhere"))
        env._random = lambda size: byte * size
        return env.uniform(10, 20)

    assert drawing(b"\0") == 10
    assert 19.999999 < drawing(b"\xff") < 20


def test_real_clocks_and_randomness(tmp_path: Path) -> None:
    env = real_env(tmp_path)
    assert abs(env.now() - time.time()) < 5
    before = env.monotonic(), env.awake()
    assert env.monotonic() >= before[0] > 0
    assert env.awake() >= before[1]
    assert env.monotonic() >= env.awake() - 1  # suspension counts in the first alone
    assert len(env.random(32)) == 32
    assert env.random(32) != env.random(32)
    assert env.boot_id() == env.boot_id() != ""


@pytest.mark.parametrize(
    ("failed", "text", "expected"),
    [
        (0, b"5A3E2F10-0000-4000-8000-00805F9B34FB", "5A3E2F10-0000-4000-8000-00805F9B34FB"),
        (0, b"", ""),
        (-1, b"", ""),
    ],
)
def test_macos_names_its_boots(
    failed: int, text: bytes, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As documented; not run on macOS."""

    class Library:
        def __init__(self, name: None) -> None:
            pass

        def sysctlbyname(self, name: bytes, value: Any, size: Any, new: None, new_size: int) -> int:
            assert (name, size._obj.value) == (b"kern.bootsessionuuid", 64)
            value.value = text
            return failed

    monkeypatch.setattr(ctypes, "CDLL", Library)
    assert env_module._boot_session() == expected
    monkeypatch.setattr(ctypes, "CDLL", lambda name: object())
    assert env_module._boot_session() == ""


def test_boot_id_elsewhere_follows_the_moment_of_boot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(self: Path, *_: object) -> str:
        raise FileNotFoundError(self)

    env = FakeEnv(tmp_path)
    env._boot_id = None
    monkeypatch.setattr(Path, "read_text", unreadable)
    first = env.boot_id()
    env.pass_time(86_400)
    assert env.boot_id() == first
    env.set_clock(env.wall + 3600)
    assert env.boot_id() == first, "a clock that is set is no boot"
    env.set_clock(env.wall - 3600)
    env._boot = None  # another process of the same boot, and one of the next
    assert env.boot_id() == first
    env._boot = None
    env.reboot()
    assert env.boot_id() != first


def test_program_runs_this_program_and_not_one_that_lies_around(tmp_path: Path) -> None:
    (tmp_path / "agent").mkdir()
    (tmp_path / "agent" / "__init__.py").write_text("")
    (tmp_path / "agent" / "__main__.py").write_text("print('impostor')")
    command = [*program()[:-2], "-c", "import agent, sys; sys.stdout.write(agent.__file__)"]
    shown = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert not shown.stdout.startswith(str(tmp_path))


@pytest.mark.parametrize(
    "own, command",
    [
        ("/opt/shoal/shoal", "/opt/shoal/shoal"),
        ("/opt/shoal/shoal-window", "/opt/shoal/shoal"),
        ("/Shoal 0.1/shoal-window.exe", "/Shoal 0.1/shoal.exe"),
    ],
)
def test_program_of_a_bundle_is_its_command_line_whoever_asks(
    monkeypatch: pytest.MonkeyPatch, own: str, command: str
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", own)
    assert program() == [command]
