from __future__ import annotations

import pytest

from agent import schedule
from agent.model import ReportState
from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.view_models import held


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_held_is_what_may_still_leave(variant: str) -> None:
    found = snapshot(variant)
    made = held.held(found, NUMBERS)
    open_ = [report for report in found.book.reports if report.is_open]
    assert (made is None) == (not open_)
    if made is None:
        return
    assert made.row in found.book.sizes
    places = [stop.at for stop in made.stops]
    assert places == sorted(places) and (places[0], places[-1]) == (0, 1)
    assert made.report.sealed_at <= made.earliest <= made.latest
    if made.report.moment is not None:
        assert made.earliest <= made.report.moment <= made.latest, "the drawn moment lies in what is told"


def test_words() -> None:
    made = held.held(snapshot("normal"), NUMBERS)
    assert made is not None
    assert made.headline == "One report is held. It leaves today or tomorrow."
    assert made.below.startswith("The week of 12 to 18 November: 6,072 bytes, sealed.")
    assert [stop.text for stop in made.stops][1] == "Held: 2 h 45 min left"
    assert [option.id for option in made.options] == ["wait", "send", "withhold"]
    assert "IT Operations can then tell" in made.options[1].price
    assert all(option.allowed for option in made.options)


def test_a_hold_that_was_raised_is_told() -> None:
    found = snapshot("normal")
    assert found.policy is not None
    longer = found.policy.values["review_hold_hours"]._replace(value=48)
    policy = found.policy._replace(values={**found.policy.values, "review_hold_hours": longer})
    report = held.open_report(found)
    assert report is not None
    unmoved = report._replace(moment=None)
    first, last = held.window(found._replace(policy=policy), unmoved)
    assert first - report.sealed_at == 48 * 3_600
    assert last - first == schedule.SENDING_WINDOW


@pytest.mark.parametrize(
    ("variant", "reason"),
    [
        ("required", "Nordwerk does not allow this."),
        ("quiet", "It is zeros already."),
        ("withheld", "It is zeros already."),
    ],
)
def test_what_cannot_be_withheld_says_why(variant: str, reason: str) -> None:
    made = held.held(snapshot(variant), NUMBERS)
    assert made is not None
    assert (made.options[2].allowed, made.options[2].reason) == (False, reason)


def test_sending_has_begun() -> None:
    found = snapshot("held")
    sending = found.book.reports[-1]._replace(state=ReportState.SENDING)
    made = held.held(found._replace(book=found.book._replace(reports=(sending,))), NUMBERS)
    assert made is not None and made.sending
    assert made.headline == "One report is being sent; it has not arrived yet."
    assert made.options[2].reason == "Sending has begun."


def test_between_withholding_and_its_zeros_it_looks_the_same() -> None:
    found = snapshot("held")
    withheld = found.book.reports[-1]._replace(state=ReportState.WITHHELD)
    made = held.held(found._replace(book=found.book._replace(reports=(withheld,))), NUMBERS)
    before = held.held(found, NUMBERS)
    assert made is not None and before is not None
    assert (made.headline, made.stops) == (before.headline, before.stops)


def test_a_missed_moment_is_drawn_again_within_a_day_from_now() -> None:
    """The computer slept through the whole window, and no worker has come since."""
    found = snapshot("held")
    report = held.open_report(found)
    assert report is not None and report.moment is not None
    first, last = held.window(found, report)
    late = found._replace(now=last + 7 * 3_600, facts=found.facts._replace(woke_at=last + 7 * 3_600 - 60))
    assert held.window(late, report) == (first, late.facts.woke_at + 600 + schedule.SENDING_WINDOW)
    kept = found._replace(now=report.moment + 1)  # it has come just now: nothing is drawn again
    assert held.window(kept, report) == (first, last)


def test_what_stands_in_the_way_is_said_of_the_report_and_its_answers() -> None:
    """No promise that it leaves by itself while it does not, and no button that can only fail."""
    made = held.held(snapshot("widened"), NUMBERS)
    assert made is not None
    wait, send, withhold = made.options
    assert wait.price.startswith("It stays here while that stands in the way")
    assert (send.allowed, send.reason) == (False, "Sending waits until you choose again.")
    assert withhold.allowed, "saying no is never in the way"
    assert made.stops[2].text == "At a random moment, once nothing stands in the way"
    assert made.stops[3].text == "Too late from then on"
    assert made.latest == made.report.stop + 6 * 86_400, "grace, but for its last day"
    broken = snapshot("held")._replace(policy=None)
    made = held.held(broken, NUMBERS)
    assert made is not None and not made.options[1].allowed and "policy" in made.options[1].reason
    killed = held.held(snapshot("held")._replace(sampler=False), NUMBERS)
    assert killed is not None and killed.options[1].allowed, "sending now needs no background process"


def test_a_report_that_nobody_came_for_in_time() -> None:
    found = snapshot("held")
    found = found._replace(now=found.now + 30 * 86_400)
    report = held.open_report(found)
    assert report is not None and held.is_over(found, report)
    made = held.held(found, NUMBERS)
    assert made is not None
    assert made.headline == "One report is held. It is too late for it: it will not be sent."
    assert held.window(found, report)[1] < found.now
    assert made.options[0].price == "It is dropped by itself: too late, and not sent."
    assert (made.options[1].allowed, made.options[1].reason) == (False, "It is too late for it.")


def test_a_moment_that_was_drawn_again_lies_in_what_is_told() -> None:
    """The computer slept at the first one: the new one may lie beyond the first window."""
    found = snapshot("held")
    report = held.open_report(found)
    assert report is not None
    first, last = held.window(found, report)
    later = report._replace(moment=last + 5 * 3_600)
    assert held.window(found, later) == (first, last + 5 * 3_600)
    far = report._replace(moment=last + 90 * 86_400)
    assert held.window(found, far)[1] < last + 7 * 86_400, "never beyond the deadline"
