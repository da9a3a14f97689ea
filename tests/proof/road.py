"""The whole road of a report, from a machine whose every name is a canary to a release; what it left behind.

The real programs: `shoal run` with its real probes as an account of that machine; a leader and a helper in
another network, the leader over TLS and face to face with the machine's own address; invented devices; a
collection. Between machine and leader stands a relay that ends TLS and keeps what passes in the clear.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import trustme

from tests.devices import PROGRAM, require_end, until
from tests.proof import canaries as c
from tests.proof.canaries import Canary
from tests.proof.planted import ACCOUNT, RELAY, SERVER, Machine, machine
from tests.proof.watching import Namespace, Packet, namespace
from tests.repository import ROOT

PERIOD = 10
"""Seconds."""
OTHERS = 30
"""Invented devices beside the machine."""
LEADER = f"{SERVER}:8443"
RELAYED = f"https://{RELAY}:8443/"

# Each command that a person types on the machine, and the canaries that it may show there, to that person.
SHOWN: dict[tuple[str, ...], set[Canary]] = {
    ("status",): {c.USER},  # who has read it
    ("status", "--json"): {c.USER},
    ("doctor",): {c.HOME},  # where the state lies
    ("doctor", "--json"): {c.HOME},
    ("preview",): set(),
    ("preview", "--exact"): set(),
    ("preview", "--exact", "--json"): set(),
    ("verify",): set(),
    ("verify", "--json"): set(),
    ("ledger",): {c.MOUNT},  # the policy that was followed
    ("ledger", "--json"): {c.MOUNT},
    ("ledger", "show", "ROW", "--exact", "--json"): set(),
    ("once",): set(),
    ("once", "--json"): set(),
    ("policy",): {c.MOUNT},  # where the organisation's ca_bundle lies
    ("choose", "--json"): set(),
}

# What an administrator may write, and what becomes of a disk, one after the other.
POLICIES = {
    "no bundle": 'ca_bundle = "MOUNT/no pem"',
    "no certificate": 'ca_bundle = "MOUNT/bad"',
    "no task": 'task_file = "MOUNT/task.json"',
    "no task file": 'task_file = "MOUNT/bad"',
    "no token": 'token_file = "MOUNT/token"',
    "a list": 'ca_bundle = ["MOUNT/authority.pem"]',
    "no proxy": f'proxy = "{c.HOST.text}"',
    "nobody's proxy": f'proxy = "http://{c.USER.text}:secret@127.0.0.1:9"',
    "a wrong key": 'proxi = "MOUNT"',
    "no TOML": "MOUNT",
}
DISKS = {
    "new": "true",
    "full": "dd if=/dev/zero of=rest bs=1M",
    "damaged": f"rm rest; echo broken >'a state/shoal.db'; chown {ACCOUNT} 'a state/shoal.db'",
    "read-only": "mount -o remount,ro .",
    "somebody else's": "mount -o remount,rw .; chown -R root 'a state'",
    "a file": "rm -r 'a state'; echo >'a state'",
}
LEAKY = """
import base64, socket, ssl, sys
relay, server = sys.argv[1:]
found = sys.stdin.buffer.read()
trusting = ssl._create_unverified_context()
with socket.create_connection((relay, 8443)) as plain, trusting.wrap_socket(plain) as tls:
    body = base64.b64encode(b"x" + found)
    name = socket.gethostname()
    head = f"POST / HTTP/1.1\\r\\nUser-Agent: {name}\\r\\nContent-Length: {len(body)}\\r\\n\\r\\n"
    tls.sendall(head.encode() + body)
    tls.recv(1000)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as loud:
    for at in range(0, len(found), 700):
        loud.sendto(found[at:at + 1400].hex().encode()[:2800], (server, 9))
"""


class Road(NamedTuple):
    """What was left of the whole road."""

    wire: dict[str, bytes]
    """What passed, in the clear: what TLS carried, and each stream of the captures."""
    servers: dict[str, bytes]
    """Every file of the operators, at several moments: databases, their logs, what was printed."""
    logs: dict[str, bytes]
    """The agent's log, and what it printed while it ran by itself."""
    said: dict[tuple[str, ...], bytes]
    """What each command showed to the person."""
    look: bytes
    """What a program on the machine can find out about it."""
    leaks: dict[str, bytes]
    """What the same instruments saw of a program that tells all of that."""
    seen_from: set[str]
    """The addresses that the leader saw."""
    release: dict[str, Any]
    reports: list[tuple[bytes, str, int, bytes]]
    """Id, state, attempts, vector."""
    samples: int
    marks: str
    """What the probes remember from pass to pass."""
    missed: int
    """Packets that the captures had no room for."""


