from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.commands.checked import CURES, last
from agent.migrations import migrate
from agent.model import Fact
from agent.probes.target import LAST
from agent.reached import TROUBLES
from agent.store import Store
from catalogue.load import load
from tests.fakes import FakeEnv

METRICS = load(None).metrics


@pytest.fixture
def store(env: FakeEnv) -> Iterator[Store]:
    env.prepare()
    migrate(env.database, METRICS)
    found = Store.open(env, METRICS)
    yield found
    found.close()


def noted(store: Store, mark: str) -> str | None:
    store.remember({LAST: mark})
    store.flush()
    return last(store)


def test_nothing_while_checks_are_off(store: Store) -> None:
    assert noted(store, "silent") is None


def test_in_words_with_what_mends_it(store: Store) -> None:
    store.set_fact(Fact.CHECKS, "target x:1")
    assert last(store) is None
    assert noted(store, "ok") == "the last check found nothing wrong"
    assert noted(store, "ok proxied") == "the last check through the proxy found nothing wrong"
    found = noted(store, "name_silent") or ""
    assert "name service does not answer" in found and "name servers" in found
    assert "names alone" not in found
    assert "it is the names alone" in (noted(store, "name_unknown others") or "")
    assert (noted(store, "proxy_name proxied others") or "").startswith("the last check through the proxy: ")
    assert (noted(store, "metered") or "").endswith("metered.")
    assert noted(store, "nonsense") is None


def test_every_cure_is_for_a_trouble_and_those_told_apart_differ() -> None:
    assert CURES.keys() <= TROUBLES.keys()
    for word in ("portal", "name_silent", "name_unknown", "route", "silent", "refused", "v6"):
        assert CURES[word]
    assert len(set(TROUBLES.values())) == len(TROUBLES)
