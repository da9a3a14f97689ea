"""Equal bodies, equal moments: neither what is sent nor when says whose it is, or how that one fares.

What is promised of the moments, and tested here at one level for all:

1. Every moment that is drawn is uniform in its window, whose length is a day, and so is its time of day;
   both are independent of the person's hours.
2. A machine that is off cannot send, so a moment at which it was off (or had been on for less than ten
   minutes) is drawn again. The moment at which a report leaves is therefore not independent of the hours in
   which the machine is on: it lies in them. Given those hours nothing more is said: the moment is uniform
   over all of its window's seconds at which the machine had been on for ten minutes.
3. In particular it does not follow the waking: the time since then is what a second picked blindly has.
4. A machine that is always on sends without regard to when its person is there.

Not independent, and not tested to be: on which day the window begins (at the first waking after the period's
end, up to two hours and the hold later), and that nothing comes from a machine that is off.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import httpx
import pytest
from scipy import stats

from agent import schedule, upload
from agent.connection import Connection
from agent.env import real_env
from agent.schedule import DAY, HOUR, MINUTE
from agent.upload import Verdict
from dap.constants import MediaType
from dap.messages import UploadRequest
from dap.seal import Measurement, seal
from tests.devices import weekly
from tests.proof.persons import PERSONS, Drawing, Lived, Person, Sent, Span, lives
from tests.recording import Leader, Request, recording

SEED = 20
LEVEL = 0.001
"""The chance that honest moments fail any of the tests, all of them together (Bonferroni)."""
Count = Callable[[int, int], int]

# -- equal bodies


def vectors(count: int, length: int) -> Iterator[tuple[int, ...]]:
    """Different ones: nothing, everything, a single one at each end, and any share of ones in between."""
    source = random.Random(SEED)
    seen: set[tuple[int, ...]] = set()
    ends = [(0,) * length, (1,) * length, (1, *(0,) * (length - 1)), (*(0,) * (length - 1), 1)]
    while len(seen) < count:
        share = source.random() ** 2
        vector = ends.pop() if ends else tuple(int(source.random() < share) for _ in range(length))
        if vector not in seen:
            seen.add(vector)
            yield vector


def bodies(count: int, leader: str) -> list[bytes]:
    """A sealed report of each of so many different vectors, of different periods, with real randomness."""
    task, env = weekly(leader), real_env()
    return [
        seal(Measurement(2_900 + number % 60, vector), task, env.random(32)).body
        for number, vector in enumerate(vectors(count, task.config.sum_vec.length))
    ]


def post(leader: str, body: bytes, *, token: str = "a-token", id: bytes = b"\x22" * 32) -> None:
    """As the agent does it."""
    env = real_env()
    way = Connection(monotonic=env.monotonic)
    sent = upload.send(way, leader, id, body, token, before=False, now=env.now())
    assert sent.verdict is Verdict.DELIVERED, sent


def differences(requests: Sequence[Request]) -> set[str]:
    """In what requests differ: their bodies' length, headers by name and order, and headers' values."""
    found = set()
    if len({len(request.body) for request in requests}) > 1:
        found.add("length")
    if len({tuple(name for name, _ in request.headers) for request in requests}) > 1:
        found.add("headers")
    values: dict[str, set[str]] = {"line": {request.line for request in requests}}
    for request in requests:
        for name, value in request.headers:
            values.setdefault(name, set()).add(value)
    return found | {name for name, said in values.items() if len(said) > 1}


@pytest.fixture(scope="module")
def leader() -> Iterator[Leader]:
    with recording() as made:
        yield made


def test_different_vectors_give_one_length_and_the_same_headers(leader: Leader, count: Count) -> None:
    sealed = bodies(count(100, 1_000), leader.url)
    assert len(set(sealed)) == len(sealed)
    parts = {
        tuple(
            len(part)
            for part in (report.public_share, leaders.enc, leaders.payload, other.enc, other.payload)
        )
        for body in sealed
        for report in UploadRequest.decode(body).reports
        for leaders, other in [(report.leader_encrypted_input_share, report.helper_encrypted_input_share)]
    }
    assert len(parts) == 1
    leader.forget()
    for body in sealed:
        post(leader.url, body)
    assert [request.body for request in leader.requests] == sealed
    assert differences(leader.requests) == set()
    assert len({request.head for request in leader.requests}) == 1


def test_only_length_host_and_token_differ_between_organisations(leader: Leader) -> None:
    (body,) = bodies(1, leader.url)
    leader.forget()
    for token, host in (("a-token", "127.0.0.1"), ("another-token-that-is-longer", "localhost")):
        post(f"http://{host}:{leader.port}/", body, token=token)
        post(f"http://{host}:{leader.port}/", body + body, token=token)
    assert differences(leader.requests) == {"length", "Content-Length", "Host", "Authorization"}


ALONE = """
import sys, time
from agent import upload
from agent.connection import Connection
way, body = Connection(monotonic=time.monotonic), sys.stdin.buffer.read()
sent = upload.send(way, sys.argv[1], bytes(32), body, "a-token", before=False, now=time.time())
sys.exit(sent.reason or 0)
"""
SURROUNDINGS: tuple[dict[str, str], ...] = (
    {},
    {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de", "TZ": "Asia/Tokyo"},
    {"HOME": "/nowhere", "USER": "somebody", "LOGNAME": "somebody", "HOSTNAME": "a-computer"},
    {"http_proxy": "http://proxy.invalid:1", "no_proxy": "example.org", "COOKIE": "a=b"},
    {"PYTHONHASHSEED": "7", "PYTHONUTF8": "0", "PYTHONOPTIMIZE": "2", "TERM": "dumb"},
)


def test_surroundings_do_not_show(leader: Leader) -> None:
    """Whatever language, time zone, account and settings a process has."""
    sealed = bodies(len(SURROUNDINGS), leader.url)
    leader.forget()
    for body, changed in zip(sealed, SURROUNDINGS, strict=True):
        command = [sys.executable, "-c", ALONE, leader.url]
        subprocess.run(command, input=body, env=os.environ | changed, check=True)
    assert len(leader.requests) == len(sealed)
    assert differences(leader.requests) == set()


def _as_json(vector: Sequence[int]) -> bytes:
    return json.dumps([place for place, bit in enumerate(vector) if bit]).encode()


CARELESS: dict[str, tuple[Callable[[Sequence[int]], bytes], bool, set[str]]] = {
    "answers alone": (_as_json, False, {"length", "Content-Length"}),
    "compressed": (lambda vector: zlib.compress(bytes(vector)), False, {"length", "Content-Length"}),
    "a library's own headers": (bytes, True, {"User-Agent", "X-Count"}),
}


@pytest.mark.parametrize("kind", CARELESS)
def test_careless_ways_are_told_apart(leader: Leader, kind: str) -> None:
    pack, chatty, expected = CARELESS[kind]
    leader.forget()
    with httpx.Client(trust_env=False) as client:
        for number, vector in enumerate(vectors(20, 60)):
            more = {"User-Agent": f"python/3.{number % 3}", "X-Count": str(sum(vector))} if chatty else {}
            headers = {"Content-Type": str(MediaType.UPLOAD_REQ), **more}
            client.post(leader.url, content=pack(vector), headers=headers)
    assert differences(leader.requests) == expected


# -- equal moments


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: what a disk takes to be sure is not what is asked here."""
    shared = Path("/dev/shm")
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        yield Path(folder)


