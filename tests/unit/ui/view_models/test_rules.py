from __future__ import annotations

import pytest

from agent.policy import KEYS, Origin, Own
from tests.unit.ui.states import NUMBERS, VARIANTS, snapshot
from ui.view_models import rules


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_setting_once_with_its_source(variant: str) -> None:
    found = snapshot(variant)
    page = rules.page(found, NUMBERS)
    if found.policy is None:
        assert page.rules == ()
        return
    assert sorted(rule.key for rule in page.rules) == sorted(key.name for key in KEYS)
    for rule in page.rules:
        value = found.policy.values[rule.key]
        assert rule.origin is value.origin and rule.value
        assert rule.name != rule.key, "every key has a name that people use"
        if value.origin is Origin.ORGANISATION:
            file, _, line = value.where.rpartition(":")
            assert f"{file}, line {line}" in rule.where
            assert (f"“{value.reason}”" if value.reason else "No reason given") in rule.where


def test_managed() -> None:
    found = {rule.key: rule for rule in rules.page(snapshot("managed"), NUMBERS).rules}
    batch = found["min_batch_size"]
    assert (batch.name, batch.value) == ("Smallest group for totals", "100 computers")
    assert (batch.set_by, batch.action) == ("Your organisation", "Raise")
    assert batch.where.endswith("line 7: “Works agreement 12/2026”. You may raise it.")
    assert found["blocked_metrics"].value == "Secure Boot"
    assert (found["retention_days"].value, found["retention_days"].set_by) == ("14 days", "You")
    assert found["retention_days"].removable and not batch.removable
    assert found["proxy"].action == "", "what the organisation set is not changed here"


def test_only_what_is_the_person_s_can_be_done() -> None:
    found = {rule.key: rule for rule in rules.page(snapshot("normal"), NUMBERS).rules}
    for key in KEYS:
        if key.own is Own.NO:
            assert found[key.name].action == ""
    actions = {key: rule.action for key, rule in found.items() if rule.action}
    assert actions == {
        "min_batch_size": "Raise",
        "review_hold_hours": "Raise",
        "retention_days": "Lower",
        "blocked_metrics": "Choose",
        "max_rho_per_release": "Lower",
        "max_rho_per_year": "Lower",
        "proxy": "Change",
        "ca_bundle": "Change",
        "use_system_trust": "Change",
        "tray": "Change",
        "log_level": "Change",
    }


def test_the_main_ones_come_first() -> None:
    page = rules.page(snapshot("normal"), NUMBERS)
    assert [rule.key for rule in page.rules[: page.main]] == list(rules.FIRST)
