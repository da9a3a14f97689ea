"""Load is seen for what it is: real processors, memory, kills and a real full disk, from ok to bad and back.

The readings are those of this computer; only the calendar is made up, so that weeks pass in seconds. What is
done to the computer is bounded: some seconds of all processors, tens of megabytes in a memory cgroup and in a
small file system in memory. Nothing outside the cgroup is slowed by more than that, and all of it is undone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from agent import summary
from agent.migrations import migrate
from agent.probes import probes, this_host
from agent.sampler import Passes
from agent.store import Store
from tests.devices import catalogue
from tests.fakes import FakeEnv

pytestmark = [
    pytest.mark.alone,
    pytest.mark.timeout(900),
    pytest.mark.skipif(sys.platform != "linux", reason="cgroups and tmpfs are Linux's"),
]

KNOWN = catalogue()
DAY = 86_400
MEGABYTE = 1 << 20
PATIENCE = 240.0
BURN = "while True: pass"
# More than its cgroup may hold; the kernel ends it.
GREEDY = "b = bytearray(96 << 20); import time; time.sleep(20)"
# Pages of a file much larger than the cgroup, in no order: each has to be read again.
THRASH = """
import mmap, os, random, sys
file = mmap.mmap(os.open(sys.argv[1], os.O_RDONLY), 0, prot=mmap.PROT_READ)
pages = len(file) // 4096
while True: file[random.randrange(pages) * 4096]
"""


class Life:
    """One computer's minutes, really measured; days are passed over."""

    def __init__(self, folder: Path, id: str) -> None:
        self.id = id
        self.env = FakeEnv(folder / "state", now=1_795_000_000.0)
        self.env.prepare()
        migrate(self.env.database, KNOWN.metrics)
        self.store = Store.open(self.env, KNOWN.metrics)
        self.passes = Passes(self.env, probes(this_host(), KNOWN), KNOWN.metrics)

    def close(self) -> None:
        self.store.close()

    def minute(self, pause: float = 0.0, real: Callable[[], None] = lambda: None) -> object:
        """A minute by the calendar, with `pause` seconds and `real` events in it; gives its sample."""
        real()
        time.sleep(pause)
        self.env.pass_time(60)
        reading = self.passes.take(frozenset({self.id}))
        self.store.add(self.env.now(), reading.samples, self.passes.learnt())
        return reading.samples[self.id]

    def days(self, count: int) -> None:
        """The computer is off for so long, and on again."""
        self.env.sleep(count * DAY)
        self.passes.take(frozenset({self.id}))  # what rose meanwhile belongs to no minute

    def verdict(self) -> str:
        self.store.flush()
        return summary.today(self.store, KNOWN, self.env.now())[self.id].verdict


@pytest.fixture
def life(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Life]:
    with closing(Life(tmp_path, request.param)) as life:
        yield life


@contextmanager
def running(count: int, *command: str) -> Iterator[None]:
    """So many of a program, for as long as the block lasts."""
    started = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def busy(seconds: float) -> float:
    """The share of all processors in use now, by /proc/stat."""

    def read() -> tuple[int, int]:
        fields = list(map(int, Path("/proc/stat").read_text().split("\n")[0].split()[1:9]))
        return sum(fields) - fields[3] - fields[4], sum(fields)

    before = read()
    time.sleep(seconds)
    after = read()
    return (after[0] - before[0]) / max(1, after[1] - before[1])


def calm(most: float) -> None:
    """Wait until nobody else uses more of the processors; a computer that never rests proves nothing here."""
    end = time.monotonic() + PATIENCE
    while busy(0.2) > most:
        if time.monotonic() > end:
            pytest.skip("other work keeps this computer's processors busy")


class Cgroup:
    """A memory cgroup of its own (version 1 or 2) with a limit."""

    def __init__(self, megabytes: int) -> None:
        name = f"shoal-proof-{os.getpid()}"
        first, second = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
        if (first / "memory.limit_in_bytes").exists():
            self.folder, limit, more = first / name, "memory.limit_in_bytes", "memory.memsw.limit_in_bytes"
        elif "memory" in _read(second / "cgroup.subtree_control"):
            self.folder, limit, more = second / name, "memory.max", "memory.swap.max"
        else:
            pytest.skip("there is no memory cgroup that could be limited")
        try:
            self.folder.mkdir()
        except OSError as error:
            pytest.skip(f"memory cgroups cannot be made here ({error.strerror})")
        (self.folder / limit).write_text(str(megabytes * MEGABYTE))
        if (self.folder / more).exists():  # no way out into swap
            (self.folder / more).write_text("0" if "swap" in more else str(megabytes * MEGABYTE))

    def command(self, *command: str) -> tuple[str, ...]:
        """The same command, within it."""
        return ("sh", "-c", f'echo $$ > {self.folder}/cgroup.procs && exec "$@"', "sh", *command)

    def remove(self) -> None:
        end = time.monotonic() + 5
        while True:
            try:
                return self.folder.rmdir()
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.1)


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