def usable(on: Sequence[Span], low: float, high: float) -> list[tuple[float, float, float]]:
    """Where a report may leave in a window: from, to, and when the machine had woken before."""
    found = []
    for woke, until in on:
        begin, end = max(woke + 10 * MINUTE, low), min(until, high)
        if begin < end:
            found.append((begin, end, woke))
    return found


def place(lived: Lived, sent: Sent) -> float | None:
    """Which share of the usable seconds of its window lies before a report; None: it is not among them."""
    spans = usable(lived.on, sent.draw.low, sent.draw.high)
    if not any(begin <= sent.at <= end for begin, end, _ in spans):
        return None
    before = sum(max(0.0, min(end, sent.at) - begin) for begin, end, _ in spans)
    return before / sum(end - begin for begin, end, _ in spans)


def freshness(lived: Lived, sent: Sent) -> float | None:
    """Which share of the usable seconds of its window lies closer after a waking than a report does."""
    spans = usable(lived.on, sent.draw.low, sent.draw.high)
    mine = [woke for begin, end, woke in spans if begin <= sent.at <= end]
    if not mine:
        return None
    since = sent.at - mine[0]
    closer = sum(max(0.0, min(end, woke + since) - begin) for begin, end, woke in spans)
    return closer / sum(end - begin for begin, end, woke in spans)


