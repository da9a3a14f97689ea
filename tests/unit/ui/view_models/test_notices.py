from __future__ import annotations

import pytest

from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.link.commands import Failure
from ui.link.snapshot import Kind, Trouble
from ui.view_models import notices
from ui.view_models.notices import Action

EXPECTED = {
    "empty": ["unasked"],
    "worst": ["policy", "sampler"],
    "widened": ["widened"],
    "one-operator": ["warning.no_noise", "warning.demo", "warning.one_operator"],
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_is_told_and_nothing_else(variant: str) -> None:
    found = notices.notices(snapshot(variant), NUMBERS)
    assert [item.id for item in found] == EXPECTED.get(variant, [])
    for item in found:
        assert item.notice.title.endswith(".") and item.notice.text
        assert bool(item.notice.button) == (item.action is not Action.NONE)


def test_a_sampler_that_stopped_says_when_and_offers_to_start() -> None:
    (_, stopped) = notices.notices(snapshot("worst"), NUMBERS)
    assert stopped.notice.title == "Shoal stopped measuring on Tuesday, 17 November, at 16:00."
    assert (stopped.notice.button, stopped.action) == ("Start measuring", Action.START)
    never = snapshot("held")._replace(sampler=False)
    fresh = never._replace(facts=never.facts._replace(last_pass=None))
    assert notices.notices(fresh, NUMBERS)[0].notice.title == "Shoal does not measure yet."
    assert not notices.notices(snapshot("off")._replace(sampler=False), NUMBERS), "off measures nothing"


def test_the_policy_s_file_and_line_are_named() -> None:
    (broken, _) = notices.notices(snapshot("worst"), NUMBERS)
    assert "policy.toml:2: min_batch_size" in broken.notice.text
    assert "Nothing is sent until it is corrected" in broken.notice.text


@pytest.mark.parametrize("kind", Kind)
def test_each_trouble_says_what_happened_and_what_to_do(kind: Kind) -> None:
    trouble = Trouble(kind, "the file is odd", "Look at it.", 19)
    item = notices.of_trouble(trouble)
    assert item.id == f"database.{kind}"
    assert item.notice.title and item.notice.text
    assert bool(item.notice.button) == (item.action is not Action.NONE)
    found = notices.notices(snapshot("held")._replace(trouble=trouble), NUMBERS)
    assert found[0] == item


def test_a_ledger_that_was_changed_asks_to_verify() -> None:
    found = snapshot("held")
    broken = found._replace(book=found.book._replace(broken=(3, "row 3 was changed")))
    (item,) = notices.notices(broken, NUMBERS)
    assert item.action is Action.VERIFY and "Row 3" in item.notice.text
    unreadable = found._replace(
        book=found.book._replace(trouble=Trouble(Kind.CORRUPT, "gone", "Keep it", 19))
    )
    assert "Gone" in notices.notices(unreadable, NUMBERS)[0].notice.text


def test_what_the_last_worker_met() -> None:
    found = snapshot("held")
    refused = found._replace(
        facts=found.facts._replace(trouble="The token is refused. Ask.", trouble_code=14)
    )
    (item,) = notices.notices(refused, NUMBERS)
    assert item.red and item.notice.title == "Reports cannot be sent now."
    later = found._replace(facts=found.facts._replace(trouble="no answer.", trouble_code=0))
    (item,) = notices.notices(later, NUMBERS)
    assert not item.red and "tried again" in item.notice.title
    quiet = snapshot("local")
    silent = quiet._replace(facts=quiet.facts._replace(trouble="old words", trouble_code=14))
    assert not notices.notices(silent, NUMBERS), "with local nothing is to be sent"


def test_a_database_that_was_put_aside_and_another_account() -> None:
    found = snapshot("held")
    aside = found._replace(facts=found.facts._replace(set_aside="shoal.db.corrupt-1"), elsewhere=True)
    items = {item.id: item for item in notices.notices(aside, NUMBERS)}
    assert set(items) == {"aside", "elsewhere"}
    assert "shoal.db.corrupt-1" in items["aside"].notice.text
    assert not any(item.red for item in items.values())


def test_a_task_that_is_refused() -> None:
    found = snapshot("held")._replace(task_trouble=Trouble(Kind.TASK, "signed by others", "Show this", 16))
    (item,) = notices.notices(found, NUMBERS)
    assert item.id == "task" and "Signed by others" in item.notice.text


def test_a_command_that_failed() -> None:
    failed = notices.of_failure(Failure(14, "the token is refused", "Ask for it."), "Send now")
    assert failed.notice.title == "Send now did not succeed."
    assert failed.notice.text == "The token is refused. Ask for it." and failed.red
    assert not notices.of_failure(Failure(20, "no report is held now", ""), "Withhold").red
