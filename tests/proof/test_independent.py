"""What Shoal reads on this computer, beside what a program reads that knows nothing of Shoal.

`independent_readings.py` asks files and everyday commands (df, ss, lsblk, dpkg's log, a simulated upgrade)
before and after `shoal once`; the reading must lie between. What counts quickly is sampled all the while: the
reading must be what some second of that course gives. Where there is nothing to read, both must say so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.devices import PROGRAM, catalogue
from tests.repository import ROOT

pytestmark = [
    pytest.mark.alone,
    pytest.mark.skipif(sys.platform != "linux", reason="the independent readings are Linux's"),
]

SCRIPT = ROOT / "tests" / "proof" / "independent_readings.py"
WHOLE = ("python3" if shutil.which("python3") else sys.executable, "-I", str(SCRIPT))
LEAST = 20

# Metric → by how much the two may differ beyond what changed between the two independent readings.
TOLERANCES = {
    "endpoint.disk_free": 0.5,
    "endpoint.uptime": 0.001,
    "endpoint.update_age": 0.001,
    "endpoint.os_support": 0.001,
    "endpoint.boot_time": 0.002,
    "app.memory_top": 1.0,
    "app.firefox.update_age": 0.01,
}

# All cores' worth of load while what is quick is read, no longer: apt is asked then, and has its time-out.
# Besides, a stream of small segments to this computer itself, and small writes to the disk.
BURN = "import time\nend = time.monotonic() + 12\nwhile time.monotonic() < end: pass"
STREAM = """
import os, socket, sys, time
file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
server = socket.create_server(("127.0.0.1", 0))
one = socket.create_connection(server.getsockname())
one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
two, _ = server.accept()
end = time.monotonic() + 60
while time.monotonic() < end:
    one.send(b"x")
    two.recv(9)
    if time.monotonic() * 500 % 10 < 1:
        os.pwrite(file, b"x" * 4096, 0)
        os.fsync(file)
    time.sleep(0.002)
"""


class Compared(NamedTuple):
    before: dict[str, float | None]
    after: dict[str, float | None]
    because: dict[str, str]
    courses: dict[str, list[list[float]]]
    samples: dict[str, Any]
    reasons: dict[str, str]

    def agrees(self, id: str) -> bool:
        """Whether Shoal's sample lies between the two independent readings, or both found none."""
        readings, sample = (self.before[id], self.after[id]), self.samples[id]
        if sample is None:
            return None in readings and bool(self.reasons[id])
        known = [reading for reading in readings if reading is not None]
        margin = TOLERANCES.get(id, 0.0)
        return bool(known) and min(known) - margin <= sample <= max(known) + margin