@pytest.fixture
def cgroup() -> Iterator[Callable[[int], Cgroup]]:
    made: list[Cgroup] = []

    def make(megabytes: int) -> Cgroup:
        made.append(Cgroup(megabytes))
        return made[-1]

    yield make
    for each in made:
        each.remove()


def of(id: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("life", [id], indirect=True)


def rest(life: Life) -> None:
    """Five minutes on end in which the processors are not busy; one that was becomes a past week's.

    They are taken where other work leaves a gap: right after a moment of calm, and short.
    """
    end = time.monotonic() + PATIENCE
    quiet = 0
    while quiet < 5:
        if time.monotonic() > end:
            pytest.skip("other work keeps this computer's processors busy")
        calm(0.6)
        life.passes.take(frozenset({life.id}))
        sample = life.minute(0.15)
        assert sample in (0.0, 1.0)
        quiet += 1
        if sample == 1.0:
            life.days(8)
            quiet = 0


@of("endpoint.cpu_busy")
def test_busy_processors(life: Life) -> None:
    life.passes.take(frozenset({life.id}))
    rest(life)
    assert life.verdict() == "ok"
    with running(os.cpu_count() or 1, sys.executable, "-c", BURN):
        time.sleep(0.3)
        life.passes.take(frozenset({life.id}))
        assert [life.minute(0.4) for _ in range(4)] == [1.0] * 4
    assert life.verdict() == "bad"
    life.days(8)
    rest(life)
    assert life.verdict() == "ok"


@of("endpoint.oom_kills")
def test_programs_killed_for_lack_of_memory(life: Life, cgroup: Callable[[int], Cgroup]) -> None:
    small = cgroup(32)

    def kill() -> None:
        done = subprocess.run(small.command(sys.executable, "-c", GREEDY), stderr=subprocess.DEVNULL)
        assert done.returncode == -9, "the kernel ended it"

    life.minute()
    assert life.minute() == 0
    assert life.verdict() == "ok"
    assert [life.minute(real=kill) for _ in range(3)] == [1.0] * 3
    assert life.verdict() == "warn"
    assert [life.minute(real=kill) for _ in range(6)] == [1.0] * 6
    assert life.verdict() == "bad"
    life.days(8)
    assert life.minute() == 0
    assert life.verdict() == "ok"


@of("endpoint.memory_pressure")
def test_stalled_by_memory(life: Life, cgroup: Callable[[int], Cgroup], tmp_path: Path) -> None:
    if not _read(Path("/proc/pressure/memory")):
        pytest.skip("this kernel does not tell memory pressure")
    file = tmp_path / "pages"
    with file.open("wb") as large:
        block = os.urandom(MEGABYTE)
        for _ in range(64):
            large.write(block)
        large.flush()
        os.fsync(large.fileno())
        os.posix_fadvise(large.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # else the pages are charged to us
    wait_for_no_pressure()
    for _ in range(5):
        assert life.minute() == 0.0
    assert life.verdict() == "ok"
    tight = cgroup(24)
    end = time.monotonic() + PATIENCE
    stalled = 0
    with running(2 * (os.cpu_count() or 1), *tight.command(sys.executable, "-c", THRASH, str(file))):
        while stalled < 2 and time.monotonic() < end:
            time.sleep(0.5)
            if full() >= 5:
                stalled += life.minute() == 1.0
    if stalled < 2 and busy(0.5) > 0.25:
        pytest.skip("other work keeps this computer from standing still")
    assert stalled == 2
    assert life.verdict() == "bad"
    life.days(8)
    wait_for_no_pressure()
    for _ in range(5):
        assert life.minute() == 0.0
    assert life.verdict() == "ok"


def wait_for_no_pressure() -> None:
    """The kernel's mean over a minute falls by itself."""
    end = time.monotonic() + PATIENCE
    while full() >= 4:
        assert time.monotonic() < end
        time.sleep(1)


def full() -> float:
    """Percent of the last minute in which everything stood still for memory, by the kernel's file."""
    line = next(line for line in _read(Path("/proc/pressure/memory")).splitlines() if line.startswith("full"))
    return float(line.split("avg60=")[1].split()[0])


@of("endpoint.disk_free")
def test_a_full_home(life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "small"
    home.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(home)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small file system in memory needs root")
    try:
        monkeypatch.setenv("HOME", str(home))
        before = life.minute()
        assert isinstance(before, float)
        if before < 20:
            pytest.skip("this computer's own disk is nearly full")
        assert life.verdict() == "ok"
        (home / "half").write_bytes(bytes(14 * MEGABYTE))
        assert life.minute() == pytest.approx(12.5, abs=1)
        assert life.verdict() == "warn"
        (home / "rest").write_bytes(bytes(MEGABYTE + 640 * 1024))
        assert life.minute() == pytest.approx(2.3, abs=1)
        assert life.verdict() == "bad"
        (home / "half").unlink()
        assert life.minute() > 50  # type: ignore[operator]
        assert life.verdict() == "bad", "the worst of seven days"
        life.days(8)
        assert life.minute() > 50  # type: ignore[operator]
        assert life.verdict() == "ok"
    finally:
        subprocess.run(["umount", str(home)], check=True)