Shares = dict[str, list[float]]
"""Person → numbers that are uniform in [0, 1] and independent of the person, if all is well."""


def uniform(shares: Shares) -> float:
    """The p-value of Kolmogorov and Smirnov's test, over all persons together."""
    all_ = [share for each in shares.values() for share in each]
    return float(stats.kstest(all_, "uniform").pvalue) if all_ else 1.0


def independent(shares: Shares, bins: int) -> float:
    """The p-value of a χ² test of independence: persons by equal parts of [0, 1], empty ones left out."""
    columns = [[sum(int(s * bins) == i for s in each) for each in shares.values()] for i in range(bins)]
    found = [column for column in columns if any(column)]
    return float(stats.chi2_contingency(found).pvalue) if len(found) > 1 < len(shares) else 1.0


class Moments:
    """What is to be uniform and independent, for each person."""

    def __init__(self) -> None:
        self.drawn: Shares = {}
        self.hour: Shares = {}
        self.placed: Shares = {}
        self.fresh: Shares = {}
        self.present: list[bool] = []
        self.sent = 0
        self.outside = 0
        """Reports that left while the machine could not, or had been on for less than ten minutes."""

    def add(self, lived: Lived) -> None:
        """One machine's."""
        name = lived.person.name
        for draw in lived.draws:
            share = (draw.moment - draw.low) / (draw.high - draw.low)
            if 0 <= share < 1:
                self.drawn.setdefault(name, []).append(share)
            if draw.high - draw.low == DAY:
                self.hour.setdefault(name, []).append(draw.moment % DAY / DAY)
        self.sent += len(lived.sent)
        for sent in lived.sent:
            placed, fresh = place(lived, sent), freshness(lived, sent)
            if placed is None or fresh is None:
                self.outside += 1
                continue
            self.placed.setdefault(name, []).append(min(placed, 1 - 1e-9))
            if not lived.person.always_on:
                self.fresh.setdefault(name, []).append(min(fresh, 1 - 1e-9))

    def p_values(self, bins: int) -> dict[str, float]:
        """Of every test there is."""
        found = {}
        tested = {
            "drawn": self.drawn,
            "time of day": self.hour,
            "sent": self.placed,
            "since waking": self.fresh,
        }
        for what, shares in tested.items():
            found[f"{what}: uniform"] = uniform(shares)
            found[f"{what}: independent of the person"] = independent(shares, bins)
        still = [
            self.hour[person.name] for person in PERSONS if person.always_on and person.name in self.hour
        ]
        if len(still) == 2:
            found["always on: by day as by night"] = float(stats.ks_2samp(still[0], still[1]).pvalue)
        return found


