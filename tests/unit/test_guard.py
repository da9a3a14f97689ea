"""The guard itself: were it open, every other test could do harm unseen."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import guard


@pytest.mark.parametrize("address", [("192.0.2.1", 443), ("8.8.8.8", 53)])
def test_connections_beyond_this_machine_are_refused(address: tuple[str, int]) -> None:
    with socket.socket() as sock, pytest.raises(guard.OutsideError):
        sock.connect(address)
    with socket.socket() as sock, pytest.raises(guard.OutsideError):
        sock.connect_ex(address)
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(guard.OutsideError):
        sock.sendto(b"x", address)
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(guard.OutsideError):
        sock.sendto(b"x", 0, address)


def test_ipv6_beyond_this_machine_is_refused() -> None:
    with socket.socket(socket.AF_INET6) as sock, pytest.raises(guard.OutsideError):
        sock.connect(("2001:db8::1", 443, 0, 0))


def test_names_are_not_looked_up() -> None:
    with pytest.raises(guard.OutsideError):
        socket.create_connection(("leader.example.org", 443))
    with pytest.raises(socket.gaierror):
        socket.create_connection(("leader.invalid", 443))


def test_loopback_and_local_sockets_pass(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port), timeout=5).close()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "s"))
        server.listen()
        client.connect(str(tmp_path / "s"))


def test_each_test_has_folders_of_its_own() -> None:
    home = Path.home()
    assert "home" in home.name
    assert Path(os.environ["SHOAL_STATE"]).is_relative_to(home)
    assert not Path(os.environ["SHOAL_STATE"]).exists()
    assert not list(Path(os.environ["SHOAL_ROOT"]).iterdir())
    (Path(os.environ["SHOAL_ROOT"]) / "left").touch()


test_and_nothing_of_the_last_one = test_each_test_has_folders_of_its_own


def test_a_home_is_used_again_only_as_it_was_given(tmp_path: Path) -> None:
    def given(number: int) -> Path:
        home = tmp_path / f"home{number}"
        guard.enclose({}, home)
        return home

    assert guard.is_untouched(given(0))
    changes: list[Callable[[Path], object]] = [
        lambda home: (home / "added").touch(),
        lambda home: (home / ".local" / "state" / "shoal").mkdir(),
        lambda home: (home / "root" / ".hidden").touch(),
        lambda home: (home / "state").mkdir(),
        lambda home: (home / ".cache").rmdir(),
        lambda home: (home / "run").chmod(0o755),
        lambda home: shutil.rmtree(home),
        lambda home: os.symlink((home / "run").rename(tmp_path / "elsewhere"), home / "run"),
    ]
    for number, change in enumerate(changes, 1):
        change(home := given(number))
        assert not guard.is_untouched(home)


def test_started_programs_are_enclosed_too() -> None:
    code = "import os, time; print(os.environ['HOME'], time.timezone, os.environ.get('DISPLAY'))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == [str(Path.home()), str(-(5 * 3600 + 45 * 60)), "None"]
    assert time.timezone == -(5 * 3600 + 45 * 60)


def test_no_keychain_answers() -> None:
    keyring = pytest.importorskip("keyring")
    with pytest.raises(keyring.errors.KeyringError):
        keyring.get_password("shoal", "token")


def test_what_a_test_leaves_running_is_named_and_ended(tmp_path: Path) -> None:
    code = "import sys, time; print('up', flush=True); time.sleep(60)"
    environment = os.environ | {"HOME": str(tmp_path / "home")}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert [found.pid for found in guard.started_below(tmp_path)] == [process.pid]
        (named,) = guard.end_what_is_left(tmp_path, patience=0)
        assert named.startswith(f"{process.pid}: ")
        assert process.wait(5) == -signal.SIGKILL
    assert not guard.end_what_is_left(tmp_path)