def independent(environment: dict[str, str], *seconds: str) -> Any:
    done = subprocess.run([*WHOLE, *seconds], capture_output=True, text=True, env=environment, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compared]:
    folder = tmp_path_factory.mktemp("independent")
    environment = {**os.environ, "HOME": str(folder), "SHOAL_STATE": str(folder / "state")}
    before = independent(environment)
    load = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(os.cpu_count() or 1)]
    load.append(subprocess.Popen([sys.executable, "-c", STREAM, str(folder / "written")]))
    try:
        course = subprocess.Popen(
            [*WHOLE, "60"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        time.sleep(1)  # the load is under way before anything is read
        once = subprocess.run([*PROGRAM, "once", "--json"], capture_output=True, text=True, env=environment)
        said, _ = course.communicate(timeout=70)  # its input ends here
    finally:
        for process in load:
            process.kill()
            process.wait()
    after = independent(environment)
    assert once.returncode == 0, once.stderr
    shown = json.loads(once.stdout)
    for readings in (before["readings"], after["readings"]):
        del readings["network.tcp_rtt"]  # connections come and go: it has a test of its own
    yield Compared(
        before["readings"],
        after["readings"],
        after["because"],
        json.loads(said)["courses"],
        shown["samples"],
        shown["reasons"],
    )


def test_every_metric_of_linux_has_a_value_or_a_reason(compared: Compared) -> None:
    here = {metric.id for metric in catalogue().metrics if "linux" in metric.platforms}
    assert set(compared.samples) == here
    for id in here:
        assert (compared.samples[id] is None) == bool(compared.reasons.get(id)), id
    assert not [why for why in compared.reasons.values() if "the reading failed" in why]


def test_slow_readings_agree(compared: Compared) -> None:
    wrong = {
        id: (compared.before[id], compared.samples[id], compared.after[id], compared.because[id])
        for id in compared.before
        if not compared.agrees(id)
    }
    assert not wrong, [compared.reasons.get(id) for id in wrong]


def windows(course: list[list[float]]) -> Iterator[list[float]]:
    """What rose in every stretch of about a second (`once` reads twice, a second or more apart)."""
    for i, begin in enumerate(course):
        for end in course[i + 1 :]:
            if end[0] - begin[0] > 2.5:
                break
            if end[0] - begin[0] >= 0.9:
                yield [b - a for a, b in zip(begin[1:], end[1:], strict=True)]


def test_quick_counters_agree_with_some_second(compared: Compared) -> None:
    found = {id: list(windows(course)) for id, course in compared.courses.items()}
    assert all(len(each) > 50 for each in found.values()), "the course was sampled too thinly"
    again, sent = compared.samples["network.tcp_retransmit"]
    assert sent > 100, "the stream was sent"
    assert any(a == again and abs(s - sent) <= 0.05 * sent for a, s in found["network.tcp_retransmit"])
    faults, packets = compared.samples["network.nic_errors"] or (0, 0)
    assert any(
        f == faults and abs(p - packets) <= max(5, 0.1 * packets) for f, p in found["network.nic_errors"]
    )
    for id in ("network.link_drops", "endpoint.oom_kills"):
        if compared.samples[id] is not None:
            assert [compared.samples[id]] in found[id], id
    delay = compared.samples["endpoint.disk_latency"]
    delays = [spent / count for spent, count in found["endpoint.disk_latency"] if count >= 10]
    assert delay is None or any(abs(each - delay) <= max(0.1, 0.1 * delay) for each in delays)
    shares = {float(busy > 0.8 * all_) for busy, all_ in found["endpoint.cpu_busy"]}
    assert 1.0 in shares, "the load was felt"
    assert compared.samples["endpoint.cpu_busy"] in shares


def test_twenty_and_more_agree(compared: Compared, capsys: pytest.CaptureFixture[str]) -> None:
    agreed = {id for id in compared.before if compared.agrees(id)} | set(compared.courses)
    numbers = {id for id in agreed if compared.samples[id] is not None}
    with capsys.disabled():
        print(
            f"\n{len(agreed)} metrics agree, {len(numbers)} of them as numbers: {', '.join(sorted(numbers))}"
        )
    assert len(agreed) >= LEAST
    assert len(numbers) >= 10


def test_a_wrong_reading_is_noticed(compared: Compared) -> None:
    """The control: each number a quarter and a bit too large, each state another, each answer left out."""
    for id in compared.before:
        sample = compared.samples[id]
        wrong: list[Any] = [None] if sample is not None else [0.0, 1.0]
        if isinstance(sample, float | int):
            wrong += [sample * 1.25 + 2, sample - 2]
        for falsified in wrong:
            reasons = {**compared.reasons, id: "it says so"}
            forged = compared._replace(samples={**compared.samples, id: falsified}, reasons=reasons)
            unsure = falsified is None and None in (compared.before[id], compared.after[id])
            assert unsure or not forged.agrees(id), (id, falsified)


# -- connections to another computer, which lives in a network namespace

FAR = """
set -e
ip link set lo up
unshare --net sleep 50 & other=$!
while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
ip link add near type veth peer name far
ip link set far netns $other
ip addr add 198.51.100.1/24 dev near
ip link set near up
nsenter -t $other -n ip addr add 198.51.100.2/24 dev far
nsenter -t $other -n ip link set far up
tc qdisc add dev near root netem delay 40ms && echo delayed >&2 || true
nsenter -t $other -n "$PYTHON" -c '
import socket, threading
def echo(s):
    while d := s.recv(99): s.send(d)
server = socket.create_server(("198.51.100.2", 7007))
while True: threading.Thread(target=echo, args=(server.accept()[0],), daemon=True).start()
' & server=$!
"$PYTHON" -c '
import socket, time
def connect():
    for _ in range(100):
        try: return socket.create_connection(("198.51.100.2", 7007))
        except OSError: time.sleep(0.05)
kept = [connect() for _ in range(3)]
for i in range(8):
    for s in kept: s.send(b"x"); s.recv(9)
print("talked", flush=True)
time.sleep(50)
' > "$HOME/talked" & client=$!
trap 'kill $client $server $other' EXIT
while ! grep -q talked "$HOME/talked"; do sleep 0.1; done
"$PYTHON" -I "$SCRIPT"
"$PYTHON" -P -m agent once --json | tr -d '\\n'
"""


def test_the_round_trip_is_what_ss_shows(tmp_path: Path) -> None:
    if os.geteuid() != 0 or not all(map(shutil.which, ("ip", "ss", "unshare", "nsenter"))):
        pytest.skip("a second computer in a network namespace needs root, iproute2 and util-linux")
    environment = {
        **os.environ,
        "HOME": str(tmp_path),
        "PYTHON": sys.executable,
        "SCRIPT": str(SCRIPT),
        "SHOAL_STATE": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
    }
    command = ["unshare", "--net", "timeout", "45", "sh", "-c", FAR]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 0, done.stderr
    other, shoal = (json.loads(line) for line in done.stdout.splitlines())
    ours, theirs = shoal["samples"]["network.tcp_rtt"], other["readings"]["network.tcp_rtt"]
    assert ours is not None, shoal["reasons"]
    assert ours == pytest.approx(theirs, rel=0.01, abs=0.002), (
        "the connections rest: nothing changes meanwhile"
    )
    if "delayed" in done.stderr:
        assert 38 <= ours <= 60