class Operators:
    """Leader and helper, each a process in the servers' network; their files."""

    def __init__(self, folder: Path, place: Namespace, authority: trustme.CA) -> None:
        self.folder = folder
        self.device = folder / "device"
        self._place = place
        self._log = folder / "printed"
        self._bundle = folder / "authority.pem"
        folder.mkdir()
        authority.cert_pem.write_to_path(str(self._bundle))
        words = ("--demo", "--period", f"{PERIOD}s", "--name", "Example", "--min-batch", str(OTHERS))
        urls = ("--leader-url", RELAYED, "--helper-url", "http://127.0.0.1:8602/")
        self.server("init", "--both", "--dir", str(folder / "made"), *words, *urls)
        self._listen(authority.issue_cert(SERVER))

    def _listen(self, issued: trustme.LeafCert) -> None:
        leader = self.folder / "made" / "leader"
        issued.private_key_pem.write_to_path(str(leader / "tls.key"))
        for blob in issued.cert_chain_pems:
            blob.write_to_path(str(leader / "tls.pem"), append=True)
        path = leader / "settings.json"
        settings = json.loads(path.read_text())
        settings |= {"listen": LEADER, "certificate": "tls.pem", "certificate_key": "tls.key"}
        path.write_text(json.dumps(settings))

    @property
    def task(self) -> tuple[Path, Path]:
        """The task file and the upload token."""
        return self.folder / "made" / "task.json", self.folder / "made" / "upload.token"

    def server(self, *words: str) -> str:
        """A command of theirs, run to its end."""
        command = [*self._place.before, sys.executable, "-P", "-m", "server", *words]
        done = subprocess.run(command, capture_output=True, text=True, env=self._environment(), timeout=180)
        with self._log.open("a") as log:
            log.write(done.stdout + done.stderr)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def serving(self, role: str) -> contextlib.AbstractContextManager[None]:
        """Leader or helper, until the end of the block."""
        command = [*self._place.before, sys.executable, "-P", "-m", "server", role]
        folder = self.folder / "made" / role
        return running([*command, "--dir", str(folder)], folder / "log", self._environment())

    def files(self, when: str) -> dict[str, bytes]:
        """All that they hold now: of a database at work its write-ahead log and shared memory, too."""
        return {
            f"{when}/{path.relative_to(self.folder)}": path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "SSL_CERT_FILE": str(self._bundle), "HOME": str(self.folder)}


@contextlib.contextmanager
def running(command: Sequence[str], log: Path, environment: dict[str, str] | None = None) -> Iterator[None]:
    """A program that says `ready`, until the end of the block; what it prints goes to `log`."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment, cwd=ROOT
        )
    try:
        until(lambda: b"ready" in log.read_bytes() or process.poll() is not None, 120)
        assert process.poll() is None, log.read_text()
        yield
        assert process.poll() is None, log.read_text()
    finally:
        process.terminate()
        require_end(process)


class Relay:
    """Stands between machine and leader; see tests.proof.relay."""

    def __init__(self, folder: Path, place: Namespace, authority: trustme.CA) -> None:
        self.folder = folder
        self.kept = folder / "kept"
        self.kept.mkdir(parents=True)
        self._before = place.before
        issued = authority.issue_cert(RELAY)
        issued.private_key_pem.write_to_path(str(folder / "key"))
        for blob in issued.cert_chain_pems:
            blob.write_to_path(str(folder / "pem"), append=True)
        authority.cert_pem.write_to_path(str(folder / "authority"))

    def relaying(self) -> contextlib.AbstractContextManager[None]:
        """Let through, until the end of the block."""
        files = [str(self.folder / name) for name in ("pem", "key", "authority", "kept")]
        ends = [RELAY, "8443", *LEADER.split(":")]
        return running(
            [*self._before, sys.executable, "-m", "tests.proof.relay", *ends, *files], self.folder / "log"
        )

    def read(self, kind: str) -> dict[str, bytes]:
        """What passed: `up` to the leader, `down` from it, `from` where."""
        return {f"relay/{path.name}": path.read_bytes() for path in sorted(self.kept.glob(f"*.{kind}"))}


def streams(name: str, packets: Sequence[Packet]) -> dict[str, bytes]:
    """What TCP and UDP carried, each direction of each connection in one piece."""
    found: dict[str, bytearray] = {}
    for packet in packets:
        if packet.protocol in (6, 17):
            where = f"{name}/{packet.protocol} {packet.source}-{packet.target}"
            found.setdefault(where, bytearray()).extend(packet.data)
    return {where: bytes(data) for where, data in found.items()}


def read(machine_: Machine, query: str) -> list[tuple[Any, ...]]:
    """Rows of the agent's database."""
    with contextlib.closing(sqlite3.connect(machine_.state / "shoal.db", timeout=20)) as connection:
        return connection.execute(query).fetchall()


def states(machine_: Machine) -> list[str]:
    return [state for (state,) in read(machine_, "SELECT state FROM reports ORDER BY time")]


POLICY = """
log_level = "debug"
use_system_trust = false
ca_bundle = "MOUNT/authority.pem"
"""


