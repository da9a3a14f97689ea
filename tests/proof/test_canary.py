"""No canary leaves: a machine whose every name is a canary goes the whole road, and everything is searched.

The real programs: `shoal run` with its real probes as an account of that machine; a leader and a helper in
another network, the leader over TLS and face to face with the machine's own address; invented devices; a
collection. Between machine and leader stands a relay that ends TLS and keeps what passes in the clear. What
the search would miss, it is shown not to miss: see the controls at the end.

Not searched are the headers of IP and Ethernet, which carry every sender's addresses: the leader sees "an
address sent a report of this period".
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pytest
import trustme

from dap.messages import UploadRequest
from tests.devices import PROGRAM, until
from tests.proof import canaries as c
from tests.proof.canaries import CANARIES, Canary, Hit, search
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


# -- the road


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
        process.wait(20)


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


@pytest.fixture(scope="module")
def road(tmp_path_factory: pytest.TempPathFactory, tool: Callable[[str], str]) -> Road:
    """The whole road, once."""
    if os.geteuid() != 0:
        pytest.skip("only root can make a machine out of namespaces")
    folder, authority = tmp_path_factory.mktemp("road"), trustme.CA()
    with contextlib.ExitStack() as stack:
        device, server = (stack.enter_context(namespace(label, tool("ip"))) for label in ("device", "server"))
        pem = authority.cert_pem.bytes()
        found = stack.enter_context(machine(folder / "machine", device, server, tool("ip"), pem))
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


# -- no canary leaves


def test_no_byte_on_the_wire(road: Road) -> None:
    assert search(road.wire) == []


def test_no_file_of_the_aggregators(road: Road) -> None:
    assert search(road.servers) == []


def test_no_line_of_the_agents_log(road: Road) -> None:
    assert search(road.logs) == []


@pytest.mark.parametrize("words", SHOWN, ids=" ".join)
def test_what_the_person_is_shown(road: Road, words: tuple[str, ...]) -> None:
    """On the machine, to whoever types the command; nothing that is not named above."""
    found = {hit.canary for hit in search({"": road.said[words]})}
    assert found == {canary.what for canary in SHOWN[words]}


# -- the road was a real one


def test_the_real_probes_measured_that_machine(road: Road) -> None:
    assert road.samples > 0
    assert c.INTERFACE.text in road.marks  # its counters: the agent knows the name, and keeps it to itself
    delivered = [vector for _, state, _, vector in road.reports if state == "delivered"]
    assert delivered
    assert all(any(vector) for vector in delivered)


def test_it_went_the_whole_road(road: Road) -> None:
    assert road.release["report_count"] == OTHERS + 1
    assert max(attempts for _, _, attempts, _ in road.reports) > 1  # nobody was there at first
    assert road.seen_from == {c.IPV4.text}  # the leader was face to face with the address


def test_the_search_was_where_the_reports_were(road: Road) -> None:
    """Its id can be read from the relay, in the leader's files, and between leader and helper."""
    sent = [id for id, state, _, _ in road.reports if state == "delivered"]
    relayed = b"".join(road.wire[name] for name in road.wire if name.startswith("relay/"))
    between = b"".join(road.wire[name] for name in road.wire if name.startswith("server/"))
    waiting = b"".join(road.servers[name] for name in road.servers if name.startswith("waiting/"))
    counted = b"".join(road.servers[name] for name in road.servers if name.startswith("collected/"))
    for place in (relayed, between, waiting, counted):
        assert any(id in place for id in sent)
    kinds = {Path(name).name for name in road.servers if name.startswith("collected/")}
    assert kinds >= {"batches.db", "batches.db-wal", "batches.db-shm", "log"}
    bodies = [
        data.partition(b"\r\n\r\n")[2] for data in road.wire.values() if data.startswith(b"POST /tasks/")
    ]
    assert any(UploadRequest.decode(body).reports for body in bodies if body[:16] in sent)
    assert road.missed == 0


def test_the_log_had_something_to_tell(road: Road) -> None:
    said = b"".join(road.logs.values())
    for words in (
        b"started;",
        b"ca_bundle PATH cannot",
        b"full",
        b"corrupt",
        b"another account",
        b"is a file",
    ):
        assert words in said, words
    assert b"Traceback" not in said


# -- the search can fail


def encodings(text: str, source: random.Random) -> Iterator[bytes]:
    """Ways to write a text, made in another way than the search makes its own."""
    plain = text.encode()
    yield plain
    yield plain.upper()
    yield plain.swapcase()
    yield text.encode("utf-32")
    for coding in ("utf-16", "utf-16-le", "utf-16-be"):
        yield text.encode(coding)
        yield text.encode(coding).hex().encode()
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield plain.hex(" ").encode()
    yield b"".join(b"%%%02X" % byte for byte in plain)
    yield quote(text).encode()
    yield json.dumps({"name": text}).encode()
    for inner in (plain, text.encode("utf-16-le"), text.encode("utf-16-be")):
        for before in range(6):
            padded = source.randbytes(before) + inner + source.randbytes(source.randrange(6))
            yield base64.b64encode(padded)
            yield base64.urlsafe_b64encode(padded)


@pytest.mark.parametrize("canary", CANARIES, ids=lambda canary: canary.what)
def test_every_form_is_found(canary: Canary) -> None:
    source = random.Random(canary.text)
    assert len(canary.text.encode()) >= c.LEAST
    for text in (canary.text, *canary.others):
        for written in encodings(text, source):
            planted = source.randbytes(500) + written + source.randbytes(500)
            assert canary.what in {hit.canary for hit in search({"": planted})}, (text, written)
    if canary.packed:
        for written in (canary.packed, canary.packed.hex().encode(), base64.b64encode(b"ab" + canary.packed)):
            assert canary.what in {hit.canary for hit in search({"": written})}
    assert search({"": source.randbytes(1 << 20)}) == []


def test_the_machine_shows_every_canary(road: Road) -> None:
    """So that a program which sends what it finds would send them."""
    assert {hit.canary for hit in search({"": road.look})} == {canary.what for canary in CANARIES}


@pytest.mark.parametrize("instrument", ["relay", "capture"])
def test_a_program_that_tells_is_caught(road: Road, instrument: str) -> None:
    found = {hit.canary for hit in search({"": road.leaks[instrument]})}
    assert found == {canary.what for canary in CANARIES}


def test_a_database_that_holds_one_is_caught(road: Road, tmp_path: Path) -> None:
    """The leader's own, with the address of whoever sent a report written beside it."""
    (name,) = (
        name for name in road.servers if name.startswith("stopped/") and name.endswith("leader/batches.db")
    )
    path = tmp_path / "batches.db"
    path.write_bytes(road.servers[name])
    assert search({"": path.read_bytes()}) == []
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE senders (address TEXT, name BLOB)")
        connection.execute(
            "INSERT INTO senders VALUES (?, ?)", (c.IPV4.text, c.HOST.text.encode("utf-16-le"))
        )
        connection.commit()
    hits = [Hit(c.HOST.what, "UTF-16LE", ""), Hit(c.IPV4.what, "raw", "")]
    assert set(search({"": path.read_bytes()})) >= set(hits)
