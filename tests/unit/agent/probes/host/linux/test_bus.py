from __future__ import annotations

import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.probes.host import Absent
from agent.probes.host.linux import bus
from agent.probes.host.linux.bus import properties
from agent.probes.host.linux.restraint import CONNECTIVITY, METERED, PROFILES, QUESTIONS, WARNING

SERVICE = """
import sys
from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

known = {
    ("org.freedesktop.NetworkManager", "Metered"): ("u", 3),
    ("org.freedesktop.NetworkManager", "Connectivity"): ("u", 4),
    ("net.hadess.PowerProfiles", "ActiveProfile"): ("s", "power-saver"),
    ("org.freedesktop.UPower.PowerProfiles", "ActiveProfile"): None,
    ("org.freedesktop.UPower.Device", "WarningLevel"): ("as", ["x"]),
}
connection = open_dbus_connection(sys.argv[1])
names = ["org.freedesktop.NetworkManager", "net.hadess.PowerProfiles", "org.freedesktop.UPower"]
for name in names + sys.argv[2:]:
    connection.send_and_get_reply(message_bus.RequestName(name))
print("ready", flush=True)
while True:
    asked = connection.receive()
    if asked.header.message_type is MessageType.method_call:
        found = known.get(tuple(asked.body))
        if found is None and tuple(asked.body) in known:
            continue  # hangs
        answer = new_error(asked, "x.y.None") if found is None else new_method_return(asked, "v", (found,))
        connection.send(answer)
"""


@pytest.fixture(params=[[], ["org.freedesktop.UPower.PowerProfiles"]], ids=["all-answer", "one-hangs"])
def real_bus(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """A message bus of our own with services that answer, and perhaps one that does not."""
    if not shutil.which("dbus-daemon"):
        pytest.skip("needs dbus-daemon")
    address = tmp_path / "bus"
    programs = [
        subprocess.Popen(
            ["dbus-daemon", "--session", "--nofork", "--print-address", f"--address=unix:path={address}"],
            stdout=subprocess.PIPE,
        )
    ]
    try:
        assert programs[0].stdout and programs[0].stdout.readline()
        line = [sys.executable, "-c", SERVICE, f"unix:path={address}", *request.param]
        programs.append(subprocess.Popen(line, stdout=subprocess.PIPE))
        assert programs[1].stdout and programs[1].stdout.readline() == b"ready\n"
        yield str(address)
    finally:
        for program in reversed(programs):
            program.kill()
            program.communicate()


def test_a_real_bus(real_bus: str) -> None:
    found = dict(zip(QUESTIONS, properties(QUESTIONS, real_bus), strict=True))
    assert found == {
        METERED: 3,
        CONNECTIVITY: 4,
        PROFILES[0]: None,
        PROFILES[1]: "power-saver",
        WARNING: None,
    }


@contextmanager
def answering(path: Path, said: bytes, *, hang: bool = False) -> Iterator[None]:
    """Something else at the bus's place."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        leave = threading.Event()

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(4096)
                try:
                    peer.sendall(said)
                except OSError:
                    return
                if hang:
                    leave.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            leave.set()
            thread.join(10)
            path.unlink()


@given(st.binary(max_size=200))
def test_whatever_a_bus_says(tmp_path_factory: pytest.TempPathFactory, said: bytes) -> None:
    path = tmp_path_factory.mktemp("bus") / "b"
    with answering(path, b"OK 0\r\n" + said):
        try:
            found = properties(QUESTIONS, str(path))
        except Absent:
            return
    assert len(found) == len(QUESTIONS)


@pytest.mark.parametrize("said", [b"REJECTED EXTERNAL\r\n", b""])
def test_one_that_lets_nobody_in_or_hangs(tmp_path: Path, said: bytes) -> None:
    with answering(tmp_path / "b", said, hang=True), pytest.raises(Absent):
        properties(QUESTIONS, str(tmp_path / "b"))


@given(st.binary(max_size=120), st.binary(max_size=40))
def test_messages_that_make_no_sense(head: bytes, body: bytes) -> None:
    """Only errors that `properties` expects."""
    try:
        bus.take(
            b"l\x02\0\x01"
            + struct.pack("<III", len(body), 1, len(head))
            + head
            + bytes(-len(head) % 8)
            + body,
            {},
        )
    except (ValueError, IndexError, struct.error):
        return