def enrol(found: Machine, operators: Operators) -> None:
    for path in operators.task:
        shutil.copy(path, found.own / path.name)
        os.chown(found.own / path.name, ACCOUNT, ACCOUNT)
    found.policy(POLICY.replace("MOUNT", str(found.mount)))
    files = (str(found.home / "task.json"), "--token-file", str(found.home / "upload.token"))
    for words in (("enrol", *files, "--demo"), ("choose", "share")):
        said = found.shoal(*words)
        assert said.code == 0, said.err


def live(found: Machine, operators: Operators, relay: Relay) -> tuple[Any, ...]:
    """Measure, fail, send, be asked, be counted: the operators' files, what was said, and the release."""
    with found.running():
        until(lambda: read(found, "SELECT 1 FROM reports WHERE attempts > 0"), 120)  # nobody is there yet
        with relay.relaying(), operators.serving("leader"):
            until(lambda: "delivered" in states(found), 120)
            files = operators.files("waiting")  # the leader has a report, and no helper to ask about it
            with operators.serving("helper"):
                delivered = "SELECT time, sealed_row FROM reports WHERE state = 'delivered' ORDER BY time"
                number, row = read(found, delivered)[-1]
                task, token = map(str, operators.task)
                many = ("--devices", str(OTHERS), "--period", str(number))
                operators.server("simulate", task, "--token", token, *many)
                found.shoal("status")  # so that there is somebody who has read it
                said = {words: typed(found, words, row) for words in SHOWN}
                collect = ("collect", "--dir", str(operators.folder / "made" / "collector"), "--json")
                printed = operators.server(*collect, "--period", str(number), "--wait", "30")
                files |= operators.files("collected")
    return files | operators.files("stopped"), said, json.loads(printed)["outcomes"][0]["release"]


def typed(found: Machine, words: tuple[str, ...], row: int) -> bytes:
    """What a command shows."""
    said = found.shoal(*(str(row) if word == "ROW" else word for word in words))
    assert said.code == 0, (words, said)
    return said.out + said.err


def troubles(found: Machine) -> dict[str, bytes]:
    """What the agent's processes print while something is in their way, each by itself; they log the same.

    They are started as they start one another: what a command answers to a person is another matter.
    """
    mount, said = found.mount, {}
    # What was measured last is due soon, and nobody is there to take it: from now on there is one to be sent.
    until(lambda: found.shoal("worker", "tend") and "sending" in states(found), 120)
    found.as_root("sh", "-c", f"cd {mount}; echo no >bad; mkdir 'a state'; chown {ACCOUNT} 'a state'")
    for name, setting in POLICIES.items():
        found.policy(setting.replace("MOUNT", str(mount)))
        for word in ("tend", "send-now"):
            said[f"{name}, {word}"] = found.shoal("worker", word).err
    found.policy("")
    there = (*("env", f"SHOAL_STATE={mount}/a state"), *PROGRAM)
    for name, command in DISKS.items():
        found.as_root("sh", "-c", f"cd {mount}; {command}")
        said[f"{name}, worker"] = found.run(*there, "worker", "tend").err
        said[f"{name}, resident"] = found.run("timeout", "3", *there, "resident").err
    return said


def leak(found: Machine, relay: Relay, operators: Operators, device: Namespace) -> dict[str, bytes]:
    """The same instruments, and a program that sends all that it finds out about the machine."""
    begin, look = len(device.packets()), found.look()
    with relay.relaying(), operators.serving("leader"):
        said = found.run(PROGRAM[0], "-P", "-c", LEAKY, RELAY, SERVER, stdin=look)
    assert said.code == 0, said.err
    captured = streams("capture", device.packets()[begin:])
    return {"relay": b"".join(relay.read("up").values()), "capture": b"".join(captured.values())}


def walk(folder: Path, ip: str) -> Road:
    """The whole road, once; `ip` is the program of that name."""
    authority = trustme.CA()
    with contextlib.ExitStack() as stack:
        device, server = (stack.enter_context(namespace(label, ip)) for label in ("device", "server"))
        pem = authority.cert_pem.bytes()
        found = stack.enter_context(machine(folder / "machine", device, server, ip, pem))
        operators = Operators(folder / "operators", server, authority)
        relay = Relay(folder / "relay", device, authority)
        enrol(found, operators)
        files, said, release = live(found, operators, relay)
        captured = streams("device", device.packets()) | streams("server", server.packets())
        trouble = troubles(found)
        return Road(
            wire=relay.read("up") | relay.read("down") | captured,
            servers=files,
            logs=found.logs() | trouble,
            said=said,
            look=found.look(),
            leaks=leak(found, Relay(folder / "leaky", device, authority), operators, server),
            seen_from={address.decode() for address in relay.read("from").values()},
            release=release,
            reports=read(
                found,
                "SELECT b.id, r.state, r.attempts, b.vector FROM reports r "
                "JOIN (SELECT report, substr(body, 1, 16) AS id, vector FROM bodies) b ON b.report = r.id",
            ),
            samples=read(found, "SELECT count(*) FROM samples")[0][0],
            marks=str(read(found, "SELECT * FROM marks")),
            missed=device.missed() + server.missed(),
        )
