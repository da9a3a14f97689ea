from __future__ import annotations

import pytest

from agent.model import Choice
from tests.unit.ui.states import NUMBERS, snapshot
from ui.link.commands import Failure
from ui.link.snapshot import Kind, Snapshot, Trouble
from ui.view_models import health, measuring
from ui.view_models.measuring import Way

BUSY = Trouble(Kind.BUSY, "another process holds it", "Wait.", 19)


@pytest.mark.parametrize(
    ("variant", "way"),
    [("empty", Way.ONCE), ("off", Way.ONCE), ("local", Way.RING), ("normal", Way.RING), ("quiet", Way.RING)],
)
def test_how_it_is_measured(variant: str, way: Way) -> None:
    found = snapshot(variant)
    assert measuring.asking(found) == (way, "")
    assert measuring.measures(found) is (way is Way.RING)


def test_why_it_cannot_be_measured() -> None:
    stopped = measuring.asking(snapshot("normal")._replace(sampler=False))
    assert stopped == (Way.NONE, "Shoal’s background process is not running.")
    assert measuring.asking(snapshot("normal")._replace(sampler=None)).way is Way.RING, "nobody can tell"
    assert measuring.asking(snapshot("normal")._replace(trouble=BUSY)).way is Way.NONE
    assert measuring.asking(snapshot("off")._replace(sampler=False)).way is Way.ONCE, "a child does it"


def test_a_policy_that_cannot_be_read_stops_no_measuring() -> None:
    worst = snapshot("worst")
    assert worst.policy is None and worst.in_force is Choice.OFF
    assert measuring.measures(worst)
    assert not measuring.measures(worst._replace(chosen=Choice.OFF))
    assert not measuring.measures(worst._replace(chosen=None))


def test_what_would_be_measured() -> None:
    nobody, off, soon = (
        measuring.offer(found)
        for found in (snapshot("empty"), snapshot("off"), snapshot("empty")._replace(in_force=Choice.LOCAL))
    )
    assert nobody.checks == off.checks == soon.checks
    assert len({nobody.text, off.text, soon.text}) == 3
    assert "(decides)" in nobody.text and "(decides)" in off.text and "(decides)" not in soon.text
    named = ", ".join(checks for _, checks in nobody.checks).split(", ")
    titles = [snapshot("empty").catalogue.texts[m.id].title for m in snapshot("empty").catalogue.metrics]
    assert set(named) < set(titles), "the counts that are made of others are not measured"


def test_one_look() -> None:
    samples = {
        "endpoint.disk_free": 4.0,
        "network.tcp_retransmit": [100, 40_000],  # as JSON brings a pair
        "endpoint.firewall": 0,
        "endpoint.nobody_knows": 1.0,
        "network.wifi_signal": None,
    }
    shown = measuring.once(snapshot("off"), samples)
    page = health.page(shown, NUMBERS, {"network.wifi_signal": "no Wi-Fi"})
    rows = {row.id: row for category in page.categories for row in category.rows}
    assert set(rows) == {"endpoint.disk_free", "network.tcp_retransmit", "endpoint.firewall"}
    assert rows["endpoint.disk_free"].verdict == "bad" and not rows["endpoint.disk_free"].since
    assert rows["endpoint.disk_free"].trend is None
    silent = {row.id: row for category in page.categories for row in category.silent_rows}
    assert silent["network.wifi_signal"].note == "no Wi-Fi"
    assert silent["network.wifi_signal"].spoken.endswith(", Unknown, no Wi-Fi")
    assert snapshot("off").health.summary["endpoint.disk_free"].verdict == "unknown", "nothing else changed"


def changed(found: Snapshot, **verdicts: str) -> Snapshot:
    new = {
        id: row._replace(verdict=verdicts.get(id.partition(".")[2], row.verdict))
        for id, row in found.health.summary.items()
    }
    return found._replace(health=found.health._replace(summary=new))


def test_what_came_of_it() -> None:
    before = snapshot("normal")
    assert measuring.happened(before, before, NUMBERS) == "Measured at 11:15. No verdict changed."
    worse = changed(before, disk_free="bad")
    said = measuring.happened(before, worse, NUMBERS)
    assert said == "Measured at 11:15. Free disk space: Bad, before Warn."
    many = changed(before, disk_free="ok", uptime="warn", boot_time="bad", firewall="bad", crashes="ok")
    said = measuring.happened(before, many, NUMBERS)
    assert said.endswith("And 2 more.") and said.count(", before ") == 3
    assert measuring.happened(before, changed(before, bad_count="bad"), NUMBERS).endswith("changed.")


def test_what_went_wrong() -> None:
    assert measuring.failed(Failure(19, "the disk is full", "Free some space.")) == (
        "It could not be measured. The disk is full. Free some space."
    )
    assert measuring.failed(Failure(-1, "it was ended", "")) == "It could not be measured. It was ended."
    assert "did not answer" in measuring.unanswered()


@pytest.mark.parametrize("variant", ["held", "off"])
def test_a_database_that_cannot_be_read_is_not_called_empty(variant: str) -> None:
    from agent import summary
    from agent.model import Reading

    found = snapshot(variant)
    nothing = found.health._replace(summary=summary.momentary(found.catalogue, Reading({})))
    unread = found._replace(trouble=BUSY, in_force=Choice.OFF, health=nothing, facts=type(found.facts)())
    page = health.page(unread, NUMBERS)
    assert page.headline == "The readings cannot be shown now."
    assert "said above" in page.below
    assert health.page(unread._replace(trouble=None), NUMBERS).headline.startswith("Shoal measures nothing")