def live(
    folder: Path, people: Iterable[Person], periods: int, drawing: Drawing = schedule.draw_moment
) -> Moments:
    """At least so many reports, shared out among the persons."""
    people, moments = list(people), Moments()
    for number, person in enumerate(people):
        for lived in lives(folder / str(number), person, -(-periods // len(people)), SEED, drawing):
            moments.add(lived)
    return moments


def failed(found: dict[str, float]) -> set[str]:
    """The tests that honest moments would fail with a chance of LEVEL at most, all together."""
    return {what for what, p in found.items() if p < LEVEL / len(found)}


@pytest.mark.timeout(3_600)
def test_moments_are_independent_of_the_persons_hours(memory: Path, count: Count) -> None:
    moments = live(memory, PERSONS, count(300, 2_000))
    found = moments.p_values(bins=count(4, 8))
    print(f"seed {SEED}, {moments.sent} reports: {found}")
    assert moments.sent >= count(300, 2_000)
    assert moments.outside == 0
    assert sum(map(len, moments.drawn.values())) > 1.3 * moments.sent  # many were missed, and drawn again
    assert "always on: by day as by night" in found
    assert not failed(found), found


# -- the tests can fail

RIGHTLY = schedule.draw_moment
Uniform = Callable[[float, float], float]


def _at_once(k: int, now: float, sealed: float, woke: float, rule: schedule.Times, uniform: object) -> float:
    """Sends as soon as it may: the first moment after hold and waking."""
    return max(now, sealed + rule.hold, woke + 10 * MINUTE)


class MadeUp:
    """Draws once, rightly; makes up for a missed moment within the hour after the next waking."""

    def __init__(self) -> None:
        self._drawn: set[int] = set()

    def __call__(
        self, k: int, now: float, sealed: float, woke: float, rule: schedule.Times, uniform: Uniform
    ) -> float | None:
        if k in self._drawn:
            return max(now, sealed + rule.hold, woke + 10 * MINUTE) + uniform(0, HOUR)
        self._drawn.add(k)
        return RIGHTLY(k, now, sealed, woke, rule, uniform)


class Convenient:
    """Draws rightly, and again until the moment lies in some hours of the day."""

    def __init__(self, begin: float, end: float) -> None:
        self._hours = begin, end

    def __call__(
        self, k: int, now: float, sealed: float, woke: float, rule: schedule.Times, uniform: Uniform
    ) -> float | None:
        while (moment := RIGHTLY(k, now, sealed, woke, rule, uniform)) is not None:
            if self._hours[0] <= moment % DAY / HOUR < self._hours[1]:
                break
        return moment


SLEEPERS = [
    person for person in PERSONS if person.name in ("early bird", "evenings only", "closes the laptop often")
]


def test_an_agent_that_sends_on_waking_is_found_out(memory: Path) -> None:
    moments = live(memory, SLEEPERS, 60, _at_once)
    assert failed(moments.p_values(bins=4)) >= {"drawn: uniform", "sent: uniform", "since waking: uniform"}


def test_an_agent_that_makes_up_for_what_it_missed_is_found_out(memory: Path) -> None:
    moments = live(memory, SLEEPERS, 60, MadeUp())
    assert moments.outside == 0
    assert failed(moments.p_values(bins=4)) >= {"drawn: uniform", "since waking: uniform"}


def test_an_agent_that_sends_while_its_person_is_there_is_found_out(memory: Path) -> None:
    """Though the machine is always on; a mild one, that leaves out six hours of the person's night."""
    moments = Moments()
    by_day, by_night = (person for person in PERSONS if person.always_on)
    for person, hours in ((by_day, (6, 24)), (by_night, (0, 18))):
        for lived in lives(memory / person.name, person, 54, SEED, Convenient(*hours)):
            moments.add(lived)
    expected = {"time of day: independent of the person", "always on: by day as by night"}
    assert failed(moments.p_values(bins=4)) & expected


def test_an_agent_that_sends_within_ten_minutes_of_waking_is_found_out(memory: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schedule, "QUIET_AFTER_WAKING", 0)
        moments = live(memory, SLEEPERS[-1:], 20)
    assert moments.outside > 0
