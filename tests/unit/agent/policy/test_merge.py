"""Narrow-only: whatever files and people set, the result never exceeds what is built in or set before."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import PolicyInvalid
from agent.policy import Origin, Own, Set, merge
from agent.policy.keys import BY_NAME, KEYS
from agent.policy.merge import check_own, text

GIVEN: dict[str, st.SearchStrategy[Any]] = {
    "upload": st.sampled_from(["off", "local", "ask", "required"]),
    "allow_quiet": st.booleans(),
    "allow_withhold": st.booleans(),
    "blocked_metrics": st.lists(st.sampled_from(["a.b", "a.c", "d.e"])),
    "min_batch_size": st.integers(25, 1000),
    "max_rho_per_release": st.fractions(Fraction(1, 1000), 1),
    "max_rho_per_year": st.fractions(Fraction(1, 1000), 52),
    "review_hold_hours": st.integers(0, 48),
    "retention_days": st.integers(1, 365),
    "proxy": st.sampled_from(["system", "none", "http://p:3128"]),
    "network_target": st.sampled_from(["a.example:443", "[::1]:80"]),
    "download_test": st.booleans(),
    "machine_kind": st.sampled_from(["desktop", "shared"]),
    "tray": st.sampled_from(["full", "quiet"]),
    "log_level": st.sampled_from(["info", "debug"]),
}
FIT = [
    Set("contact", "it", "f:1", ""),
    Set("agreement_url", "https://x", "f:2", ""),
]


@st.composite
def sets(draw: st.DrawFn) -> list[Set]:
    names = draw(st.lists(st.sampled_from(sorted(GIVEN)), max_size=12))
    return FIT + [
        Set(name, BY_NAME[name].check(draw(GIVEN[name])), f"f:{n + 3}", "") for n, name in enumerate(names)
    ]


@st.composite
def owns(draw: st.DrawFn) -> dict[str, Any]:
    free = [n for n in GIVEN if BY_NAME[n].own in (Own.NARROW, Own.FREELY, Own.UNLESS_SET)]
    names = draw(st.lists(st.sampled_from(free), unique=True))
    return {name: check_own(name, draw(GIVEN[name])) for name in names}


@given(sets(), owns())
def test_nobody_widens(found: list[Set], own: dict[str, Any]) -> None:
    policy = merge(found, own)
    for key in KEYS:
        value = policy.value(key.name)
        organisation = [s.value for s in found if s.name == key.name]
        if value is not None and value != ():
            assert key.check(list(value) if isinstance(value, tuple) else value) == value  # within the limits
        if key.narrower is None:
            if organisation and key.own is not Own.FREELY:
                assert value == organisation[0]
            continue
        for before in organisation:
            assert key.narrower(before, value) == value  # the result is never wider than any file's
        if key.name in own and key.own is Own.NARROW:
            assert key.narrower(own[key.name], value) == value
        if not organisation and key.name not in own:
            assert value == key.default


@given(sets(), owns())
def test_every_value_has_its_source(found: list[Set], own: dict[str, Any]) -> None:
    policy = merge(found, own)
    for name, value in policy.values.items():
        if value.origin is Origin.ORGANISATION:
            assert value.where and any(s.name == name and s.where in value.where for s in found)
        if value.origin is Origin.YOU:
            assert name in own
        if value.origin is Origin.BUILT_IN:
            assert value.value == BY_NAME[name].default


def test_what_is_ignored_is_said() -> None:
    policy = merge(
        [Set("min_batch_size", 100, "a:1", "agreed"), Set("min_batch_size", 60, "b:1", "")],
        {"min_batch_size": 80},
    )
    value = policy.values["min_batch_size"]
    assert (value.value, value.source) == (100, "organisation: a:1 (agreed)")
    assert "b:1: 60 is ignored" in value.notes[0]


@pytest.mark.parametrize("missing", ["contact", "agreement_url"])
def test_required_needs_whom_and_what(missing: str) -> None:
    given = [s for s in FIT if s.name != missing]
    with pytest.raises(PolicyInvalid, match=f"p:7: upload = required needs {missing}"):
        merge([Set("upload", "required", "p:7", ""), *given], {})


def test_trusting_nobody_is_refused() -> None:
    with pytest.raises(PolicyInvalid, match="p:1: use_system_trust = false needs ca_bundle"):
        merge([Set("use_system_trust", False, "p:1", "")], {})


def test_the_person_may_turn_active_checks_off() -> None:
    target = [Set("network_target", "a.example:443", "p:1", "")]
    assert merge(target, {}).value("network_target") == "a.example:443"
    assert merge(target, {"network_target": None}).value("network_target") is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("upload", "off"), ("task_file", "/x"), ("network_target", "h:1"), ("retention_days", 0), ("nope", 1)],
)
def test_what_is_not_the_persons_is_refused(name: str, value: Any) -> None:
    with pytest.raises(PolicyInvalid, match=f"your setting: {name}"):
        check_own(name, value)


def test_values_in_words() -> None:
    assert [text(v) for v in (True, (), ("a", "b"), Fraction(1, 2), Fraction(52), None, 3)] == [
        *("true", "none", "a, b", "0.5", "52", "none", "3")
    ]
