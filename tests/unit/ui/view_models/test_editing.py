from __future__ import annotations

import pytest

from agent.policy import KEYS, Own
from tests.unit.ui.states import NUMBERS, snapshot
from ui.view_models import editing
from ui.view_models.editing import Kind, editor


def test_limits_are_the_organisation_s_not_one_s_own() -> None:
    found = snapshot("managed")  # 100 computers and 30 days by the organisation; 14 days by the person
    raised = editor(found, "min_batch_size", NUMBERS)
    assert raised is not None and (raised.kind, raised.low, raised.value) == (Kind.WHOLE, 100, "100")
    lowered = editor(found, "retention_days", NUMBERS)
    assert lowered is not None and (lowered.low, lowered.high, lowered.value) == (1, 30, "14")
    assert lowered.hint == "From 1 to 30 days."


@pytest.mark.parametrize("key", [key.name for key in KEYS])
def test_a_form_is_offered_for_just_what_the_person_may_enter(key: str) -> None:
    found = snapshot("managed")
    assert found.policy is not None
    form = editor(found, key, NUMBERS)
    own = next(one.own for one in KEYS if one.name == key)
    if found.policy.values[key].locked or own is Own.NO:
        assert form is None
    elif key not in ("blocked_metrics", "network_target"):
        assert form is not None and form.title
        if form.kind is Kind.WORDS:
            assert form.value in dict(form.options)
            assert not any(editing.trouble(key, value) for value, _ in form.options)


def test_what_is_typed_wrong_is_said() -> None:
    assert not editing.trouble("proxy", "http://proxy.example:3128")
    assert "SOCKS is not supported" in editing.trouble("proxy", "socks5://proxy.example")
    assert editing.trouble("max_rho_per_release", "2").startswith("Least noise of one release")
    assert not editing.trouble("max_rho_per_release", "0.25")


def test_no_form_without_a_policy() -> None:
    assert editor(snapshot("worst"), "proxy", NUMBERS) is None
