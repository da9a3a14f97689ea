"""A way of 120 ms, give or take 40, that refuses three connections in a hundred: what comes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from agent.connection.reach import Order, reach
from agent.probes.target import DNS, FAILURES, JITTER, LATENCY, TLS
from agent.reached import ATTEMPTS, Reached, read
from agent.tally import start
from tests.shaping import Shaped, shaping
from tests.unit.agent.connection.ways import context
from tests.unit.agent.probes.fake_host import CATALOGUE
from tests.unit.agent.probes.test_target import Checked
from tests.unit.agent.servers import answering, serving

CHECKS = 40
AT_ONCE = 4


class Way:
    """What many checks over a shaped way came to, through the real probe and the real tallies."""

    def __init__(self, found: list[Reached], shaped: Shaped) -> None:
        self.shaped = shaped
        self.tallies = {id: start(CATALOGUE.metric(id)) for id in (LATENCY, JITTER, DNS, TLS, FAILURES)}
        subject = Checked()
        for each in found:
            for id, sample in subject.told(read(each.text())).samples.items():
                if sample is not None:
                    self.tallies[id].add(sample, subject.now)

    def value(self, id: str) -> float:
        found = self.tallies[id].value()
        assert found is not None
        return found

    def bucket(self, id: str) -> int | None:
        return CATALOGUE.metric(id).bucket(self.value(id))


def checks(order: str, count: int) -> list[Reached]:
    found: list[Reached] = []

    def some() -> None:
        rounds = range(count // AT_ONCE)
        found.extend(reach(Order(order), {}, pause=lambda seconds: None) for _ in rounds)

    threads = [threading.Thread(target=some) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(100)
    assert len(found) == count
    return found


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    """Checks through a shaping proxy, every fifth of them with TLS."""
    authority = trustme.CA()
    bundle: Path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    with (
        serving(answering(200), context(authority, "target.invalid")) as server,
        shaping(server.port) as shaped,
    ):
        order = f"target target.invalid:443\nproxy {shaped.url}\ntrust own\nca {bundle}\n"
        plain = checks(order, CHECKS)
        seen, turned_away = shaped.seen, shaped.turned_away
        thorough = checks(f"{order}thorough\n", 8)
        way = Way(plain + thorough, shaped)
        assert (seen, sum(took is None for each in plain for _, took in each.tries)) == (400, turned_away)
        yield way


def near(found: float, expected: float) -> bool:
    return abs(found - expected) <= expected / 10


def test_the_response_time(proxied: Way) -> None:
    assert near(proxied.value(LATENCY), 120)
    assert proxied.bucket(LATENCY) == CATALOGUE.metric(LATENCY).bucket(120)


def test_its_unsteadiness(proxied: Way) -> None:
    """The middle of |a − b| for two uniform draws from 80 wide: 80 · (1 − 1/√2) = 23.4."""
    assert proxied.bucket(JITTER) == CATALOGUE.metric(JITTER).bucket(23.4)


def test_what_failed(proxied: Way) -> None:
    """The very ones that were refused; and so the bucket of three in a hundred."""
    assert proxied.bucket(FAILURES) == CATALOGUE.metric(FAILURES).bucket(3)
    assert 2 <= proxied.value(FAILURES) < 5


def test_the_handshake(proxied: Way) -> None:
    """One answer of the server's before the client is done (RFC 8446, figure 1): one response time."""
    bucket, expected = proxied.bucket(TLS), CATALOGUE.metric(TLS).bucket(120)
    assert bucket is not None and expected is not None and abs(bucket - expected) <= 1


def test_a_proxy_looks_names_up(proxied: Way) -> None:
    assert proxied.tallies[DNS].count == 0


def test_the_direct_way_is_not_shaped() -> None:
    """What a connection on loopback takes: the first bucket. The shaping above is what is measured."""
    with shaping(None, delay=0, spread=0, refused=0, connect=False) as shaped:
        (found, *_) = checks(f"target 127.0.0.1:{shaped.port}\nproxy none\n", AT_ONCE)
    assert len(found.tries) == ATTEMPTS
    assert all(took is not None and took < 100 for _, took in found.tries)
